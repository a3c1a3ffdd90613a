"""Files of a complaint's movements. A stranger's bytes leave us only as a download, or as pictures we drew."""

from axes.helpers import get_client_ip_address
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from complaints.models import Attachment, Complaint
from complaints.services import attachments, previews
from complaints.timeline import File

# Whatever a browser makes of the bytes, nothing in them runs, loads or reaches our origin.
_INERT = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@require_GET
@permission_required("complaints.view_complaint", raise_exception=True)
def attachment(request, pk):
    """Download. A file that is still at the portal is asked for on its own page first."""
    found = _find(request, pk)
    if found.stored is None:
        return redirect("attachment_preview", pk=pk)
    _record(request, found, how="download")
    stored = found.stored
    return FileResponse(
        stored.content.open("rb"),
        as_attachment=True,
        filename=stored.name,
        content_type=stored.content_type if stored.can_preview else "application/octet-stream",
        headers=_INERT,
    )


@require_GET
@permission_required("complaints.view_complaint", raise_exception=True)
def attachment_preview(request, pk):
    """The file as pictures, page by page; before it is fetched, what asks the portal for it."""
    found = _find(request, pk)
    page = request.GET.get("pagina", "1")
    if not (page.isascii() and page.isdecimal() and len(page) <= 3):
        raise Http404
    return _panel(request, found, page=int(page))


@require_POST
@permission_required("complaints.view_complaint", raise_exception=True)
def attachment_fetch(request, pk):
    """Ask the portal for the bytes while the person sees that we do."""
    found = _find(request, pk)
    try:
        attachments.fetch(attachment=found, by=request.user)
    except attachments.FetchFailed as error:
        return _panel(request, found, problem=error.words)
    if not request.htmx:
        return redirect("attachment_preview", pk=pk)
    found = _find(request, pk)
    # The tile behind the panel gets its picture too.
    tile = File(found.name, found.stored.size, found.pk, found.stored.content_type)
    return _panel(request, found, fetched_file=tile)


@require_GET
@permission_required("complaints.view_complaint", raise_exception=True)
def attachment_page(request, pk, number):
    """One page as a picture of ours."""
    stored = _stored(request, pk)
    try:
        return _picture(previews.page(stored, number))
    except previews.NoPreview:
        raise Http404 from None


@require_GET
@permission_required("complaints.view_complaint", raise_exception=True)
def attachment_thumbnail(request, pk):
    stored = _stored(request, pk)
    try:
        return _picture(previews.thumbnail(stored))
    except previews.NoPreview:
        raise Http404 from None


# --- Shared by the views above ----------------------------------------------------------------------------


def _find(request, pk: int) -> Attachment:
    visible = Complaint.objects.visible_to(request.user)
    found = get_object_or_404(
        Attachment.objects.select_related("stored", "movement__complaint").filter(movement__complaint__in=visible),
        pk=pk,
    )
    attachments.forget_lost_bytes(found)
    return found


def _stored(request, pk: int):
    stored = _find(request, pk).stored
    if stored is None:
        raise Http404
    return stored


def _record(request, found: Attachment, *, how: str) -> None:
    attachments.record_view(attachment=found, by=request.user, how=how, ip=get_client_ip_address(request))


def _panel(request, found: Attachment, *, page: int = 1, **more) -> HttpResponse:
    picture = None
    if found.stored is not None:
        try:
            picture = previews.page(found.stored, page)
        except previews.NoPreview:
            if page != 1:
                raise Http404 from None
        if picture is not None and page > picture.shown_pages:
            raise Http404
        _record(request, found, how="preview")
    context = {
        "attachment": found,
        "stored": found.stored,
        "complaint": found.movement.complaint,
        "picture": picture,
        "page": page,
        "is_page": _is_page(request, found),
        "differs": found.stored is not None
        and found.announced_size is not None
        and found.announced_size != found.stored.size,
        **more,
    }
    response = render(request, _panel_template(request), context)
    response["Cache-Control"] = "private, no-store"
    return response


def _is_page(request, found: Attachment) -> bool:
    """Whether the file stands on a page of its own, and not in a panel over the complaint."""
    if not request.htmx:
        return True
    path = request.htmx.current_url_abs_path or ""
    return path.split("?")[0] == reverse("attachment_preview", args=[found.pk])


def _panel_template(request) -> str:
    """The whole page, the panel, or what stands in the open panel (which stays, and with it the way back of focus)."""
    if not request.htmx:
        return "complaints/attachment.html"
    is_open = request.htmx.target == "attachment-content"
    return "complaints/_attachment_content.html" if is_open else "complaints/_attachment.html"


def _picture(picture: previews.Picture) -> FileResponse:
    return FileResponse(picture.path.open("rb"), content_type=previews.CONTENT_TYPE, headers=_INERT)

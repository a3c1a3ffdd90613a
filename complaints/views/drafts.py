"""The draft of an answer: its text while it is typed, its files, what was declared about it, its versions."""

from django.conf import settings
from django.http import FileResponse, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from backoffice import files
from complaints import badges
from complaints.forms import FindingForm
from complaints.models import DraftFile, DraftVersion
from complaints.services import drafts, previews
from complaints.views.composer import (
    KIND,
    another_person,
    back,
    context,
    fragment,
    is_of_another_person,
    keep_posted,
    own_complaint,
    refused,
    to,
    wants_json,
)


@require_POST
@own_complaint
def answer_draft(request, complaint):
    """Save while typing (JSON for the page's script) or by the button (back to the page)."""
    kept = keep_posted(request, complaint)
    if isinstance(kept, HttpResponse):
        return kept
    if not wants_json(request):
        return back(request, complaint, kept)
    shown = context(request, complaint, seen=kept.seen)
    return JsonResponse(
        {
            "revision": kept.draft.revision,
            "saved": badges.when(kept.draft.saved_at),
            "stale": kept.is_stale,
            "checks": render_to_string("complaints/_answer_checks.html", shown, request),
            "preview": render_to_string("complaints/_answer_preview.html", shown, request),
            "versions": render_to_string("complaints/_answer_versions.html", shown, request),
        }
    )


@require_POST
@own_complaint
def answer_files(request, complaint):
    """Add files to the draft: the good ones stay, each refused one says why.

    The page's script sends one file at a time; without it the whole form comes, and its text is kept first.
    """
    if is_of_another_person(request) or "author" not in request.POST:
        return another_person(request)
    kept = keep_posted(request, complaint) if "text" in request.POST else None
    if isinstance(kept, HttpResponse):
        return kept
    refusals = []
    for upload in request.FILES.getlist("files"):
        try:
            _add(complaint, upload, by=request.user)
        except drafts.FileRefused as error:
            refusals.append({"name": upload.name, "reason": str(error)})
    if not request.FILES:
        refusals.append({"name": "", "reason": "Escolha um arquivo."})
    status = 422 if refusals else 200
    if kept and not refusals:
        return back(request, complaint, kept)
    shown = context(request, complaint, seen=kept.seen if kept else None, refused_files=refusals)
    template = "complaints/answer.html" if kept else "complaints/_answer_files.html"
    return render(request, template, shown, status=status)


def _add(complaint, upload, *, by) -> None:
    if upload.size > settings.ATTACHMENT_MAX_BYTES:
        # Not even read.
        size = files.size_in_words(upload.size)
        raise drafts.FileRefused(f"Tem {size}. O portal aceita {drafts.limits_in_words()}.")
    drafts.add_file(complaint=complaint, kind=KIND, by=by, name=upload.name, content=upload.read())


@require_POST
@own_complaint
def answer_file_remove(request, complaint, pk):
    draft_file = get_object_or_404(
        DraftFile, pk=pk, draft__complaint=complaint, draft__owner=request.user, draft__kind=KIND
    )
    kept = keep_posted(request, complaint)
    if isinstance(kept, HttpResponse):
        return kept
    drafts.remove_file(draft_file=draft_file, by=request.user)
    if request.htmx:
        return fragment(request, complaint, "complaints/_answer_files.html", kept)
    return back(request, complaint, kept)


@require_GET
@own_complaint
def answer_file(request, complaint, pk):
    """A picture of one's own draft file (its first page), never the file itself."""
    draft_file = get_object_or_404(
        DraftFile.objects.select_related("stored"), pk=pk, draft__complaint=complaint, draft__owner=request.user
    )
    try:
        picture = previews.thumbnail(draft_file.stored)
    except previews.NoPreview:
        return redirect(static("img/no-preview.svg"))
    response = FileResponse(picture.path.open("rb"), content_type=previews.CONTENT_TYPE)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
@own_complaint
def answer_finding(request, complaint):
    """The author says: this datum is the company's own."""
    kept = keep_posted(request, complaint)
    if isinstance(kept, HttpResponse):
        return kept
    form = FindingForm(request.POST)
    if not form.is_valid():
        return refused(request, complaint, ["Não deu para saber de que dado se trata. Recarregue a página."])
    kind, _, value = form.cleaned_data["finding"].partition(":")
    drafts.declare_own(draft=kept.draft, kind=kind, value=value, by=request.user)
    if request.htmx:
        return fragment(request, complaint, "complaints/_answer_checks.html", kept)
    return back(request, complaint, kept)


@require_POST
@own_complaint
def answer_version(request, complaint, pk):
    """Use a kept version of the text, or let it go. What the page holds is saved first, and may be that version."""
    kept = keep_posted(request, complaint)
    if isinstance(kept, HttpResponse):
        return kept
    version = get_object_or_404(
        DraftVersion, pk=pk, draft__complaint=complaint, draft__owner=request.user, draft__kind=KIND
    )
    if request.POST.get("act") == "drop":
        drafts.drop_version(version=version, by=request.user)
    else:
        drafts.use_version(version=version, by=request.user)
    return back(request, complaint, kept)


@require_http_methods(["GET", "POST"])
@own_complaint
def answer_discard(request, complaint):
    """Asks on GET (a page without script, a dialog with it), throws away on POST."""
    draft = drafts.find_draft(complaint=complaint, kind=KIND, owner=request.user)
    if draft is None or draft.is_empty:
        return to(request, reverse("complaint", args=[complaint.protocol]))
    if request.method == "POST":
        drafts.discard(draft=draft, by=request.user)
        return to(request, reverse("complaint", args=[complaint.protocol]))
    template = "complaints/_answer_discard.html" if request.htmx else "complaints/answer_discard.html"
    return render(request, template, context(request, complaint))

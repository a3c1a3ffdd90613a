"""Writing the answer: the composer, its draft and files, the confirmation, the send. The page never asks the portal."""

from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from backoffice import files
from complaints import badges, composing, deadlines
from complaints.forms import DraftForm, FindingForm, SendForm
from complaints.models import Complaint, DraftFile, DraftVersion
from complaints.models.submission import Kind, payload_hash
from complaints.services import drafts, previews, submissions
from complaints.services.accounts import cpf_for

KIND = Kind.ANSWER


def _own_complaint(view):
    """Finds the complaint among those this person sees, and checks the right to send; hands both to the view."""

    @permission_required("complaints.view_complaint", raise_exception=True)
    @wraps(view)
    def wrapped(request, protocol, **kwargs):
        complaint = get_object_or_404(
            Complaint.objects.visible_to(request.user).select_related("account"), protocol=protocol
        )
        if not request.user.has_perm("complaints.add_submission"):
            raise PermissionDenied("Você pode ver esta reclamação, mas não enviar. Peça à supervisão.")
        return view(request, complaint, **kwargs)

    return wrapped


@require_GET
@_own_complaint
def answer(request, complaint):
    """The composer. If the answer is on its way or was given, that is what is shown."""
    context = _composer(request, complaint)
    if context["holder"] and context["holder"].kind == KIND:
        return redirect("submission", pk=context["holder"].pk)
    return render(request, "complaints/answer.html", context)


@require_POST
@_own_complaint
def answer_draft(request, complaint):
    """Save while typing (JSON for the page's script) or by the button (back to the page)."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _bad_request(request, form)
    if form.cleaned_data["author"] != request.user.pk:
        return _another_person(request)
    saved = _save(request, complaint, form)
    if not _wants_json(request):
        return redirect("answer", protocol=complaint.protocol)
    context = _composer(request, complaint)
    return JsonResponse(
        {
            "revision": saved.draft.revision,
            "saved": f"{timezone.localtime(saved.draft.saved_at):%H:%M}",
            "stale": saved.is_stale,
            "checks": render_to_string("complaints/_answer_checks.html", context, request),
            "preview": render_to_string("complaints/_answer_preview.html", context, request),
            "versions": render_to_string("complaints/_answer_versions.html", context, request),
        }
    )


@require_POST
@_own_complaint
def answer_files(request, complaint):
    """Add files to the draft: the good ones stay, each refused one says why."""
    if request.POST.get("author") != str(request.user.pk):
        return _another_person(request)
    refused = []
    for upload in request.FILES.getlist("files"):
        try:
            if upload.size > settings.ATTACHMENT_MAX_BYTES:
                # Not even read.
                size = files.size_in_words(upload.size)
                raise drafts.FileRefused(f"Tem {size}. O portal aceita {drafts.limits_in_words()}.")
            drafts.add_file(complaint=complaint, kind=KIND, by=request.user, name=upload.name, content=upload.read())
        except drafts.FileRefused as error:
            refused.append({"name": upload.name, "reason": str(error)})
    if not request.FILES:
        refused.append({"name": "", "reason": "Escolha um arquivo."})
    context = _composer(request, complaint, refused_files=refused)
    if request.htmx or _wants_json(request):
        return render(request, "complaints/_answer_files.html", context, status=422 if refused else 200)
    return render(request, "complaints/answer.html", context, status=422 if refused else 200)


@require_POST
@_own_complaint
def answer_file_remove(request, complaint, pk):
    draft_file = get_object_or_404(
        DraftFile, pk=pk, draft__complaint=complaint, draft__owner=request.user, draft__kind=KIND
    )
    if response := _save_posted(request, complaint):
        return response
    drafts.remove_file(draft_file=draft_file, by=request.user)
    if request.htmx or _wants_json(request):
        return render(request, "complaints/_answer_files.html", _composer(request, complaint))
    return redirect("answer", protocol=complaint.protocol)


@require_GET
@_own_complaint
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
@_own_complaint
def answer_finding(request, complaint):
    """The author says: this datum is the company's own."""
    form = FindingForm(request.POST)
    if not form.is_valid():
        return _bad_request(request, form)
    if response := _save_posted(request, complaint):
        return response
    draft = drafts.find_draft(complaint=complaint, kind=KIND, owner=request.user)
    kind, _, value = form.cleaned_data["finding"].partition(":")
    drafts.declare_own(draft=draft, kind=kind, value=value, by=request.user)
    if request.htmx:
        return render(request, "complaints/_answer_checks.html", _composer(request, complaint))
    return redirect("answer", protocol=complaint.protocol)


@require_POST
@_own_complaint
def answer_version(request, complaint, pk):
    """Use a kept version of the text, or let it go."""
    version = get_object_or_404(
        DraftVersion, pk=pk, draft__complaint=complaint, draft__owner=request.user, draft__kind=KIND
    )
    if response := _save_posted(request, complaint):
        return response
    if request.POST.get("act") == "drop":
        drafts.drop_version(version=version, by=request.user)
    else:
        drafts.use_version(version=version, by=request.user)
    return redirect("answer", protocol=complaint.protocol)


@require_http_methods(["GET", "POST"])
@_own_complaint
def answer_discard(request, complaint):
    """Asks on GET (a page without script, a dialog with it), throws away on POST."""
    draft = drafts.find_draft(complaint=complaint, kind=KIND, owner=request.user)
    if draft is None:
        return redirect("complaint", protocol=complaint.protocol)
    if request.method == "POST":
        drafts.discard(draft=draft, by=request.user)
        return _to(request, reverse("complaint", args=[complaint.protocol]))
    template = "complaints/_answer_discard.html" if request.htmx else "complaints/answer_discard.html"
    return render(request, template, _composer(request, complaint))


@require_POST
@_own_complaint
def answer_confirm(request, complaint):
    """Save what is written, check everything at once, and ask: exactly this?"""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _bad_request(request, form)
    if form.cleaned_data["author"] != request.user.pk:
        return _another_person(request)
    saved = _save(request, complaint, form)
    context = _composer(request, complaint)
    if saved.is_stale:
        reason = "Outra aba salvou este rascunho depois. O texto desta aba ficou guardado como outra versão."
        return _refused(request, complaint, [reason])
    if context["problems"]:
        return _refused(request, complaint, context["problems"])
    context |= {
        "sending_cpf": cpf_for(request.user, complaint.account),
        "payload_hash": payload_hash(saved.draft.text, context["stored_files"]),
        "total_size": files.size_in_words(sum(stored.size for stored in context["stored_files"])),
    }
    template = "complaints/_answer_confirm.html" if request.htmx else "complaints/answer_confirm.html"
    return render(request, template, context)


@require_POST
@_own_complaint
def answer_send(request, complaint):
    """The confirmed payload goes into the queue; from here the submission's page tells what becomes of it."""
    form = SendForm(request.POST)
    if not form.is_valid():
        return _bad_request(request, form)
    if form.cleaned_data["author"] != request.user.pk:
        return _another_person(request)
    draft = drafts.find_draft(complaint=complaint, kind=KIND, owner=request.user)
    if draft is None:
        mine = complaint.submissions.filter(kind=KIND, by=request.user).order_by("-pk").first()
        if mine:  # a double click: the first one did it
            return _to(request, reverse("submission", args=[mine.pk]))
        return _refused(request, complaint, ["Não há rascunho para enviar."])
    stored_files = [link.stored for link in draft.files.select_related("stored")]
    if payload_hash(draft.text, stored_files) != form.cleaned_data["payload_hash"]:
        reason = "O rascunho mudou depois da conferência. Confira de novo antes de enviar."
        return _refused(request, complaint, [reason])
    try:
        submission = submissions.submit(
            complaint=complaint,
            kind=KIND,
            text=draft.text,
            by=request.user,
            stored_files=stored_files,
            accepted_findings=draft.accepted_findings,
            seen_movement_code=form.cleaned_data["seen_movement_code"],
        )
    except submissions.NotSendable as error:
        return _refused(request, complaint, error.reasons)
    return _to(request, reverse("submission", args=[submission.pk]))


# --- Shared by the views above ----------------------------------------------------------------------------


def _composer(request, complaint, **more) -> dict:
    return (
        composing.context(complaint=complaint, kind=KIND, by=request.user)
        | {"deadline": deadlines.describe(complaint, timezone.now()), "badge_public": badges.PUBLIC_FINAL}
        | more
    )


def _save(request, complaint, form) -> drafts.Saved:
    return drafts.save_draft(
        complaint=complaint,
        kind=KIND,
        by=request.user,
        text=form.cleaned_data["text"],
        base_revision=form.cleaned_data["revision"],
        tab=form.cleaned_data["tab"],
    )


def _wants_json(request) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _to(request, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _save_posted(request, complaint) -> HttpResponse | None:
    """The buttons inside the composer post its text too: keep it first. A response means that it could not be kept."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _bad_request(request, form)
    if form.cleaned_data["author"] != request.user.pk:
        return _another_person(request)
    _save(request, complaint, form)
    return None


def _refused(request, complaint, reasons) -> HttpResponse:
    """422 with every reason; the text is in the draft and on the page."""
    context = _composer(request, complaint, reasons=reasons)
    if not request.htmx:
        return render(request, "complaints/answer.html", context, status=422)
    response = render(request, "complaints/_answer_refused.html", context, status=422)
    return reswap(retarget(response, "#answer-refused"), "outerHTML")


def _bad_request(request, form) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"errors": form.errors}, status=422)
    return HttpResponse("Pedido incompleto. Recarregue a página; o rascunho está guardado.", status=422)


def _another_person(request) -> HttpResponse:
    """The page belongs to somebody else's session: nothing is saved under the person now logged in."""
    message = "Esta página é de outra pessoa. Nada foi salvo em seu nome."
    if _wants_json(request):
        return JsonResponse({"message": message}, status=409)
    return HttpResponse(message, status=409)

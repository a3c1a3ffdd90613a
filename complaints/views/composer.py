"""What the composer's views share: whose complaint it is, keeping what is posted first, and how a refusal is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import wraps

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from complaints import badges, composing, deadlines
from complaints.forms import MOST_CHARACTERS, DraftForm
from complaints.models import Complaint, Draft
from complaints.models.submission import Kind
from complaints.services import drafts

KIND = Kind.ANSWER
IN_DRAFT = "A resposta não foi enviada. O texto está no rascunho."
NOT_SENT = "A resposta não foi enviada."
NOT_SAVED = "O texto não foi salvo. Ele continua nesta página."


@dataclass(frozen=True)
class Kept:
    """What was posted with a button of the composer, saved before the button does anything."""

    draft: Draft
    is_stale: bool
    revision: int  # what the page's next save builds on
    seen: int
    went_on: bool  # the author was shown what is new, and goes on


def own_complaint(view):
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


def context(request, complaint, *, seen: int | None = None, **more) -> dict:
    return (
        composing.context(complaint=complaint, kind=KIND, by=request.user, seen=seen)
        | {"deadline": deadlines.describe(complaint, timezone.now()), "badge_public": badges.of_audience(KIND)}
        | more
    )


def keep_posted(request, complaint) -> Kept | HttpResponse:
    """Save the text that came with the request. A response instead of Kept means that it could not be saved."""
    if is_of_another_person(request):
        return another_person(request)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _not_saved(request, complaint, form)
    revision = form.cleaned_data["revision"]
    saved = drafts.save_draft(
        complaint=complaint,
        kind=KIND,
        by=request.user,
        text=form.cleaned_data["text"],
        base_revision=revision,
        tab=form.cleaned_data["tab"],
    )
    return Kept(
        draft=saved.draft,
        is_stale=saved.is_stale,
        revision=revision if saved.is_stale else saved.draft.revision,
        seen=form.seen,
        went_on=form.went_on,
    )


def fragment(request, complaint, template: str, kept: Kept) -> HttpResponse:
    """A part of the page, with the revision that its next save builds on."""
    shown = context(request, complaint, seen=kept.seen, revision=kept.revision, is_oob=True)
    parts = (template, "complaints/_answer_revision.html")
    return HttpResponse("".join(render_to_string(part, shown, request) for part in parts))


def back(request, complaint, kept: Kept) -> HttpResponse:
    """The page again. What the author had not seen when it was opened, they have not seen now."""
    url = reverse("answer", args=[complaint.protocol])
    return to(request, f"{url}?visto={kept.seen}" if kept.seen < complaint.last_movement_code else url)


def to(request, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def wants_json(request) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


# --- Saying no: 422, and the text stays where it is --------------------------------------------------------


def refused(request, complaint, reasons: Sequence[str], *, heading: str = IN_DRAFT, **more) -> HttpResponse:
    """Every reason at once, above the text."""
    shown = context(request, complaint, reasons=reasons, refused_heading=heading, **more)
    return _above_the_text(request, "answer-refused", "complaints/_answer_refused.html", shown)


def conflict(request, complaint, *, seen: int) -> HttpResponse:
    """The complaint gained words of the others since the author opened it: they are shown beside the text."""
    shown = context(request, complaint, seen=seen)
    return _above_the_text(request, "answer-conflict", "complaints/_answer_conflict.html", shown)


def _above_the_text(request, place: str, template: str, shown: dict) -> HttpResponse:
    if not request.htmx:
        return render(request, "complaints/answer.html", shown, status=422)
    return reswap(retarget(render(request, template, shown, status=422), f"#{place}"), "outerHTML")


def _not_saved(request, complaint, form) -> HttpResponse:
    text = form.fields["text"].to_python(request.POST.get("text", ""))
    if len(text) > MOST_CHARACTERS:
        reason = f"São {_grouped(len(text))} caracteres; um rascunho guarda até {_grouped(MOST_CHARACTERS)}."
    else:
        reason = "O pedido chegou incompleto. Copie o texto e recarregue a página."
    if wants_json(request):
        return JsonResponse({"message": f"Não salvo. {reason}"}, status=422)
    revision = request.POST.get("revision", "")
    return refused(
        request,
        complaint,
        [reason],
        heading=NOT_SAVED,
        text=text,
        seen=form.seen,
        revision=int(revision) if revision.isdecimal() else 0,
    )


def is_of_another_person(request) -> bool:
    author = request.POST.get("author")
    return author is not None and author != str(request.user.pk)


def another_person(request) -> HttpResponse:
    """The page belongs to somebody else's session: nothing is saved under the person now logged in."""
    message = "Esta página é de outra pessoa. Nada foi salvo em seu nome."
    if wants_json(request):
        return JsonResponse({"message": message}, status=409)
    return HttpResponse(message, status=409, content_type="text/plain; charset=utf-8")


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")

"""Answering: the composer, the confirmation, the send. No page here asks the portal; `drafts` keeps what is typed."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from backoffice import files
from complaints import news
from complaints.forms import SendForm
from complaints.models.submission import payload_hash
from complaints.services import drafts, submissions
from complaints.services.accounts import cpf_for
from complaints.views.composer import (
    KIND,
    NOT_SENT,
    Kept,
    another_person,
    conflict,
    context,
    is_of_another_person,
    keep_posted,
    own_complaint,
    refused,
    to,
)


@require_GET
@own_complaint
def answer(request, complaint):
    """The composer. If the answer is on its way or was given, that is what is shown."""
    # After a save without script the page is the same one: what its author had in front of them goes along.
    seen = request.GET.get("visto", "")
    shown = context(request, complaint, seen=int(seen) if seen.isdecimal() else None)
    if shown["holder"] and shown["holder"].kind == KIND:
        return redirect("submission", pk=shown["holder"].pk)
    return render(request, "complaints/answer.html", shown)


@require_POST
@own_complaint
def answer_confirm(request, complaint):
    """Save what is written, check everything at once, and ask: exactly this?"""
    kept = keep_posted(request, complaint)
    if isinstance(kept, HttpResponse):
        return kept
    if kept.is_stale:
        reason = "Outra aba salvou este rascunho depois. O texto desta aba ficou guardado como outra versão."
        return refused(request, complaint, [reason], heading=NOT_SENT, seen=kept.seen)
    shown = context(request, complaint, seen=kept.seen)
    problems = [*shown["problems"]]
    if chosen := request.POST.get("files"):
        # Without script a file may be chosen and its button not pressed: only its name comes then.
        problems.append(f"{chosen} foi escolhido, mas não anexado. Use «Anexar» antes de enviar.")
    if problems:
        return refused(request, complaint, problems, seen=kept.seen)
    if shown["difference"]:
        return conflict(request, complaint, seen=kept.seen)
    template = "complaints/_answer_confirm.html" if request.htmx else "complaints/answer_confirm.html"
    return render(request, template, shown | _payload(request, complaint, kept, shown["stored_files"]))


def _payload(request, complaint, kept: Kept, stored_files) -> dict:
    has_more = complaint.last_movement_code > kept.seen
    return {
        "sending_cpf": cpf_for(request.user, complaint.account),
        "payload_hash": payload_hash(kept.draft.text, stored_files),
        "total_size": files.size_in_words(sum(stored.size for stored in stored_files)),
        "went_on": kept.went_on,
        # Of our side and the system: the others' would have been a conflict.
        "own_news": complaint.movements.filter(code__gt=kept.seen).count() if has_more else 0,
        "is_oob": request.htmx,
    }


@require_POST
@own_complaint
def answer_send(request, complaint):
    """The confirmed payload goes into the queue; from here the submission's page tells what becomes of it."""
    if is_of_another_person(request):
        return another_person(request)
    form = SendForm(request.POST)
    if not form.is_valid():
        return refused(request, complaint, ["O pedido chegou incompleto. Confira de novo."], heading=NOT_SENT)
    draft = drafts.find_draft(complaint=complaint, kind=KIND, owner=request.user)
    if draft is None or draft.is_empty:
        mine = complaint.submissions.filter(kind=KIND, by=request.user).order_by("-pk").first()
        if mine:  # a double click: the first one did it
            return to(request, reverse("submission", args=[mine.pk]))
        return refused(request, complaint, ["Não há rascunho para enviar."], heading=NOT_SENT)
    seen = form.cleaned_data["seen_movement_code"]
    stored_files = [link.stored for link in draft.files.select_related("stored")]
    if payload_hash(draft.text, stored_files) != form.cleaned_data["payload_hash"]:
        reason = "O rascunho mudou depois da conferência. Confira de novo antes de enviar."
        return refused(request, complaint, [reason], seen=seen)
    if news.since(complaint, seen):
        return conflict(request, complaint, seen=seen)
    try:
        submission = submissions.submit(
            complaint=complaint,
            kind=KIND,
            text=draft.text,
            by=request.user,
            stored_files=stored_files,
            accepted_findings=draft.accepted_findings,
            seen_movement_code=seen,
        )
    except submissions.NotSendable as error:
        return refused(request, complaint, error.reasons, seen=seen)
    return to(request, reverse("submission", args=[submission.pk]))

"""What became of what we sent: the list, one submission with its evidence, and what a person decides about it."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event
from django_q.tasks import async_task

from backoffice.outbox import MAYBE_THERE
from complaints import badges, deadlines, outcome, sending
from complaints.forms import ReasonForm, ReceivedForm
from complaints.models import Submission
from complaints.models.submission import Kind
from complaints.services import submissions as service

may_view = permission_required("complaints.view_complaint", raise_exception=True)
may_settle = permission_required("complaints.settle_submission", raise_exception=True)

SETTLED = "Este envio já não está em dúvida."
CHANGED = "Este envio mudou enquanto você decidia. Veja o estado de agora."


@require_GET
@may_view
def submissions(request):
    """What needs a person first, then what is on its way, then what was sent today."""
    return render(request, "complaints/submissions.html", sending.overview(request.user))


@require_GET
@may_view
def submission(request, pk):
    found = _find(request, pk)
    if found.by_id == request.user.pk:
        service.acknowledge(submission=found, by=request.user)
    return render(request, "complaints/submission.html", _page(request, found))


@require_GET
@may_view
def submission_state(request, pk):
    """The page asks until nothing more can change. `versao` is what it shows: while that holds, only the asking
    goes on, and nothing on the page is touched."""
    found = _find(request, pk)
    hurry = _number(request.GET.get("pressa", ""))
    shown = request.GET.get("versao", "")
    if shown == sending.present_version(found):
        asking = {
            "submission": found,
            "version": shown,
            "ways_out": request.GET.get("saidas", ""),
            "hurry": hurry,
            "poll_seconds": sending.poll_seconds(found, hurry=hurry),
        }
        return render(request, "complaints/_submission_poll.html", asking)
    context = _context(request, found, hurry=hurry)
    context["has_new_ways_out"] = context["ways_out"] != request.GET.get("saidas", "")
    response = render(request, "complaints/_submission_news.html", context)
    said = {"text": context["headline"], "urgent": found.state in outcome.URGENT}
    if shown.split(".")[0] == found.state and context["facts"]:
        # The same state, and something new is known about it.
        said = {"text": context["facts"][-1].text, "urgent": False}
    return trigger_client_event(response, "bo:announce", said)


@require_POST
@may_view
def submission_withdraw(request, pk):
    """Take back what has not left. Its author's, or a supervisor's."""
    found = _find(request, pk)
    if found.by_id != request.user.pk and not request.user.has_perm("complaints.settle_submission"):
        return _say(request, found, "Só quem enviou ou a supervisão pode cancelar.", status=403)
    if not service.withdraw(submission=found, by=request.user):
        return _say(request, found, "Tarde demais para cancelar: o envio pode já ter saído.", status=409)
    if found.by_id == request.user.pk and found.kind == Kind.ANSWER:
        return _to(request, reverse("answer", args=[found.complaint.protocol]))
    return _to(request, reverse("submission", args=[found.pk]))


@require_POST
@may_view
def submission_check(request, pk):
    """«Conferir agora»: the reading happens in the worker; the page shows it when it is there."""
    found = _find(request, pk)
    if found.state not in MAYBE_THERE:
        return _say(request, found, SETTLED, status=409)
    async_task("complaints.tasks.settle_submission", found.pk)
    return _say(request, found, "Conferência pedida. O resultado aparece aqui.", hurry=sending.HURRY)


@require_POST
@may_settle
def submission_received(request, pk):
    """Way out 1: it was received, and this is its movement."""
    form = ReceivedForm(request.POST)

    def decide(found):
        if not form.is_valid():
            raise service.NotSendable("Escolha o trâmite que é este envio.")
        return service.confirm_received(
            submission=found, movement_code=form.cleaned_data["movement_code"], by=request.user
        )

    return _decided(request, pk, decide)


@require_POST
@may_settle
def submission_send_again(request, pk):
    """Way out 2: it was not received; the same text and files, once more."""
    return _decided(
        request,
        pk,
        lambda found: service.send_again(submission=found, by=request.user, reason=_reason(request)),
    )


@require_POST
@may_settle
def submission_give_back(request, pk):
    """Way out 3: it is not there and is not sent again; its text is a draft once more."""
    return _decided(
        request,
        pk,
        lambda found: service.give_back(submission=found, by=request.user, reason=_reason(request)),
    )


# --- Shared by the views above ----------------------------------------------------------------------------


def _find(request, pk) -> Submission:
    """The row and the right to it in one act."""
    return get_object_or_404(
        Submission.objects.visible_to(request.user).select_related("complaint", "account", "by", "confirmed_by"), pk=pk
    )


def _decided(request, pk, decide) -> HttpResponse:
    """One decision about what the person had in front of them: this attempt, and no later one."""
    found = _find(request, pk)
    if request.POST.get("attempt") != str(found.attempt):
        return _say(request, found, CHANGED, status=409)
    if found.state not in MAYBE_THERE:
        return _say(request, found, SETTLED, status=409)
    try:
        done = decide(found)
    except service.NotSendable as error:
        return _say(request, found, str(error), status=422)
    if not done:
        return _say(request, _find(request, pk), CHANGED, status=409)
    return _to(request, reverse("submission", args=[found.pk]))


def _reason(request) -> str:
    """What was written, or "", which the services refuse in their own words."""
    form = ReasonForm(request.POST)
    return form.cleaned_data["reason"] if form.is_valid() else ""


def _context(request, found: Submission, *, hurry: int = 0) -> dict:
    return sending.context(found, by=request.user, hurry=hurry) | {
        "badge": badges.of_submission(found, is_portal_down=found.account.is_down),
        "is_mine": found.by_id == request.user.pk,
    }


def _page(request, found: Submission, *, hurry: int = 0) -> dict:
    return _context(request, found, hurry=hurry) | {
        "deadline": deadlines.describe(found.complaint, timezone.now()),
        "next_complaint": sending.next_in_my_queue(found.complaint, request.user),
    }


def _say(request, found: Submission, message: str, *, status: int = 200, hurry: int = 0) -> HttpResponse:
    """The part that changes (or the page) again, with one sentence on top.

    With script a refusal is 422 whatever it is: other errors are not shown, and these words are for the person.
    """
    said = {"message": message, "is_error": status >= 400, "reason": request.POST.get("reason", "")}
    if not request.htmx:
        return render(request, "complaints/submission.html", _page(request, found, hurry=hurry) | said, status=status)
    context = _context(request, found, hurry=hurry) | said | {"has_new_ways_out": True, "is_answer": True}
    return render(request, "complaints/_submission_news.html", context, status=422 if status >= 400 else status)


def _to(request, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _number(text: str) -> int:
    """How many quick looks are left after this one."""
    return min(max(int(text) - 1, 0), sending.HURRY) if text.isdecimal() else 0

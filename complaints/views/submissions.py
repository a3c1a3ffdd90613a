"""What became of what we sent: the list, one submission with its evidence, and what a person decides about it."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect
from django_q.tasks import async_task

from backoffice.outbox import MAYBE_THERE
from complaints import badges, deadlines, sending
from complaints.forms import ReceivedForm, SendAgainForm
from complaints.models import Submission
from complaints.services import submissions as service

may_view = permission_required("complaints.view_complaint", raise_exception=True)
may_settle = permission_required("complaints.settle_submission", raise_exception=True)


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
    return render(request, "complaints/submission.html", _context(request, found))


@require_GET
@may_view
def submission_state(request, pk):
    """The part that changes; the page asks for it until the state is final."""
    return render(request, "complaints/_submission_state.html", _context(request, _find(request, pk)))


@require_POST
@may_view
def submission_withdraw(request, pk):
    """Take back what has not left. Its author's, or a supervisor's."""
    found = _find(request, pk)
    if found.by_id != request.user.pk and not request.user.has_perm("complaints.settle_submission"):
        return _say(request, found, "Só quem enviou ou a supervisão pode cancelar.", status=403)
    if not service.withdraw(submission=found, by=request.user):
        return _say(request, found, "Tarde demais para cancelar: o envio já não está na fila.", status=409)
    if found.by_id == request.user.pk:
        return _to(request, reverse("answer", args=[found.complaint.protocol]))
    return _to(request, reverse("submission", args=[found.pk]))


@require_POST
@may_view
def submission_check(request, pk):
    """«Conferir agora»: the reading happens in the worker; the page shows it when it is there."""
    found = _find(request, pk)
    if found.state not in MAYBE_THERE:
        return _say(request, found, "Este envio já não está em dúvida.", status=409)
    async_task("complaints.tasks.settle_submission", found.pk)
    return _say(request, found, "Conferência pedida. O resultado aparece aqui.")


@require_POST
@may_settle
def submission_received(request, pk):
    """Way out 1: it was received, and this is its movement."""
    found = _find(request, pk)
    form = ReceivedForm(request.POST)
    if not form.is_valid():
        return _say(request, found, "Escolha o trâmite que é este envio.", status=422)
    try:
        done = service.confirm_received(
            submission=found, movement_code=form.cleaned_data["movement_code"], by=request.user
        )
    except service.NotSendable as error:
        return _say(request, found, str(error), status=422)
    if not done:
        return _say(request, found, "Este envio já não está em dúvida.", status=409)
    return _to(request, reverse("submission", args=[found.pk]))


@require_POST
@may_settle
def submission_send_again(request, pk):
    """Way out 2: it was not received; the same text and files, once more."""
    found = _find(request, pk)
    form = SendAgainForm(request.POST)
    if not form.is_valid():
        return _say(request, found, "Diga por que é certo que o envio não chegou.", status=422)
    try:
        done = service.send_again(submission=found, by=request.user, reason=form.cleaned_data["reason"])
    except service.NotSendable as error:
        return _say(request, found, str(error), status=422)
    if not done:
        return _say(request, found, "Este envio já não está em dúvida.", status=409)
    return _to(request, reverse("submission", args=[found.pk]))


# --- Shared by the views above ----------------------------------------------------------------------------


def _find(request, pk) -> Submission:
    """The row and the right to it in one act."""
    return get_object_or_404(
        Submission.objects.visible_to(request.user).select_related("complaint", "account", "by", "confirmed_by"), pk=pk
    )


def _context(request, found: Submission) -> dict:
    return sending.context(found, by=request.user) | {
        "badge": badges.of_submission(found, is_portal_down=found.account.is_down),
        "deadline": deadlines.describe(found.complaint, timezone.now()),
        "may_settle": request.user.has_perm("complaints.settle_submission"),
        "is_mine": found.by_id == request.user.pk,
    }


def _say(request, found: Submission, message: str, *, status: int = 200) -> HttpResponse:
    """The fragment (or the page) again, with one sentence on top."""
    template = "complaints/_submission_state.html" if request.htmx else "complaints/submission.html"
    return render(
        request, template, _context(request, found) | {"message": message, "is_error": status >= 400}, status=status
    )


def _to(request, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)

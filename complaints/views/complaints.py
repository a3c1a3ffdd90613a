"""One complaint: what the portal told us, what we did, and what may be done next. Reading never asks the portal."""

from axes.helpers import get_client_ip_address
from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import reswap, retarget, trigger_client_event

from complaints import badges, dossier
from complaints.consumer_data import Group, PersonalField
from complaints.context import visible_accounts
from complaints.dossier import Dossier
from complaints.models import Complaint
from complaints.services import refresh as refreshing
from complaints.services import reveal as revealing
from complaints.timeline import SHOWN_AT_ONCE

MOST_SHOWN = 2000
TABS = ("conversa", "dados")


class RevealForm(forms.Form):
    campo = forms.ChoiceField(choices=Group.choices)


@require_GET
@never_cache
@permission_required("complaints.view_complaint", raise_exception=True)
def complaint(request, protocol):
    found = _find(request, protocol)
    read = _read(request, found)
    revealing.record_opening(
        complaint=found,
        by=request.user,
        last_opened_at=read.last_opened_at,
        ip=get_client_ip_address(request),
    )
    return render(request, "complaints/complaint.html", _context(request, read))


@require_POST
@never_cache
@permission_required(["complaints.view_complaint", "complaints.reveal_complaint"], raise_exception=True)
def reveal_complaint(request, protocol):
    """One group of personal data in clear: the field alone, or the whole page for a browser without script."""
    found = _find(request, protocol)
    form = RevealForm(request.POST)
    if not form.is_valid():
        return HttpResponse("Não há esse dado para revelar.", status=422)
    field = revealing.reveal(
        complaint=found,
        group=Group(form.cleaned_data["campo"]),
        by=request.user,
        ip=get_client_ip_address(request),
    )
    if request.htmx:
        return render(request, "complaints/_personal_field.html", {"field": field, "complaint": found})
    read = _read(request, found, revealed=field)
    return render(request, "complaints/complaint.html", _context(request, read))


@require_POST
@never_cache
@permission_required("complaints.view_complaint", raise_exception=True)
def refresh_complaint(request, protocol):
    """Read this one record from the portal while the person waits; on failure the page stays as it was."""
    found = _find(request, protocol)
    try:
        refreshing.refresh(complaint=found, by=request.user, ip=get_client_ip_address(request))
    except refreshing.RefreshFailed as error:
        return _not_refreshed(request, found, error.words)
    if not request.htmx:
        return redirect("complaint", protocol=protocol)
    read = _read(request, _find(request, protocol))
    context = _context(request, read)
    response = render(request, "complaints/_complaint.html", context)
    return trigger_client_event(response, "bo:announce", {"text": f"Lida no portal {context['read_words']}."})


def _find(request, protocol: str) -> Complaint:
    return dossier.find(protocol=protocol, viewer=request.user, accounts=visible_accounts(request))


def _not_refreshed(request, found: Complaint, words: str) -> HttpResponse:
    if request.htmx:
        context = {"complaint": found, "refresh_problem": words}
        response = render(request, "complaints/_refresh_problem.html", context)
        return reswap(retarget(response, "#refresh-problem"), "outerHTML")
    read = _read(request, found)
    return render(request, "complaints/complaint.html", _context(request, read) | {"refresh_problem": words})


def _read(request, found: Complaint, *, revealed: PersonalField | None = None) -> Dossier:
    now = timezone.now()
    return dossier.read(
        found,
        viewer=request.user,
        now=now,
        opened_since=now - revealing.SAME_LOOK,
        shown=_shown(request),
        revealed=revealed,
    )


def _shown(request) -> int:
    """How many entries the address asks for; what is no number asks for nothing special."""
    wanted = request.GET.get("mostrar", "")
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) <= 6):
        return SHOWN_AT_ONCE
    return min(max(int(wanted), SHOWN_AT_ONCE), MOST_SHOWN)


def _when_read(complaint: Complaint) -> str:
    """`às 14:46` today, else with its day."""
    clock = badges.clock(complaint.read_at)
    return f"às {clock}" if len(clock) == len("14:46") else f"em {clock.replace(' ', ', ')}"


def _context(request, read: Dossier) -> dict:
    tab = request.GET.get("aba", "")
    may_send = request.user.has_perm("complaints.add_submission")
    allows_answer = read.complaint.allows("responder")
    return {
        "complaint": read.complaint,
        "dossier": read,
        "tab": tab if tab in TABS else TABS[0],
        "read_words": _when_read(read.complaint),
        "pending_badge": read.pending
        and badges.of_submission(read.pending, is_portal_down=read.complaint.account.is_down),
        "rating_badge": badges.of_rating(read.complaint),
        "shown_next": _shown(request) + SHOWN_AT_ONCE,
        "can_answer": allows_answer and may_send and read.pending is None,
        "lacks_right_to_answer": allows_answer and not may_send,
        "can_reveal": request.user.has_perm("complaints.reveal_complaint"),
        "can_take": request.user.has_perm("complaints.take_complaint"),
        "can_assign": request.user.has_perm("complaints.assign_complaint"),
    }

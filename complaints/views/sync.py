"""The readings of the portal: what ran, when, what it brought, and "now, please"."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from complaints import sync_rows
from complaints.context import visible_accounts
from complaints.models import PortalAccount
from complaints.services import portal
from complaints.services import sync as service

may_view = permission_required("complaints.view_syncrun", raise_exception=True)
may_run = permission_required("complaints.run_sync", raise_exception=True)

# Seconds between two looks at what is being read: (until this look, seconds).
POLLS = ((5, 2), (20, 5), (200, 15))
# Looks without anything being read before the page believes that nothing will start.
LOOKS_FOR_A_START = 5


@require_GET
@may_view
def sync(request):
    return render(request, "complaints/sync.html", _context(request, look=0))


@require_GET
@may_view
def sync_progress(request):
    """The part that changes; the page asks for it while something is being read."""
    given = request.GET.get("n", "")
    look = int(given) if given.isascii() and given.isdigit() and len(given) < 5 else 0
    return render(request, "complaints/_sync.html", _context(request, look=look, is_expected=True))


@require_POST
@may_run
def sync_now(request, pk):
    """Ask for a reading of one account; it happens in the background."""
    account = get_object_or_404(PortalAccount.objects.visible_to(request.user), pk=pk)
    problem = portal.refusal(account)
    if not problem:
        service.request_sync(account=account, by=request.user)
    words = problem or f"Leitura de {account} pedida. Começa em instantes."
    if not request.htmx:
        (messages.error if problem else messages.success)(request, words)
        return redirect("sync")
    context = _context(request, look=0, is_expected=not problem)
    context |= {"message": words, "is_error": bool(problem)}
    return render(request, "complaints/_sync.html", context, status=422 if problem else 200)


def _context(request, *, look: int, is_expected: bool = False) -> dict:
    """`is_expected`: something was asked for and may be about to start."""
    rows = sync_rows.rows_of(visible_accounts(request), timezone.now())
    is_running = any(row.running for row in rows)
    is_waiting = is_expected and look < LOOKS_FOR_A_START
    seconds = next((seconds for until, seconds in POLLS if look < until), None)
    return {
        "rows": rows,
        "poll_seconds": seconds if is_running or is_waiting else None,
        "next_look": look + 1,
        "is_paused": is_running and seconds is None,
    }

"""Which accounts are read in a background task, and for how long.

A round reads one account after the other and leaves the second worker to what people send: while one round works,
another one goes away at once.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from django.db.models import F, Max, QuerySet
from django.utils import timezone
from django_q.tasks import async_task

from complaints.models import PortalAccount, SyncRun
from complaints.services import sync, sync_runs

LEAST_SECONDS = 10.0  # a shorter rest is left to the next round


def read_accounts(*, seconds: float = sync.SLICE_SECONDS) -> None:
    """One round over the active accounts, least recently read first. What does not end goes on in another task."""
    if _another_round_works():
        return
    accounts = active_accounts().annotate(read_last=Max("sync_runs__heartbeat_at"))
    _round(accounts.order_by(F("read_last").asc(nulls_first=True)), seconds, _read_what_is_needed)


def read_lists(*, seconds: float = sync.SLICE_SECONDS) -> None:
    """The lists of the accounts whose last reading of them is old enough."""
    if _another_round_works():
        return
    due = [account for account in active_accounts() if sync.is_catalogue_due(account)]
    _round(due, seconds, lambda account, left: [sync.run_catalogue(account=account, seconds=left)])


def read_account(*, account: PortalAccount, by=None, seconds: float = sync.SLICE_SECONDS) -> None:
    """What one account needs, because somebody asked. Does nothing for an account that is read already."""
    _round([account], seconds, lambda account, left: _read_what_is_needed(account, left, by=by))


def active_accounts() -> QuerySet[PortalAccount]:
    return PortalAccount.objects.filter(is_active=True, paused_at=None)


def _round(accounts, seconds: float, read: Callable[[PortalAccount, float], list[SyncRun]]) -> None:
    ends = time.monotonic() + seconds
    is_begun = is_unfinished = False
    for account in accounts:
        left = ends - time.monotonic()
        if is_begun and left < LEAST_SECONDS:
            is_unfinished = True
            break
        is_begun = True
        try:
            runs = read(account, left)
        except sync.AlreadyRunning:
            continue
        is_unfinished = is_unfinished or any(run.state == SyncRun.State.RUNNING and not run.worker for run in runs)
    if is_unfinished:
        async_task("complaints.tasks.sync_all", group="sync")


def _read_what_is_needed(account: PortalAccount, seconds: float, *, by=None) -> list[SyncRun]:
    ends = time.monotonic() + seconds
    runs = [sync.run_next(account=account, by=by, seconds=seconds)]
    # The lists come first and are short: go on to what they were read for.
    if runs[0].kind == SyncRun.Kind.CATALOGUE and runs[0].state == SyncRun.State.DONE:
        left = ends - time.monotonic()
        runs.append(sync.run_next(account=account, by=by, seconds=max(left, 1.0)))
    return runs


def _another_round_works() -> bool:
    alive = SyncRun.objects.filter(state=SyncRun.State.RUNNING, worker__startswith=sync_runs.TASK)
    return alive.filter(heartbeat_at__gt=timezone.now() - timedelta(minutes=2)).exists()

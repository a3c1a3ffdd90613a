"""Reading an account of the portal: everything once (import), then what is new (increment), and the lists.

Every run works in slices: with `seconds` it stops in time, keeps its place and is gone on with by `run_next`.
Nothing is written while the portal is waited for, and each page commits its place with it, so that a run may be
killed anywhere. What each function raises: AlreadyRunning. How the portal failed stands in the run it returns.
"""

import logging
from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django_q.tasks import async_task

from backoffice import audit
from backoffice.remote.errors import CredentialsRefused, RemoteError
from complaints.consumidor_gov.client import ConsumidorGov
from complaints.models import PortalAccount, SyncRun
from complaints.services import importing, portal, reading_lists, reading_news, sync_runs
from complaints.services.reading import Reading
from complaints.services.sync_runs import AlreadyRunning, Held, Kind, Lost, SliceOver, State

__all__ = [
    "SLICE_SECONDS",
    "AlreadyRunning",
    "request_sync",
    "run_catalogue",
    "run_import",
    "run_increment",
    "run_next",
]

logger = logging.getLogger(__name__)

# Of work in one task, which may take Q_CLUSTER["timeout"] in all; a call under way may still need its time.
SLICE_SECONDS = 150.0
LISTS_EVERY = timedelta(hours=20)  # the daily reading of the short lists
WHOLE_LISTS_EVERY = timedelta(days=7)

Progress = Callable[[SyncRun], None]
_WORK = {Kind.CATALOGUE: reading_lists.work, Kind.IMPORT: importing.work, Kind.INCREMENT: reading_news.work}


def run_import(
    *,
    account: PortalAccount,
    since: date | None = None,
    restart: bool = False,
    by=None,
    client: ConsumidorGov | None = None,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> SyncRun:
    """Read every complaint opened since `since` (default: SYNC_HISTORY_MONTHS back) and every unfinished older one.

    An import that ended early is gone on with, unless `restart`, or `since` is another one.
    """
    earlier = None if restart else sync_runs.to_resume(account, Kind.IMPORT)
    if earlier and since and earlier.since != since:
        earlier = None
    if earlier:
        since, cursor = earlier.since, earlier.cursor
    else:
        since = since or importing.default_since()
        cursor = importing.first_cursor(since)
    run = sync_runs.start(
        account=account,
        kind=Kind.IMPORT,
        cursor=cursor,
        since=since,
        by=by,
        resumes=earlier,
        is_task=seconds is not None,
    )
    return _work(run, account, client, seconds, progress)


def run_increment(
    *,
    account: PortalAccount,
    by=None,
    client: ConsumidorGov | None = None,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> SyncRun:
    """Read what changed since the last time: the feed of movements, the openings of the last days."""
    run = sync_runs.start(account=account, kind=Kind.INCREMENT, cursor={}, by=by, is_task=seconds is not None)
    return _work(run, account, client, seconds, progress)


def run_catalogue(
    *,
    account: PortalAccount,
    is_whole: bool | None = None,
    by=None,
    client: ConsumidorGov | None = None,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> SyncRun:
    """Read the lists; `is_whole` includes municipalities, subjects and problems (default: when a week has passed)."""
    earlier = sync_runs.to_resume(account, Kind.CATALOGUE)
    if is_whole is None:
        is_whole = bool(earlier and earlier.cursor.get("is_whole")) or _are_lists_due(account, is_whole=True)
    if earlier and earlier.cursor.get("is_whole") != is_whole:
        earlier = None
    cursor = earlier.cursor if earlier else {"is_whole": is_whole}
    run = sync_runs.start(
        account=account, kind=Kind.CATALOGUE, cursor=cursor, by=by, resumes=earlier, is_task=seconds is not None
    )
    return _work(run, account, client, seconds, progress)


def run_next(
    *,
    account: PortalAccount,
    by=None,
    client: ConsumidorGov | None = None,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> SyncRun:
    """Do what this account needs now: go on with its waiting run, else the lists for the first time, else the
    import while it has never been finished, else what is new."""
    waiting = sync_runs.take(account, is_task=seconds is not None)
    options = {"client": client, "seconds": seconds, "progress": progress}
    if waiting:
        return _work(waiting, account, **options)
    if sync_runs.last(account, Kind.CATALOGUE, state=State.DONE) is None and not _has_just_failed(account):
        return run_catalogue(account=account, is_whole=False, by=by, **options)
    if account.synced_at is None or sync_runs.to_resume(account, Kind.IMPORT):
        return run_import(account=account, by=by, **options)
    return run_increment(account=account, by=by, **options)


def is_catalogue_due(account: PortalAccount) -> bool:
    return _are_lists_due(account, is_whole=False) or _are_lists_due(account, is_whole=True)


def request_sync(*, account: PortalAccount, by) -> None:
    """Ask for a reading now; it happens in the background. Audited."""
    with transaction.atomic():
        audit.record(audit.AuditEvent.Action.SYNC_REQUESTED, by=by, subject=str(account))
        enqueue(account, by=by)


def enqueue(account: PortalAccount, *, by=None) -> None:
    """After commit: one slice of what the account needs."""
    arguments = (account.pk, by.pk) if by else (account.pk,)
    transaction.on_commit(lambda: async_task("complaints.tasks.sync_account", *arguments, group="sync"))


def _has_just_failed(account: PortalAccount) -> bool:
    """The lists are wanted first, but must not keep the complaints away for ever."""
    run = sync_runs.last(account, Kind.CATALOGUE)
    return bool(run and run.state == State.FAILED)


def _are_lists_due(account: PortalAccount, *, is_whole: bool) -> bool:
    filters = {"cursor__is_whole": True} if is_whole else {}
    done = sync_runs.last(account, Kind.CATALOGUE, state=State.DONE, **filters)
    return done is None or timezone.now() - done.finished_at > (WHOLE_LISTS_EVERY if is_whole else LISTS_EVERY)


def _work(
    run: SyncRun,
    account: PortalAccount,
    client: ConsumidorGov | None,
    seconds: float | None,
    progress: Progress | None,
) -> SyncRun:
    held = Held(run, seconds=seconds, progress=progress)
    try:
        _work_until_it_ends(held, account, client)
    except Lost:
        logger.warning("account %s: run %s was taken over by somebody else", account.pk, run.pk)
    run.refresh_from_db()
    return run


def _work_until_it_ends(held: Held, account: PortalAccount, client: ConsumidorGov | None) -> None:
    try:
        with Reading(held, account, client) as reading:
            _WORK[held.run.kind](reading)
    except SliceOver:
        held.release()
    except Lost:
        raise
    except CredentialsRefused as error:
        portal.pause(account, words=error.words)
        held.finish(State.FAILED, error.words)
    except (RemoteError, portal.AccountUnavailable) as error:
        held.finish(State.FAILED, error.words)
    except Exception:
        held.finish(State.FAILED, "Erro nosso durante a leitura; os detalhes estão no registro do servidor.")
        raise
    except BaseException:  # Ctrl-C, or the task's time-out: the next run goes on from here
        held.finish(State.INTERRUPTED, "A leitura foi interrompida e será retomada.")
        raise
    else:
        held.finish(State.DONE)

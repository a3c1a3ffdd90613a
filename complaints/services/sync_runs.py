"""A run of reading as a row (SyncRun): who holds it, how far it came, how it ended.

The database lets one run per account be RUNNING. Whoever works on it puts a token of its own into `worker`; every
step is an UPDATE that only succeeds while that token stands, so a worker that was taken over learns it with its next
step and stops. Between two slices of work `worker` is empty and anybody may go on.
"""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from complaints.models import PortalAccount, SyncRun
from complaints.services.ingest import Counts

# Without a sign for this long, whoever held the run is dead.
STALE = timedelta(minutes=5)
BEAT_EVERY = 20.0  # seconds between two signs while nothing is written
# SQLite has one writer: between two transactions of ours people's writes get their turn.
PAUSE = 0.02  # seconds

TASK = "task-"  # begins the token of a worker that is a background task

State, Kind = SyncRun.State, SyncRun.Kind


class AlreadyRunning(Exception):
    """Somebody reads this account now. `words` is Portuguese, for the screen."""

    def __init__(self, run: SyncRun | None) -> None:
        since = f" desde {timezone.localtime(run.started_at):%H:%M}" if run else ""
        self.words = f"Já há uma leitura em andamento{since}."
        super().__init__(self.words)


class Lost(Exception):
    """Somebody else took the run over; nothing more may be written under it."""


class SliceOver(Exception):
    """The time of this slice is up; the run goes on in another one."""


class Held:
    """A run in our hands. Use it from one thread."""

    def __init__(self, run: SyncRun, *, seconds: float | None, progress: Callable[[SyncRun], None] | None) -> None:
        self.run = run
        self._progress = progress
        self._ends = None if seconds is None else time.monotonic() + seconds
        self._beaten = time.monotonic()
        self._wrote_at = float("-inf")
        self._calls = 0

    @property
    def cursor(self) -> dict:
        return self.run.cursor

    def called(self, times: int = 1) -> None:
        """Count calls to the portal; they are written with the next step."""
        self._calls += times

    def beat(self) -> None:
        """Say that we live, now and then. Raises SliceOver when time is up, Lost."""
        self.check_time()
        if time.monotonic() - self._beaten >= BEAT_EVERY:
            self._write({})

    def check_time(self) -> None:
        if self._ends is not None and time.monotonic() >= self._ends:
            raise SliceOver

    def begin_step(self, words: str, *, steps_total: int | None = None) -> None:
        """Name what is being read. Raises Lost."""
        self._write({"words": words} | ({} if steps_total is None else {"steps_total": steps_total}))

    def advance(self, *, cursor: dict | None = None, counts: Counts | None = None, steps: int = 0, unreadable: int = 0):
        """Add a finished piece of work. Call it in the transaction of that work. Raises Lost."""
        run, values = self.run, {}
        if cursor is not None:
            values["cursor"] = run.cursor | cursor
        if counts:
            values |= {
                "created": run.created + counts.created,
                "changed": run.changed + counts.changed,
                "unchanged": run.unchanged + counts.unchanged,
            }
        if steps:
            values["steps_done"] = run.steps_done + steps
        if unreadable:
            values["unreadable"] = run.unreadable + unreadable
        self._write(values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """A transaction of this run. On SQLite it begins PAUSE after the one before, so that others write between."""
        if connection.vendor == "sqlite":
            time.sleep(min(PAUSE, max(0.0, self._wrote_at + PAUSE - time.monotonic())))
        with transaction.atomic():
            yield
        self._wrote_at = time.monotonic()

    def release(self) -> None:
        """End this slice; the run stays RUNNING for the next one."""
        self._write({"worker": ""})

    def finish(self, state: str, words: str = "") -> None:
        now = timezone.now()
        self._write({"state": state, "finished_at": now, "worker": "", "words": words[:300]})

    def _write(self, values: dict) -> None:
        now = timezone.now()
        values |= {"heartbeat_at": now, "calls": self.run.calls + self._calls}
        mine = SyncRun.objects.filter(pk=self.run.pk, state=State.RUNNING, worker=self.run.worker)
        if not mine.update(**values):
            raise Lost
        for name, value in values.items():
            setattr(self.run, name, value)
        self._calls, self._beaten = 0, time.monotonic()
        if self._progress:
            self._progress(self.run)


def start(
    *,
    account: PortalAccount,
    kind: str,
    cursor: dict,
    since: date | None = None,
    by=None,
    resumes: SyncRun | None = None,
    is_task: bool = False,
) -> SyncRun:
    """Begin a run, or go on where `resumes` (a run that ended early) stopped. A run without sign of life is ended.

    Raises AlreadyRunning.
    """
    now = timezone.now()
    with transaction.atomic():
        interrupt_stale(account, now)
        try:
            with transaction.atomic():
                return SyncRun.objects.create(
                    account=account,
                    kind=kind,
                    by=by,
                    started_at=now,
                    heartbeat_at=now,
                    since=since,
                    worker=_token(is_task),
                    cursor=cursor,
                    steps_done=resumes.steps_done if resumes else 0,
                    steps_total=resumes.steps_total if resumes else 0,
                )
        except IntegrityError:
            running = SyncRun.objects.filter(account=account, state=State.RUNNING).first()
    raise AlreadyRunning(running)


def take(account: PortalAccount, *, is_task: bool) -> SyncRun | None:
    """Take the account's run that waits between two slices. None when there is none, or somebody was quicker."""
    token = _token(is_task)
    waiting = SyncRun.objects.filter(account=account, state=State.RUNNING, worker="")
    if not waiting.update(worker=token, heartbeat_at=timezone.now()):
        return None
    return SyncRun.objects.get(account=account, state=State.RUNNING, worker=token)


def interrupt_stale(account: PortalAccount, now: datetime) -> int:
    """End the account's run whose holder gave no sign for STALE. Its cursor stays, for the next run."""
    stale = SyncRun.objects.filter(account=account, state=State.RUNNING, heartbeat_at__lt=now - STALE)
    return stale.update(
        state=State.INTERRUPTED, finished_at=now, worker="", words="A leitura parou sem terminar e será retomada."
    )


def last(account: PortalAccount, kind: str, **filters) -> SyncRun | None:
    return SyncRun.objects.filter(account=account, kind=kind, **filters).order_by("-id").first()


def to_resume(account: PortalAccount, kind: str) -> SyncRun | None:
    """The newest run of its kind, when it ended before its work did; one without sign of life is ended here."""
    interrupt_stale(account, timezone.now())
    run = last(account, kind)
    return run if run and run.state in (State.FAILED, State.INTERRUPTED) and run.cursor else None


def _token(is_task: bool) -> str:
    return (TASK if is_task else "") + secrets.token_hex(12)

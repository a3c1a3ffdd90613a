"""What the page of readings shows of each account: pure reading, no writing, three queries for any number of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, OuterRef, Subquery

from complaints.badges import Badge, clock
from complaints.models import PortalAccount, SyncRun, UnreadableRecord
from complaints.queue_rows import ago

State, Kind = SyncRun.State, SyncRun.Kind
KINDS = (Kind.INCREMENT, Kind.IMPORT, Kind.CATALOGUE)
NO_SIGN = timedelta(minutes=5)

WAITING = Badge("grey", "clock", "Na fila para continuar")
READING = Badge("blue", "loader-2", "Lendo")
SILENT = Badge("amber", "alert-triangle", "Sem sinal; será retomada")
DONE = Badge("green", "circle-check", "Terminou")
FAILED = Badge("red", "alert-circle", "Falhou")
INTERRUPTED = Badge("amber", "player-pause", "Interrompida; será retomada")
NEVER = Badge("grey", "minus", "Nunca lida")


@dataclass(frozen=True, slots=True)
class RunRow:
    name: str
    badge: Badge
    run: SyncRun | None = None
    when: str = ""

    @property
    def is_running(self) -> bool:
        return self.run is not None and self.run.state == State.RUNNING


@dataclass(frozen=True, slots=True)
class AccountRow:
    account: PortalAccount
    badge: Badge
    behind: str  # how current what we hold is, in words
    runs: tuple[RunRow, ...]
    unreadable: int

    @property
    def running(self) -> RunRow | None:
        return next((row for row in self.runs if row.is_running), None)

    @property
    def can_be_read(self) -> bool:
        return self.account.is_active and not self.account.paused_at


def rows_of(accounts: Sequence[PortalAccount], now: datetime) -> list[AccountRow]:
    runs = _last_runs(accounts)
    unreadable = dict(
        UnreadableRecord.objects.filter(account__in=accounts, solved_at=None)
        .order_by()
        .values_list("account")
        .annotate(Count("pk"))
    )
    return [
        AccountRow(
            account=account,
            badge=_badge_of_account(account, now),
            behind=_behind(account, now),
            runs=tuple(_run_row(kind, runs.get((account.pk, kind)), now) for kind in KINDS),
            unreadable=unreadable.get(account.pk, 0),
        )
        for account in accounts
    ]


def _last_runs(accounts: Sequence[PortalAccount]) -> dict[tuple[int, str], SyncRun]:
    newest = {
        f"newest_{kind}": Subquery(
            SyncRun.objects.filter(account=OuterRef("pk"), kind=kind).order_by("-id").values("pk")[:1]
        )
        for kind in KINDS
    }
    found = PortalAccount.objects.filter(pk__in=[account.pk for account in accounts]).annotate(**newest)
    pks = [pk for row in found.values_list(*newest) for pk in row if pk]
    return {(run.account_id, run.kind): run for run in SyncRun.objects.filter(pk__in=pks)}


def _badge_of_account(account: PortalAccount, now: datetime) -> Badge:
    if not account.is_active:
        return Badge("grey", "player-stop", "Inativa")
    if account.paused_at:
        return Badge("amber", "alert-triangle", f"Em pausa desde {clock(account.paused_at, now)}")
    if account.is_down:
        since = getattr(account, "failing_since", None) or account.last_failure_at
        return Badge("red", "plug-connected-x", f"Fora do ar desde {clock(since, now)}")
    if account.feed_read_until is None:
        return Badge("grey", "plug-connected", "Ainda não lida")
    if now - account.feed_read_until > 3 * timedelta(minutes=settings.SYNC_EVERY_MINUTES):
        return Badge("amber", "clock-exclamation", "Atrasada")
    return Badge("green", "circle-check", "Em dia")


def _behind(account: PortalAccount, now: datetime) -> str:
    if account.feed_read_until is None:
        return "O histórico ainda não foi lido."
    read = f"Novidades lidas até {clock(account.feed_read_until, now)} ({ago(account.feed_read_until, now)})."
    return read if account.synced_at else f"{read} O histórico ainda está sendo lido."


def _run_row(kind: str, run: SyncRun | None, now: datetime) -> RunRow:
    name = Kind(kind).label
    if run is None:
        return RunRow(name, NEVER)
    if run.state == State.RUNNING:
        badge = SILENT if now - run.heartbeat_at > NO_SIGN else READING if run.worker else WAITING
        return RunRow(name, badge, run, f"desde {clock(run.started_at, now)}")
    badge = {State.DONE: DONE, State.FAILED: FAILED, State.INTERRUPTED: INTERRUPTED}[State(run.state)]
    return RunRow(name, badge, run, f"{clock(run.finished_at, now)} ({ago(run.finished_at, now)})")

"""Read the portal from the command line: the same services as the scheduled task, without its time limit."""

import argparse
import time
from collections.abc import Iterator
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from complaints.models import PortalAccount, SyncRun
from complaints.services import sync

EVERY = 5.0  # seconds between two lines of progress where a line cannot be rewritten


class Command(BaseCommand):
    help = (
        "Lê o portal. Na primeira vez importa o histórico (SYNC_HISTORY_MONTHS e tudo o que não terminou); depois, "
        "só o que mudou. Uma leitura interrompida é retomada de onde parou."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--account", metavar="NOME_OU_ID", help="só esta credenciada (senão, todas as ativas)")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--since", type=_day, metavar="AAAA-MM-DD", help="importa as abertas desde este dia")
        what.add_argument("--full", action="store_true", help="importa tudo de novo, do começo")
        what.add_argument("--catalogue", action="store_true", help="lê só os cadastros, todos")

    def handle(self, *, account, since, full, catalogue, **options) -> None:
        failed = []
        for each in _accounts(account):
            progress = _Progress(self.stderr, each)
            try:
                for run in _runs(each, since, full, catalogue, progress):
                    progress.end()
                    self.stdout.write(f"{each} · {in_words(run)}")
                    if run.state != SyncRun.State.DONE:
                        failed.append(each.name)
                        break
            except sync.AlreadyRunning as error:
                self.stdout.write(f"{each} · {error.words}")
                failed.append(each.name)
            except KeyboardInterrupt:
                progress.end()
                raise CommandError(
                    f"{each}: leitura interrompida; a próxima continua deste ponto.", returncode=130
                ) from None
        if failed:
            raise CommandError(f"Não terminou: {', '.join(failed)}.")


def _runs(account, since, full, catalogue, progress) -> Iterator[SyncRun]:
    if catalogue:
        yield sync.run_catalogue(account=account, is_whole=True, progress=progress)
    elif since or full:
        yield sync.run_import(account=account, since=since, restart=full, progress=progress)
    else:
        run = sync.run_next(account=account, progress=progress)
        yield run
        if run.kind == SyncRun.Kind.CATALOGUE and run.state == SyncRun.State.DONE:
            yield sync.run_next(account=account, progress=progress)


def _accounts(name_or_id: str | None) -> list[PortalAccount]:
    if name_or_id is None:
        active = list(PortalAccount.objects.filter(is_active=True))
        if not active:
            raise CommandError("Não há credenciada ativa. Cadastre uma no admin ou com portal_account.")
        return active
    found = PortalAccount.objects.filter(name=name_or_id).first()
    if found is None and name_or_id.isdecimal():
        found = PortalAccount.objects.filter(pk=int(name_or_id)).first()
    if found is None:
        names = ", ".join(PortalAccount.objects.values_list("name", flat=True)) or "nenhuma"
        raise CommandError(f"Não há credenciada {name_or_id!r}. As que existem: {names}.")
    return [found]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} não é um dia. Ex.: --since 2026-01-31") from None


def in_words(run: SyncRun) -> str:
    """One line about a run that ended."""
    seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at else 0
    facts = [
        f"{run.get_kind_display()}: {run.get_state_display().lower()}",
        f"{run.created} novas, {run.changed} mudaram, {run.unchanged} iguais, {run.unreadable} ilegíveis",
        f"{run.calls} chamadas",
        f"{seconds:.1f} s".replace(".", ","),
    ]
    if run.words and run.state != SyncRun.State.DONE:
        facts.append(run.words)
    return " · ".join(facts)


class _Progress:
    """On a terminal one line that is rewritten; elsewhere a line now and then."""

    def __init__(self, stream, account: PortalAccount) -> None:
        self._stream = stream
        self._account = account
        self._is_terminal = bool(getattr(stream, "isatty", lambda: False)())
        self._written_at = time.monotonic()
        self._width = 0

    def __call__(self, run: SyncRun) -> None:
        now = time.monotonic()
        if now - self._written_at < (0.1 if self._is_terminal else EVERY):
            return
        self._written_at = now
        share = f"{min(99, run.steps_done * 100 // run.steps_total)} %" if run.steps_total else "…"
        read = run.created + run.changed + run.unchanged
        line = f"{self._account} · {share} · {read} lidas · {run.words}"
        if self._is_terminal:
            self._stream.write(f"\r{line.ljust(self._width)}", ending="")
            self._width = len(line)
        else:
            self._stream.write(line)
        self._stream.flush()

    def end(self) -> None:
        if self._width:
            self._stream.write(f"\r{' ' * self._width}\r", ending="")
            self._width = 0

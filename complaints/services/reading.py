"""What every kind of run does with the portal: read details ahead, write them page by page, keep its place."""

from collections.abc import Iterable

from complaints.consumidor_gov.client import ConsumidorGov
from complaints.consumidor_gov.records import ComplaintFilters, ComplaintSummary, Page, Unreadable
from complaints.models import PortalAccount, UnreadableRecord
from complaints.services import ingest, portal, unreadable
from complaints.services.fetching import Chunk, DetailReader
from complaints.services.listings import Walked, walk
from complaints.services.sync_runs import Held

PAGE = 100  # the portal's largest


class Reading:
    """One slice of a run. Use in a `with`; raises AccountUnavailable when it begins."""

    def __init__(self, held: Held, account: PortalAccount, client: ConsumidorGov | None) -> None:
        self.held = held
        self.account = account
        self._given = client
        self._own: ConsumidorGov | None = None
        self._known_bad: set[str] | None = None

    def __enter__(self) -> "Reading":
        if self._given is None:
            self._own = portal.client_for(self.account)
        return self

    def __exit__(self, *exc: object) -> None:
        if self._own:
            self._own.close()

    @property
    def client(self) -> ConsumidorGov:
        """For calls of this thread; each is to be counted with `held.called()`."""
        return self._own or self._given

    def complaints(self, filters: ComplaintFilters, *, first: Page | None = None) -> Walked:
        """Every row of a listing of complaints, by protocol. What cannot even be named is set aside."""
        walked = walk(lambda number: self.complaint_page(filters, number), key=_protocol, first=first)
        self.set_aside([record for record in walked.unreadable.values() if not record.protocol])
        return walked

    def complaint_page(self, filters: ComplaintFilters, number: int) -> Page[ComplaintSummary]:
        self.held.beat()
        self.held.called()
        return self.client.page_complaints(filters, page=number, size=PAGE)

    def details(self, protocols: Iterable[str], *, step: str) -> None:
        """Read these complaints and store them, highest protocol (the newest) first.

        `step` names this piece of work: a run that stops in the middle of it and comes back leaves out what it
        had done. Raises RemoteError, SliceOver, Lost; what was read until then is stored.
        """
        place = self.held.cursor.get("details") or {}
        below = place.get("below") if place.get("step") == step else None
        todo = sorted((protocol for protocol in set(protocols) if below is None or protocol < below), reverse=True)
        if not todo:
            return
        with DetailReader(self.account, client=self._given) as reader:
            for chunk in reader.chunks(todo, beat=self.held.beat, known_bad=self.known_bad()):
                self._store(chunk, step)

    def _store(self, chunk: Chunk, step: str) -> None:
        prepared = ingest.prepare(account=self.account, details=chunk.details, read_at=chunk.asked_at)
        self.held.called(chunk.calls)
        place = {"details": {"step": step, "below": chunk.last}} if chunk.last else None
        with self.held.transaction():
            counts = ingest.write(prepared)
            aside = [*chunk.unreadable, *counts.refused]
            self.held.advance(cursor=place, counts=counts, unreadable=len(aside))
            self._settle(chunk, {record.protocol for record in counts.refused})
        self.set_aside(aside, is_counted=True)

    def _settle(self, chunk: Chunk, refused: set[str]) -> None:
        solved = {detail.protocol for detail in chunk.details} & self.known_bad() - refused
        if solved:
            unreadable.settle(account=self.account, protocols=solved)
            self._known_bad -= solved

    def set_aside(self, records: list[Unreadable], *, is_counted: bool = False) -> None:
        if not records:
            return
        unreadable.set_aside(account=self.account, records=records)
        self.known_bad().update(record.protocol for record in records if record.protocol)
        if not is_counted:
            self.held.advance(unreadable=len(records))

    def known_bad(self) -> set[str]:
        """Protocols set aside and not solved yet."""
        if self._known_bad is None:
            rows = UnreadableRecord.objects.filter(account=self.account, solved_at=None).exclude(protocol="")
            self._known_bad = set(rows.values_list("protocol", flat=True))
        return self._known_bad

    def finish_step(self, *, cursor: dict, steps: int = 1, **account_columns) -> None:
        """A step is complete: move the cursor behind it and, with it, the account's own marks."""
        with self.held.transaction():
            self.held.advance(cursor={**cursor, "details": None}, steps=steps)
            if account_columns:
                PortalAccount.objects.filter(pk=self.account.pk).update(**account_columns)
        for name, value in account_columns.items():
            setattr(self.account, name, value)


def named(walked: Walked) -> set[str]:
    """Protocols of a listing, those of rows that could not be read included: their detail may be fine."""
    return {*walked.items, *(record.protocol for record in walked.unreadable.values() if record.protocol)}


def _protocol(summary: ComplaintSummary) -> str:
    return summary.protocol

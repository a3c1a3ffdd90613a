"""A portal in memory with the real client's reading methods, for tests of the services above it."""

from datetime import date

from backoffice.remote.errors import RemoteRejected
from complaints.consumidor_gov.client import ALL
from complaints.consumidor_gov.records import (
    Coded,
    ComplaintDetail,
    ComplaintFilters,
    ComplaintSummary,
    Listing,
    Movement,
    Page,
)
from complaints.consumidor_gov.tokens import SAO_PAULO
from tests.complaints.records import summary

SITUATIONS = (
    Coded("1", "Em aberto"),
    Coded("3", "Em análise pelo fornecedor"),
    Coded("4", "Respondida"),
    Coded("6", "Finalizada avaliada"),
)
MOVEMENT_TYPES = (Coded("1", "Abertura da reclamação"), Coded("6", "Complemento da reclamação"))


class FakePortal:
    """`details` are its complaints by protocol; put an exception there and asking for it raises it.

    `failing` maps a method's name to an exception; `asked` holds the protocols asked for; `shifts` are listings
    to give, in order, instead of the true one.
    """

    def __init__(self, *details: ComplaintDetail) -> None:
        self.details: dict[str, ComplaintDetail] = {each.protocol: each for each in details}
        self.lists: dict[str, tuple[Coded, ...]] = {"situations": SITUATIONS, "movement_types": MOVEMENT_TYPES}
        self.broken: dict[str, Exception] = {}
        self.failing: dict[str, BaseException] = {}
        self.asked: list[str] = []
        self.calls: list[str] = []
        self.shifts: list[list[ComplaintSummary]] = []

    def page_complaints(self, filters: ComplaintFilters = ALL, *, page: int, size: int = 100) -> Page[ComplaintSummary]:
        self._called("page_complaints")
        rows = self.shifts.pop(0) if self.shifts else [summary(each) for each in self._listed(filters)]
        return self._page(rows, page, size)

    def page_movements(
        self, start: date, end: date, *, page: int, size: int = 100, movement_type: str | None = None
    ) -> Page[Movement]:
        self._called("page_movements")
        rows = [
            Movement(each.code, each.type, each.at, each.author, known.protocol, each.texts, each.attachments)
            for known in self.details.values()
            for each in known.movements
            if start <= each.at <= end
        ]
        return self._page(rows, page, size)

    def complaint(self, protocol: str) -> ComplaintDetail:
        self._called("complaint")
        self.asked.append(protocol)
        if protocol in self.broken:
            raise self.broken[protocol]
        if protocol not in self.details:
            raise RemoteRejected(404, "2", "Reclamação não encontrada.")
        return self.details[protocol]

    def situations(self) -> Listing[Coded]:
        return self._list("situations")

    def movement_types(self) -> Listing[Coded]:
        return self._list("movement_types")

    def text_types(self) -> Listing[Coded]:
        return self._list("text_types")

    def purchase_channels(self) -> Listing[Coded]:
        return self._list("purchase_channels")

    def subsidiaries(self) -> Listing[Coded]:
        return self._list("subsidiaries")

    def procons(self) -> Listing[Coded]:
        return self._list("procons")

    def areas(self) -> Listing[Coded]:
        return self._list("areas")

    def municipalities(self, uf: str) -> Listing[Coded]:
        return self._list(f"municipalities {uf}")

    def subjects(self, area: str) -> Listing[Coded]:
        return self._list(f"subjects {area}")

    def problems(self, subject: str) -> Listing[Coded]:
        return self._list(f"problems {subject}")

    def _list(self, name: str) -> Listing[Coded]:
        self._called(name)
        return Listing(self.lists.get(name, ()))

    def _called(self, name: str) -> None:
        self.calls.append(name)
        if name in self.failing:
            raise self.failing[name]

    def _listed(self, filters: ComplaintFilters) -> list[ComplaintDetail]:
        def fits(each: ComplaintDetail) -> bool:
            opened = each.opened_at.astimezone(SAO_PAULO).date()
            return (not filters.situation or each.situation.code == filters.situation) and (
                filters.opened_from is None or filters.opened_from <= opened <= filters.opened_to
            )

        return sorted(filter(fits, self.details.values()), key=lambda each: each.protocol)

    def _page(self, rows: list, page: int, size: int) -> Page:
        items = tuple(rows[page * size : (page + 1) * size])
        return Page(items, (), page, size, len(rows), (page + 1) * size >= len(rows))

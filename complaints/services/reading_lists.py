"""Reading the portal's lists, one step a list, in a run of their own or at the start of another."""

from django.utils import timezone

from complaints.models import CatalogueEntry
from complaints.services import catalogue
from complaints.services.ingest import Counts
from complaints.services.reading import Reading

_KIND_LABELS = dict(CatalogueEntry.Kind.choices)


def work(reading: Reading) -> None:
    """Go on from the run's cursor: {"is_whole", "after": the key of the last list read}."""
    is_whole = reading.held.cursor["is_whole"]
    group = None
    for step in catalogue.steps(reading.account, is_whole=is_whole):
        if step.key <= reading.held.cursor.get("after", ""):
            continue
        total = None
        if step.kind != group:  # lists inside this one become known when it is read
            group = step.kind
            total = sum(1 for _ in catalogue.steps(reading.account, is_whole=is_whole))
        reading.held.begin_step(f"Cadastro: {_KIND_LABELS[step.kind]} {step.parent}".strip(), steps_total=total)
        _read(reading, step, cursor={"after": step.key}, steps=1)


def read_short_lists(reading: Reading) -> None:
    """The lists without which situations and movements would not be understood."""
    reading.held.begin_step("Cadastros do portal")
    for step in catalogue.LIGHT:
        _read(reading, step, cursor={}, steps=0)


def are_known(account) -> bool:
    return CatalogueEntry.objects.filter(account=account, kind=CatalogueEntry.Kind.SITUATION, is_listed=True).exists()


def _read(reading: Reading, step: catalogue.Step, *, cursor: dict, steps: int) -> None:
    reading.held.beat()
    reading.held.called()
    listing = step.read(reading.client)
    with reading.held.transaction():
        new, changed, same = catalogue.store_listing(
            account=reading.account, kind=step.kind, parent=step.parent, listing=listing, read_at=timezone.now()
        )
        is_own_run = bool(steps)
        counts = Counts(new, changed, same) if is_own_run else None
        reading.held.advance(cursor=cursor, counts=counts, steps=steps, unreadable=len(listing.unreadable))

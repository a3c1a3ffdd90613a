"""The portal's lists (cadastros básicos): reading them, and what their rows mean.

A meaning comes from the exact text of a row (complaints.meanings) or from a person; a person's decision stays.
Rows that leave a list are marked, never deleted: old complaints go on using their codes.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django_q.tasks import async_task

from backoffice import audit
from complaints import meanings
from complaints.consumidor_gov.client import ConsumidorGov
from complaints.consumidor_gov.records import Coded, Listing
from complaints.models import CatalogueEntry, MovementMeaning, PortalAccount, Stage

logger = logging.getLogger(__name__)

Kind = CatalogueEntry.Kind
TABLES = {Kind.SITUATION: meanings.STAGES, Kind.MOVEMENT_TYPE: meanings.MOVEMENT_MEANINGS}
MEANINGS = {Kind.SITUATION: Stage, Kind.MOVEMENT_TYPE: MovementMeaning}
# «Municípios» wants one in its address.
UFS = [
    "AC",
    "AL",
    "AM",
    "AP",
    "BA",
    "CE",
    "DF",
    "ES",
    "GO",
    "MA",
    "MG",
    "MS",
    "MT",
    "PA",
    "PB",
    "PE",
    "PI",
    "PR",
    "RJ",
    "RN",
    "RO",
    "RR",
    "RS",
    "SC",
    "SE",
    "SP",
    "TO",
]


@dataclass(frozen=True, slots=True)
class Step:
    """One list to be read. `key` orders the steps and stands in the run's cursor."""

    key: str
    kind: str
    parent: str
    read: Callable[[ConsumidorGov], Listing[Coded]]


LIGHT = (
    Step("0:0", Kind.SITUATION, "", lambda client: client.situations()),
    Step("0:1", Kind.MOVEMENT_TYPE, "", lambda client: client.movement_types()),
    Step("0:2", Kind.TEXT_TYPE, "", lambda client: client.text_types()),
    Step("0:3", Kind.PURCHASE_CHANNEL, "", lambda client: client.purchase_channels()),
    Step("0:4", Kind.SUBSIDIARY, "", lambda client: client.subsidiaries()),
    Step("0:5", Kind.PROCON, "", lambda client: client.procons()),
    Step("0:6", Kind.AREA, "", lambda client: client.areas()),
)


def steps(account: PortalAccount, *, is_whole: bool) -> Iterator[Step]:
    """The lists to read, those inside others last: they are found in the database when their turn comes."""
    yield from LIGHT
    if not is_whole:
        return
    for uf in UFS:
        yield Step(f"1:{uf}", Kind.MUNICIPALITY, uf, lambda client, uf=uf: client.municipalities(uf))
    for area in _codes(account, Kind.AREA):
        yield Step(f"2:{area}", Kind.SUBJECT, area, lambda client, area=area: client.subjects(area))
    for subject in _codes(account, Kind.SUBJECT):
        yield Step(f"3:{subject}", Kind.PROBLEM, subject, lambda client, subject=subject: client.problems(subject))


def _codes(account: PortalAccount, kind: str) -> list[str]:
    rows = CatalogueEntry.objects.filter(account=account, kind=kind, is_listed=True, gone_at=None)
    return sorted(set(rows.values_list("code", flat=True)))


# --- what rows mean -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Vocabulary:
    """An account's words, loaded once for a batch. `unknown` gathers the codes nobody could explain."""

    situations: dict[str, meanings.Row] = field(default_factory=dict)
    movement_types: dict[str, meanings.Row] = field(default_factory=dict)
    companies: frozenset[str] = frozenset()  # folded names of the group's
    unknown: set[tuple[str, Coded]] = field(default_factory=set)

    def stage_of(self, situation: Coded) -> Stage:
        stage = meanings.stage_of(situation, self.situations)
        if stage == Stage.UNKNOWN and situation.code not in self.situations:
            self.unknown.add((Kind.SITUATION, situation))
        return stage

    def meaning_of(self, movement_type: Coded) -> MovementMeaning:
        meaning = meanings.meaning_of(movement_type, self.movement_types)
        if meaning == MovementMeaning.UNKNOWN and movement_type.code not in self.movement_types:
            self.unknown.add((Kind.MOVEMENT_TYPE, movement_type))
        return meaning


def vocabulary_of(account: PortalAccount) -> Vocabulary:
    """One query."""
    words = Vocabulary()
    kinds = (Kind.SITUATION, Kind.MOVEMENT_TYPE, Kind.SUBSIDIARY)
    rows = CatalogueEntry.objects.filter(account=account, kind__in=kinds)
    companies = []
    for kind, code, text, meaning in rows.values_list("kind", "code", "text", "meaning"):
        if kind == Kind.SUBSIDIARY:
            companies.append(text)
        else:
            table = words.situations if kind == Kind.SITUATION else words.movement_types
            table[code] = meanings.Row(text, meaning)
    words.companies = meanings.folded_names(companies)
    return words


def remember_unknown(*, account: PortalAccount, vocabulary: Vocabulary, read_at: datetime) -> None:
    """Put codes met in records and explained nowhere before the admin, each once, with one warning each."""
    for kind, coded in sorted(vocabulary.unknown, key=lambda entry: (entry[0], entry[1].code)):
        _, is_new = CatalogueEntry.objects.get_or_create(
            account=account,
            kind=kind,
            parent="",
            code=coded.code[:20],
            defaults={"text": coded.text[:300], "read_at": read_at, "is_listed": False},
        )
        if is_new:
            _warn(account, kind, coded)
    vocabulary.unknown.clear()


def _warn(account: PortalAccount, kind: str, coded: Coded) -> None:
    logger.warning("account %s: %s %r «%s» is unknown; shown as received", account.pk, kind, coded.code, coded.text)


# --- writing a list -------------------------------------------------------------------------------------------


def store_listing(
    *, account: PortalAccount, kind: str, parent: str = "", listing: Listing[Coded], read_at: datetime
) -> tuple[int, int, int]:
    """Bring one list to what the portal says now: (new, changed, the same). Idempotent.

    Complaints are derived again, by a task, when the meaning of a code they use has changed.
    """
    received = {entry.code[:20]: entry.text[:300] for entry in listing.items}
    rows = CatalogueEntry.objects.filter(account=account, kind=kind, parent=parent)
    held = {row.code: row for row in rows}
    new, changed, rederived = [], [], []
    for code, text in received.items():
        row = held.get(code)
        if row is None:
            row = CatalogueEntry(account=account, kind=kind, parent=parent, code=code)
            new.append(row)
        elif row.text != text or row.gone_at is not None or not row.is_listed:
            changed.append(row)
        else:
            continue
        before = row.meaning
        row.text, row.read_at, row.gone_at, row.is_listed = text, read_at, None, True
        if not row.is_decided_by_person:
            row.meaning = TABLES.get(kind, {}).get(meanings.fold(text), "")
        # A row that is new changes nothing: its code was explained by the record's own text, or has a row already.
        if kind in TABLES and row.meaning != before and row.pk:
            rederived.append(row)
        if kind in TABLES and not row.meaning:
            _warn(account, kind, Coded(code, text))
    with transaction.atomic():
        CatalogueEntry.objects.bulk_create(new, ignore_conflicts=True)
        CatalogueEntry.objects.bulk_update(changed, ["text", "meaning", "read_at", "gone_at", "is_listed"])
        same = set(held) & set(received) - {row.code for row in changed}
        rows.filter(code__in=same).update(read_at=read_at)
        if not listing.unreadable:  # a row we could not read has not left
            rows.filter(is_listed=True, gone_at=None).exclude(code__in=received).update(gone_at=read_at)
        for row in rederived:
            _derive_later(account, kind, row.code)
    return len(new), len(changed), len(same)


def decide_meaning(*, entry: CatalogueEntry, meaning: str, by) -> CatalogueEntry:
    """A person says what a situation or a movement type means; "" takes the decision back to our table.

    Audited; the complaints that use the code are derived again by a task. Raises ValueError for a meaning that
    the kind of list does not have.
    """
    if entry.kind not in TABLES or (meaning and meaning not in MEANINGS[entry.kind].values):
        raise ValueError(f"{meaning!r} is no meaning of {entry.kind}")
    with transaction.atomic():
        entry = CatalogueEntry.objects.select_for_update().get(pk=entry.pk)
        before = entry.meaning
        entry.is_decided_by_person = bool(meaning)
        entry.meaning = meaning or TABLES[entry.kind].get(meanings.fold(entry.text), "")
        entry.save(update_fields=["meaning", "is_decided_by_person"])
        audit.record(
            audit.AuditEvent.Action.CATALOGUE_DECIDED,
            by=by,
            subject=f"{entry.get_kind_display()} {entry.code} {entry.text}"[:120],
            account=entry.account_id,
            before=before,
            after=entry.meaning,
        )
        _derive_later(entry.account, entry.kind, entry.code)
    return entry


def _derive_later(account: PortalAccount, kind: str, code: str) -> None:
    transaction.on_commit(
        lambda: async_task("complaints.tasks.derive_again", account.pk, str(kind), code, group="sync")
    )

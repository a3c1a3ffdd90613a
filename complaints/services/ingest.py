"""Writing what the portal says: the only writer of a complaint's received and derived columns, its movements,
its attachments' rows and its raw JSON.

Nothing here touches who works on a complaint, its drafts or its submissions. A batch costs one look-up; what has
not changed is not written; what has is written in one short transaction, prepared before it begins.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DataError, IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from complaints.consumidor_gov.records import ComplaintDetail, Unreadable
from complaints.models import (
    Attachment,
    Complaint,
    ComplaintRaw,
    Movement,
    PortalAccount,
    UnreadableRecord,
)
from complaints.services import catalogue
from complaints.services.complaint_rows import (
    MOVEMENT_COLUMNS,
    MovementRow,
    attachments_of,
    complaint_of,
    derived_from,
    hash_of,
    movements_of,
)
from complaints.services.upserts import ids_by, upsert


@dataclass(frozen=True, slots=True)
class Counts:
    """How many complaints of a batch were what. `refused` could not be stored: (protocol, reason, raw)."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: tuple[Unreadable, ...] = ()

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.created + other.created,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.refused + other.refused,
        )


class NotStorable(Exception):
    """The record was read and the database refuses it. `unreadable` says which and why."""

    def __init__(self, unreadable: Unreadable) -> None:
        super().__init__(unreadable.reason)
        self.unreadable = unreadable


@dataclass(slots=True)
class _Change:
    """One complaint to write: its columns, and of its movements and attachments only what is new or different."""

    columns: dict
    raw: str
    is_new: bool
    movements: list[MovementRow]
    attachments: list[tuple[int, dict]]  # with the movement's code

    @property
    def protocol(self) -> str:
        return self.columns["protocol"]


@dataclass(slots=True)
class Prepared:
    """A batch ready to be written by `write`."""

    read_at: datetime
    changes: list[_Change]
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Known:
    """What we hold of a complaint: its key, and its movements and attachments when they are needed."""

    id: int
    detail_hash: str
    account_id: int
    read_at: datetime
    movements: dict[int, MovementRow] = field(default_factory=dict)
    attachments: dict[tuple[int, str], tuple] = field(default_factory=dict)


def store_detail(*, account: PortalAccount, detail: ComplaintDetail, read_at: datetime) -> Complaint:
    """Write one record that somebody asked for, and return its row. `read_at` is when the portal was asked.

    Idempotent. A row read later than `read_at` is left as it is. Raises NotStorable.
    """
    counts = store_details(account=account, details=[detail], read_at=read_at)
    if counts.refused:
        raise NotStorable(counts.refused[0])
    if counts.unchanged:
        older = Q(read_at__lt=read_at) | Q(read_at__gt=timezone.now())
        Complaint.objects.filter(older, protocol=detail.protocol).update(read_at=read_at)
    UnreadableRecord.objects.filter(protocol=detail.protocol, solved_at=None).update(solved_at=read_at)
    return Complaint.objects.get(protocol=detail.protocol)


def store_details(*, account: PortalAccount, details: Iterable[ComplaintDetail], read_at: datetime) -> Counts:
    """Write a batch of records. `read_at` is when the first of them was asked for; what we hold from later stays.

    A record the database refuses is reported in the counts and the others are written. Idempotent.
    """
    return write(prepare(account=account, details=details, read_at=read_at))


# --- before the transaction -----------------------------------------------------------------------------------


def prepare(*, account: PortalAccount, details: Iterable[ComplaintDetail], read_at: datetime) -> Prepared:
    """Compare with what we hold and build the rows to write. Reads; writes at most an unknown code's row."""
    latest = {detail.protocol: detail for detail in details}
    hashes = {protocol: hash_of(detail) for protocol, detail in latest.items()}
    known = _known_by_protocol(latest)
    changed = [
        latest[protocol]
        for protocol in sorted(latest)  # one order for everybody, so that two writers never lock crosswise
        if _is_news(known.get(protocol), hashes[protocol], account, read_at)
    ]
    if not changed:
        return Prepared(read_at, [], len(latest))
    vocabulary = catalogue.vocabulary_of(account)
    _load_movements([known[detail.protocol] for detail in changed if detail.protocol in known])
    changes = [
        _change(account, detail, hashes[detail.protocol], read_at, vocabulary, known.get(detail.protocol))
        for detail in changed
    ]
    catalogue.remember_unknown(account=account, vocabulary=vocabulary, read_at=read_at)
    return Prepared(read_at, changes, len(latest) - len(changes))


def _known_by_protocol(protocols: Iterable[str]) -> dict[str, _Known]:
    columns = ("protocol", "id", "detail_hash", "account_id", "read_at")
    rows = Complaint.objects.filter(protocol__in=list(protocols)).values_list(*columns)
    return {protocol: _Known(*rest) for protocol, *rest in rows}


def _is_news(known: _Known | None, detail_hash: str, account: PortalAccount, read_at: datetime) -> bool:
    if known is None:
        return True
    if _is_later(known.read_at, read_at):
        return False  # somebody read it after we asked
    return known.detail_hash != detail_hash or known.account_id != account.pk


def _load_movements(known: Sequence[_Known]) -> None:
    by_id = {entry.id: entry for entry in known}
    if not by_id:
        return
    held = Movement.objects.filter(complaint__in=by_id).values_list("complaint_id", "code", *MOVEMENT_COLUMNS)
    for complaint_id, *rest in held:
        movement = MovementRow(*rest)
        by_id[complaint_id].movements[movement.code] = movement
    columns = ("movement__complaint", "movement__code", "code", "name", "announced_size")
    for complaint_id, movement_code, code, *rest in Attachment.objects.filter(
        movement__complaint__in=by_id
    ).values_list(*columns):
        by_id[complaint_id].attachments[movement_code, code] = tuple(rest)


def _change(account, detail, detail_hash, read_at, vocabulary, known: _Known | None) -> _Change:
    received = movements_of(account, detail, vocabulary)
    held = known.movements if known else {}
    # A movement that the portal no longer lists stays: it happened.
    history = sorted({**held, **received}.values(), key=lambda movement: movement.code)
    columns = complaint_of(account, detail, vocabulary)
    columns |= derived_from(columns["stage"], history)
    columns |= {"detail_hash": detail_hash, "read_at": read_at}
    kept = known.attachments if known else {}
    return _Change(
        columns=columns,
        raw=detail.raw,
        is_new=known is None,
        movements=[movement for movement in received.values() if held.get(movement.code) != movement],
        attachments=[
            (movement.code, row)
            for movement in detail.movements
            for row in attachments_of(movement)
            if kept.get((movement.code, row["code"])) != (row["name"], row["announced_size"])
        ],
    )


# --- the transaction ------------------------------------------------------------------------------------------


def write(prepared: Prepared) -> Counts:
    """Write a prepared batch in one transaction (a part of the caller's, when there is one)."""
    changes = prepared.changes
    if not changes:
        return Counts(unchanged=prepared.unchanged)
    try:
        with transaction.atomic():
            counts = _write(changes, prepared.read_at)
    except (DataError, IntegrityError, OverflowError) as error:
        if len(changes) == 1:
            counts = Counts(refused=(_refused(changes[0], error),))
        else:
            # One of them does not fit the database: find it, and write the others.
            counts = sum((write(Prepared(prepared.read_at, [change], 0)) for change in changes), Counts())
    return counts + Counts(unchanged=prepared.unchanged)


def _refused(change: _Change, error: Exception) -> Unreadable:
    # The database's own words may quote the data.
    reason = f"O banco não aceita este registro ({type(error).__name__})."
    return Unreadable(change.protocol, "", reason, change.raw)


def _write(changes: list[_Change], read_at: datetime) -> Counts:
    fresh, stale = _still_fresh(changes, read_at)
    rows = [change.columns for change in fresh]
    upsert(
        Complaint, rows, unique=["protocol"], update=[name for name in rows[0] if name != "protocol"] if rows else []
    )
    ids = ids_by(Complaint, "protocol", (change.protocol for change in fresh))
    raws = [{"complaint_id": ids[change.protocol], "json": change.raw, "received_at": read_at} for change in fresh]
    upsert(ComplaintRaw, raws, unique=["complaint_id"], update=["json", "received_at"])
    movements = [movement.as_row(ids[change.protocol], read_at) for change in fresh for movement in change.movements]
    upsert(Movement, movements, unique=["complaint_id", "code"], update=MOVEMENT_COLUMNS)
    _write_attachments({ids[change.protocol]: change.attachments for change in fresh if change.attachments})
    created = sum(change.is_new for change in fresh)
    return Counts(created, len(fresh) - created, stale)


def _is_later(held_at: datetime, read_at: datetime) -> bool:
    """Whether what we hold was read later. An instant still to come was noted by a clock since set back: no proof."""
    return read_at < held_at <= timezone.now()


def _still_fresh(changes: list[_Change], read_at: datetime) -> tuple[list[_Change], int]:
    """Drop what somebody else stored from a later reading since `prepare`; the rows are ours from here."""
    protocols = [change.protocol for change in changes]
    held = (
        Complaint.objects.select_for_update()
        .filter(protocol__in=protocols)
        .order_by("protocol")
        .values_list("protocol", "read_at")
    )
    newer = {protocol for protocol, held_at in held if _is_later(held_at, read_at)}
    return [change for change in changes if change.protocol not in newer], len(newer)


def _write_attachments(by_complaint: dict[int, list[tuple[int, dict]]]) -> None:
    if not by_complaint:
        return
    movements = Movement.objects.filter(complaint__in=by_complaint).values_list("complaint_id", "code", "pk")
    ids = {(complaint_id, code): pk for complaint_id, code, pk in movements}
    rows = [
        {"movement_id": ids[complaint_id, code], **row}
        for complaint_id, attachments in by_complaint.items()
        for code, row in attachments
    ]
    upsert(Attachment, rows, unique=["movement_id", "code"], update=["name", "announced_size"])

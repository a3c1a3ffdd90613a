"""Reading the queue: which rows, in which order, how many. Every query here follows an index ending in `id`.

Pages are cut by key, (queue_on, id) as a row value: no OFFSET, and page 2,000 costs what page 2 does.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateField,
    ExpressionWrapper,
    F,
    Func,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce

from backoffice.people import User
from complaints.deadlines import Bucket
from complaints.filters import AWAITING, EVERY_STAGE, ME, NOBODY, Find, FindKind, QueueFilter
from complaints.models import Complaint, Movement, PortalAccount
from complaints.models.complaint import FINAL_STAGES, NO_DEADLINE

PAGE = 50
MOST_ROWS = 500  # that one address draws at once
FIND_CAP = 1_000  # complaints a search by name works with
NEWS_CAP = 500  # movements looked at to tell how much is new


class Line(NamedTuple):
    """One complaint of the list: the columns a line is drawn from, and no more. Fifty models would cost more than
    reading them; it looks like a Complaint to `badges.of_row` and `deadlines.describe`."""

    pk: int
    protocol: str
    account_id: int
    stage: str
    situation_text: str
    opened_at: datetime
    deadline_on: date | None
    queue_on: date
    consumer_name: str
    consumer_cpf: str
    company_name: str
    problem_text: str
    subject_text: str
    last_movement_at: datetime | None
    last_movement_label: str
    submission_state: str
    submission_at: datetime | None
    submission_movement_code: int | None
    submission_needs_person: bool
    submission_is_confirmed: bool
    draft_at: datetime | None
    assignee_id: int | None
    assignee__username: str | None
    assignee__first_name: str | None
    assignee__last_name: str | None
    draft_by_id: int | None
    draft_by__username: str | None
    draft_by__first_name: str | None
    draft_by__last_name: str | None

    @property
    def assignee(self) -> User | None:
        return _person(self.assignee_id, self.assignee__username, self.assignee__first_name, self.assignee__last_name)

    @property
    def draft_by(self) -> User | None:
        return _person(self.draft_by_id, self.draft_by__username, self.draft_by__first_name, self.draft_by__last_name)


def _person(pk, username, first_name, last_name) -> User | None:
    return User(pk=pk, username=username, first_name=first_name, last_name=last_name) if pk else None


# --- Which rows -------------------------------------------------------------------------------------------


def found_ids(find: Find | None, *, user, accounts: list[PortalAccount]) -> list[int] | None:
    """Complaints of a search by name, FIND_CAP + 1 at most; None when no such search is made.

    Every word typed begins a word of the name, in any order. One walk over a covering index, done once a page.
    """
    if find is None or find.kind is not FindKind.NAME:
        return None
    rows = _visible(user, accounts, by_index=True)
    for word in find.value.split():
        rows = rows.filter(Q(consumer_name_folded__startswith=word) | Q(consumer_name_folded__contains=f" {word}"))
    return list(rows.values_list("pk", flat=True)[: FIND_CAP + 1])


def matching(
    state: QueueFilter, *, user, accounts: list[PortalAccount], ids: list[int] | None = None
) -> QuerySet[Complaint]:
    """The complaints of this filter that this person may see, its deadline bucket left out. Unordered.

    `accounts`: what the person sees, every one of them. `ids`: what `found_ids` gave for this filter.
    """
    choice = state.stage
    is_awaiting = choice == AWAITING
    rows = _visible(user, accounts, only=state.accounts, by_index=is_awaiting and not state.person)
    if is_awaiting:
        rows = rows.awaiting_answer()
    elif choice.stages is not None:
        rows = rows.filter(stage__in=choice.stages)
    if state.person == ME:
        rows = rows.filter(assignee=user)
    elif state.person == NOBODY and choice == EVERY_STAGE and connection.vendor == "sqlite":
        # So many have nobody that the way through the list's order is the short one.
        rows = rows.alias(somebody=Coalesce("assignee_id", Value(0))).filter(somebody=0)
    elif state.person == NOBODY:
        rows = rows.filter(assignee__isnull=True)
    elif state.person:
        rows = rows.filter(assignee=state.person_id)
    return _found(rows, state.find, ids)


def _visible(user, accounts: list[PortalAccount], *, only: tuple[int, ...] = (), by_index: bool) -> QuerySet:
    """What `visible_to` gives, from the accounts already read: as a sub-query they cost the list its order.

    `by_index`: where an index begins with the account, one account is looked up there. In all other cases the
    account is checked on the way through an index that has the list's order.
    """
    rows = Complaint.objects.all()
    allowed = {account.pk for account in accounts}
    if only:
        allowed &= set(only)
    elif user.has_perm("complaints.view_every_account"):
        return rows
    if not allowed:
        return rows.none()
    if by_index and len(allowed) == 1:
        return rows.filter(account=allowed.pop())
    if connection.vendor == "sqlite":
        # An expression is no key of an index: SQLite, which keeps few statistics, would else follow the account's.
        rows = rows.alias(of_account=ExpressionWrapper(F("account_id") + 0, output_field=BigIntegerField()))
        return rows.filter(of_account__in=sorted(allowed))
    return rows.filter(account__in=sorted(allowed))


def _found(rows, find: Find | None, ids: list[int] | None):
    if find is None:
        return rows
    if find.kind is FindKind.CPF:
        return rows.filter(consumer_cpf=find.value)
    if find.kind is FindKind.NAME:
        return rows.filter(pk__in=(ids or [])[:FIND_CAP])
    if find.is_whole_protocol:
        return rows.filter(protocol=find.value)
    return rows.filter(protocol_end=find.value[-6:], protocol__endswith=find.value)


def in_bucket(rows: QuerySet, bucket: Bucket | None, today: date, state: QueueFilter) -> QuerySet:
    """`rows`, which `matching` gave for this filter, of one part of the ruler.

    Days are always given as a range: next to an equality SQLite would forget the better index.
    """
    if bucket is None:
        return rows
    if not state.stage.can_run_out:
        return rows if bucket is Bucket.LATER else rows.none()
    first, last = bucket.bounds(today)
    if last is None:
        return rows.filter(queue_on__gte=first)
    if state.stage != AWAITING and not state.find:
        # Nothing else has a date, and the index of what awaits us is the short way to it.
        rows = rows.awaiting_answer()
    return rows.filter(queue_on__lte=last) if first is None else rows.filter(queue_on__range=(first, last))


# --- In which order ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row somebody has seen. In the address: `2026-11-20.4711`."""

    queue_on: date
    pk: int

    def __str__(self) -> str:
        return f"{self.queue_on.isoformat()}.{self.pk}"

    @classmethod
    def parse(cls, text: str) -> "Cursor | None":
        """None for anything that is not a cursor."""
        day, dot, pk = text.partition(".")
        if not dot or not pk.isascii() or not pk.isdigit() or len(pk) > 18:
            return None
        try:
            return cls(date.fromisoformat(day), int(pk))
        except ValueError:
            return None

    @classmethod
    def of(cls, line: "Line") -> "Cursor":
        return cls(line.queue_on, line.pk)


class KeyComparison(Func):
    """(queue_on, id) > (day, pk) as a row value, which an index on both answers from its middle.

    `operator="<"` for what comes before.
    """

    output_field = BooleanField()
    arity = 4

    def as_sql(self, compiler, connection, **extra):
        parts, params = [], []
        for expression in self.get_source_expressions():
            sql, its_params = compiler.compile(expression)
            parts.append(sql)
            params += its_params
        return "({}, {}) {} ({}, {})".format(*parts[:2], self.extra.get("operator", ">"), *parts[2:]), params


def ordered(rows: QuerySet, state: QueueFilter, after: Cursor | None = None) -> QuerySet:
    """By deadline; where none runs, the newest first. `after`: only what follows that row."""
    if not state.stage.can_run_out:
        # All of one date: the order is that of `id` alone.
        rows = rows.filter(queue_on=NO_DEADLINE)
        if state.stage.stages == FINAL_STAGES:
            # Says nothing new, and leads to an index in the list's order, which several stages have none of.
            rows = rows.filter(awaits_us__in=(False,))
        return (rows.filter(pk__lt=after.pk) if after else rows).order_by("-pk")
    if after is not None and after.queue_on >= NO_DEADLINE:
        rows = rows.filter(queue_on=NO_DEADLINE, pk__gt=after.pk)
    elif after is not None:
        rows = rows.filter(
            KeyComparison(
                F("queue_on"),
                F("pk"),
                Value(after.queue_on, output_field=DateField()),
                Value(after.pk, output_field=BigIntegerField()),
            )
        )
    return rows.order_by("queue_on", "pk")


def page(rows: QuerySet, size: int) -> tuple[list[Line], Cursor | None]:
    """The first `size` rows, and the cursor of what follows (None at the end). One query."""
    lines = [Line._make(values) for values in rows.values_list(*Line._fields)[: size + 1]]
    more = len(lines) > size
    lines = lines[:size]
    return lines, Cursor.of(lines[-1]) if more else None


# --- What is new --------------------------------------------------------------------------------------------


def news(rows: QuerySet, since: int) -> int:
    """Complaints among `rows` with a movement newer than the movement `since`; at most NEWS_CAP."""
    newer = Movement.objects.filter(pk__gt=since).order_by("pk").values("complaint")[:NEWS_CAP]
    return rows.filter(pk__in=newer).count()

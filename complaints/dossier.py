"""Everything one page says about one complaint, read with a fixed number of queries.

`find` reads the complaint with what stands beside its row; `read` adds the lists: movements with their files,
submissions with theirs, events, and the consumer's other complaints.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import BigIntegerField, F, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.shortcuts import get_object_or_404

from backoffice.audit import AuditEvent
from backoffice.outbox import State
from backoffice.people import User
from complaints import badges, consumer_data, deadlines, queue, timeline
from complaints.consumer_data import Group, PersonalField
from complaints.filters import QueueFilter
from complaints.models import Complaint, Movement, MovementMeaning, PortalAccount, Side, Submission
from complaints.models.submission import Kind
from complaints.movement_texts import PrivateField, private_fields_of
from complaints.timeline import Fact, File, OwnDraft, Timeline

OTHER_COMPLAINTS = 5
_SHOWN_EVENTS = (AuditEvent.Action.COMPLAINT_TAKEN, AuditEvent.Action.COMPLAINT_ASSIGNED)


@dataclass(frozen=True, slots=True)
class Dossier:
    complaint: Complaint
    timeline: Timeline
    deadline: deadlines.DeadlineWords
    deadline_day: str  # "sex 20/11 · feriado"
    bar: tuple[deadlines.Segment, ...]
    personal: dict[str, PersonalField]
    private_fields: tuple[PrivateField, ...]
    others: list["OtherComplaint"]
    has_more_others: bool
    last_opened_at: datetime | None  # by this person, when that was after `opened_since`
    pending: Submission | None  # on its way or in doubt: nothing else may be sent beside it


@dataclass(frozen=True, slots=True)
class OtherComplaint:
    """Another one of the same consumer. `result`: the rating where there is one, else the situation as received."""

    protocol: str
    title: str
    opened_at: datetime
    result: str


def find(*, protocol: str, viewer, accounts: list[PortalAccount]) -> Complaint:
    """The complaint, if this person may see it (else Http404), in one query.

    With it come its account, its people, the viewer's own answer draft and the neighbours in the default queue
    (`previous_protocol`, `next_protocol`). `accounts`: what the viewer sees, every one of them.
    """
    waiting = queue.matching(QueueFilter(), user=viewer, accounts=accounts)
    # Thousands may fall due on one day: the index is entered at this very complaint.
    here = (F("queue_on"), F("pk"), OuterRef("queue_on"), OuterRef("pk"))
    before = waiting.filter(queue.KeyComparison(*here, operator="<"))
    after = waiting.filter(queue.KeyComparison(*here, operator=">"))
    found = get_object_or_404(
        Complaint.objects.filter(account__in=[account.pk for account in accounts])
        .select_related("assignee", "draft_by")
        .defer(*_unseen("assignee", "draft_by"))
        .annotate(
            own=FilteredRelation("drafts", condition=Q(drafts__owner=viewer, drafts__kind=Kind.ANSWER)),
            own_draft_text=F("own__text"),
            own_draft_at=F("own__saved_at"),
            previous_protocol=Subquery(before.order_by("-queue_on", "-pk").values("protocol")[:1]),
            next_protocol=Subquery(after.order_by("queue_on", "pk").values("protocol")[:1]),
        ),
        protocol=protocol,
    )
    found.account = next(account for account in accounts if account.pk == found.account_id)
    return found


def _unseen(*people: str) -> list[str]:
    """Columns of people that no page shows: what is encrypted is not even deciphered."""
    return [f"{person}__{column}" for person in people for column in ("password", "authorized_cpf")]


def read(
    complaint: Complaint,
    *,
    viewer,
    now: datetime,
    opened_since: datetime,
    shown: int = timeline.SHOWN_AT_ONCE,
    revealed: PersonalField | None = None,
) -> Dossier:
    """`complaint` comes from `find`; `revealed` is the one field already recorded as revealed to this person."""
    movements = _movements(complaint)
    submissions = _submissions(complaint)
    events = _events(complaint, viewer, opened_since)
    plain_movements = [movement for movement, _ in movements]
    stops = _stops(complaint, plain_movements, now)
    others = _others(complaint, viewer)
    personal = {group.name.lower(): consumer_data.masked(complaint, group) for group in Group}
    if revealed is not None:
        personal[revealed.group.name.lower()] = revealed
    return Dossier(
        complaint=complaint,
        timeline=timeline.build(
            complaint=complaint,
            viewer=viewer,
            movements=movements,
            submissions=submissions,
            facts=[_fact(event) for event in events if event.action in _SHOWN_EVENTS],
            own_draft=_own_draft(complaint),
            now=now,
            shown=shown,
        ),
        deadline=deadlines.describe(complaint, now, stopped_at=_stopped_at(complaint, plain_movements)),
        deadline_day=_deadline_day(complaint, now),
        bar=deadlines.day_bar(complaint, now, stopped=stops),
        personal=personal,
        private_fields=private_fields_of(plain_movements),
        others=others[:OTHER_COMPLAINTS],
        has_more_others=len(others) > OTHER_COMPLAINTS,
        last_opened_at=max(
            (event.at for event in events if event.action == AuditEvent.Action.COMPLAINT_OPENED), default=None
        ),
        pending=next((submission for submission, _ in submissions if submission.is_pending), None),
    )


# --- The lists, one query each ----------------------------------------------------------------------------


class Told(NamedTuple):
    """A movement as the page needs it. Hundreds of models would cost more than reading them; it looks like one."""

    pk: int
    code: int
    type_code: str
    type_text: str
    meaning: str
    at: datetime
    author: str
    side: str
    texts: list[dict]


def _movements(complaint: Complaint) -> list[tuple[Told, list[File]]]:
    """With their attachments in the same rows: a movement has few."""
    files = ("pk", "name", "announced_size", "stored__size", "stored__content_type")
    rows = (
        Movement.objects.filter(complaint=complaint)
        .order_by("code", "attachments__pk")
        .values_list(*Told._fields, *(f"attachments__{name}" for name in files))
    )
    found: dict[int, tuple[Told, list[File]]] = {}
    for row in rows:
        *told, file_id, name, announced_size, stored_size, content_type = row
        files = found.setdefault(row[0], (Told._make(told), []))[1]
        if file_id is not None:
            files.append(
                File(name, announced_size if stored_size is None else stored_size, file_id, content_type or "")
            )
    return list(found.values())


def _submissions(complaint: Complaint) -> list[tuple[Submission, list[File]]]:
    """What was withdrawn never happened to the complaint, and is left to the submissions' page."""
    rows = (
        Submission.objects.filter(complaint=complaint)
        .exclude(state=State.WITHDRAWN)
        .select_related("by", "confirmed_by")
        .defer("cpf", *_unseen("by", "confirmed_by"))
        .annotate(file_name=F("files__stored__name"), file_size=F("files__stored__size"))
        .order_by("pk", "files__pk")
    )
    found: dict[int, tuple[Submission, list[File]]] = {}
    for row in rows:
        files = found.setdefault(row.pk, (row, []))[1]
        if row.file_name is not None:
            files.append(File(row.file_name, row.file_size))
    return list(found.values())


def _events(complaint: Complaint, viewer, opened_since: datetime) -> list[AuditEvent]:
    """Who took it and who gave it to whom; and whether this person opened it a moment ago."""
    people = User.objects.filter(pk=OuterRef("to_pk"))
    opened_now = Q(action=AuditEvent.Action.COMPLAINT_OPENED, by=viewer, at__gt=opened_since)
    return list(
        AuditEvent.objects.filter(Q(action__in=_SHOWN_EVENTS) | opened_now, protocol=complaint.protocol)
        .select_related("by")
        .defer(*_unseen("by"))
        .annotate(to_pk=Cast(KT("detail__to"), BigIntegerField()))
        .annotate(to_first_name=Subquery(people.values("first_name")), to_username=Subquery(people.values("username")))
        .order_by("pk")
    )


def _others(complaint: Complaint, viewer) -> list[OtherComplaint]:
    """The newest of the same CPF among those this person sees, and one more to tell whether there are more."""
    if not complaint.consumer_cpf:
        return []
    rows = (
        Complaint.objects.visible_to(viewer)
        .filter(consumer_cpf=complaint.consumer_cpf)
        .exclude(pk=complaint.pk)
        .only("protocol", "company_name", "problem_text", "opened_at", "situation_text", "rating", "score")
        .order_by("-opened_at", "-pk")[: OTHER_COMPLAINTS + 1]
    )
    return [
        OtherComplaint(
            protocol=row.protocol,
            title=" · ".join(part for part in (row.company_name, row.problem_text) if part) or row.protocol,
            opened_at=row.opened_at,
            result=rating.text if (rating := badges.of_rating(row)) else row.situation_text,
        )
        for row in rows
    ]


def _fact(event: AuditEvent) -> Fact:
    """The event's people by first name; who it was given to stands in its detail by number."""
    who = timeline.first_name(event.by) if event.by else "Sistema"
    if event.action == AuditEvent.Action.COMPLAINT_TAKEN or (event.by and event.to_pk == event.by_id):
        what = "assumiu"
    elif event.to_username:
        what = f"atribuiu a {event.to_first_name or event.to_username}"
    else:
        what = "deixou sem responsável"
    return Fact(event.pk, event.at, who, what)


# --- Facts drawn from them --------------------------------------------------------------------------------


def _deadline_day(complaint: Complaint, now: datetime) -> str:
    day = complaint.deadline_on
    if day is None:
        return ""
    words = deadlines.weekday_date(day, deadlines.local_today(now))
    return f"{words} · feriado" if deadlines.holiday_name(day) else words


def _own_draft(complaint: Complaint) -> OwnDraft | None:
    if complaint.own_draft_at is None or not complaint.own_draft_text.strip():
        return None  # never begun, or emptied when it was sent
    return OwnDraft(Kind.ANSWER, complaint.own_draft_text, complaint.own_draft_at)


def _stopped_at(complaint: Complaint, movements: list[Told]) -> datetime | None:
    """Since when the mediator has it, if the movements tell."""
    refusals = [movement.at for movement in movements if movement.meaning == MovementMeaning.REFUSAL]
    return refusals[-1] if refusals and complaint.is_with_mediator else None


def _stops(complaint: Complaint, movements: list[Told], now: datetime) -> tuple[tuple[date, date], ...]:
    """Days at the mediator: from each refusal to the mediator's next movement, or to now while it is there."""
    stops, since = [], None
    for movement in movements:
        if movement.meaning == MovementMeaning.REFUSAL:
            since = movement.at
        elif since is not None and movement.side == Side.MEDIATOR:
            stops.append((since, movement.at))
            since = None
    if since is not None and complaint.is_with_mediator:
        stops.append((since, now))
    return tuple((deadlines.local_today(first), deadlines.local_today(last)) for first, last in stops)

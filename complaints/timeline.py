"""What happened to a complaint, in one order: the portal's movements, what we sent, our drafts, and who took it. Pure.

A submission whose movement is known is told once, as that movement with our state on it. Who can read a text is
said only where the portal's rules say it; of an unknown type nothing is promised.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.utils import timezone

from backoffice.outbox import State
from complaints import audience, badges
from complaints.audience import Audience
from complaints.badges import Badge
from complaints.deadlines import short_date, weekday_date
from complaints.models import Complaint, Movement, MovementMeaning, Side, Submission
from complaints.models.submission import Kind
from complaints.movement_texts import Passage, passage, passages_of

SHOWN_AT_ONCE = 50
PREVIEWED_TYPES = ("application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp")


_VERBS = {
    MovementMeaning.OPENING: "abriu a reclamação",
    MovementMeaning.ANSWER: "respondeu",
    MovementMeaning.RATING: "avaliou",
    MovementMeaning.COMPLEMENT: "complementou",
    MovementMeaning.REFUSAL: "recusou",
    MovementMeaning.REDIRECTION: "redirecionou",
}
_NOUNS = {
    Kind.ANSWER: "resposta final",
    Kind.COMPLEMENT: "complemento",
    Kind.REFUSAL: "recusa",
    Kind.REDIRECTION: "redirecionamento",
}
_LINE_ICONS = {
    MovementMeaning.SEEN: "eye",
    MovementMeaning.DEADLINE_PASSED: "alert-octagon",
    MovementMeaning.CLOSING: "flag",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file of an entry. `pk` is the Attachment's; None while the file is only ours."""

    name: str
    size: int | None
    pk: int | None = None
    content_type: str = ""  # by its content; "" until it is fetched

    @property
    def is_stored(self) -> bool:
        return bool(self.content_type)

    @property
    def has_thumbnail(self) -> bool:
        return self.pk is not None and self.content_type in PREVIEWED_TYPES


@dataclass(slots=True)
class Entry:
    key: str  # HTML id
    at: datetime
    when: str
    author: str = ""
    initials: str = ""
    verb: str = ""
    number: int | None = None  # of the movement
    person: object = None  # the User, when it is one of us
    side: str = Side.UNKNOWN
    audience: Audience | None = None
    badge: Badge | None = None
    passages: tuple[Passage, ...] = ()
    files: list[File] = field(default_factory=list)
    words: str = ""  # the portal's, or why it stopped
    icon: str = ""  # of a line
    submission_id: int | None = None
    is_draft: bool = False
    is_line: bool = False  # one line, without a box

    @property
    def iso(self) -> str:
        return timezone.localtime(self.at).isoformat()

    @property
    def is_ours(self) -> bool:
        return self.person is not None or self.side == Side.COMPANY

    @property
    def has_private_files(self) -> bool:
        """Attachments are never published, not even those of a public text."""
        return bool(self.files) and self.audience is Audience.PUBLIC


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a colleague did to the complaint here: "Rafael assumiu"."""

    pk: int
    at: datetime
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class OwnDraft:
    kind: str
    text: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Timeline:
    """`opening` always shows; `hidden` entries between it and `entries` wait for "Mostrar anteriores"."""

    opening: Entry | None
    hidden: int
    entries: tuple[Entry, ...]


def build(
    *,
    complaint: Complaint,
    viewer,
    movements: Sequence[tuple[Movement, list[File]]],
    submissions: Sequence[tuple[Submission, list[File]]] = (),
    facts: Iterable[Fact] = (),
    own_draft: OwnDraft | None = None,
    now: datetime,
    shown: int = SHOWN_AT_ONCE,
) -> Timeline:
    """The newest `shown` entries, oldest first.

    Free of queries when `account` and `draft_by` are loaded with the complaint, `by` and `confirmed_by` with the
    submissions.
    """
    known_codes = {movement.code for movement, _ in movements}
    ours = {sub.movement_code: sub for sub, _ in submissions if sub.movement_code in known_codes}
    # What is hidden is put in order and never formed: of hundreds of entries some tens are read.
    happened = [
        _Happened(
            movement.at,
            0 if movement.code in ours else movement.code,
            partial(_of_movement, complaint, movement, files, ours.get(movement.code), now),
        )
        for movement, files in movements
    ]
    opening = happened.pop(_place_of_opening(movements)).entry() if happened else None
    happened += [
        _Happened(_instant_of(submission), 0, partial(_of_submission, complaint, submission, files, now))
        for submission, files in submissions
        if submission.movement_code not in known_codes
    ]
    happened += [_Happened(fact.at, 0, partial(_of_fact, fact, now)) for fact in facts]
    happened.sort(key=lambda each: (each.at, each.number))
    # Drafts come last, whenever they were saved: they have not happened yet.
    happened += [
        _Happened(draft.at, 0, lambda draft=draft: draft) for draft in _drafts(complaint, viewer, own_draft, now)
    ]
    hidden = max(len(happened) - shown, 0)
    return Timeline(opening, hidden, tuple(each.entry() for each in happened[hidden:]))


class _Happened(NamedTuple):
    """Where an entry stands, and how to form it."""

    at: datetime
    number: int
    entry: Callable[[], Entry]


def _place_of_opening(movements: Sequence[tuple[Movement, list[File]]]) -> int:
    return min(
        (movement.meaning != MovementMeaning.OPENING, movement.code, place)
        for place, (movement, _) in enumerate(movements)
    )[2]


# --- One entry --------------------------------------------------------------------------------------------


def _of_movement(
    complaint: Complaint, movement: Movement, files: list[File], submission: Submission | None, now: datetime
) -> Entry:
    entry = Entry(
        key=f"tramite-{movement.code}",
        at=movement.at,
        when=day_and_time(movement.at, now),
        author=_shown_author(movement),
        initials=_initials(movement.author),
        side=movement.side,
        verb=_VERBS.get(movement.meaning) or movement.type_text or f"trâmite do tipo {movement.type_code}",
        number=movement.code,
        audience=audience.of_movement(movement.meaning),
        badge=badges.of_rating(complaint) if movement.meaning == MovementMeaning.RATING else None,
        passages=passages_of(movement),
        files=files,
    )
    if submission is not None:
        _sign(entry, submission)
        entry.badge = badges.of_submission(submission, now=now)
        entry.number = None  # the badge says it
    elif not entry.passages and not entry.files and entry.badge is None:
        entry.is_line = True
        entry.audience = None
        entry.icon = _LINE_ICONS.get(movement.meaning, "info-circle")
    return entry


def _shown_author(movement: Movement) -> str:
    """Consumers by their first name, as one speaks of them; companies and mediators as received."""
    if movement.side == Side.CONSUMER and movement.author:
        return movement.author.split()[0]
    return movement.author or Side(movement.side).label


def _of_submission(complaint: Complaint, submission: Submission, files: list[File], now: datetime) -> Entry:
    at = _instant_of(submission)
    entry = Entry(
        key=f"envio-{submission.pk}",
        at=at,
        when=day_and_time(at, now),
        # Nobody out there reads what did not leave.
        audience=audience.of_submission(submission.kind) if submission.state == State.SENT else None,
        badge=badges.of_submission(submission, is_portal_down=_is_portal_down(complaint), now=now),
        passages=_own_passages(submission.text),
        files=files,
        words=submission.words if submission.state in (State.REJECTED, State.STOPPED) else "",
    )
    _sign(entry, submission)
    return entry


def _instant_of(submission: Submission) -> datetime:
    return submission.sent_at or submission.closed_at or submission.queued_at


def _is_portal_down(complaint: Complaint) -> bool:
    return complaint.account.is_down or complaint.account.paused_at is not None


def _sign(entry: Entry, submission: Submission) -> None:
    """Tell whose hand it was."""
    entry.person = submission.by
    entry.author = first_name(submission.by)
    entry.verb = _NOUNS[submission.kind]
    entry.submission_id = submission.pk


def _of_fact(fact: Fact, now: datetime) -> Entry:
    return Entry(
        key=f"fato-{fact.pk}",
        at=fact.at,
        when=day_and_time(fact.at, now),
        author=fact.who,
        verb=fact.what,
        icon="user-check",
        is_line=True,
    )


def _drafts(complaint: Complaint, viewer, own: OwnDraft | None, now: datetime) -> list[Entry]:
    """A colleague's text is theirs alone."""
    found = []
    if complaint.draft_at and complaint.draft_by and complaint.draft_by != viewer:
        name = first_name(complaint.draft_by)
        found.append(
            Entry(
                key="rascunho-de-colega",
                at=complaint.draft_at,
                when="",
                badge=badges.of_draft(complaint.draft_at, owner_name=name, now=now),
                icon="pencil",
                is_line=True,
            )
        )
    if own is not None:
        found.append(
            Entry(
                key="rascunho",
                at=own.saved_at,
                when=day_and_time(own.saved_at, now),
                author=first_name(viewer),
                verb=_NOUNS[own.kind],
                person=viewer,
                audience=audience.of_submission(own.kind),
                badge=badges.of_draft(own.saved_at, now=now),
                passages=_own_passages(own.text),
                is_draft=True,
            )
        )
    return found


def _own_passages(text: str) -> tuple[Passage, ...]:
    return (passage(text),) if text.strip() else ()


# --- Words ------------------------------------------------------------------------------------------------


def first_name(person) -> str:
    return person.first_name.split()[0] if person.first_name.strip() else str(person)


def _initials(name: str) -> str:
    words = name.split()
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"


def day_and_time(instant: datetime, now: datetime) -> str:
    """`ter 10/11, 08:14`, `hoje, 14:41`, with the year when it is not this one."""
    local, today = timezone.localtime(instant), timezone.localtime(now).date()
    if local.date() == today:
        return f"hoje, {local:%H:%M}"
    if local.year != today.year:
        return f"{short_date(local.date(), today)}, {local:%H:%M}"
    return f"{weekday_date(local.date(), today)}, {local:%H:%M}"

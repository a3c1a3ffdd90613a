"""What a complaint gained after somebody had it in front of them: the words of the others, and its situation.

Movements of our own side and of the system never stand in the way of an answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from backoffice.outbox import State
from complaints.models import Complaint, Movement, Side, SubmissionEvent
from complaints.movement_texts import Passage, passages_of

OTHERS = (Side.CONSUMER, Side.MEDIATOR, Side.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Item:
    """One movement: whose, which, when, and all it says."""

    number: int
    author: str
    type_text: str
    at: datetime
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    items: tuple[Item, ...] = ()
    situation_seen: str = ""
    situation_now: str = ""

    def __bool__(self) -> bool:
        return bool(self.items) or self.situation_seen != self.situation_now

    @property
    def newest(self) -> int:
        """The highest of its movements; 0 without any."""
        return max((item.number for item in self.items), default=0)


def since(complaint: Complaint, code: int) -> Difference:
    """What the others have said above this movement, as stored. No query when nothing is above it."""
    if complaint.last_movement_code <= code:
        return Difference()
    return Difference(_items(complaint.movements.filter(code__gt=code, side__in=OTHERS).order_by("code")))


def kept_in(facts: dict, movements: Iterable[Movement]) -> Difference:
    """The difference that stopped a send, from the facts of its event and the complaint's movements."""
    codes = set(facts.get("movements", ()))
    return Difference(
        _items(movement for movement in movements if movement.code in codes),
        facts.get("situation_seen", ""),
        facts.get("situation_now", ""),
    )


def that_stopped(complaint: Complaint, *, kind: str, by) -> Difference:
    """Why this person's text is a draft again: what their last submission of this kind was stopped by."""
    if not complaint.submission_state:
        return Difference()  # nothing was ever sent
    last = complaint.submissions.filter(kind=kind, by=by).order_by("-pk").values("pk")[:1]
    stops = SubmissionEvent.objects.filter(submission=last, kind=SubmissionEvent.Kind.STOPPED)
    event = stops.filter(submission__state=State.STOPPED).last()
    if event is None:
        return Difference()
    codes = event.facts.get("movements", ())
    return kept_in(event.facts, complaint.movements.filter(code__in=codes).order_by("code") if codes else ())


def that_rejected(complaint: Complaint, *, kind: str, by) -> str:
    """The portal's words on this person's last submission of this kind, when it was not accepted; else ""."""
    if complaint.submission_state != State.REJECTED:
        return ""
    last = complaint.submissions.filter(kind=kind, by=by).order_by("-pk").first()
    return last.words if last and last.state == State.REJECTED else ""


def _items(movements: Iterable[Movement]) -> tuple[Item, ...]:
    return tuple(
        Item(
            number=movement.code,
            author=movement.author or movement.get_side_display(),
            type_text=movement.type_text,
            at=movement.at,
            passages=passages_of(movement),
        )
        for movement in movements
    )

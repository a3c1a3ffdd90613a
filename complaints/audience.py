"""Who reads a text on the portal. Pure.

«Conheça» 15 and the Termos, 6: complaint, final answer and final comment are published; complements, attachments and
the subject's own fields are not. Of a type we do not know, nothing is promised.
"""

from enum import Enum

from complaints.models import MovementMeaning
from complaints.models.submission import Kind


class Audience(Enum):
    """Label and icon."""

    PUBLIC = ("Público", "world")
    CONVERSATION = ("Privado: consumidor(a), empresa e gestor", "lock")
    PRIVATE = ("Privado", "lock")

    @property
    def label(self) -> str:
        return self.value[0]

    @property
    def icon(self) -> str:
        return self.value[1]

    @property
    def is_public(self) -> bool:
        return self is Audience.PUBLIC


_OF_MOVEMENT = {
    MovementMeaning.OPENING: Audience.PUBLIC,
    MovementMeaning.ANSWER: Audience.PUBLIC,
    MovementMeaning.RATING: Audience.PUBLIC,
    MovementMeaning.COMPLEMENT: Audience.CONVERSATION,
    MovementMeaning.REFUSAL: Audience.PRIVATE,
    MovementMeaning.REDIRECTION: Audience.PRIVATE,
}
_OF_SUBMISSION = {Kind.ANSWER: Audience.PUBLIC, Kind.COMPLEMENT: Audience.CONVERSATION}


def of_movement(meaning: str) -> Audience | None:
    """None where the portal's rules do not say."""
    return _OF_MOVEMENT.get(meaning)


def of_submission(kind: str) -> Audience:
    """Who will read it once it is there."""
    return _OF_SUBMISSION.get(kind, Audience.PRIVATE)

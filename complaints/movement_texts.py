"""The texts of a movement, told apart by their type's code. Pure.

Codes as the portal uses them: 1 prior contact, 3 description, 4 request, 5 interaction, 6 solved, 7 score, 9 system;
from 1000 on they are the subject's own labelled fields, which only company and mediator read. What is not known is
shown as received, with its label.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from complaints.models import Movement, MovementMeaning

PRIOR_CONTACT, DESCRIPTION, REQUEST, INTERACTION, SOLVED, SCORE, SYSTEM = "1", "3", "4", "5", "6", "7", "9"
FIRST_PRIVATE_FIELD = 1000
NO_DETAILS = "(sem detalhes)"
FOLDED_AFTER = 700  # characters
_LOOK_BACK = 220  # how far a fold may move to fall between sentences or words

_UNLABELLED = (DESCRIPTION, INTERACTION, SYSTEM)


@dataclass(frozen=True, slots=True)
class Passage:
    """One text to be read; `rest` waits behind "Ler tudo"."""

    text: str
    rest: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class PrivateField:
    label: str
    text: str


def passages_of(movement: Movement) -> tuple[Passage, ...]:
    """What a movement's box shows. Prior contact, rating and private fields have places of their own."""
    return tuple(
        passage(text["text"], label=_label(text))
        for text in movement.texts
        if text.get("text", "").strip() and not _is_elsewhere(text, movement.meaning)
    )


def private_fields_of(movements: Iterable[Movement]) -> tuple[PrivateField, ...]:
    """The labelled fields of all movements, in their order, each label with its newest text."""
    fields: dict[str, PrivateField] = {}
    for movement in movements:
        for text in movement.texts:
            if is_private_field(text) and text.get("text", "").strip():
                fields[text["type_code"]] = PrivateField(_received_label(text), text["text"].strip())
    return tuple(fields.values())


def is_private_field(text: dict) -> bool:
    code = text.get("type_code", "")
    return code.isdecimal() and int(code) >= FIRST_PRIVATE_FIELD


def passage(text: str, *, label: str = "") -> Passage:
    """Fold a long text, between paragraphs or sentences where one ends near enough, else between words."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(text) <= FOLDED_AFTER + _LOOK_BACK:
        return Passage(text, label=label)
    place = _fold(text)
    return Passage(text[:place].rstrip(), text[place:].lstrip(), label)


def _fold(text: str) -> int:
    for mark in ("\n", ". ", "! ", "? ", " "):
        place = text.rfind(mark, FOLDED_AFTER - _LOOK_BACK, FOLDED_AFTER)
        if place > 0:
            return place + len(mark)
    return FOLDED_AFTER


def _is_elsewhere(text: dict, meaning: str) -> bool:
    code, value = text.get("type_code", ""), text.get("text", "").strip()
    if code == SYSTEM:
        return value.lower() == NO_DETAILS
    if code == PRIOR_CONTACT:
        return value.upper() in ("S", "N")
    if meaning == MovementMeaning.RATING and code == SOLVED:
        return value.upper() in ("S", "N")
    if meaning == MovementMeaning.RATING and code == SCORE:
        return value in ("1", "2", "3", "4", "5")
    return is_private_field(text)


def _label(text: dict) -> str:
    code = text.get("type_code", "")
    if code == REQUEST:
        return "Pedido"
    return "" if code in _UNLABELLED else _received_label(text)


def _received_label(text: dict) -> str:
    return text.get("type_text", "").strip() or f"Texto do tipo {text.get('type_code') or '?'}"

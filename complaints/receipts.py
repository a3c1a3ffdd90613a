"""Telling our own submission among a complaint's movements. Pure.

"Found" means: above the baseline, written by our side, the same text after trimming and normalising line ends and
entities, the same number of attachments. Type codes prove nothing: code 3 is an answer in one table of the API
document and a complement in another.
"""

import difflib
import html
import unicodedata
from collections.abc import Sequence

from backoffice.outbox import Reading
from complaints.models import Movement, MovementMeaning, Side, Submission
from complaints.models.submission import Kind

# How alike two texts must be for a person to be asked whether they are the same one, edited.
ALIKE = 0.8

_ONCE = {Kind.ANSWER: MovementMeaning.ANSWER, Kind.REFUSAL: MovementMeaning.REFUSAL}


def look_for(submission: Submission, movements: Sequence[Movement], *, file_count: int) -> Reading:
    """Read the movements (with their attachments prefetched) for this submission's receipt.

    Facts of a find: {"movement_code", "movement_at"}. Ambiguous: one of ours above the baseline that is almost it,
    or that takes the single place of an answer or refusal; a person decides, never we.
    """
    baseline = submission.baseline_code if submission.baseline_code is not None else submission.seen_movement_code
    ours = [movement for movement in movements if movement.code > baseline and movement.side == Side.COMPANY]
    wanted = normalised(submission.text)
    seen = {"movement_count": len(movements), "highest_code": max((m.code for m in movements), default=0)}
    close: list[Movement] = []
    for movement in ours:
        texts = [normalised(text["text"]) for text in movement.texts]
        if wanted in texts:
            if len(movement.attachments.all()) == file_count:
                return Reading(found={"movement_code": movement.code, "movement_at": movement.at.isoformat()})
            close.append(movement)
        elif _takes_the_place(submission, movement) or any(_alike(wanted, text) for text in texts):
            close.append(movement)
    if close:
        newest = close[-1]
        difference = _difference(newest, wanted, file_count)
        return Reading(
            ambiguous=f"Apareceu o trâmite n.º {newest.code}, “{newest.type_text}”, {difference}.",
            facts=seen | {"movement_codes": [movement.code for movement in close]},
        )
    return Reading(facts=seen)


def _takes_the_place(submission: Submission, movement: Movement) -> bool:
    """There is one answer and one refusal: another one in its place was given elsewhere, or is ours, edited."""
    meaning = _ONCE.get(submission.kind)
    return meaning is not None and movement.meaning == meaning


def _difference(movement: Movement, wanted: str, file_count: int) -> str:
    if any(normalised(text["text"]) == wanted for text in movement.texts):
        return f"com o mesmo texto e {len(movement.attachments.all())} anexos em vez de {file_count}"
    return "com texto diferente do enviado"


def _alike(wanted: str, text: str) -> bool:
    # The cheap bound first: texts of very different length cannot be alike.
    if not text or min(len(wanted), len(text)) / max(len(wanted), len(text)) < ALIKE / (2 - ALIKE):
        return False
    return difflib.SequenceMatcher(None, wanted, text, autojunk=False).ratio() >= ALIKE


def normalised(text: str) -> str:
    """As portals alter texts in passing: entities, line ends, composed accents, blanks at the ends of lines."""
    text = unicodedata.normalize("NFC", html.unescape(text)).replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(" ".join(line.split()) for line in text.strip().split("\n"))

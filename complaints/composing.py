"""What the composer shows beside the text: checks, files, other people's drafts, and the public preview."""

from dataclasses import dataclass

from django.conf import settings

from complaints import news, personal_data
from complaints.models import Complaint, Movement, MovementMeaning
from complaints.movement_texts import DESCRIPTION
from complaints.services import drafts, submissions


@dataclass(frozen=True)
class Piece:
    """A stretch of the public preview; `kind` is "" or the kind of finding it is."""

    text: str
    kind: str = ""


def context(*, complaint: Complaint, kind: str, by, seen: int | None = None) -> dict:
    """Everything the composer's templates show. A fixed number of queries, whatever there is.

    `seen`: the last movement the author had in front of them, by default the last one stored.
    """
    everybodys = drafts.drafts_of(complaint=complaint, kind=kind)
    own = next((draft for draft in everybodys if draft.owner_id == by.pk), None)
    links = list(own.files.select_related("stored")) if own else []
    is_empty = own is None or not (own.text.strip() or links)
    text = own.text if own else ""
    seen = complaint.last_movement_code if seen is None else min(seen, complaint.last_movement_code)
    stored_files = [link.stored for link in links]
    findings = submissions.findings_in(
        complaint=complaint, kind=kind, text=text, accepted=own.accepted_findings if own else []
    )
    holder = submissions.holding_the_place(complaint=complaint, kind=kind)
    return {
        "complaint": complaint,
        # A row that was emptied keeps its revision: what the page saves next builds on it.
        "draft": None if is_empty else own,
        "revision": own.revision if own else 0,
        "text": text,
        "saved_at": None if is_empty else own.saved_at,
        "draft_files": links,
        "stored_files": stored_files,
        "max_files": settings.ATTACHMENT_MAX_FILES,
        "max_characters": settings.ANSWER_MAX_CHARACTERS,
        "accepted_types": ",".join(f".{kind}" for kind in settings.ATTACHMENT_TYPES),
        "limits": drafts.limits_in_words(),
        "findings": findings,
        "pieces": pieces(text, findings),
        "holder": holder,
        "problems": submissions.problems_of(
            complaint=complaint,
            kind=kind,
            text=text,
            stored_files=stored_files,
            unanswered_findings=findings,
            holder=holder,
        ),
        "versions": list(own.versions.all()) if own else [],
        "other_drafts": [other for other in everybodys if other.owner_id != by.pk and other.text.strip()],
        "public_story": public_story(complaint),
        "seen_movement_code": seen,
        "difference": news.since(complaint, seen),
        "rejected_words": "" if is_empty else news.that_rejected(complaint, kind=kind, by=by),
        "stopped_by": news.Difference() if is_empty else news.that_stopped(complaint, kind=kind, by=by),
    }


def pieces(text: str, findings: list[personal_data.Finding]) -> list[Piece]:
    """The text cut at its findings, so that the preview can mark them."""
    cut, place = [], 0
    for finding in findings:
        cut.append(Piece(text[place : finding.start]))
        cut.append(Piece(finding.text, finding.kind))
        place = finding.end
    cut.append(Piece(text[place:]))
    return [piece for piece in cut if piece.text]


def public_story(complaint: Complaint) -> str:
    """What the public already reads: the consumer's description, from the opening movement."""
    opening: Movement | None = complaint.movements.filter(meaning=MovementMeaning.OPENING).order_by("code").first()
    if opening is None:
        return ""
    return next((item["text"] for item in opening.texts if item["type_code"] == DESCRIPTION), "")

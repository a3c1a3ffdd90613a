"""What the composer shows beside the text: checks, files, other people's drafts, and the public preview."""

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from complaints import personal_data
from complaints.models import Complaint, Movement, MovementMeaning
from complaints.movement_texts import DESCRIPTION
from complaints.services import drafts, submissions


@dataclass(frozen=True)
class Piece:
    """A stretch of the public preview; `kind` is "" or the kind of finding it is."""

    text: str
    kind: str = ""


def context(*, complaint: Complaint, kind: str, by) -> dict:
    """Everything the composer's templates show. Six queries, whatever there is."""
    everybodys = drafts.drafts_of(complaint=complaint, kind=kind)
    draft = next((draft for draft in everybodys if draft.owner_id == by.pk), None)
    text = draft.text if draft else ""
    links = list(draft.files.select_related("stored")) if draft else []
    stored_files = [link.stored for link in links]
    accepted = draft.accepted_findings if draft else []
    findings = submissions.findings_in(complaint=complaint, kind=kind, text=text, accepted=accepted)
    holder = submissions.holding_the_place(complaint=complaint, kind=kind)
    return {
        "complaint": complaint,
        "draft": draft,
        "text": text,
        "revision": draft.revision if draft else 0,
        "saved_at": timezone.localtime(draft.saved_at) if draft and draft.revision else None,
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
        "versions": list(draft.versions.all()) if draft else [],
        "other_drafts": [other for other in everybodys if other.owner_id != by.pk and other.text.strip()],
        "public_story": public_story(complaint),
        "seen_movement_code": complaint.last_movement_code,
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

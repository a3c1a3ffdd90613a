from complaints.models.account import PortalAccount, PortalToken
from complaints.models.catalogue import CatalogueEntry, MovementMeaning
from complaints.models.complaint import Complaint, ComplaintRaw, Stage
from complaints.models.draft import Draft, DraftFile, DraftVersion
from complaints.models.movement import Attachment, Movement, Side
from complaints.models.reading import SyncRun, UnreadableRecord
from complaints.models.submission import Submission, SubmissionEvent, SubmissionFile

__all__ = [
    "Attachment",
    "CatalogueEntry",
    "Complaint",
    "ComplaintRaw",
    "Draft",
    "DraftFile",
    "DraftVersion",
    "Movement",
    "MovementMeaning",
    "PortalAccount",
    "PortalToken",
    "Side",
    "Stage",
    "Submission",
    "SubmissionEvent",
    "SubmissionFile",
    "SyncRun",
    "UnreadableRecord",
]

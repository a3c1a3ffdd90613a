"""The evidence of a submission, and its state in the row the queue is drawn from."""

from django.utils import timezone

from complaints.models import Complaint, Submission, SubmissionEvent


def note(submission: Submission, kind: str, *, words: str = "", facts: dict | None = None, by=None, by_id=None) -> None:
    """Add one event. Runs inside the transaction of what it tells."""
    SubmissionEvent.objects.create(
        submission=submission,
        at=timezone.now(),
        kind=kind,
        attempt=submission.attempt,
        words=words,
        facts=facts or {},
        by_id=by.pk if by else by_id,
    )


def show_on_complaint(submission: Submission, *, is_newest: bool = False) -> None:
    """The newest submission's state, in the row the queue is drawn from."""
    newest = submission
    if not is_newest:
        newest = Submission.objects.filter(complaint_id=submission.complaint_id).order_by("-pk").first()
    Complaint.objects.filter(pk=submission.complaint_id).update(
        submission_state=newest.state,
        submission_at=newest.sent_at or newest.closed_at or newest.queued_at,
        submission_movement_code=newest.movement_code,
        submission_needs_person=newest.needs_person,
        submission_is_confirmed=newest.confirmed_by_id is not None,
    )

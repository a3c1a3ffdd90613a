"""Read one record from the portal now, because somebody is looking at it."""

from django.utils import timezone

from backoffice import audit
from backoffice.remote.errors import RemoteError
from complaints.models import Complaint
from complaints.services import ingest, portal

REFRESH_SECONDS = 20.0  # a person watches


class RefreshFailed(Exception):
    """The record could not be read; what we hold is unchanged. `words` is Portuguese, for the screen."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def refresh(*, complaint: Complaint, by, ip: str | None = None) -> Complaint:
    """Store the record as the portal gives it now. Raises RefreshFailed; the attempt is recorded either way."""
    asked_at = timezone.now()
    try:
        with portal.client_for(complaint.account, limit=REFRESH_SECONDS) as client:
            detail = client.complaint(complaint.protocol)
    except (portal.AccountUnavailable, RemoteError) as error:
        _record(complaint, by, ip, is_read=False)
        raise RefreshFailed(error.words) from error
    try:
        fresh = ingest.store_detail(account=complaint.account, detail=detail, read_at=asked_at)
    except ingest.NotStorable as error:
        _record(complaint, by, ip, is_read=False)
        raise RefreshFailed(error.unreadable.reason) from error
    _record(complaint, by, ip, is_read=True)
    return fresh


def _record(complaint: Complaint, by, ip: str | None, *, is_read: bool) -> None:
    audit.record(
        audit.AuditEvent.Action.COMPLAINT_REFRESHED, by=by, protocol=complaint.protocol, ip=ip, is_read=is_read
    )

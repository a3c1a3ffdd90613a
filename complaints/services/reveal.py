"""Looking at personal data leaves a trace: who, when, which complaint, which field; never the datum itself."""

from datetime import datetime, timedelta

from django.utils import timezone

from backoffice import audit
from complaints import consumer_data
from complaints.consumer_data import Group, PersonalField
from complaints.models import Complaint

# Opening the same complaint again within this time is the same look.
SAME_LOOK = timedelta(minutes=10)


def reveal(*, complaint: Complaint, group: Group, by, ip: str | None = None) -> PersonalField:
    """The group's values in clear. Records that they were shown."""
    audit.record(
        audit.AuditEvent.Action.DATA_REVEALED, by=by, protocol=complaint.protocol, ip=ip, field=str(group.value)
    )
    return consumer_data.clear(complaint, group)


def record_opening(*, complaint: Complaint, by, last_opened_at: datetime | None, ip: str | None = None) -> bool:
    """Record that the person opened the complaint, unless they did so less than SAME_LOOK ago.

    `last_opened_at` is when they last did, as far as the caller's own reading of the events tells.
    """
    if last_opened_at is not None and timezone.now() - last_opened_at < SAME_LOOK:
        return False
    audit.record(audit.AuditEvent.Action.COMPLAINT_OPENED, by=by, protocol=complaint.protocol, ip=ip)
    return True

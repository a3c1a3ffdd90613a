"""Who is on a complaint. Nobody is locked out: this tells colleagues who works on what, and no more."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from backoffice import audit
from backoffice.people import User
from complaints.models import Complaint

_BACKEND = "django.contrib.auth.backends.ModelBackend"


class AlreadyTaken(Exception):
    """Somebody else has it. `holder` is that person."""

    def __init__(self, holder: User):
        super().__init__(f"{holder} já assumiu.")
        self.holder = holder


class CannotBeAssigned(Exception):
    """The person chosen cannot work on this complaint; the words say why."""


def take(*, complaint: Complaint, by: User) -> bool:
    """Put `by` on a complaint that nobody has. False when it already was theirs.

    One conditional update decides between two people who click at once. Raises AlreadyTaken, and PermissionDenied
    without the right to take. The instance given is brought up to date.
    """
    if not by.has_perm("complaints.take_complaint"):
        raise PermissionDenied
    with transaction.atomic():
        taken = Complaint.objects.filter(pk=complaint.pk, assignee__isnull=True).update(
            assignee=by, assigned_at=timezone.now()
        )
        if taken:
            audit.record(audit.AuditEvent.Action.COMPLAINT_TAKEN, by=by, protocol=complaint.protocol)
    complaint.refresh_from_db(fields=["assignee", "assigned_at"])
    if taken:
        return True
    if complaint.assignee is None:
        # Given back between the update and the look at it: the next click decides.
        return take(complaint=complaint, by=by)
    if complaint.assignee_id != by.pk:
        raise AlreadyTaken(complaint.assignee)
    return False


def assign(*, complaint: Complaint, to: User | None, by: User) -> bool:
    """Put `to` on a complaint, whoever has it now; None leaves it with nobody. False when nothing changed.

    Raises PermissionDenied without the right to assign and CannotBeAssigned for somebody who cannot work on it.
    The instance given is brought up to date.
    """
    if not by.has_perm("complaints.assign_complaint"):
        raise PermissionDenied
    with transaction.atomic():
        held = Complaint.objects.select_for_update().only("assignee", "account").get(pk=complaint.pk)
        changes = held.assignee_id != (to.pk if to else None)
        if changes:
            if to is not None and not assignable_people(held).filter(pk=to.pk).exists():
                raise CannotBeAssigned(
                    f"{to} não pode ficar com esta reclamação: não vê esta credenciada ou está sem acesso."
                )
            Complaint.objects.filter(pk=complaint.pk).update(assignee=to, assigned_at=timezone.now() if to else None)
            audit.record(
                audit.AuditEvent.Action.COMPLAINT_ASSIGNED,
                by=by,
                protocol=complaint.protocol,
                to=to.pk if to else None,
                before=held.assignee_id,
            )
    complaint.refresh_from_db(fields=["assignee", "assigned_at"])
    return changes


def assignable_people(complaint: Complaint):
    """Active people who may answer and who see this complaint's account, by name."""
    may_answer = User.objects.with_perm("complaints.add_submission", backend=_BACKEND)
    sees_all = User.objects.with_perm("complaints.view_every_account", backend=_BACKEND)
    sees = Q(portal_accounts=complaint.account_id) | Q(pk__in=sees_all.values("pk"))
    return may_answer.filter(sees).distinct().order_by("first_name", "last_name", "username")

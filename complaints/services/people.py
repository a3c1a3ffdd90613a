"""The people who log in, and what they may do. Each change leaves its audit row, which names fields, never values."""

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction

from backoffice import audit
from backoffice.audit import AuditEvent
from backoffice.people import User

# A change of these changes what the person may do, or under whose name.
WATCHED = ("username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser")


def save_person(*, person: User, by: User | None) -> None:
    """Create or change a person. The caller has validated the row (a form has)."""
    with transaction.atomic():
        before = User.objects.filter(pk=person.pk).first() if person.pk else None
        changed = [name for name in WATCHED if before and getattr(before, name) != getattr(person, name)]
        person.save()
        if before is None or changed:
            what = "changed" if before else "created"
            audit.record(AuditEvent.Action.PERSON_CHANGED, by=by, subject=str(person), what=what, fields=changed)
        if person.authorized_cpf != (before.authorized_cpf if before else ""):
            audit.record(AuditEvent.Action.CREDENTIALS_CHANGED, by=by, subject=str(person), fields=["authorized_cpf"])


def set_groups(*, person: User, groups: Iterable[Group], by: User | None) -> None:
    with transaction.atomic():
        before, after = set(person.groups.all()), set(groups)
        if before == after:
            return
        person.groups.set(after)
        audit.record(
            AuditEvent.Action.PERSON_CHANGED,
            by=by,
            subject=str(person),
            what="groups",
            added=sorted(group.name for group in after - before),
            removed=sorted(group.name for group in before - after),
        )


def record_password_set(*, person: User, by: User) -> None:
    """Somebody else set this person's password."""
    audit.record(AuditEvent.Action.PASSWORD_CHANGED, by=by, subject=str(person), how="set")

"""Roles and what each may do.

Which complaints a person sees is decided by the accounts given to that person (`PortalAccount.people`) or by
the permission `view_every_account`; see `complaints.models.Complaint.objects.visible_to`.
"""

from django.contrib.auth.models import Group, Permission

AGENT, SUPERVISOR, ADMIN = "Atendente", "Supervisão", "Administração"

_AGENT_PERMISSIONS = {
    "complaints.view_complaint",
    "complaints.take_complaint",
    "complaints.reveal_complaint",
    "complaints.add_submission",
}
_SUPERVISOR_PERMISSIONS = _AGENT_PERMISSIONS | {
    "complaints.assign_complaint",
    "complaints.settle_submission",
    "complaints.view_syncrun",
    "complaints.run_sync",
}
_ADMIN_PERMISSIONS = {
    "complaints.view_every_account",
    "complaints.view_complaint",
    "complaints.view_syncrun",
    "complaints.run_sync",
    "complaints.add_portalaccount",
    "complaints.change_portalaccount",
    "complaints.view_portalaccount",
    "complaints.view_catalogueentry",
    "complaints.change_catalogueentry",
    "complaints.view_unreadablerecord",
    "complaints.retry_unreadablerecord",
    "complaints.view_submission",
    "backoffice.add_user",
    "backoffice.change_user",
    "backoffice.view_user",
    "backoffice.view_auditevent",
    "auth.view_group",
    "django_q.view_schedule",
    "django_q.view_failure",
    "django_q.view_success",
    "django_q.view_ormq",
}
ROLES = {AGENT: _AGENT_PERMISSIONS, SUPERVISOR: _SUPERVISOR_PERMISSIONS, ADMIN: _ADMIN_PERMISSIONS}


def install_roles() -> None:
    """Create the groups, or bring their permissions back to what this module says. Idempotent.

    Raises LookupError when a permission named here does not exist (a typing error, found by the tests).
    """
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    for name, wanted in ROLES.items():
        missing = wanted - known.keys()
        if missing:
            raise LookupError(f"{name}: permissões desconhecidas: {', '.join(sorted(missing))}")
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.set(known[permission] for permission in wanted)

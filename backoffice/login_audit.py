"""Audit rows for logging in and out, and the start of a session's life.

A name that was typed and does not exist is not kept: it may be a password in the wrong field.
"""

from axes.helpers import get_client_ip_address
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from backoffice import audit, sessions


def address_of(request) -> str | None:
    """The client's address, behind as many proxies as the settings trust."""
    return get_client_ip_address(request) if request is not None else None


@receiver(user_logged_in, dispatch_uid="audit_logged_in")
def logged_in(sender, request, user, **kwargs) -> None:
    sessions.start(request.session)
    audit.record(audit.AuditEvent.Action.LOGGED_IN, by=user, ip=address_of(request))


@receiver(user_logged_out, dispatch_uid="audit_logged_out")
def logged_out(sender, request, user, **kwargs) -> None:
    if user is not None:
        audit.record(audit.AuditEvent.Action.LOGGED_OUT, by=user, ip=address_of(request))


@receiver(user_login_failed, dispatch_uid="audit_login_failed")
def login_failed(sender, credentials, request=None, **kwargs) -> None:
    typed = credentials.get("username") or ""
    known = get_user_model().objects.filter(username=typed).exists()
    audit.record(
        audit.AuditEvent.Action.LOGIN_FAILED,
        subject=typed if known else "",
        ip=address_of(request),
        known=known,
        locked=bool(getattr(request, "axes_locked_out", False)),
    )


def password_changed(*, by, request, how: str) -> None:
    """`how` is "changed" or "reset"."""
    audit.record(audit.AuditEvent.Action.PASSWORD_CHANGED, by=by, ip=address_of(request), how=how)

"""The company's accounts on the portal: saving, testing, who sees them, and under whose CPF a person sends."""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from backoffice import audit, documents
from backoffice.audit import AuditEvent
from backoffice.people import User
from backoffice.remote.errors import CredentialsRefused, RemoteError, RemoteRejected
from complaints.consumidor_gov.tokens import MemoryTokens
from complaints.models import PortalAccount
from complaints.services import portal

# What a person may change; everything else on the row is written by the calls to the portal.
EDITABLE = (
    "name",
    "environment",
    "base_url",
    "is_active",
    "client_id",
    "code",
    "client_secret",
    "default_cpf",
    "sends_parameters_in_body",
)
# A change of one of these answers a refusal of the credentials: the account is used again.
ENDS_PAUSE = {*PortalAccount.CREDENTIALS, "environment", "base_url", "is_active"}
TEST_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class ConnectionReport:
    is_ok: bool
    words: str  # Portuguese: what was read, or the portal's own words
    situations: int | None  # how many the portal has; None when nothing was read
    milliseconds: int


@dataclass(frozen=True, slots=True)
class SendingCpf:
    """The CPF the ministry will see on what somebody sends, and whose it is."""

    value: str
    whose: Literal["person", "account"]

    @property
    def masked(self) -> str:
        return documents.mask_cpf(self.value)


def address_refusal(before: PortalAccount, after: PortalAccount, *, typed: Collection[str]) -> str:
    """Why this change of address is refused, or "". Kept secrets never follow an account to another address.

    Whoever may only write secrets could otherwise have them sent to a server of their own. The ministry's two
    environments are not somebody's own.
    """
    is_own = after.environment == PortalAccount.Environment.OTHER
    if not is_own or after.address == before.address or set(PortalAccount.SECRETS) <= set(typed):
        return ""
    return "Mudou o endereço: informe code e client_secret de novo."


def save_account(*, account: PortalAccount, by: User | None, typed: Collection[str] = ()) -> tuple[str, ...]:
    """Create or change an account. Returns the names of the fields that changed; none, and nothing is written.

    `typed` names the secrets that were typed in this very act, for a new address needs them (`address_refusal`).

    The audit names fields, never values. New credentials, a new address or a switch end a pause. What the calls
    to the portal note on the row meanwhile is left alone. Raises ValidationError.
    """
    account.full_clean()
    with transaction.atomic():
        before = PortalAccount.objects.select_for_update().filter(pk=account.pk).first() if account.pk else None
        if before is None:
            changed = tuple(name for name in EDITABLE if getattr(account, name) not in ("", False))
            account.save()
        else:
            if refusal := address_refusal(before, account, typed=typed):
                raise ValidationError({"base_url": refusal})
            changed = tuple(name for name in EDITABLE if getattr(account, name) != getattr(before, name))
            if changed:
                account.save(update_fields=changed)
        _record_changes(account, changed, by=by, is_new=before is None)
        if before is not None and before.paused_at and ENDS_PAUSE.intersection(changed):
            portal.resume(account, by=by)
    return changed


def _record_changes(account: PortalAccount, changed: tuple[str, ...], *, by: User | None, is_new: bool) -> None:
    credentials = [name for name in changed if name in account.CREDENTIALS]
    others = [name for name in changed if name not in account.CREDENTIALS]
    if is_new or others:
        what = "created" if is_new else "changed"
        if others == ["is_active"]:
            what = "activated" if account.is_active else "deactivated"
        audit.record(AuditEvent.Action.ACCOUNT_CHANGED, by=by, subject=str(account), what=what, fields=others)
    if credentials:
        audit.record(AuditEvent.Action.CREDENTIALS_CHANGED, by=by, subject=str(account), fields=credentials)


def set_people(*, account: PortalAccount, people: Iterable[User], by: User | None) -> None:
    """Who sees this account's complaints, besides those who see every account."""
    with transaction.atomic():
        before = set(account.people.all())
        after = set(people)
        if before == after:
            return
        account.people.set(after)
        audit.record(
            AuditEvent.Action.ACCOUNT_CHANGED,
            by=by,
            subject=str(account),
            what="people",
            added=sorted(person.username for person in after - before),
            removed=sorted(person.username for person in before - after),
        )


def set_accounts(*, person: User, accounts: Iterable[PortalAccount], by: User | None) -> None:
    """The accounts a person sees: `set_people`, from the other side. One audit row per account that changed."""
    with transaction.atomic():
        before = set(PortalAccount.objects.without_secrets().filter(people=person))
        after = set(accounts)
        for account in before ^ after:
            people = set(account.people.all())
            set_people(account=account, people=people ^ {person}, by=by)


def test_connection(*, account: PortalAccount, by: User | None) -> ConnectionReport:
    """Ask for a token with the credentials as stored, whatever token is kept, and read the situations.

    Works for inactive and paused accounts too. Takes TEST_SECONDS at most, changes nothing at the portal, and
    notes success or failure on the account. Never raises for what the portal does; records ACCOUNT_TESTED.
    """
    started = time.monotonic()
    situations = None
    try:
        # A token of its own: the shared one may outlive the credentials it was given for.
        options = {"tokens": MemoryTokens(), "limit": TEST_SECONDS, "attempts": 1}
        with portal.client_for(account, even_if_inactive=True, **options) as client:
            situations = len(client.situations().items)
        words = f"{situations} situações lidas no portal."
    except portal.AccountUnavailable as refused:
        words = refused.words
    except (CredentialsRefused, RemoteRejected) as refused:
        words = f"O portal não aceitou: «{refused.words}»"
    except RemoteError as failure:
        words = failure.words
    report = ConnectionReport(
        is_ok=situations is not None,
        words=words,
        situations=situations,
        milliseconds=round((time.monotonic() - started) * 1000),
    )
    audit.record(
        AuditEvent.Action.ACCOUNT_TESTED,
        by=by,
        subject=str(account),
        is_ok=report.is_ok,
        words=report.words,
        milliseconds=report.milliseconds,
    )
    return report


test_connection.__test__ = False  # a verb of ours, not a test to be collected where it is imported


def state_in_words(account: PortalAccount) -> str:
    """How the account is doing, in one line."""
    if not account.is_active:
        return "Inativa"
    if account.paused_at:
        return f"Em pausa desde {_instant(account.paused_at)}: {account.paused_words}"
    if account.is_down:
        return f"Sem contato desde {_instant(account.down_since)}: {account.last_failure_words}"
    return "Em uso" if account.last_success_at else "Sem uso ainda"


def _instant(at: datetime) -> str:
    return date_format(timezone.localtime(at), "d/m/Y H:i")


def cpf_for(user: User, account: PortalAccount) -> SendingCpf:
    """Under whose CPF `user` sends for `account`: their own, else the account's."""
    if user.authorized_cpf:
        return SendingCpf(user.authorized_cpf, "person")
    return SendingCpf(account.default_cpf, "account")

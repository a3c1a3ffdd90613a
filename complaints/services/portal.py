"""The one place where an account becomes a client of the portal.

Every call made through such a client leaves its trace on the account: last success, last failure, and a pause
when the portal refuses the credentials themselves.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from backoffice import audit, installation
from backoffice.accounts import address_problem
from backoffice.remote.errors import CredentialsRefused, RemoteError, RemoteRejected, RemoteUncertain, RemoteUnreadable
from complaints.consumidor_gov.client import ConsumidorGov, Credentials
from complaints.consumidor_gov.tokens import TokenStore
from complaints.models import PortalAccount
from complaints.services.tokens import SharedTokens

logger = logging.getLogger(__name__)

NOTE_EVERY = timedelta(minutes=1)


class AccountUnavailable(Exception):
    """This account may not speak to the portal now. `words` is Portuguese, for the screen."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def client_for(
    account: PortalAccount,
    *,
    cpf: str | None = None,
    even_if_inactive: bool = False,
    tokens: TokenStore | None = None,
    **options,
) -> ConsumidorGov:
    """A client that speaks for `account`, under `cpf` or the account's own. Close it, or use it in a `with`.

    `tokens` stands in for the shared store; `options` are ConsumidorGov's (limit, attempts, ...).
    Raises AccountUnavailable for an account that is inactive or paused (unless `even_if_inactive`), and always
    for production in a demo database or an address that is not allowed. The client's calls update the account.
    """
    problem = refusal(account, even_if_inactive=even_if_inactive)
    if problem:
        raise AccountUnavailable(problem)
    try:
        return _NotedClient(
            account,
            base_url=account.address,
            credentials=Credentials(account.client_id, account.code, account.client_secret),
            tokens=tokens or SharedTokens(account),
            cpf=cpf or account.default_cpf,
            version=settings.PORTAL_API_VERSION,
            parameters_in_body=account.sends_parameters_in_body,
            **options,
        )
    except ValueError:  # a row no form has checked
        words = f"{account}: confira o endereço e o CPF autorizado."
    raise AccountUnavailable(words)


def refusal(account: PortalAccount, *, even_if_inactive: bool = False) -> str:
    """Why `client_for` would refuse this account, or ""."""
    is_demo = installation.is_demo()
    if is_demo and account.points_to_production():
        return f"{account}: o banco de demonstração não fala com a produção."
    if account.environment == account.Environment.OTHER:
        problem = address_problem(account.base_url, loopback_allowed=is_demo)
        if problem:
            return f"{account}: {problem}"
    if even_if_inactive:
        return ""
    if not account.is_active:
        return f"{account} está inativa."
    if account.paused_at:
        return f"{account} está em pausa: {account.paused_words}"
    return ""


def pause(account: PortalAccount, *, words: str) -> None:
    """Stop using the account until a person mends its credentials: the portal refused them.

    Nothing happens when it is paused already or not active, nor when its credentials are no longer those of
    `account`, for then it was the old ones that were refused.
    """
    with transaction.atomic():
        now = PortalAccount.objects.in_use().select_for_update().filter(pk=account.pk).first()
        if now is None or _credentials(now) != _credentials(account):
            return
        account.paused_at, account.paused_words = timezone.now(), words[:300]
        PortalAccount.objects.filter(pk=account.pk).update(
            paused_at=account.paused_at, paused_words=account.paused_words
        )
        audit.record(audit.AuditEvent.Action.ACCOUNT_CHANGED, subject=str(account), what="paused", words=words)
    logger.warning("account %s paused: %s", account.pk, words)


def resume(account: PortalAccount, *, by) -> bool:
    """Use a paused account again. Returns whether it was paused."""
    with transaction.atomic():
        resumed = PortalAccount.objects.filter(pk=account.pk, paused_at__isnull=False).update(
            paused_at=None, paused_words=""
        )
        if resumed:
            audit.record(audit.AuditEvent.Action.ACCOUNT_CHANGED, by=by, subject=str(account), what="resumed")
    account.paused_at, account.paused_words = None, ""
    return bool(resumed)


def _credentials(account: PortalAccount) -> tuple[str, ...]:
    return account.address, account.client_id, account.code, account.client_secret


class _NotedClient(ConsumidorGov):
    """Notes on the account how each call ended. What the database says to that never changes the call's result."""

    def __init__(self, account: PortalAccount, **options) -> None:
        super().__init__(**options)
        self._account = account
        self._noted_at: datetime | None = None if account.is_down else account.last_success_at

    def _get(self, *args, **kwargs):
        return self._noted(super()._get, *args, **kwargs)

    def _post(self, *args, **kwargs):
        return self._noted(super()._post, *args, is_write=True, **kwargs)

    def _noted(self, call, *args, is_write: bool = False, **kwargs):
        try:
            result = call(*args, **kwargs)
        except RemoteRejected:  # "no" is an answer: the portal is up and knows us
            self._note(self._success)
            raise
        except RemoteError as error:
            # A reply we cannot read, or the lost reply of a write (made once, unlike a read), says nothing about
            # the next call: neither up nor down.
            is_no_sign = isinstance(error, RemoteUnreadable) or (is_write and isinstance(error, RemoteUncertain))
            if not is_no_sign:
                self._note(self._failure, error)
            raise
        self._note(self._success)
        return result

    def _note(self, write, *args) -> None:
        try:
            write(*args)
        except DatabaseError:
            logger.warning("account %s: how the call ended could not be noted", self._account.pk, exc_info=True)

    def _success(self) -> None:
        now = timezone.now()
        if self._noted_at is None or now - self._noted_at >= NOTE_EVERY:
            _accounts(self._account).update(last_success_at=now, failing_since=None)
            self._noted_at = now

    def _failure(self, error: RemoteError) -> None:
        self._noted_at = None
        now = timezone.now()
        _accounts(self._account).update(
            last_failure_at=now,
            last_failure_words=error.words[:300],
            failing_since=Coalesce(F("failing_since"), now),
        )
        if isinstance(error, CredentialsRefused):
            pause(self._account, words=error.words)


def _accounts(account: PortalAccount):
    return PortalAccount.objects.filter(pk=account.pk)

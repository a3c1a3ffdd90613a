"""The portal's temporary token, shared by every process through the database (complaints.models.PortalToken).

One renewal at a time: whoever sets `renewing_since` by a conditional UPDATE holds the lease and asks the portal;
the others look at the row now and then. No transaction is open while the portal is asked. A lease left behind by
a process that died is taken over after LEASE. This works on SQLite and PostgreSQL alike.
A token is kept with a fingerprint of the credentials it was given for, so that after a change of credentials or
address no process, however late, uses it with the others.
"""

import hashlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from backoffice.encryption import UndecipherableValue
from backoffice.remote.errors import RemoteUnavailable
from complaints.consumidor_gov.records import IssuedToken
from complaints.consumidor_gov.tokens import token_ends_at
from complaints.models import PortalAccount, PortalToken

LEASE = timedelta(seconds=60)
# Seconds between two looks at the row while somebody else renews: about ten in all, for a person may be waiting.
WAITS = (0.05, 0.1, 0.2, 0.4) + (0.5,) * 19


class SharedTokens:
    """One account's TokenStore (complaints.consumidor_gov.tokens). Safe in any number of threads and processes."""

    def __init__(self, account: PortalAccount, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._account_id = account.pk
        self._prefix = _fingerprint(account) + ":"
        self._sleep = sleep

    def current(self) -> str | None:
        """The token to use now, or None when there is none or it has ended. One query."""
        try:
            kept = self._row().values_list("value", "ends_at").first()
        except UndecipherableValue:  # its key was dropped; a token is cheap to replace
            return None
        if not kept or not kept[0].startswith(self._prefix) or kept[1] is None or kept[1] <= timezone.now():
            return None
        return kept[0].removeprefix(self._prefix)

    def renew(self, *, rejected: str | None, fetch: Callable[[], IssuedToken]) -> str:
        """A token other than `rejected`: the kept one if somebody renewed it meanwhile, else what `fetch` brings.

        From here on nobody is given `rejected` again. Lets through what `fetch` raises (RemoteError) and keeps
        nothing then. Raises RemoteUnavailable when somebody else's renewal takes too long, and RuntimeError
        inside an open transaction, which would stay open while the portal is asked.
        """
        PortalToken.objects.bulk_create([PortalToken(account_id=self._account_id)], ignore_conflicts=True)
        for wait in (*WAITS, None):
            lease = self._take_lease()
            if lease is not None:
                return self._renew_under(lease, rejected, fetch)
            token = self.current()
            if token is not None and token != rejected:
                return token
            if wait is not None:
                self._sleep(wait)
        raise RemoteUnavailable("O acesso ao portal está sendo renovado por outro processo. Nada foi enviado.")

    def _renew_under(self, lease: datetime, rejected: str | None, fetch: Callable[[], IssuedToken]) -> str:
        mine = self._row().filter(renewing_since=lease)
        try:
            token = self.current()  # read again: it may have been renewed just before the lease was ours
            if token is not None and token != rejected:
                mine.update(renewing_since=None)
                return token
            mine.update(value="", ends_at=None)
            asked_at = timezone.now()  # before the call, so that the end is never too late
            issued = fetch()
        except BaseException:
            mine.update(renewing_since=None)
            raise
        # Not kept when the lease ran out meanwhile: whoever took it over keeps its own.
        mine.update(
            value=self._prefix + issued.value,
            ends_at=token_ends_at(asked_at, issued.expires_in),
            renewing_since=None,
        )
        return issued.value

    def _take_lease(self) -> datetime | None:
        now = timezone.now()
        free = Q(renewing_since=None) | Q(renewing_since__lte=now - LEASE)
        with transaction.atomic(durable=True):  # refuses to run inside somebody's transaction
            return now if self._row().filter(free).update(renewing_since=now) else None

    def _row(self):
        return PortalToken.objects.filter(account_id=self._account_id)


def _fingerprint(account: PortalAccount) -> str:
    parts = "\0".join((account.address, account.client_id, account.code, account.client_secret))
    return hashlib.sha256(parts.encode()).hexdigest()[:16]

"""The temporary token of an account: who keeps it, when it ends, how it reaches the calls.

Where the token lives is not this package's business: a store that all processes share has the shape of
TokenStore. MemoryTokens is the store of one process, for tests and command-line tools.
"""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from complaints.consumidor_gov.records import IssuedToken

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
MARGIN = timedelta(minutes=5)


def token_ends_at(issued_at: datetime, expires_in: int) -> datetime:
    """When to stop using a token issued at `issued_at` (aware) for `expires_in` seconds.

    The document says two things: "expirará sempre às 23:59:59hs desse dia" («Acesso REST», passo 2) and
    `expires_in` (its example, 111600 s, reaches into the next day). The earlier of the two is safe.
    """
    local = issued_at.astimezone(SAO_PAULO)
    end_of_day = local.replace(hour=23, minute=59, second=59, microsecond=0, fold=0)
    return min(local + timedelta(seconds=expires_in) - MARGIN, end_of_day)


class TokenStore(Protocol):
    """Keeps one account's token. It decides expiry (token_ends_at) and lets one renewal happen at a time."""

    def current(self) -> str | None:
        """The token to use now, or None when there is none or it has ended."""

    def renew(self, *, rejected: str | None, fetch: Callable[[], IssuedToken]) -> str:
        """A token other than `rejected`: the kept one when somebody renewed it meanwhile, else `fetch()`'s.

        Lets through what `fetch` raises (RemoteError) and keeps nothing then.
        """


class MemoryTokens:
    """A TokenStore in this process's memory; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[str, datetime] | None = None

    def current(self) -> str | None:
        kept = self._kept
        return kept[0] if kept and datetime.now(SAO_PAULO) < kept[1] else None

    def renew(self, *, rejected: str | None, fetch: Callable[[], IssuedToken]) -> str:
        with self._lock:
            token = self.current()
            if token is None or token == rejected:
                asked_at = datetime.now(SAO_PAULO)  # before the call, so that the end is never too late
                issued = fetch()
                token = issued.value
                self._kept = token, token_ends_at(asked_at, issued.expires_in)
            return token


class BearerToken:
    """The Authorization (backoffice.remote.api) that takes its token from a TokenStore."""

    def __init__(self, tokens: TokenStore, fetch: Callable[[], IssuedToken]) -> None:
        self._tokens = tokens
        self._fetch = fetch

    def current(self) -> Mapping[str, str]:
        return _header(self._tokens.current() or self._tokens.renew(rejected=None, fetch=self._fetch))

    def renewed(self, refused: Mapping[str, str]) -> Mapping[str, str]:
        rejected = refused["Authorization"].removeprefix("Bearer ")
        return _header(self._tokens.renew(rejected=rejected, fetch=self._fetch))


def _header(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}

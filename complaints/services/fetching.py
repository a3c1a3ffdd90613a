"""Reading many details from the portal, some at a time and ahead of the writing.

Fetch threads never touch the database. What a client would do there (share its token, note how calls end) is handed
to the thread that runs the sync, through a Relay.
"""

import queue
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.utils import timezone

from backoffice.remote.errors import RemoteRejected, RemoteUnavailable, RemoteUncertain
from complaints.consumidor_gov.client import ConsumidorGov, UnreadableRecord
from complaints.consumidor_gov.records import ComplaintDetail, IssuedToken, Unreadable
from complaints.models import PortalAccount
from complaints.services import portal
from complaints.services.tokens import SharedTokens

T = TypeVar("T")

FETCHERS = 4  # details read at the same time
CHUNK = 100  # details written together
TOKEN_HELD = 30.0  # seconds a fetch thread goes on with a token before the shared one is looked at again
# One record that the portal fails over is set aside; this many in a row are the portal's own trouble.
FAILURES_IN_A_ROW = 3


def read_detail(client: ConsumidorGov, protocol: str) -> ComplaintDetail:
    """The record of this protocol. Raises UnreadableRecord, also when the portal gives another record, RemoteError."""
    detail = client.complaint(protocol)
    if detail.protocol != protocol:
        reason = f"o portal respondeu com a reclamação {detail.protocol}"
        raise UnreadableRecord(Unreadable(protocol, "protocolo", reason, detail.raw))
    return detail


@dataclass(slots=True)
class Chunk:
    """Details that follow each other in the order asked for."""

    asked_at: datetime  # the earliest
    last: str = ""  # the protocol up to which nothing is left to read; "" when that is nowhere
    details: list[ComplaintDetail] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    calls: int = 0


class DetailReader:
    """Reads details in threads of its own, ahead of whoever consumes them. Use in a `with`."""

    def __init__(self, account: PortalAccount, *, client: ConsumidorGov | None = None) -> None:
        """`client` is used alone, in a single thread; without it there are FETCHERS of the account's own.

        Raises AccountUnavailable.
        """
        self._relay = _Relay()
        self._tokens = None if client else _HeldTokens(SharedTokens(account), self._relay)
        self._own = [] if client else [self._client_for(account) for _ in range(FETCHERS)]
        self._free: queue.SimpleQueue[ConsumidorGov] = queue.SimpleQueue()
        for each in self._own or [client]:
            self._free.put(each)
        self._pool = ThreadPoolExecutor(len(self._own) or 1, thread_name_prefix="portal")

    def __enter__(self) -> "DetailReader":
        return self

    def __exit__(self, kind, *exc: object) -> None:
        self._relay.close()
        # What is under way when we give up ends by itself; nobody waits for it.
        self._pool.shutdown(wait=kind is None, cancel_futures=True)
        self._relay.serve()
        if kind is None:
            for client in self._own:
                client.close()

    def _client_for(self, account: PortalAccount) -> ConsumidorGov:
        client = portal.client_for(account, tokens=self._tokens)
        client._note = self._relay.post  # noting is database work
        return client

    def chunks(
        self, protocols: Iterable[str], *, beat: Callable[[], None], known_bad: Collection[str] = ()
    ) -> Iterator[Chunk]:
        """Read these records, in order. `beat` is called while waiting; what it raises ends the reading.

        A record that the portal fails over is set aside when later ones can be read, or when it is in `known_bad`.
        What was read before an error comes out as a last chunk, and then the error is raised: RemoteError, or
        whatever `beat` raises.
        """
        waiting: deque[tuple[str, Future]] = deque()
        rest = iter(protocols)
        self._fill(waiting, rest)
        trouble: list[_Failed] = []  # failures not known yet to be their records' own
        while waiting:
            chunk, error = Chunk(timezone.now()), None
            while waiting and chunk.calls < CHUNK and error is None:
                protocol, future = waiting[0]
                try:
                    got = self._result(future, beat)
                except Exception as exc:
                    error = exc
                    break
                waiting.popleft()
                chunk.calls += 1
                chunk.asked_at = min(chunk.asked_at, got.asked_at)
                if isinstance(got.outcome, _Failed) and protocol not in known_bad:
                    trouble.append(got.outcome)
                    error = trouble[0].error if len(trouble) == FAILURES_IN_A_ROW else None
                    continue
                if not isinstance(got.outcome, _Failed):
                    # What was asked after a failure and came shows that the portal is well and that record is not.
                    settled = [failed for failed in trouble if failed.at < got.started]
                    chunk.unreadable += [failed.unreadable for failed in settled]
                    trouble = [failed for failed in trouble if failed.at >= got.started]
                if not trouble:
                    chunk.last = protocol
                if isinstance(got.outcome, ComplaintDetail):
                    chunk.details.append(got.outcome)
                else:
                    unreadable = got.outcome.unreadable if isinstance(got.outcome, _Failed) else got.outcome
                    chunk.unreadable.append(unreadable)
            if trouble and (error or not waiting):
                # Not behind us, but remembered: the next run does not stop for them again.
                chunk.unreadable += [failed.unreadable for failed in trouble]
                error = error or trouble[0].error
            self._fill(waiting, rest)
            if chunk.calls:
                yield chunk
            if error is not None:
                raise error

    def _fill(self, waiting: deque, rest: Iterator[str]) -> None:
        if self._tokens:
            self._tokens.look()
        while len(waiting) < 2 * CHUNK and (protocol := next(rest, None)) is not None:
            waiting.append((protocol, self._pool.submit(self._read, protocol)))

    def _result(self, future: Future, beat: Callable[[], None]) -> "_Got":
        while True:
            self._relay.serve()
            beat()
            with suppress(NotYet):
                return future.result(timeout=0.05)

    def _read(self, protocol: str) -> "_Got":
        asked_at, started = timezone.now(), time.monotonic()
        client = self._free.get()
        try:
            outcome = read_detail(client, protocol)
        except UnreadableRecord as error:
            outcome = error.unreadable
        except RemoteRejected as error:
            outcome = Unreadable(protocol, "", f"O portal não entregou o registro: {error.words}", "")
        except RemoteUncertain as error:
            reason = f"O portal falhou neste registro: {error.words}"
            outcome = _Failed(error, Unreadable(protocol, "", reason, ""), time.monotonic())
        finally:
            self._free.put(client)
        return _Got(asked_at, started, outcome)


@dataclass(frozen=True, slots=True)
class _Failed:
    error: RemoteUncertain
    unreadable: Unreadable
    at: float  # monotonic


@dataclass(frozen=True, slots=True)
class _Got:
    asked_at: datetime
    started: float  # monotonic
    outcome: ComplaintDetail | Unreadable | _Failed


class _Relay:
    """Database work of the fetch threads, done by the thread that serves."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[tuple[Callable, Future | None]] = queue.SimpleQueue()
        self._is_closed = False

    def post(self, work: Callable[..., object], *arguments) -> None:
        self._work.put((partial(work, *arguments), None))

    def call(self, work: Callable[[], T]) -> T:
        if self._is_closed:
            raise RemoteUnavailable("A leitura foi interrompida.")
        future: Future = Future()
        self._work.put((work, future))
        while True:
            try:
                return future.result(timeout=1)
            except NotYet:
                if self._is_closed and not future.done():  # nobody will serve any more
                    raise RemoteUnavailable("A leitura foi interrompida.") from None

    def serve(self) -> None:
        with suppress(queue.Empty):
            while True:
                work, future = self._work.get_nowait()
                if future is None:
                    work()
                elif self._is_closed:
                    future.set_exception(RemoteUnavailable("A leitura foi interrompida."))
                else:
                    try:
                        future.set_result(work())
                    except Exception as error:  # it belongs to the thread that asked
                        future.set_exception(error)

    def close(self) -> None:
        self._is_closed = True
        self.serve()


class _HeldTokens:
    """A TokenStore for the fetch threads: the shared token, held in memory and renewed through the relay."""

    def __init__(self, shared: SharedTokens, relay: _Relay) -> None:
        self._shared, self._relay = shared, relay
        self._value: str | None = None
        self._looked_at = float("-inf")

    def look(self) -> None:
        """Bring the shared token over. Only for the serving thread."""
        if time.monotonic() - self._looked_at > TOKEN_HELD:
            self._value, self._looked_at = self._shared.current(), time.monotonic()

    def current(self) -> str | None:
        return self._value

    def renew(self, *, rejected: str | None, fetch: Callable[[], IssuedToken]) -> str:
        def renew() -> str:
            self._value = self._shared.renew(rejected=rejected, fetch=fetch)
            self._looked_at = time.monotonic()
            return self._value

        return self._relay.call(renew)

"""RemoteAPI: how every service of somebody else is spoken to.

It knows HTTP and the three errors (errors.py), and nothing of any one service. What differs between services
comes in as values: the headers, what proves who is calling (authorization.py), how that service says no.
"""

import logging
import random
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Self

from requests import Response

from backoffice.remote.authorization import Authorization, tokens_in
from backoffice.remote.errors import (
    CredentialsRefused,
    RemoteError,
    RemoteRejected,
    RemoteUnavailable,
    RemoteUncertain,
    RemoteUnreadable,
    safe_words,
)
from backoffice.remote.failures import FAILURES, failure_of
from backoffice.remote.reply import Reply
from backoffice.remote.request import Request, checked_base_url, encoded, filled
from backoffice.remote.wire import Deadline, Watch, Wire

logger = logging.getLogger("backoffice.remote")

ERROR_BODY = 64 * 1024  # bytes of a refusal worth reading
FIRST_WAIT = 0.5  # seconds before the second attempt of a read; doubles from there
LONGEST_WAIT = 20.0  # seconds; asked to wait longer, a read gives up and says so


class RemoteAPI:
    """One account's road to one service. Use from one thread at a time; build another for another thread.

    name            the service with its article, as it reads after "com": "o portal", "os Correios"
    headers         sent with every call
    read_refusal    reply -> (their code, their message), "" where there is none
    wants_new_token reply -> is this a refusal that a renewed token may mend? (one renewal per call)
    refuses_account reply -> after that renewal, does it still speak of the account and not of this call?
    secrets         values that must not come back in anybody's words
    limit           seconds a call may take from start to end, renewals, retries and waits included. Name
                    resolution alone is the system's, and not cut short.
    max_body        bytes of a reply, decompressed
    """

    def __init__(
        self,
        *,
        name: str,
        base_url: str,
        headers: Mapping[str, str] | None = None,
        authorization: Authorization | None = None,
        read_refusal: Callable[[Reply], tuple[str, str]] = lambda reply: ("", ""),
        wants_new_token: Callable[[Reply], bool] = lambda reply: reply.status in (401, 403),
        refuses_account: Callable[[Reply], bool] = lambda reply: reply.status == 401,
        secrets: Collection[str] = (),
        connect_timeout: float = 5.0,
        read_timeout: float = 30.0,
        limit: float = 90.0,
        max_body: int = 64 * 1024 * 1024,
        attempts: int = 3,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._name = name
        self._base_url = checked_base_url(base_url)
        self._headers = dict(headers or {})
        self._authorization = authorization
        self._read_refusal = read_refusal
        self._wants_new_token = wants_new_token
        self._refuses_account = refuses_account
        self._secrets = tuple(secrets)
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._limit = limit
        self._max_body = max_body
        self._attempts = attempts
        self._sleep = sleep
        self._jitter = jitter
        self._wire = Wire()
        self._tokens: list[str] = []  # last sent
        # Of the call under way, so that a token fetched in its course keeps to its time.
        self._deadline: Deadline | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._wire.close()

    def read(self, method: str, template: str, *, authorized: bool = True, **parts) -> Reply:
        """A call that changes nothing there, so it is repeated after a pause when it failed in passing.

        Takes the keywords of `write`. Returns a 2xx reply. Raises RemoteUnavailable, CredentialsRefused,
        RemoteRejected, RemoteUncertain; ValueError before any call when a part of the address is unusable.
        """
        request = self._request(method, template, **parts)
        with _Within(self, self._limit) as deadline:
            attempt = 1
            while True:
                try:
                    return self._sent(request, authorized, deadline, fresh=False)
                except (RemoteUnavailable, RemoteUncertain) as error:
                    wait = self._wait_before_repeating(error, attempt)
                    if wait is None or wait >= deadline.remaining():
                        raise
                self._sleep(wait)
                attempt += 1

    def write(
        self,
        method: str,
        template: str,
        *,
        values: Mapping[str, str] | None = None,
        query: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        json: object = None,
        form: Iterable[tuple[str, str]] | None = None,
        authorized: bool = True,
    ) -> Reply:
        """A call that changes something there: sent once, on a connection of its own.

        `template` is the path below the base URL with `{names}` filled from `values`; only the template is
        logged. `json` or `form` is the body, `authorized=False` leaves the Authorization out.
        Returns a 2xx reply. Raises as `read` does; after RemoteUncertain it may have happened.
        """
        request = self._request(
            method,
            template,
            values=values,
            query=query,
            headers=headers,
            json=json,
            form=form,
        )
        with _Within(self, self._limit) as deadline:
            return self._sent(request, authorized, deadline, fresh=True)

    def words(self, text: str) -> str:
        """Their words made safe to show: one line, no CPF, none of this account's secrets or tokens."""
        return safe_words(text, secrets=(*self._secrets, *self._tokens))

    def unreadable(self) -> RemoteUnreadable:
        """The error for a reply that came whole and cannot be understood."""
        return RemoteUnreadable(f"Resposta ilegível na comunicação com {self._name}.")

    # -- one call ------------------------------------------------------------------------------------------

    def _request(self, method, template, *, values=None, query=(), headers=None, json=None, form=None) -> Request:
        return Request(
            method=method,
            template=template,
            url=self._base_url + filled(template, values or {}),
            query=tuple(query),
            headers={**self._headers, **(headers or {})},
            body=encoded(json, form),
        )

    def _sent(self, request: Request, authorized: bool, deadline: Deadline, *, fresh: bool) -> Reply:
        """One attempt, with one renewal of the token when it is asked for. Returns a 2xx reply."""
        authorization = self._authorization if authorized else None
        if authorization is None:
            return self._judged(self._exchange(request, {}, deadline, fresh))

        credentials = self._credentials(authorization.current)
        self._tokens = tokens_in(credentials)
        reply = self._exchange(request, credentials, deadline, fresh)
        if self._wants_new_token(reply):
            # Whoever is not let in has done nothing there, so the same call may go out once more.
            renewed = self._credentials(lambda: authorization.renewed(credentials))
            if renewed is not None:
                self._tokens = [*self._tokens, *tokens_in(renewed)]
                reply = self._exchange(request, renewed, deadline, fresh)
            if self._refuses_account(reply):
                _, message = self._refusal(reply)
                raise CredentialsRefused(message or f"Credenciais não aceitas (HTTP {reply.status}).")
        return self._judged(reply)

    def _credentials(self, get: Callable[[], Mapping[str, str] | None]) -> Mapping[str, str] | None:
        try:
            return get()
        except RemoteUncertain as error:
            # It is the token's reply that was lost; of the call itself nothing was sent.
            failure: RemoteError = RemoteUnavailable(error.words, error.retry_after)
        except RemoteRejected as error:
            failure = CredentialsRefused(error.words)
        raise failure

    def _exchange(self, request: Request, credentials: Mapping[str, str], deadline: Deadline, fresh: bool) -> Reply:
        """One request and its reply, whatever its status; one line in the log."""
        left = deadline.remaining()
        if left <= 0:
            raise RemoteUnavailable(f"Tempo esgotado ({deadline.seconds:.0f} s) antes do envio.")
        # A write has a connection of its own: a kept one may have been closed at the other end, and the loss
        # of a request on it looks exactly like the loss of a reply. It also waits as long as it may, for
        # giving up early would only leave its result unknown.
        wire = Wire() if fresh else self._wire
        read_timeout = left if fresh else min(self._read_timeout, left)
        reply = failure = None
        outcome = "bug"
        started = time.monotonic()
        with wire.watch.over(deadline) as watch:
            try:
                response = wire.session.request(
                    request.method,
                    request.url,
                    params=request.query,
                    data=request.body,
                    headers={**request.headers, **credentials},
                    timeout=(min(self._connect_timeout, left), read_timeout),
                    allow_redirects=False,
                    stream=True,
                )
                with response:
                    reply = Reply(response.status_code, response.headers, self._body(response, watch))
                outcome = str(reply.status)
            except FAILURES as exc:
                failure, outcome = failure_of(exc, name=self._name, watch=watch, deadline=deadline)
            finally:
                if fresh:
                    wire.close()
                milliseconds = (time.monotonic() - started) * 1000
                logger.info("%s %s %s %.0f ms", request.method, request.template, outcome, milliseconds)
        # Raised out here, for the exceptions of requests hold the address with its query.
        if failure is not None:
            raise failure
        return reply

    def _body(self, response: Response, watch: Watch) -> bytes:
        succeeded = 200 <= response.status_code < 300
        cap = self._max_body if succeeded else ERROR_BODY
        chunks, size = [], 0
        try:
            for chunk in response.iter_content(64 * 1024):
                chunks.append(chunk)
                size += len(chunk)
                if size > cap:
                    if succeeded:
                        raise OSError("reply too long")
                    break
            if watch.expired:  # a body without a length ends cleanly when its socket is shut
                raise TimeoutError("call out of time")
        except FAILURES:
            if succeeded:
                raise
            return b""  # the status alone says what happened; only their words are lost
        return b"".join(chunks)

    # -- what a failure or a reply means -------------------------------------------------------------------

    def _judged(self, reply: Reply) -> Reply:
        status = reply.status
        if reply.is_success:
            return reply
        code, message = self._refusal(reply)
        if status == 429:
            words = message or f"Limite de acessos atingido na comunicação com {self._name}."
            raise RemoteUnavailable(words, reply.retry_after)
        if 400 <= status < 500 and status != 408:
            raise RemoteRejected(status, code, message)
        said = f': "{message}"' if message else "."
        raise RemoteUncertain(f"Erro HTTP {status} na comunicação com {self._name}{said}", reply.retry_after)

    def _refusal(self, reply: Reply) -> tuple[str, str]:
        try:
            code, message = self._read_refusal(reply)
        except ValueError:  # not the JSON that was hoped for
            return "", ""
        return self.words(code), self.words(message)

    def _wait_before_repeating(self, error: RemoteError, attempt: int) -> float | None:
        """Seconds, or None: do not repeat."""
        if isinstance(error, CredentialsRefused) or attempt >= self._attempts:
            return None
        wait = FIRST_WAIT * 2 ** (attempt - 1) * (0.5 + self._jitter())
        wait = max(wait, error.retry_after or 0.0)
        return wait if wait <= LONGEST_WAIT else None


class _Within:
    """The time of one call. A call made inside another one (a token's) ends no later than that one."""

    def __init__(self, api: RemoteAPI, seconds: float) -> None:
        self._api, self._outer = api, api._deadline
        self._deadline = Deadline(seconds, within=self._outer)

    def __enter__(self) -> Deadline:
        self._api._deadline = self._deadline
        return self._deadline

    def __exit__(self, *exc: object) -> None:
        self._api._deadline = self._outer

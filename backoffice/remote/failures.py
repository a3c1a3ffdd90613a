"""Which of the errors an exception of the HTTP library means: was anything sent?

`requests.ConnectionError` covers both "never connected" and "dropped after sending", so the exception is
looked through to its innermost reason. What is not recognised is Uncertain.
"""

import ssl
from http.client import HTTPException

from requests import RequestException
from requests.exceptions import InvalidHeader, InvalidURL
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError

from backoffice.remote.errors import RemoteError, RemoteUnavailable, RemoteUncertain
from backoffice.remote.wire import Deadline, Watch

# Everything a call over `requests` may raise that is not a mistake of ours.
FAILURES = (RequestException, HTTPError, HTTPException, OSError, UnicodeEncodeError)

NOT_PREPARED = (InvalidHeader, InvalidURL, UnicodeEncodeError)  # raised before any byte leaves
NEVER_CONNECTED = (NewConnectionError, ConnectTimeoutError)  # a NameResolutionError is a NewConnectionError


def failure_of(exc: Exception, *, name: str, watch: Watch, deadline: Deadline) -> tuple[RemoteError, str]:
    """The error to raise and one word for the log. `name` as in RemoteAPI."""
    reasons = reasons_of(exc)

    def has(*kinds: type[BaseException]) -> bool:
        return any(isinstance(reason, kinds) for reason in reasons)

    if isinstance(exc, NOT_PREPARED):
        return RemoteUnavailable(f"O pedido não pôde ser montado para {name}. Nada foi enviado."), "unsent"
    if watch.never_connected or has(*NEVER_CONNECTED):
        why = "a conexão foi recusada ou caiu ao abrir"
        if has(NameResolutionError):
            why = "o endereço não foi encontrado"
        elif watch.expired or has(TimeoutError):
            why = "não houve resposta a tempo"
        elif has(ssl.SSLError):
            why = "a conexão segura não foi aceita"
        return RemoteUnavailable(f"Sem conexão com {name}: {why}. Nada foi enviado."), "unreachable"
    if watch.expired:
        words = f"Sem resposta completa em {deadline.seconds:.0f} s na comunicação com {name}."
        return RemoteUncertain(words), "out-of-time"
    if has(TimeoutError):
        return RemoteUncertain(f"Sem resposta a tempo na comunicação com {name}."), "timed-out"
    return RemoteUncertain(f"A conexão com {name} caiu antes da resposta completa."), "dropped"


def reasons_of(exc: BaseException) -> list[BaseException]:
    """The exception and everything inside it: requests, urllib3 and the socket each wrap the one below."""
    found: list[BaseException] = []
    waiting: list[object] = [exc]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, BaseException) and inner not in found:
            found.append(inner)
            waiting += [getattr(inner, "reason", None), inner.__cause__, inner.__context__, *inner.args]
    return found

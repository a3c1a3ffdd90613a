"""The three ways a call to somebody else's server can fail, and what each one allows next.

What matters to the caller of a write is not what went wrong but whether it may be repeated: nothing was sent
(RemoteUnavailable), they read it and said no (RemoteRejected), or nobody here can know (RemoteUncertain).
A read that ends Uncertain is simply "again later".
"""

import re
from collections.abc import Iterable

# A CPF, masked or bare, that is not part of a longer number: CNPJs and protocols must survive, also where a
# protocol is printed as 2014.01/00000091189.
CPF = re.compile(r"(?<!\d)(?<!\d/)\d{3}[. ]?\d{3}[. ]?\d{3}[- ]?\d{2}(?!\d)")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
LONGEST_WORDS = 500
SHORTEST_SECRET = 6  # shorter values would blank out ordinary words


def safe_words(text: str, *, secrets: Iterable[str] = ()) -> str:
    """A remote's message on one line, cut to LONGEST_WORDS characters, CPFs and our `secrets` blanked out."""
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "***")
    text = " ".join(CONTROLS.sub(" ", text).split())
    text = CPF.sub("***", text)
    return text if len(text) <= LONGEST_WORDS else text[: LONGEST_WORDS - 1] + "…"


class RemoteError(Exception):
    """`words` is Portuguese and safe to show and to log: no body, token, CPF or query string."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words

    def __str__(self) -> str:
        return self.words


class RemoteUnavailable(RemoteError):
    """Not now: nothing was sent (refused, DNS, connect time-out), or they answered 429. Repeat later."""

    def __init__(self, words: str, retry_after: float | None = None) -> None:
        super().__init__(words)
        self.retry_after = retry_after  # seconds, when they said how long


class CredentialsRefused(RemoteUnavailable):
    """The account itself is not let in: the token was refused, or stayed refused after one renewal.

    Nothing happened remotely, so whoever only asks "may I repeat it?" treats it as RemoteUnavailable; but
    repeating is useless until a person mends the credentials, so the account is to be paused. Catch it first.
    """


class RemoteRejected(RemoteError):
    """They read it and said no. `code` is their own code as text, "" when they gave none."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message or f"Pedido não aceito (HTTP {status}), sem motivo informado.")
        self.args = (status, code, message)  # so that it survives pickling
        self.status = status
        self.code = code
        self.message = message


class RemoteUncertain(RemoteError):
    """Sent, and the reply was lost or cannot be read. A write is never repeated after this: ask first."""

    def __init__(self, words: str, retry_after: float | None = None) -> None:
        super().__init__(words)
        self.retry_after = retry_after


class RemoteUnreadable(RemoteUncertain):
    """A reply came whole and cannot be understood. Uncertain like the others, but the remote is up."""

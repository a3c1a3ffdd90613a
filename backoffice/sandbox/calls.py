"""The log of calls received, kept in memory for the control page and for tests."""

import itertools
import json
import threading
import time
from collections import Counter, deque
from dataclasses import asdict, dataclass, field

from backoffice.sandbox.web import Request

KEPT = 5_000


@dataclass
class ReceivedCall:
    number: int
    at: str
    operation: str | None  # None: no such path
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # without Authorization
    body: dict | None  # of JSON requests, the content of files shortened
    account: str | None = None
    status: int | None = None  # None: unanswered (still hanging, or cut off)
    faults: list[str] = field(default_factory=list)
    milliseconds: int | None = None
    _started: float = field(default_factory=time.perf_counter, repr=False)

    def end(self, status: int | None) -> None:
        self.status = status
        self.milliseconds = round((time.perf_counter() - self._started) * 1000)

    def as_dict(self) -> dict:
        entry = asdict(self)
        del entry["_started"]
        return entry


class CallLog:
    def __init__(self):
        self._calls: deque[ReceivedCall] = deque(maxlen=KEPT)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def begin(self, request: Request, operation: str | None, account: str | None, at: str) -> ReceivedCall:
        call = ReceivedCall(
            number=next(self._numbers),
            at=at,
            operation=operation,
            method=request.method,
            path=request.path,
            query=dict(request.query) if operation != "token" else {},
            headers={name: text for name, text in request.headers.items() if name != "authorization"},
            body=_readable_body(request) if operation != "token" else None,
            account=account,
        )
        with self._lock:
            self._calls.append(call)
        return call

    def listed(self, operation: str | None = None, after: int = 0) -> list[dict]:
        with self._lock:
            calls = list(self._calls)
        return [c.as_dict() for c in calls if c.number > after and operation in (None, c.operation)]

    def counts(self) -> dict[str, int]:
        with self._lock:
            return dict(Counter(call.operation or "unknown" for call in self._calls).most_common())

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()


def _readable_body(request: Request) -> dict | None:
    try:
        body = json.loads(request.body)
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    files = body.get("anexos")
    if isinstance(files, list):
        body["anexos"] = [_without_content(file) for file in files]
    return body


def _without_content(file):
    if not isinstance(file, dict) or not isinstance(file.get("arquivoBase64"), str):
        return file
    return {**file, "arquivoBase64": file["arquivoBase64"][:24]}

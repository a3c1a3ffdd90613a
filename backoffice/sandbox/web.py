"""The plain values that pass between the HTTP server and a service of the sandbox."""

from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query_string: str
    headers: dict[str, str]  # names in lower case
    body: bytes

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query_string, keep_blank_values=True)


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    content_type: str = "application/json;charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """One operation a service offers. `path` holds {names}; `line` is where the document states it."""

    name: str
    method: str
    path: str
    title: str
    line: int
    is_write: bool = False


@dataclass(frozen=True)
class Call:
    """A request matched to an operation, with the values standing in its path."""

    operation: Operation
    request: Request
    url: dict[str, str]

    @property
    def protocol(self) -> str | None:
        return self.url.get("numeroProtocolo")


class Service(Protocol):
    """What the server needs of each remote service it stands in for."""

    name: str
    prefix: str
    operations: tuple[Operation, ...]
    control: Any  # its part of the control API: answer(method, parts, query, payload)
    pages: Any  # its part of the control page: section(), page(parts, query), act(do, form)

    def match(self, request: Request) -> "Call | Reply":
        """The operation asked for, or the service's own refusal of the path or the method."""

    def perform(self, call: Call, quirks: dict[str, dict[str, Any]]) -> Reply:
        """Check everything, do it, commit it and answer. Refusals are answers too."""

    def defer(self, call: Call, quirks: dict[str, dict[str, Any]], seconds: float) -> Reply | None:
        """Accept a write now and commit it `seconds` later; a Reply is a refusal."""

    def settle(self) -> None:
        """Commit the deferred writes whose moment has come."""

    def error(self, status: int) -> Reply:
        """An answer the service would give with this status, for injected faults."""

    def refusal(self, status: int, code: int, message: str) -> Reply:
        """A refusal in words of the tester's choice."""

    def outage_page(self, status: int) -> Reply:
        """The HTML page that stands before the service when it is down."""

    def account_of(self, request: Request) -> str | None:
        """Which of its accounts the request belongs to, for the log of calls."""

"""What is sent: an address that cannot be bent, and a body in bytes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from json import dumps
from urllib.parse import quote, urlencode, urlsplit

LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Request:
    """`template` is all of it that may be logged."""

    method: str
    template: str
    url: str = field(repr=False)
    query: tuple[tuple[str, str], ...] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)


def checked_base_url(base_url: str) -> str:
    """Without its trailing slash. Raises ValueError unless https, or http on this machine itself."""
    parts = urlsplit(base_url)
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("the base URL must be scheme, host and path only")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("the base URL must be https (http only on a loopback address)")
    return base_url.rstrip("/")


def filled(template: str, values: Mapping[str, str]) -> str:
    """The path with its values quoted. Raises ValueError for a value that would change the path's shape."""
    for name, value in values.items():
        if value.strip(".") == "":  # "", "." and ".." would move the request elsewhere
            raise ValueError(f"{name} is empty or dots only")
    return template.format_map({name: quote(value, safe="") for name, value in values.items()})


def encoded(json: object, form: Iterable[tuple[str, str]] | None) -> bytes | None:
    """The body, from one of the two. Raises ValueError when the text cannot be encoded."""
    if json is not None:
        return dumps(json, ensure_ascii=False, separators=(",", ":")).encode()
    return urlencode(list(form)).encode() if form is not None else None

"""What proves who is calling, as headers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


class Authorization(Protocol):
    """Both may raise RemoteError; nothing of the call itself was sent then."""

    def current(self) -> Mapping[str, str]:
        """Headers to send."""

    def renewed(self, refused: Mapping[str, str]) -> Mapping[str, str] | None:
        """Fresh headers in place of `refused`, or None when there is nothing to renew."""


@dataclass(frozen=True, slots=True)
class FixedAuthorization:
    """An API key or a Basic password: the same headers always."""

    headers: Mapping[str, str] = field(repr=False)

    def current(self) -> Mapping[str, str]:
        return self.headers

    def renewed(self, refused: Mapping[str, str]) -> None:
        return None


def tokens_in(credentials: Mapping[str, str]) -> list[str]:
    """The secret parts of such headers, to be kept out of anybody's words."""
    return [part for value in credentials.values() for part in (value, value.split(" ")[-1])]

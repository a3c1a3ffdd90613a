"""JSON as the portal prints it, and the quirks that bend it.

Identifiers are `Digits`: printed as bare numbers with whatever leading zeros they have (L203, L494,
L1945), which no JSON reader must accept and which a float cannot hold.
"""

import random
from json.encoder import encode_basestring
from typing import Any


class Digits(str):
    """Text of digits that is printed without quotes."""

    __slots__ = ()


class Omissible:
    """An optional value: omitted when empty (L175), unless the quirk `nulls` prints it as null."""

    __slots__ = ("value",)

    def __init__(self, value: Any):
        self.value = value


def printed(document: dict, quirks: dict[str, dict[str, Any]]) -> bytes:
    """The document as the portal would send it, quirks applied."""
    writer = _Writer(
        numbers_as_text="numbers_as_text" in quirks,
        nulls="nulls" in quirks,
        extra_fields="extra_fields" in quirks,
        key_order="key_order" in quirks,
    )
    return writer.text(document).encode()


class _Writer:
    def __init__(self, *, numbers_as_text: bool, nulls: bool, extra_fields: bool, key_order: bool):
        self.numbers_as_text = numbers_as_text
        self.nulls = nulls
        self.extra_fields = extra_fields
        self.order = random.Random(0) if key_order else None  # noqa: S311 - repeatable on purpose

    def text(self, value: Any) -> str:
        if type(value) is dict:
            return self._object(value)
        if type(value) is list:
            return "[" + ",".join(self.text(item) for item in value) + "]"
        if type(value) is str:
            return encode_basestring(value)
        if value is None:
            return "null"
        if value is True or value is False:
            return "true" if value else "false"
        return f'"{value}"' if self.numbers_as_text else str(value)

    def _object(self, value: dict) -> str:
        members = []
        for name, item in value.items():
            if type(item) is Omissible:
                item = item.value
                if self.nulls:
                    item = item or None
                elif not item:
                    continue
            members.append(f'"{name}":{self.text(item)}')
        if self.extra_fields:
            members.append('"campoNovo":{"codigo":1,"valores":["a",null,2.5]}')
        if self.order:
            self.order.shuffle(members)
        return "{" + ",".join(members) + "}"

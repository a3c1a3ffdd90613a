"""JSON as these services really print it.

The portal prints documents and municipality codes as bare numbers with leading zeros, which is not JSON:
`"documento":00100200344`, `"codigo":0000001`. Such a number is read as the text of its digits.
"""

import json
import re

# Strings come first and are returned as they are, so their content is never touched. A string that never
# closes runs to the end, which keeps the scan linear and leaves the refusal to the JSON reader.
TOKEN = re.compile(
    r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)'
    r"|(?<![\w.+\-])-?0\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])",
    re.DOTALL,
)

# UTF-8, with or without a byte order mark, is what JSON is. What is not valid UTF-8 came from a Latin-1
# server; Windows-1252 is tried first because it only differs where Latin-1 has invisible control codes.
ENCODINGS = ("utf-8-sig", "cp1252", "latin-1")


def loads(data: bytes | str) -> object:
    """Read JSON, numbers with leading zeros included (as text). Everything else reads as `json.loads` does,
    except that raw control characters inside a string are let through.

    Raises ValueError for anything else (HTML, a cut body, endless nesting); it holds nothing of the data.
    """
    text = decode(data) if isinstance(data, bytes) else data.removeprefix("\ufeff")
    for candidate in (lambda: text, lambda: TOKEN.sub(_quoted, text)):
        try:
            return json.loads(candidate(), strict=False)
        except (ValueError, RecursionError):
            continue
    # Raised out here: a JSONDecodeError, even as the context of another error, carries the whole document.
    raise ValueError("not JSON, even with leading zeros allowed")


def decode(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes every byte")


def _quoted(match: re.Match[str]) -> str:
    token = match[0]
    return token if token.startswith('"') else f'"{token}"'

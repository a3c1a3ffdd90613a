"""What came back."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

from backoffice.remote import lenient_json

A_DAY = 86400.0  # seconds; nobody means more by Retry-After


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str] = field(repr=False)  # case-insensitive
    body: bytes = field(repr=False)

    def json(self) -> object:
        """Raises ValueError when the body is not JSON, even leniently read."""
        return lenient_json.loads(self.body)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait, which Retry-After gives as such or as a date. None when absent or unreadable."""
        said = self.headers.get("Retry-After", "").strip()
        if said.isdecimal():
            return min(float(said), A_DAY)
        try:
            seconds = parsedate_to_datetime(said).timestamp() - time.time()
        except (ValueError, OverflowError):
            return None
        return min(max(seconds, 0.0), A_DAY)

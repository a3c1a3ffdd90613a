"""Walking a paginated listing of the portal, which promises no order and may shift under the walker."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar

from complaints.consumidor_gov.records import Page, Unreadable

T = TypeVar("T")

PASSES = 5  # at most


@dataclass(slots=True)
class Walked:
    """Everything a paginated listing showed, each item once, and what of it could not be read."""

    items: dict[Hashable, object] = field(default_factory=dict)
    unreadable: dict[Hashable, Unreadable] = field(default_factory=dict)


def walk(read_page: Callable[[int], Page[T]], *, key: Callable[[T], Hashable], first: Page[T] | None = None) -> Walked:
    """Walk a listing that promises no order and may shift while it is read.

    Items are told apart by `key`. When the pages do not add up to the total they announce, they are read again,
    until a whole pass shows nothing new. `first` is page 0 when it was read already.
    """
    found = Walked()
    for _ in range(PASSES):
        before = len(found.items) + len(found.unreadable)
        total, pages = _walk_once(read_page, key, found, first)
        first = None
        seen = len(found.items) + len(found.unreadable)
        if pages == 1 or seen == before or (total is not None and seen >= total):
            break
    return found


def _walk_once(read_page, key, found: Walked, first) -> tuple[int | None, int]:
    number, idle = 0, 0
    while True:
        page = first if number == 0 and first is not None else read_page(number)
        before = len(found.items) + len(found.unreadable)
        for item in page.items:
            found.items.setdefault(key(item), item)
        for record in page.unreadable:
            found.unreadable.setdefault(record.protocol or record.raw, record)
        number += 1
        idle = 0 if len(found.items) + len(found.unreadable) > before else idle + 1
        if page.is_last or not (page.items or page.unreadable):
            return page.total, number
        # Some end must be put to a listing that never says it is at its end.
        if page.total is None:
            if idle >= 3:
                return None, number
        elif number * max(1, page.size) >= page.total + page.size:
            return page.total, number

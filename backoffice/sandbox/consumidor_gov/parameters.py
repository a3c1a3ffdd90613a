"""Reading request parameters with the document's formats. Each refusal names the parameter."""

import re
from collections.abc import Iterable
from datetime import date, time

from backoffice.sandbox.consumidor_gov.refusals import Refusal

_DATE = re.compile(r"(\d{2})-(\d{2})-(\d{4})")  # 'dd-MM-yyyy', L158
_TIME = re.compile(r"(\d{2}):(\d{2}):(\d{2})")  # 'HH:mm:ss', L164


class Parameters:
    """Named values as text. A value left empty counts as not filled in (L93: may be omitted)."""

    def __init__(self, pairs: Iterable[tuple[str, str]]):
        self._values: dict[str, str] = {}
        for name, text in pairs:
            if name in self._values:
                raise Refusal("parameter_repeated", name=name)
            self._values[name] = text.strip()

    def refuse_unknown(self, known: Iterable[str]) -> None:
        """[A] The portal may well ignore them; here a misspelt filter must not pass for a working one."""
        unknown = sorted(self._values.keys() - set(known))
        if unknown:
            raise Refusal("parameter_unknown", name=unknown[0])

    def text(self, name: str, *, required: bool = False) -> str | None:
        found = self._values.get(name) or None
        if required and found is None:
            raise Refusal("parameter_missing", name=name)
        return found

    def number(
        self,
        name: str,
        *,
        required: bool = False,
        minimum: int = 0,
        maximum: int | None = None,
    ) -> int | None:
        """A parameter of the format «Numérico»."""
        found = self.text(name, required=required)
        if found is None:
            return None
        if not (found.isascii() and found.isdigit()) or len(found) > 20:
            raise Refusal("parameter_invalid", name=name)
        if int(found) < minimum or (maximum is not None and int(found) > maximum):
            raise Refusal("parameter_invalid", name=name)
        return int(found)

    def day(self, name: str, *, required: bool = False) -> date | None:
        found = self.text(name, required=required)
        if found is None:
            return None
        matched = _DATE.fullmatch(found)
        try:
            return date(*(int(part) for part in reversed(matched.groups())))
        except (AttributeError, ValueError):
            raise Refusal("parameter_invalid", name=name) from None

    def moment(self, name: str) -> time | None:
        found = self.text(name)
        if found is None:
            return None
        matched = _TIME.fullmatch(found)
        try:
            return time(*(int(part) for part in matched.groups()))
        except (AttributeError, ValueError):
            raise Refusal("parameter_invalid", name=name) from None

    def days(self, first: str, last: str, *, required: bool = False) -> tuple[date, date] | None:
        """A pair of dates: each is obligatory when the other is filled in (L158, L160, L162, L166)."""
        start, end = self.day(first, required=required), self.day(last, required=required)
        if start is None and end is None:
            return None
        if start is None:
            raise Refusal("pair_incomplete", name=first, other=last)
        if end is None:
            raise Refusal("pair_incomplete", name=last, other=first)
        if start > end:
            raise Refusal("period_inverted")
        return start, end

    def period(
        self, first: str, first_time: str, last: str, last_time: str, *, required: bool = False
    ) -> tuple[str, str] | None:
        """Two instants as the state keeps them, hours defaulting to the whole days (L164, L168).

        An hour refers to its date (L164): without the date it is refused.
        """
        start_time, end_time = self.moment(first_time), self.moment(last_time)
        days = self.days(first, last, required=required)
        if days is None:
            for hour, given, day in ((first_time, start_time, first), (last_time, end_time, last)):
                if given is not None:
                    raise Refusal("pair_incomplete", name=day, other=hour)
            return None
        start = f"{days[0]} {start_time or time(0, 0, 0)}"
        end = f"{days[1]} {end_time or time(23, 59, 59)}"
        if start > end:
            raise Refusal("period_inverted")
        return start, end

    def page(self) -> tuple[int, int]:
        """Page from 0 (L261) and size 1 to 100, 50 when not given, above 100 becomes 100 (L263-L265)."""
        number = self.number("page", required=True)
        size = self.number("size", minimum=1)
        return number, min(size or 50, 100)

"""Days as people name them: dates, weekdays, holidays. Only words; nothing is ever computed with a holiday."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
WEEKDAYS = ("seg", "ter", "qua", "qui", "sex", "sáb", "dom")
WEEKDAYS_IN_FULL = ("segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo")
# Optional days on which Brazil stops all the same; the others of that category are civil servants' business.
_OPTIONAL_NAMES = ("Carnaval", "Corpus Christi")
_SHORT_NAMES = {
    "Dia Nacional de Zumbi e da Consciência Negra": "Consciência Negra",
    "Confraternização Universal": "Ano-Novo",
}


@lru_cache(maxsize=16)
def _holidays_of(year: int) -> dict[date, str]:
    days = holidays.Brazil(years=year, categories=("public",), language="pt_BR")
    named = {day: _SHORT_NAMES.get(name, name) for day, name in days.items()}
    for day, name in holidays.Brazil(years=year, categories=("optional",), language="pt_BR").items():
        if name in _OPTIONAL_NAMES:
            named.setdefault(day, name)
    return named


def holiday_name(day: date) -> str:
    """The national holiday (or Carnaval, Corpus Christi) of this day, or ""."""
    return _holidays_of(day.year).get(day, "")


def short_date(day: date, today: date) -> str:
    """`18/11`, with the year only when it is not this one."""
    return f"{day:%d/%m}" if day.year == today.year else f"{day:%d/%m/%Y}"


def weekday_date(day: date, today: date) -> str:
    """`sáb 21/11`."""
    return f"{WEEKDAYS[day.weekday()]} {short_date(day, today)}"


def named_date(day: date, today: date, *, always_weekday: bool = False) -> str:
    """`25/11`, `sáb 21/11`, `20/11 · feriado`: said when work stops on it."""
    text = weekday_date(day, today) if always_weekday or day.weekday() >= 5 else short_date(day, today)
    return f"{text} · feriado" if holiday_name(day) else text


def local_today(now: datetime) -> date:
    return now.astimezone(SAO_PAULO).date()

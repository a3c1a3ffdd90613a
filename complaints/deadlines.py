"""How a deadline is said and drawn.

The portal gives a date, and it runs through that day's end in America/Sao_Paulo. Days are calendar days:
weekends and holidays are named, because work stops while the deadline does not, and never counted with.
"""

import enum
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from complaints import meanings
from complaints.days import (
    SAO_PAULO,
    WEEKDAYS,
    WEEKDAYS_IN_FULL,
    holiday_name,
    local_today,
    named_date,
    short_date,
    weekday_date,
)
from complaints.models import Complaint, MovementMeaning, Stage
from complaints.models.complaint import AWAITING_ANSWER

_REFUSAL = meanings.label_of(MovementMeaning.REFUSAL, "", "")
_LAST_SECOND = time(23, 59, 59)


class Bucket(enum.Enum):
    """The five parts of the ruler. The value stands in addresses."""

    OVERDUE = "vencida"
    TODAY = "hoje"
    TOMORROW = "amanha"
    THREE_DAYS = "3-dias"
    LATER = "depois"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def tone(self) -> str:
        return _TONES[self]

    @property
    def icon(self) -> str:
        return _ICONS[self]

    def bounds(self, today: date) -> tuple[date | None, date | None]:
        """First and last day of this bucket, both included; None is open-ended."""
        first, last = _DAYS[self]
        return (
            None if first is None else today + timedelta(days=first),
            None if last is None else today + timedelta(days=last),
        )

    @classmethod
    def of(cls, day: date, today: date) -> "Bucket":
        left = (day - today).days
        return next(bucket for bucket in cls if (last := _DAYS[bucket][1]) is None or left <= last)


_DAYS = {
    Bucket.OVERDUE: (None, -1),
    Bucket.TODAY: (0, 0),
    Bucket.TOMORROW: (1, 1),
    Bucket.THREE_DAYS: (2, 3),
    Bucket.LATER: (4, None),
}
_LABELS = {
    Bucket.OVERDUE: "Vencida",
    Bucket.TODAY: "Hoje",
    Bucket.TOMORROW: "Amanhã",
    Bucket.THREE_DAYS: "3 dias",
    Bucket.LATER: "Depois",
}
_TONES = {
    Bucket.OVERDUE: "red",
    Bucket.TODAY: "orange",
    Bucket.TOMORROW: "amber",
    Bucket.THREE_DAYS: "ink",
    Bucket.LATER: "ink",
}
_ICONS = {
    Bucket.OVERDUE: "alert-octagon",
    Bucket.TODAY: "clock-exclamation",
    Bucket.TOMORROW: "sunrise",
    Bucket.THREE_DAYS: "calendar-event",
    Bucket.LATER: "calendar",
}
STANDING_ICON = "player-pause"


@dataclass(frozen=True, slots=True)
class DeadlineWords:
    row: str  # "Vence hoje às 23:59"
    row_detail: str  # "faltam 9 h", or ""
    header: str  # "Faltam 2 dias, até sáb 21/11"
    header_detail: str
    inline: str  # inside a sentence: "vence amanhã"
    bucket: Bucket
    tone: str
    icon: str
    iso: str  # for <time datetime>, or "" without a deadline


# --- Words ------------------------------------------------------------------------------------------------


def describe(complaint: Complaint, now: datetime, *, stopped_at: datetime | None = None) -> DeadlineWords:
    """Say this complaint's deadline as of `now` (aware).

    `stopped_at`: when it went to the mediator. Without it the row still knows, while the refusal is its last movement.
    """
    if stopped_at is None and complaint.last_movement_label == _REFUSAL:
        stopped_at = complaint.last_movement_at
    return say(complaint.stage, complaint.deadline_on, complaint.opened_at, now, stopped_at=stopped_at)


def say(
    stage: str,
    deadline_on: date | None,
    opened_at: datetime,
    now: datetime,
    *,
    stopped_at: datetime | None = None,
) -> DeadlineWords:
    """`describe` from plain values."""
    today = local_today(now)
    if stage == Stage.WITH_MEDIATOR:
        since = f"desde {short_date(local_today(stopped_at), today)}" if stopped_at else ""
        return replace(_standing("Prazo parado: com o gestor", since), row="Parado no gestor")
    if deadline_on is None:
        return _standing("Sem prazo", f"aberta em {short_date(local_today(opened_at), today)}")
    if stage not in AWAITING_ANSWER:
        # What the portal still prints is somebody else's deadline, or ours long met: neither late nor near.
        if deadline_on < today:
            return _standing("Prazo encerrado", f"era {short_date(deadline_on, today)}", deadline_on)
        return _standing("Sem prazo nosso", f"outro corre até {short_date(deadline_on, today)}", deadline_on)
    return _running(deadline_on, today, now)


def _standing(row: str, detail: str, day: date | None = None) -> DeadlineWords:
    return DeadlineWords(
        row=row,
        row_detail=detail,
        header=row,
        header_detail=detail,
        inline=row[0].lower() + row[1:],
        bucket=Bucket.LATER,
        tone="ink",
        icon=STANDING_ICON,
        iso=day.isoformat() if day else "",
    )


def _running(day: date, today: date, now: datetime) -> DeadlineWords:
    bucket = Bucket.of(day, today)
    left = (day - today).days
    header_detail = ""
    if bucket is Bucket.OVERDUE:
        row = "Venceu ontem" if left == -1 else f"Venceu há {-left} dias"
        row_detail = short_date(day, today)
        header = f"{row}, em {row_detail}"
    elif bucket is Bucket.TODAY:
        row = header = "Vence hoje às 23:59"
        row_detail = header_detail = _time_left(day, now)
    elif bucket is Bucket.TOMORROW:
        row = "Vence amanhã"
        row_detail = named_date(day, today)
        header = "Vence amanhã às 23:59"
        header_detail = _time_left(day, now)
    else:
        row = f"Faltam {left} dias"
        row_detail = named_date(day, today, always_weekday=bucket is Bucket.THREE_DAYS)
        header = f"{row}, até {weekday_date(day, today)}"
        header_detail = f"feriado ({holiday_name(day)})" if holiday_name(day) else ""
    return DeadlineWords(
        row=row,
        row_detail=row_detail,
        header=header,
        header_detail=header_detail,
        inline=row[0].lower() + row[1:],
        bucket=bucket,
        tone=bucket.tone,
        icon=bucket.icon,
        iso=day.isoformat(),
    )


def _time_left(day: date, now: datetime) -> str:
    """`faltam 9 h`, `faltam 42 min`: never more than is really left."""
    end = datetime.combine(day, _LAST_SECOND, tzinfo=SAO_PAULO)
    minutes = int((end.astimezone(UTC) - now.astimezone(UTC)).total_seconds()) // 60
    if minutes < 1:
        return "falta menos de 1 min"
    amount, unit = (minutes // 60, "h") if minutes >= 60 else (minutes, "min")
    return f"{'falta' if amount == 1 else 'faltam'} {amount} {unit}"


def bucket_detail(bucket: Bucket, today: date) -> str:
    """The second line of the ruler: `até qua 18/11`, `sex 20/11 · feriado`, `sáb 21 e dom 22/11`."""
    first, last = bucket.bounds(today)
    if bucket is Bucket.OVERDUE:
        return f"até {weekday_date(last, today)}"
    if bucket is Bucket.LATER:
        return f"a partir de {weekday_date(first, today)}"
    if bucket is Bucket.TODAY:
        return f"{weekday_date(first, today)}, até 23:59"
    if bucket is Bucket.TOMORROW:
        return weekday_date(first, today) + (" · feriado" if holiday_name(first) else "")
    start = f"{WEEKDAYS[first.weekday()]} {first:%d}"
    if first.month != last.month:
        start = weekday_date(first, today)
    return f"{start} e {weekday_date(last, today)}"


def bucket_explanation(bucket: Bucket, today: date) -> str:
    """What a group heading of the queue says beside its name."""
    first, last = bucket.bounds(today)
    if bucket is Bucket.OVERDUE:
        return "conta contra a empresa em público; ainda pode ser respondida enquanto o portal permitir"
    if bucket is Bucket.TODAY:
        stop = _why_work_stops(first)
        return f"vencem às 23:59; hoje é {stop}, e o prazo corre" if stop else "vencem às 23:59"
    if bucket is Bucket.TOMORROW:
        stop = _why_work_stops(first)
        return f"{weekday_date(first, today)} é {stop}; o prazo corre" if stop else weekday_date(first, today)
    if bucket is Bucket.THREE_DAYS:
        return " e ".join(
            WEEKDAYS_IN_FULL[day.weekday()] + (f" (feriado: {holiday_name(day)})" if holiday_name(day) else "")
            for day in (first, last)
        )
    return f"a partir de {WEEKDAYS_IN_FULL[first.weekday()]}, {short_date(first, today)}"


def _why_work_stops(day: date) -> str:
    name = holiday_name(day)
    if name:
        return f"feriado ({name})"
    return "fim de semana" if day.weekday() >= 5 else ""


# --- The small bar ----------------------------------------------------------------------------------------

BAR_WIDTH = 64
BAR_HEIGHT = 3
_MOST_SEGMENTS = 31


@dataclass(frozen=True, slots=True)
class Segment:
    """One day of the bar, as attributes of an SVG rect."""

    x: float
    width: float
    kind: str  # "past", "now" (the last one filled), "left", "stopped" (at the mediator)


def day_bar(complaint: Complaint, now: datetime, *, stopped: tuple[tuple[date, date], ...] = ()) -> tuple[Segment, ...]:
    """Opening to deadline, one segment a day, filled up to now; empty when no deadline runs.

    `stopped`: first and last days at the mediator, where they are known.
    """
    if complaint.deadline_on is None or complaint.stage not in AWAITING_ANSWER:
        return ()
    today = local_today(now)
    opened_on = local_today(complaint.opened_at)
    return tuple(
        Segment(x, width, kind)
        for (x, width), kind in _bar(
            (complaint.deadline_on - opened_on).days,
            (today - opened_on).days,
            tuple(((first - opened_on).days, (last - opened_on).days) for first, last in stopped),
        )
    )


@lru_cache(maxsize=2048)
def _bar(days: int, elapsed: int, stopped: tuple[tuple[int, int], ...]) -> tuple[tuple[tuple[float, float], str], ...]:
    """The segments by numbers of days since the opening; most rows of a page share them."""
    days = max(days, 1)
    count = min(days, _MOST_SEGMENTS)
    elapsed = min(max(elapsed, 0), days)
    # Beyond a month each segment stands for more than a day: the bar is decoration, its words carry it.
    filled = round(elapsed * count / days)
    pitch = BAR_WIDTH / count
    gap = min(1.5, pitch / 3)
    segments = []
    for index in range(count):
        day = 1 + index * days // count
        if any(first <= day <= last for first, last in stopped):
            kind = "stopped"
        elif index >= filled:
            kind = "left"
        else:
            kind = "now" if index == filled - 1 else "past"
        segments.append(((round(index * pitch, 2), round(pitch - gap, 2)), kind))
    return tuple(segments)

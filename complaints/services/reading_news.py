"""What is new: the feed of movements says which complaints changed; only their details are read."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.utils import timezone

from complaints.consumidor_gov.records import ComplaintFilters, ComplaintSummary, Movement, Page
from complaints.models import Complaint, UnreadableRecord
from complaints.models import Movement as StoredMovement
from complaints.services import reading_lists
from complaints.services.listings import walk
from complaints.services.reading import PAGE, Reading

# The feed is read again this far back: clocks differ, and a movement may appear late.
FEED_OVERLAP = timedelta(minutes=15)
FEED_WINDOW = timedelta(hours=6)  # short, so that a slice of work always gets through one
FIRST_FEED = timedelta(days=1)  # for an account that never read it
OPENING_DAYS = 3  # listed each time: complaints appear there even when no movement told of them
RETRY_AFTER = timedelta(hours=1)  # for records set aside
RETRIES = 20  # of them in one run
LOOK_UP = 500  # protocols in one query


def work(reading: Reading) -> None:
    if not reading_lists.are_known(reading.account):
        reading_lists.read_short_lists(reading)
    read_news(reading)


def read_news(reading: Reading) -> None:
    """Bring the account to now. Works on from where an earlier slice stopped, which the account itself tells."""
    now = timezone.now()
    start = reading.account.feed_read_until or now - FIRST_FEED
    windows, days = _windows(start, now), _days(start, now)
    steps_total = reading.held.run.steps_done + len(windows) + len(days) + 1
    reading.held.begin_step("Trâmites novos", steps_total=steps_total)
    for window_start, window_end in windows:
        touched = _touched_by_feed(reading, window_start - FEED_OVERLAP, window_end)
        reading.details(touched, step=f"feed {window_start.isoformat()}")
        reading.finish_step(cursor={}, feed_read_until=window_end)
    reading.held.begin_step("Reclamações abertas nos últimos dias")
    for day in days:
        if day.isoformat() > (reading.held.cursor.get("opened") or ""):
            reading.details(differing(reading, ComplaintFilters(opened_from=day, opened_to=day)), step=f"opened {day}")
            reading.finish_step(cursor={"opened": day.isoformat()})
    reading.details(_set_aside_before(reading, now - RETRY_AFTER), step="set aside")
    reading.finish_step(cursor={"opened": None})


def _windows(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    windows = []
    while start < end:
        windows.append((start, min(start + FEED_WINDOW, end)))
        start = windows[-1][1]
    return windows


def _touched_by_feed(reading: Reading, start: datetime, end: datetime) -> set[str]:
    """Protocols with a movement that we do not hold yet."""

    def page(number: int) -> Page[Movement]:
        reading.held.beat()
        reading.held.called()
        return reading.client.page_movements(start, end, page=number, size=PAGE)

    walked = walk(page, key=lambda movement: (movement.protocol, movement.code))
    reading.set_aside([record for record in walked.unreadable.values() if not record.protocol])
    unread = {record.protocol for record in walked.unreadable.values() if record.protocol}
    keys = set(walked.items)
    protocols = sorted({protocol for protocol, _ in keys})
    held: set[tuple[str, int]] = set()
    for place in range(0, len(protocols), LOOK_UP):
        rows = StoredMovement.objects.filter(
            complaint__account=reading.account, complaint__protocol__in=protocols[place : place + LOOK_UP]
        )
        held.update(rows.values_list("complaint__protocol", "code"))
    return unread | {protocol for protocol, _ in keys - held}


def _days(start: datetime, now: datetime) -> list[date]:
    """The days whose openings are listed, oldest first: the last ones, and all since the feed was read."""
    today = timezone.localdate(now)
    first = min(timezone.localdate(start), today - timedelta(days=OPENING_DAYS))
    return [first + timedelta(days=place) for place in range((today - first).days + 1)]


def differing(reading: Reading, filters: ComplaintFilters) -> set[str]:
    """Protocols of a listing whose rows say something else than we hold."""
    walked = reading.complaints(filters)
    held: dict[str, tuple] = {}
    protocols = list(walked.items)
    for place in range(0, len(protocols), LOOK_UP):
        rows = Complaint.objects.filter(account=reading.account, protocol__in=protocols[place : place + LOOK_UP])
        columns = ("protocol", "situation_code", "situation_text", "deadline_on", "allowed_actions")
        for protocol, *rest, actions in rows.values_list(*columns):
            held[protocol] = (*rest, _comparable(actions))
    unread = {record.protocol for record in walked.unreadable.values() if record.protocol}
    return unread | {protocol for protocol, row in walked.items.items() if held.get(protocol) != _listed(row)}


def _listed(row: ComplaintSummary) -> tuple:
    return row.situation.code, row.situation.text, row.deadline, _comparable(row.allowed_actions)


def _comparable(actions: Iterable[str]) -> list[str]:
    """«detalhar» is listed in rows and, of course, not in the detail."""
    return sorted(set(actions) - {"detalhar"})


def _set_aside_before(reading: Reading, instant: datetime) -> set[str]:
    """Some of the records set aside: the portal may have mended them, or we our reading."""
    rows = UnreadableRecord.objects.filter(account=reading.account, solved_at=None, last_seen_at__lt=instant)
    return set(rows.exclude(protocol="").order_by("last_seen_at").values_list("protocol", flat=True)[:RETRIES])

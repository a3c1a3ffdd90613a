"""The import: windows of opening date, newest first, then unfinished complaints of any age."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from complaints.consumidor_gov.records import ComplaintFilters
from complaints.models import CatalogueEntry
from complaints.models.complaint import FINAL_STAGES
from complaints.services import reading_lists, reading_news
from complaints.services.reading import Reading, named

# The newest days first; from there windows grow while they list little. One that lists more than LARGEST_WINDOW is
# cut, so that listing it again after a crash stays cheap.
FIRST_DAYS, MOST_DAYS = 7, 31
LARGEST_WINDOW = 1000  # complaints
FIRST_DAY = date(2014, 1, 1)  # the portal opened in that year


def default_since() -> date:
    """SYNC_HISTORY_MONTHS before today."""
    today = timezone.localdate()
    months = today.year * 12 + today.month - 1 - settings.SYNC_HISTORY_MONTHS
    return date(months // 12, months % 12 + 1, min(today.day, 28))


def first_cursor(since: date) -> dict:
    """`to`: the newest day not read yet; `days`: how many to read with it; `window`: where the one being read begins;
    `situation`: the last one finished."""
    today = timezone.localdate()
    return {
        "began_at": timezone.now().isoformat(),
        "since": min(since, today).isoformat(),
        "to": today.isoformat(),
        "days": FIRST_DAYS,
        "window": None,
        "situation": None,
    }


def work(reading: Reading) -> None:
    """Go on from the run's cursor to the end of the import."""
    cursor = reading.held.cursor
    since, began_at = date.fromisoformat(cursor["since"]), datetime.fromisoformat(cursor["began_at"])
    if not reading_lists.are_known(reading.account):
        reading_lists.read_short_lists(reading)
    while (to := date.fromisoformat(reading.held.cursor["to"])) >= since:
        _keep_fresh(reading)
        _read_window(reading, since, to, began_at)
    for situation in _unfinished_situations(reading):
        _keep_fresh(reading)
        _read_unfinished(reading, situation, since)
    reading.finish_step(cursor={}, steps=0, synced_at=began_at)


def _read_window(reading: Reading, since: date, to: date, began_at: datetime) -> None:
    start = reading.held.cursor["window"]
    wanted = reading.held.cursor["days"]
    start = date.fromisoformat(start) if start else max(since, to - timedelta(days=wanted - 1))
    days_left = (to - since).days + 1
    total = reading.held.run.steps_done + days_left + len(_unfinished_situations(reading))
    reading.held.begin_step(f"Reclamações abertas de {start:%d/%m/%Y} a {to:%d/%m/%Y}", steps_total=total)
    filters = ComplaintFilters(opened_from=start, opened_to=to)
    first = reading.complaint_page(filters, 0)
    days = (to - start).days + 1
    if first.total and first.total > LARGEST_WINDOW and days > 1:
        reading.held.advance(cursor={"days": max(1, days * LARGEST_WINDOW // first.total), "window": None})
        return
    if reading.held.cursor["window"] is None:
        reading.held.advance(cursor={"window": start.isoformat()})
    listed = reading.complaints(filters, first=first)
    reading.details(named(listed), step=f"window {start} {to}")
    columns = {}
    if reading.account.feed_read_until is None:
        # From here on the newest days are kept fresh beside the import.
        columns["feed_read_until"] = began_at
    place = {"to": (start - timedelta(days=1)).isoformat(), "window": None}
    if len(listed.items) < LARGEST_WINDOW // 4:
        place["days"] = min(MOST_DAYS, 2 * wanted)
    reading.finish_step(cursor=place, steps=days, **columns)


def _keep_fresh(reading: Reading) -> None:
    """A long import must not keep today's complaints away."""
    until = reading.account.feed_read_until
    # Not in the middle of a window: its place in the cursor would be lost.
    if until and not reading.held.cursor.get("details"):
        age = timezone.now() - until
        if age > timedelta(minutes=settings.SYNC_EVERY_MINUTES):
            reading_news.read_news(reading)


def _unfinished_situations(reading: Reading) -> list[str]:
    """Codes of situations that are not final, as far as anybody knows, after the one finished last."""
    done = reading.held.cursor["situation"]
    rows = CatalogueEntry.objects.filter(account=reading.account, kind=CatalogueEntry.Kind.SITUATION)
    codes = rows.exclude(meaning__in=FINAL_STAGES).order_by("code").values_list("code", flat=True)
    return [code for code in codes if done is None or code > done]


def _read_unfinished(reading: Reading, situation: str, since: date) -> None:
    if since > FIRST_DAY:
        reading.held.begin_step("Reclamações mais antigas ainda não finalizadas")
        filters = ComplaintFilters(situation=situation, opened_from=FIRST_DAY, opened_to=since - timedelta(days=1))
        listed = reading.complaints(filters)
        reading.details(named(listed), step=f"situation {situation}")
    reading.finish_step(cursor={"situation": situation})

"""How many complaints there are in each part of the queue's ruler, without ever counting a large filter."""

import collections
from dataclasses import dataclass, replace
from datetime import date

from django.core.cache import caches
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet

from complaints.deadlines import Bucket
from complaints.filters import QueueFilter
from complaints.models import Movement, PortalAccount
from complaints.models.complaint import NO_DEADLINE
from complaints.queue import in_bucket

COUNT_CAP = 10_000  # counts above are said as "10.000+"
LARGE_COUNT = 1_000  # from here on a count may be some seconds old
COUNTS_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Counts:
    by_bucket: dict[Bucket, int]
    standing: int  # part of LATER: no deadline runs for us
    newest_movement: int = 0  # id of the newest movement known, to tell later what is new

    @property
    def total(self) -> int:
        return sum(self.by_bucket.values())


def counts(rows: QuerySet, state: QueueFilter, *, user, accounts: list[PortalAccount], today: date) -> Counts:
    """The ruler's five counts, each capped, in one query. `rows`: what `matching` gave for this filter.

    Large ones are those of up to COUNTS_SECONDS ago: nobody tells 4,812 from 4,815, and ten thousand entries of an
    index a part is most of what a page asks of the database. What one's own click changes (who has a complaint) is
    always counted.
    """
    if state.find:
        return _counts_of_found(rows, state, today)
    if state.person:
        return _counts_now(rows, state, today)
    sees = "all" if user.has_perm("complaints.view_every_account") else sorted(account.pk for account in accounts)
    key = f"queue-counts:{today}:{sees}:{state.with_(bucket=None).query}".replace(" ", "")
    cache = caches["process"]
    known = cache.get(key)
    if known is not None:
        (newest_movement,) = count_each([], and_newest=Movement)
        return replace(known, newest_movement=newest_movement)
    known = _counts_now(rows, state, today)
    if max(known.by_bucket.values()) >= LARGE_COUNT:
        cache.set(key, known, COUNTS_SECONDS)
    return known


def _counts_now(rows: QuerySet, state: QueueFilter, today: date) -> Counts:
    parts = [in_bucket(rows, bucket, today, state) for bucket in Bucket]
    if state.stage.can_run_out:
        parts.append(rows.filter(queue_on__gte=NO_DEADLINE))
    *by_bucket, newest_movement = count_each(parts, and_newest=Movement)
    standing = by_bucket.pop() if state.stage.can_run_out else by_bucket[-1]
    return Counts(dict(zip(Bucket, by_bucket, strict=True)), standing, newest_movement)


def _counts_of_found(rows: QuerySet, state: QueueFilter, today: date) -> Counts:
    """A search finds few: their days are read once and told apart here."""
    days = collections.Counter(rows.values_list("queue_on", flat=True)[: COUNT_CAP + 1])
    by_bucket = dict.fromkeys(Bucket, 0)
    for day, count in days.items():
        by_bucket[Bucket.of(day, today)] += count
    return Counts(by_bucket, days[NO_DEADLINE])


def count_each(queries: list[QuerySet], *, and_newest: type[Model] | None = None) -> list[int]:
    """How many rows each of these gives, capped, in one query; with the newest id of a table at the end.

    The slice is the cap: a count never walks a large filter. Put together from what the ORM compiled, values apart,
    because as sub-queries of one more query they cost it longer than the database needs for the answer.
    """
    selected, params = [], []
    for rows in queries:
        try:
            sql, its_params = rows.order_by().values("pk")[: COUNT_CAP + 1].query.sql_with_params()
        except EmptyResultSet:
            selected.append("0")
            continue
        selected.append(f"(SELECT COUNT(*) FROM ({sql}) counted)")  # noqa: S608
        params += its_params
    if and_newest is not None:
        sql, its_params = and_newest.objects.order_by("-pk").values("pk")[:1].query.sql_with_params()
        selected.append(f"({sql})")
        params += its_params
    if not selected:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(selected)}", params)  # noqa: S608
        return [count or 0 for count in cursor.fetchone()]

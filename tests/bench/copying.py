"""Putting many rows into a table at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice

from django.core.management.color import no_style
from django.db import connection, models, transaction

ROWS_A_TRANSACTION = 50_000  # on SQLite, so that its WAL does not grow without end


def copy_in(model: type[models.Model], columns: Sequence[str], rows: Iterable[tuple]) -> int:
    """Write tuples of database values in the order of `columns` (attnames); what they leave out gets its default.

    Nothing is checked but by the database. Returns how many rows were written.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.generated}
    rest = [field for name, field in fields.items() if name not in columns and not isinstance(field, models.AutoField)]
    defaults = tuple(field.get_db_prep_save(field.get_default(), connection) for field in rest)
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in [*(fields[name] for name in columns), *rest])
    table = quote(model._meta.db_table)
    complete = (row + defaults for row in rows) if defaults else iter(rows)
    if connection.vendor == "postgresql":
        return _copy(f"COPY {table} ({names}) FROM STDIN", complete)
    places = ", ".join(["%s"] * (len(columns) + len(rest)))
    return _insert(f"INSERT INTO {table} ({names}) VALUES ({places})", complete)


def _copy(statement: str, rows: Iterable[tuple]) -> int:
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _insert(statement: str, rows: Iterable[tuple]) -> int:
    count, rows = 0, iter(rows)
    while batch := list(islice(rows, ROWS_A_TRANSACTION)):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(statement, batch)
        count += len(batch)
    return count


def stamper() -> Callable[[datetime], str]:
    """How an instant in UTC is written for this database: SQLite keeps no zone."""
    zone = "" if connection.vendor == "sqlite" else "+00"
    return lambda instant: instant.isoformat(" ", "seconds")[:19] + zone


def follow_the_keys(*models_: type[models.Model]) -> None:
    """After rows with keys of our own: PostgreSQL's sequences go on behind them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models_):
            cursor.execute(statement)


def gather_statistics(*models_: type[models.Model]) -> None:
    """What autovacuum does in time; fresh rows are planned blindly without it."""
    tables = ", ".join(model._meta.db_table for model in models_)
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {tables}" if connection.vendor == "postgresql" else "ANALYZE")


@contextmanager
def trusting() -> Iterator[None]:
    """No look-up of every foreign key on PostgreSQL, where we may say so: the rows are made to fit."""
    with connection.cursor() as cursor:
        is_allowed = False
        if connection.vendor == "postgresql":
            cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            (is_allowed,) = cursor.fetchone()
        if is_allowed:
            cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            if is_allowed:
                cursor.execute("SET session_replication_role = origin")

"""INSERT … ON CONFLICT DO UPDATE for many rows of a model, without making model objects of them.

A sync writes thousands of rows a second; `bulk_create(update_conflicts=True)` spends four fifths of the time on
building objects and compiling SQL that is always the same. SQLite runs one prepared statement once a row;
PostgreSQL gets all rows in one JSON parameter and takes them apart itself.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection, models

Row = dict[str, object]


def upsert(model: type[models.Model], rows: Sequence[Row], *, unique: Sequence[str], update: Sequence[str]) -> None:
    """Insert these rows, or update the columns `update` of those that are there already by `unique`.

    Rows are dicts by attname, all with the same keys; what they leave out gets the field's default. Values are the
    model's: aware datetimes, dates, JSON-able objects, text that fits. Raises DataError, IntegrityError,
    OverflowError.
    """
    if not rows:
        return
    plan = _plan(model, tuple(rows[0]), tuple(unique), tuple(update), connection.vendor)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(plan.statement, [plan.adapted(row) for row in rows])
        else:
            renamed = [{column: row[name] for name, column in plan.columns} for row in rows]
            document = json.dumps(renamed, ensure_ascii=False, default=lambda value: value.isoformat())
            cursor.execute(plan.statement, [*plan.defaults, document])


def ids_by(model: type[models.Model], key: str, values: Iterable) -> dict:
    """Primary keys by the values of a unique column."""
    return dict(model.objects.filter(**{f"{key}__in": list(values)}).values_list(key, "pk"))


@dataclass(frozen=True, slots=True)
class _Plan:
    statement: str
    columns: tuple[tuple[str, str], ...]  # attname, column
    adapters: tuple[tuple[str, Callable | None], ...]
    defaults: tuple

    def adapted(self, row: Row) -> list:
        return [adapt(row[name]) if adapt else row[name] for name, adapt in self.adapters] + list(self.defaults)


@lru_cache(maxsize=16)
def _plan(model, given: tuple[str, ...], unique: tuple[str, ...], update: tuple[str, ...], vendor: str) -> _Plan:
    quote = connection.ops.quote_name
    fields = {field.attname: field for field in model._meta.concrete_fields if not field.generated}
    defaults = {
        field.column: field.get_db_prep_save(field.get_default(), connection)
        for name, field in fields.items()
        if name not in given and not isinstance(field, models.AutoField) and field.get_default() is not None
    }
    columns = [fields[name].column for name in given]
    listed = ", ".join(map(quote, [*columns, *defaults]))
    if vendor == "sqlite":
        rows = f"VALUES ({', '.join(['%s'] * (len(columns) + len(defaults)))})"
    else:
        taken = ", ".join([f"given.{quote(column)}" for column in columns] + ["%s"] * len(defaults))
        types = ", ".join(f"{quote(fields[name].column)} {fields[name].db_type(connection)}" for name in given)
        rows = f"SELECT {taken} FROM json_to_recordset(%s::json) AS given ({types})"  # noqa: S608
    changes = ", ".join(f"{quote(fields[name].column)} = EXCLUDED.{quote(fields[name].column)}" for name in update)
    # Every name in the statement comes from the model.
    statement = (
        f"INSERT INTO {quote(model._meta.db_table)} ({listed}) {rows}"  # noqa: S608
        f" ON CONFLICT ({', '.join(quote(fields[name].column) for name in unique)}) DO UPDATE SET {changes}"
    )
    return _Plan(
        statement,
        tuple(zip(given, columns, strict=True)),
        tuple((name, _adapter(fields[name])) for name in given),
        tuple(defaults.values()),
    )


def _adapter(field: models.Field) -> Callable | None:
    """How this field's Python value becomes SQLite's; None where it already is."""
    ops, zone = connection.ops, connection.timezone
    if isinstance(field, models.DateTimeField):
        # What Django's own makes of an aware instant, without its questions: a page has more than a thousand.
        return lambda value: None if value is None else str(value.astimezone(zone).replace(tzinfo=None))
    if isinstance(field, models.DateField):
        return ops.adapt_datefield_value
    if isinstance(field, models.JSONField):
        return lambda value: ops.adapt_json_value(value, None)
    return None

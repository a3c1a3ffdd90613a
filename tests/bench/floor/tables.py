"""Makes the floor's tables and fills them with the product's rows, inside the database."""

from django.db import connection

from tests.bench.copying import follow_the_keys, gather_statistics
from tests.bench.floor.models import ALL, Complaint, Movement

COMPLAINTS = """
    SELECT c.id, c.protocol, c.protocol_end, CASE WHEN c.awaits_us THEN 'open' ELSE 'done' END, c.queue_on,
           c.consumer_name, c.consumer_name_folded, c.consumer_cpf, c.company_name, c.problem_text, c.subject_text,
           c.situation_text, coalesce(u.first_name, ''), c.submission_state, c.last_movement_label, c.last_movement_at
    FROM complaints_complaint c LEFT JOIN backoffice_user u ON u.id = c.assignee_id
"""
MOVEMENTS = "SELECT id, complaint_id, code, type_text, at, author, {text} FROM complaints_movement"
# All texts of a movement as one, in their order.
TEXTS = {
    "sqlite": "(SELECT group_concat(json_extract(value, '$.text'), char(10)) FROM json_each(texts))",
    "postgresql": (
        "(SELECT string_agg(said ->> 'text', E'\\n' ORDER BY place)"
        " FROM jsonb_array_elements(texts) WITH ORDINALITY AS each_text(said, place))"
    ),
}


def make() -> None:
    """Tables first, then rows, then their indexes (which the schema editor writes when it closes)."""
    drop()
    with connection.schema_editor() as editor:
        for model in ALL:
            editor.create_model(model)
        _fill(Complaint, COMPLAINTS)
        _fill(Movement, MOVEMENTS.format(text=TEXTS[connection.vendor]))
    follow_the_keys(Complaint, Movement)
    gather_statistics(*ALL)


def drop() -> None:
    with connection.cursor() as cursor:
        for model in ALL:
            cursor.execute(f"DROP TABLE IF EXISTS {model._meta.db_table}")


def _fill(model, query: str) -> None:
    columns = ", ".join(field.column for field in model._meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {model._meta.db_table} ({columns}) {query}")

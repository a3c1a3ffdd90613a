"""Reading pages of complaints into the floor's tables: parse, one upsert, one look-up of keys, one insert."""

import json
import time
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection, transaction

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
COMPLAINT = (
    "protocol protocol_end status due_on consumer consumer_folded cpf company problem subject situation assignee "
    "sent moved moved_at"
)
MOVEMENT = "complaint_id code type at author text"


def pages_per_second(pages: list[str]) -> float:
    connection.ensure_connection()
    started = time.perf_counter()
    for page in pages:
        _store(json.loads(page))
    return len(pages) / (time.perf_counter() - started)


def _store(records: list[dict]) -> None:
    complaints = [_complaint(record) for record in records]
    protocols = [row[0] for row in complaints]
    with transaction.atomic(), connection.cursor() as cursor:
        changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in COMPLAINT.split()[1:])
        _insert(cursor, "floor_complaint", COMPLAINT, complaints, f"(protocol) DO UPDATE SET {changes}")
        places = ", ".join(["%s"] * len(protocols))
        cursor.execute(f"SELECT protocol, id FROM floor_complaint WHERE protocol IN ({places})", protocols)
        ids = dict(cursor.fetchall())
        movements = [
            _movement(ids[row[0]], movement)
            for row, record in zip(complaints, records, strict=True)
            for movement in record["tramites"]
        ]
        _insert(cursor, "floor_movement", MOVEMENT, movements, "(complaint_id, code) DO NOTHING")


def _insert(cursor, table: str, columns: str, rows: list[tuple], on_conflict: str) -> None:
    one = f"({', '.join(['%s'] * len(rows[0]))})"
    statement = f"INSERT INTO {table} ({', '.join(columns.split())}) VALUES {{}} ON CONFLICT {on_conflict}"
    if connection.vendor == "sqlite":
        cursor.executemany(statement.format(one), rows)
    else:
        values = [value for row in rows for value in row]
        cursor.execute(statement.format(", ".join([one] * len(rows))), values)


def _complaint(record: dict) -> tuple:
    protocol, consumer, last = record["protocolo"], record["reclamante"], record["tramites"][-1]
    due = record["prazo"]
    return (
        protocol,
        protocol[-6:],
        "open" if record["situacao"]["codigo"] in (1, 3) else "done",
        f"{due[6:10]}-{due[3:5]}-{due[:2]}",
        consumer["nome"],
        consumer["nome"].lower(),
        consumer["documento"],
        record["reclamado"]["nome"],
        record["problema"]["descricao"],
        record["assunto"]["descricao"],
        record["situacao"]["descricao"],
        "",
        "",
        last["tipo"]["descricao"][:40],
        _instant(last["data"]),
    )


def _movement(complaint_id: int, movement: dict) -> tuple:
    text = "\n".join(entry["texto"] for entry in movement["textos"])
    kind = movement["tipo"]["descricao"]
    return complaint_id, movement["codigo"], kind, _instant(movement["data"]), movement["autor"], text


def _instant(printed: str):
    day, month, year = int(printed[:2]), int(printed[3:5]), int(printed[6:10])
    hour, minute, second = int(printed[11:13]), int(printed[14:16]), int(printed[17:19])
    instant = datetime(year, month, day, hour, minute, second, tzinfo=SAO_PAULO)
    return connection.ops.adapt_datetimefield_value(instant)

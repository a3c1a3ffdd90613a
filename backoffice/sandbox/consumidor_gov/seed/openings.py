"""Inserting consumers and newly opened complaints; used at seeding and by the control page."""

import json
import random
from dataclasses import dataclass, field
from datetime import date, datetime

from backoffice.sandbox.consumidor_gov import situations
from backoffice.sandbox.consumidor_gov.bodies import File
from backoffice.sandbox.consumidor_gov.changes import add_movement, stamp
from backoffice.sandbox.consumidor_gov.queries import search_form
from backoffice.sandbox.consumidor_gov.seed.companies import Company
from backoffice.sandbox.consumidor_gov.seed.people import Consumer

ANSWER_DAYS = 10


@dataclass
class Opening:
    """Everything a consumer fills in."""

    company: Company
    consumer: int
    consumer_name: str
    mediator: str
    channel: int
    area: int
    subject: int
    problem: int
    complaint: str
    request: str
    prior_contact: bool
    private_fields: list[tuple[int, str]] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    reference: str | None = None


def insert_consumer(db, consumer: Consumer) -> int:
    """Returns the row's id. The CPF is unique: drawing one twice raises sqlite3.IntegrityError."""
    return db.execute(
        "INSERT INTO consumers (cpf, name, search_name, born_on, emails, phones, uf, city_code, cep, street,"
        " district, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            consumer.cpf,
            consumer.name,
            search_form(consumer.name),
            consumer.born_on.isoformat(),
            json.dumps(consumer.emails),
            json.dumps(consumer.phones),
            consumer.city.uf,
            consumer.city.code,
            consumer.cep,
            consumer.street,
            consumer.district,
            consumer.extra,
        ),
    ).lastrowid


def open_complaint(db, opening: Opening, at: datetime, deadline: date) -> str:
    """A complaint in the situation «em aberto» with its first movement. Returns the protocol."""
    protocol = _next_protocol(db, at)
    db.execute(
        "INSERT INTO complaints (protocol, company, consumer, mediator, situation, opened_at, deadline,"
        " running_deadline, running_deadline_name, channel, area, subject, problem, reference)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            protocol,
            opening.company.code,
            opening.consumer,
            opening.mediator,
            situations.OPEN,
            stamp(at),
            deadline.isoformat(),
            deadline.isoformat(),
            situations.DEADLINE_ANSWER,
            opening.channel,
            opening.area,
            opening.subject,
            opening.problem,
            opening.reference,
        ),
    )
    add_movement(
        db,
        protocol,
        situations.MOVEMENT_OPENED,
        at,
        side="consumer",
        author=opening.consumer_name,
        texts=[
            (situations.TEXT_PRIOR_CONTACT, "S" if opening.prior_contact else "N"),  # L546
            (situations.TEXT_COMPLAINT, opening.complaint),
            (situations.TEXT_REQUEST, opening.request),
            *opening.private_fields,
        ],
        files=opening.files,
    )
    return protocol


def _next_protocol(db, at: datetime) -> str:
    """17 digits, AAAAMM and a number (L180, L195): beyond 2**53, so no float may ever hold it."""
    db.execute(
        "INSERT INTO settings VALUES ('protocol_number', '91189')"
        " ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INT) + 7"
    )
    number = int(db.execute("SELECT value FROM settings WHERE key = 'protocol_number'").fetchone()[0])
    return f"{at:%Y%m}{number:011d}"


def private_fields(dice: random.Random, company: Company, slots: dict[str, str]) -> list[tuple[int, str]]:
    """The subject-specific fields the company alone sees (types from 1000)."""
    values = {
        1001: slots["pedido"],
        1002: f"{dice.randint(1, 999_999):09d}",
        1003: slots["quando"],
        1004: f"35{dice.randrange(10**13):013d}",
        1006: f"{dice.randint(10, 99)}.{dice.randint(1000, 9999)}.{dice.randint(100000, 999999)}",
        1007: f"{dice.randint(0, 9999):04d}",
        1008: slots["valor"],
    }
    return [(code, values[code]) for code in company.private_fields if dice.random() < 0.65]

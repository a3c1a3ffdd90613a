"""What the seed promises: enough of everything, believable, the same for the same seed."""

import json
import sqlite3
import time
from datetime import datetime, timedelta

import pytest
from stdnum.br import cnpj, cpf

from backoffice.sandbox.clock import SAO_PAULO
from backoffice.sandbox.consumidor_gov.seed.places import CITIES
from backoffice.sandbox.consumidor_gov.seed.plant import plant

NOW = datetime(2026, 3, 18, 14, 20, 5, tzinfo=SAO_PAULO)


def seeded(seed: int = 1, complaints: int = 300, now: datetime = NOW) -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.row_factory = sqlite3.Row
    db.execute("CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT)")
    plant(db, now=now, seed=seed, complaints=complaints)
    db.execute("COMMIT")
    return db


@pytest.fixture(scope="module")
def db():
    return seeded()


def rows(db, sql: str, *values) -> list:
    return db.execute(sql, values).fetchall()


def column(db, sql: str) -> list:
    return [row[0] for row in db.execute(sql)]


def test_three_hundred_complaints_are_planted_quickly():
    started = time.process_time()  # of this process: a busy machine does not decide
    assert rows(seeded(), "SELECT count(*) FROM complaints")[0][0] == 300
    assert time.process_time() - started < 1.5


def test_the_same_seed_gives_the_same_state():
    assert list(seeded(4, 40).iterdump()) == list(seeded(4, 40).iterdump())
    assert list(seeded(4, 40).iterdump()) != list(seeded(5, 40).iterdump())


def test_the_hour_of_seeding_changes_nothing_but_hours():
    midnight, evening = (seeded(now=NOW.replace(hour=hour, minute=0)) for hour in (0, 23))
    same = "SELECT protocol, company, situation, deadline, consumer, problem FROM complaints"
    assert [tuple(row) for row in rows(midnight, same)] == [tuple(row) for row in rows(evening, same)]


@pytest.mark.parametrize("complaints", [40, 300])
def test_every_company_has_something_to_answer_and_every_situation_occurs(complaints):
    db = seeded(complaints=complaints)
    assert set(column(db, "SELECT DISTINCT situation FROM complaints")) == {1, 2, 3, 4, 6, 7, 8, 9}
    for situation in (1, 3):
        found = rows(db, "SELECT DISTINCT company FROM complaints WHERE situation = ?", situation)
        assert len(found) == 5


def test_deadlines_run_from_overdue_to_ten_days_ahead_with_many_today_and_tomorrow(db):
    awaiting = "SELECT deadline FROM complaints WHERE situation IN (1, 3) AND NOT is_expired"
    days = [(datetime.fromisoformat(day).date() - NOW.date()).days for day in column(db, awaiting)]
    assert (min(days), max(days)) == (-2, 10)
    assert sum(day in (0, 1) for day in days) > len(days) / 4


@pytest.mark.parametrize("now", [NOW, NOW.replace(hour=0, minute=0, second=0), NOW.replace(hour=23, minute=59)])
def test_nothing_lies_in_the_future_and_movements_are_in_order(now):
    db = seeded(complaints=1_000, now=now)
    assert max(column(db, "SELECT at FROM movements")) < f"{now:%Y-%m-%d %H:%M:%S}"
    assert not rows(
        db,
        "SELECT 1 FROM movements a JOIN movements b ON b.protocol = a.protocol AND b.code = a.code + 1"
        " WHERE b.at <= a.at",
    )
    assert not rows(db, "SELECT 1 FROM movements m JOIN complaints c USING (protocol) WHERE m.at < c.opened_at")


def test_what_happened_fits_the_situation(db):
    last = {  # situation: type of the last movement
        2: {8},
        6: {4},
        7: {5},
        8: {9},
        9: {5},
    }
    for situation, types in last.items():
        found = rows(
            db,
            "SELECT m.type FROM complaints c JOIN movements m USING (protocol) WHERE c.situation = ?"
            " AND m.code = (SELECT max(code) FROM movements x WHERE x.protocol = c.protocol)",
            situation,
        )
        assert {row["type"] for row in found} == types
    assert not rows(db, "SELECT 1 FROM complaints WHERE (situation = 6) != (score IS NOT NULL)")
    answered = rows(
        db,
        "SELECT c.situation, count(m.code) AS answers FROM complaints c LEFT JOIN movements m"
        " ON m.protocol = c.protocol AND m.type = 3 GROUP BY c.protocol",
    )
    assert all(row["answers"] == 1 for row in answered if row["situation"] in (4, 6))
    assert all(row["answers"] == 0 for row in answered if row["situation"] in (1, 2, 3, 8, 9))


def test_numbers_have_right_check_digits_and_some_begin_with_zero(db):
    people = column(db, "SELECT cpf FROM consumers UNION SELECT cpf FROM users")
    assert all(len(number) == 11 and cpf.is_valid(number) for number in people)
    assert sum(number.startswith("0") for number in people) >= 10
    parties = column(db, "SELECT cnpj FROM companies UNION SELECT cnpj FROM mediators")
    assert all(cnpj.is_valid(number) for number in parties)
    assert any(number.startswith("0") for number in parties)


def test_addresses_are_real_cities_with_their_own_cep_and_area_code(db):
    cities = {city.code: city for city in CITIES}
    for person in rows(db, "SELECT * FROM consumers"):
        city = cities[person["city_code"]]
        assert city.uf == person["uf"]
        assert city.cep_from <= int(person["cep"][:5]) <= city.cep_to
        assert {phone["ddd"] for phone in json.loads(person["phones"])} <= {city.ddd}


def test_consumers_are_grown_up_and_have_contacts_at_example_domains(db):
    for born in column(db, "SELECT born_on FROM consumers"):
        assert NOW.date() - datetime.fromisoformat(born).date() > timedelta(days=18 * 365)
    mails = [mail["email"] for text in column(db, "SELECT emails FROM consumers") for mail in json.loads(text)]
    assert all(mail.rpartition("@")[2].endswith(("example.com", "example.org", "example.net")) for mail in mails)


def test_some_consumers_complain_again_and_again(db):
    counts = column(db, "SELECT count(*) FROM complaints GROUP BY consumer ORDER BY 1 DESC")
    assert counts[0] >= 4
    assert sum(count > 1 for count in counts) >= 20


def test_problems_come_from_the_taxonomy_and_fit_the_company(db):
    assert rows(db, "SELECT count(*) FROM subject_problems")[0][0] > 1_500
    assert not rows(
        db,
        "SELECT 1 FROM complaints c LEFT JOIN subject_problems sp ON sp.subject = c.subject AND sp.problem = c.problem"
        " LEFT JOIN subjects s ON s.code = c.subject AND s.area = c.area WHERE sp.subject IS NULL OR s.code IS NULL",
    )
    seguros = column(
        db,
        "SELECT DISTINCT s.name FROM complaints c JOIN subjects s ON s.code = c.subject"
        " JOIN companies k ON k.code = c.company WHERE k.trade_name = 'Varanda Seguros'",
    )
    assert all("Segur" in name for name in seguros)


def complaint_texts(db) -> list[str]:
    texts = column(db, "SELECT texts FROM movements WHERE type = 1")
    return [dict(map(tuple, json.loads(text)))[3] for text in texts]


def test_complaints_are_short_long_and_hardly_ever_alike(db):
    texts = complaint_texts(db)
    assert len(set(texts)) > 250
    assert min(map(len, texts)) < 60
    assert 2_800 <= max(map(len, texts)) <= 3_000
    assert not [text for text in texts if "{o}" in text or "{valor}" in text]


@pytest.mark.parametrize("complaints", [40, 300])
def test_hostile_texts_and_files_are_among_them(complaints):
    db = seeded(complaints=complaints)
    everything = "\n".join(complaint_texts(db))
    for sign in ("<script>", "=HYPERLINK(", "📱", "\u202e", "\u200b", "DROP TABLE", "529.982.247-25"):
        assert sign in everything
    names = column(db, "SELECT name FROM attachments")
    assert max(map(len, names)) > 200
    for name in ("../../etc/passwd.png", "recibo.pdf.exe", "recibo.svg", "vazio.txt"):
        assert name in names
    contents = {row["name"]: row["content"] for row in rows(db, "SELECT * FROM attachments JOIN files USING (sha)")}
    assert contents["fatura.pdf"].startswith(b"<!DOCTYPE html>")
    assert contents["COMPROVANTE.PDF"].startswith(b"%PDF-")
    assert rows(db, "SELECT 1 FROM attachments JOIN files USING (sha) WHERE size != length(content)")
    assert [name for name in column(db, "SELECT name FROM consumers") if "<b>" in name]


def test_private_fields_have_types_from_a_thousand(db):
    kinds = {kind for text in column(db, "SELECT texts FROM movements WHERE type = 1") for kind, _ in json.loads(text)}
    assert {1, 3, 4} < kinds
    assert len([kind for kind in kinds if kind >= 1000]) >= 5

"""Fills an empty state: catalogue, companies with their credentials and users, complaints."""

import csv
import hashlib
import random
import sqlite3
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from backoffice.sandbox.consumidor_gov.changes import add_file
from backoffice.sandbox.consumidor_gov.schema import SCHEMA
from backoffice.sandbox.consumidor_gov.seed import complaint_texts
from backoffice.sandbox.consumidor_gov.seed.companies import COMPANIES, Company
from backoffice.sandbox.consumidor_gov.seed.files import odd_files, usual_file
from backoffice.sandbox.consumidor_gov.seed.numbers import cnpj_from, draw_cpf
from backoffice.sandbox.consumidor_gov.seed.openings import Opening, insert_consumer, private_fields
from backoffice.sandbox.consumidor_gov.seed.people import PECULIAR_NAMES, draw_consumer
from backoffice.sandbox.consumidor_gov.seed.places import CITIES, UFS
from backoffice.sandbox.consumidor_gov.seed.story import SHARES, Story
from backoffice.sandbox.consumidor_gov.seed.texts import draw_slots, write

# Distinct area; subject; problem group; problem with counts, from Senacon's open data
# (2014-08 to 2015-01), CC0 copy in the public GitHub repository taiar/tp2-ibd.
TAXONOMY = Path(__file__).parent.parent / "taxonomy.csv"

FIRST_MEDIATOR = 20140106000000201  # L1745


def plant(db: sqlite3.Connection, *, now: datetime, seed: int, complaints: int) -> None:
    """The same seed, count and instant give the same state."""
    db.executescript(SCHEMA)
    db.execute("BEGIN")
    dice = random.Random(f"consumidor_gov {seed}")  # noqa: S311 - repeatable on purpose
    now = now.replace(microsecond=0)
    plant_taxonomy(db)
    mediators = _plant_mediators(db)
    _plant_companies(db, dice, seed)
    _plant_complaints(db, dice, now, complaints, mediators)
    db.executemany("INSERT INTO settings VALUES (?, ?)", [("seed", str(seed)), ("seeded_at", now.isoformat())])


def plant_taxonomy(db) -> None:
    """Codes shaped like the document's: area 3, subject 301, problem 10000031 (L480, L484, L488)."""
    db.executemany("INSERT INTO cities VALUES (?, ?, ?)", [(c.code, c.uf, c.name) for c in CITIES])
    areas, subjects, problems = {}, {}, {}
    with TAXONOMY.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader((line for line in lines if not line.startswith("#")), delimiter=";")
        next(rows)
        pairs = {}
        for area, subject, group, problem, count in rows:
            area_code = areas.setdefault(area, len(areas) + 1)
            if (area, subject) not in subjects:
                within = sum(1 for known, _ in subjects if known == area)
                subjects[area, subject] = area_code * 100 + within + 1
            problem_code, _ = problems.setdefault(problem, (10_000_001 + len(problems), group))
            pair = subjects[area, subject], problem_code
            pairs[pair] = pairs.get(pair, 0) + int(count)
    db.executemany("INSERT INTO areas VALUES (?, ?)", [(code, name) for name, code in areas.items()])
    db.executemany(
        "INSERT INTO subjects VALUES (?, ?, ?)",
        [(code, areas[area], name) for (area, name), code in subjects.items()],
    )
    db.executemany(
        "INSERT INTO problems VALUES (?, ?, ?)", [(code, name, group) for name, (code, group) in problems.items()]
    )
    db.executemany("INSERT INTO subject_problems VALUES (?, ?, ?)", [(*pair, n) for pair, n in pairs.items()])


def _plant_mediators(db) -> dict[str, tuple[str, str]]:
    """One Procon a state and the Senacon. Returns UF -> (code, name)."""
    found = {}
    capitals = {city.uf: city for city in reversed(CITIES)}
    for number, uf in enumerate((*UFS, "")):
        code, city = str(FIRST_MEDIATOR + number), capitals[uf or "DF"]
        name = f"Procon Estadual {uf}" if uf else "SENACON"
        found[uf] = code, name
        db.execute(
            "INSERT INTO mediators VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                code,
                name,
                name,
                cnpj_from(f"{number * 317 + 1_204_550:08d}", "0001"),
                city.uf,
                city.name,
                f"{city.cep_from:05d}000",
                "Rua Gustavo de Lacerda" if number % 2 else "Praça da República",
                "Centro",
                str(100 + number),
            ),
        )
    return found


def _plant_companies(db, dice: random.Random, seed: int) -> None:
    supervisor = draw_cpf(dice, 8)
    for company in COMPANIES:
        db.execute(
            "INSERT INTO companies VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                company.code,
                company.legal_name,
                company.trade_name,
                company.listed_name,
                company.cnpj,
                company.uf,
                company.city,
                company.cep,
                company.street,
                company.district,
                company.extra,
            ),
        )
        client_id, code, secret = (
            hashlib.sha256(f"{seed} {company.code} {part}".encode()).hexdigest()[:size]
            for part, size in (("client_id", 16), ("code", 24), ("client_secret", 40))
        )
        db.execute("INSERT INTO accounts VALUES (?, ?, ?, ?)", (company.code, client_id, code, secret))
        users = [  # cpf, name, active, may act, may attach
            (supervisor, "Helena Prado Siqueira", 1, 1, 1),  # the same person in all five
            (draw_cpf(dice, 8), "Renato Lins Barreto", 1, 1, 1),
            (_leading_zero_cpf(dice), "Dulce Amaral Peixoto", 1, 1, 0),
            (draw_cpf(dice, 9), "Otávio Reis Fontana", 1, 0, 0),
            (draw_cpf(dice, 6), "Ivone Castro Leal", 0, 1, 1),
        ]
        db.executemany("INSERT INTO users VALUES (?, ?, ?, ?, ?, ?)", [(company.code, *user) for user in users])


def _leading_zero_cpf(dice: random.Random) -> str:
    while not (cpf := draw_cpf(dice, 7)).startswith("0"):
        pass
    return cpf


class ProblemChoice:
    """Draws (area, subject, problem) for a company as often as the open data has them."""

    def __init__(self, db):
        self._by_company = {}
        rows = db.execute(
            "SELECT a.code AS area, a.name AS area_name, s.code AS subject, s.name AS subject_name,"
            " p.code AS problem, p.name AS problem_name, sp.weight FROM subject_problems sp"
            " JOIN subjects s ON s.code = sp.subject JOIN areas a ON a.code = s.area"
            " JOIN problems p ON p.code = sp.problem ORDER BY s.code, p.code"
        ).fetchall()
        for company in COMPANIES:
            fitting = [
                row
                for row in rows
                if any(
                    row["area_name"] == area and row["subject_name"].startswith(subject)
                    for area, subject in company.subjects
                )
            ]
            self._by_company[company.code] = fitting, [row["weight"] for row in fitting]

    def draw(self, dice: random.Random, company: Company):
        return dice.choices(*self._by_company[company.code])[0]


def draw_opening(
    dice: random.Random,
    problems: ProblemChoice,
    company: Company,
    consumer: tuple[int, str],
    mediator: str,
    on: date,
    length: str | None = None,
) -> Opening:
    problem = problems.draw(dice, company)
    slots = draw_slots(dice, company, _product(dice, company, problem["subject_name"]), on)
    length = length or dice.choices(("short", "usual", "long"), (6, 74, 20))[0]
    writing = write(dice, problem["problem_name"], slots, length)
    return Opening(
        company=company,
        consumer=consumer[0],
        consumer_name=consumer[1],
        mediator=mediator,
        channel=dice.choices((1, 2, 3, 4, 5), (62, 20, 12, 1, 5))[0],
        area=problem["area"],
        subject=problem["subject"],
        problem=problem["problem"],
        complaint=writing.complaint,
        request=writing.request,
        prior_contact=dice.random() < 0.82,
        private_fields=private_fields(dice, company, slots),
        files=[usual_file(dice) for _ in range(dice.choices((0, 1, 2, 3), (62, 24, 10, 4))[0])],
        reference=f"PED-{slots['pedido']}" if dice.random() < 0.2 else None,
    )


def _product(dice: random.Random, company: Company, subject: str):
    """One that fits the subject where names tell, else any."""
    for word, start in _PRODUCT_WORDS.items():
        if word in subject:
            fitting = [product for product in company.products if product.name.startswith(start)]
            if fitting:
                return dice.choice(fitting)
    return dice.choice(company.products)


_PRODUCT_WORDS = {
    "celular": ("celular", "smartphone"),
    "Tablet": "tablet",
    "Acessórios": "fone",
    "Televisão": "televisão",
    "Refrigerador": "geladeira",
    "Lavadora": "lavadora",
    "Fogão": ("fogão", "micro-ondas"),
    "Ar condicionado": "ar-condicionado",
    "Eletroportáteis": "liquidificador",
    "Cartão": "cartão",
    "pagamento online": "conta",
    "Empréstimos": "empréstimo",
    "Garantia": "seguro de garantia",
    "Residencial": "seguro residencial",
    "Vida": "seguro de vida",
}


def _plant_complaints(db, dice, now, count: int, mediators: dict[str, tuple[str, str]]) -> None:
    problems = ProblemChoice(db)
    story = Story(db, dice, now, dict(mediators.values()))
    people = _plant_consumers(db, dice, now.date(), max(4, int(count * 0.72)))
    specials = _specials()
    turns = {"open": [*COMPANIES], "with_company": [*COMPANIES]}
    every = max(1, count // (len(specials) + 1))
    for number, life in enumerate(_lives(dice, count)):
        company = dice.choices(COMPANIES, [company.weight for company in COMPANIES])[0]
        if turns.get(life):  # each company has at least one of these
            company = turns[life].pop()
        # Everybody has one, a few people have several and one has many.
        person = people[number] if number < len(people) else people[int(len(people) * dice.random() ** 4)]
        special = specials.pop() if specials and number % every == 0 else {}
        opening = draw_opening(
            dice,
            problems,
            company,
            person[:2],
            mediators[person[2]][0],
            now.date(),
            special.get("length"),
        )
        if "text" in special:
            opening = replace(opening, complaint=special["text"])
        odd = special.get("files", [])
        if odd:
            opening = replace(opening, files=[])
        protocol = story.tell(life, opening)
        for code, (file, size) in enumerate(odd, start=1):
            add_file(db, protocol, 1, code, file, size)


def _plant_consumers(db, dice, today: date, count: int) -> list[tuple[int, str, str]]:
    """Returns (id, name, uf)."""
    peculiar = dict(zip(range(3, count, max(1, count // 6)), PECULIAR_NAMES, strict=False))
    people = []
    while len(people) < count:
        consumer = draw_consumer(dice, today, name=peculiar.get(len(people)))
        try:
            people.append((insert_consumer(db, consumer), consumer.name, consumer.city.uf))
        except sqlite3.IntegrityError:
            continue  # that CPF was drawn before
    return people


def _specials() -> list[dict]:
    """Texts and files that try a reader, spread evenly over the complaints."""
    return [
        *({"text": text} for text in complaint_texts.HOSTILE),
        *({"files": files} for files in odd_files()),
        {"length": "longest"},
        {"length": "short"},
    ]


def _lives(dice: random.Random, count: int) -> list[str]:
    """At least one of each, some to work on for each company, then by share, in random order."""
    lives = [*SHARES, *(["open", "with_company"] * (len(COMPANIES) - 1))][:count]
    lives += dice.choices(list(SHARES), list(SHARES.values()), k=count - len(lives))
    dice.shuffle(lives)
    return lives

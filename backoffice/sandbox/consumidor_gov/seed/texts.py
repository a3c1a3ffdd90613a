"""Composing the texts of one complaint from the sentences."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from backoffice.sandbox.consumidor_gov.seed import complaint_texts as sentences
from backoffice.sandbox.consumidor_gov.seed.companies import Company, Product

LONGEST = 2_900  # the portal's form is said to end at 3,000 characters


@dataclass(frozen=True)
class Writing:
    complaint: str
    request: str
    slots: dict[str, str]


def family_of(problem: str) -> str:
    return next((name for name, words in sentences.FAMILIES if any(word in problem for word in words)), "defect")


def draw_slots(dice: random.Random, company: Company, product: Product, opened: date) -> dict[str, str]:
    bought = opened - timedelta(days=dice.randint(3, 75))
    indefinite = {"o": "um", "a": "uma"}[product.article]
    return {
        "o": f"{product.article} {product.name}",
        "do": f"d{product.article} {product.name}",
        "no": f"n{product.article} {product.name}",
        "um": f"{indefinite} {product.name}",
        "loja": company.trade_name,
        "valor": money(dice.randint(product.low * 100, product.high * 100)),
        "pedido": f"{dice.randint(10_000_000, 99_999_999)}",
        "sac": f"{bought.year}{dice.randint(100_000, 999_999)}",
        "quando": f"{bought:%d/%m/%Y}",
        "dias": str(dice.randint(4, 28)),
        "parcelas": str(dice.choice((3, 6, 10, 12))),
    }


def money(cents: int) -> str:
    return f"R$ {cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"


def write(dice: random.Random, problem: str, slots: dict[str, str], length: str) -> Writing:
    """`length` is short, usual, long or longest (about 2,900 characters)."""
    family = family_of(problem)
    request = dice.choice(sentences.REQUESTS[family]).format(**slots)
    if length == "short":
        return Writing(dice.choice(sentences.SHORT), request, slots)
    opening = dice.choice(sentences.OPENINGS[family])
    facts = [*sentences.FACTS[family], *sentences.COMMON_FACTS]
    if length == "usual":
        parts = [
            opening,
            dice.choice(sentences.FACTS[family]),
            *dice.sample(sentences.COMMON_FACTS, dice.randint(1, 3)),
        ]
        text = " ".join([*parts, dice.choice(sentences.CLOSINGS)])
    else:
        dice.shuffle(facts)
        middle = len(facts) // 2
        paragraphs = [f"{opening} {' '.join(facts[:3])}", " ".join(facts[3:middle]), " ".join(facts[middle:])]
        text = "\n\n".join([*paragraphs, dice.choice(sentences.CLOSINGS)])
    text = text.format(**slots).strip()
    if length == "longest":
        while len(text) < LONGEST:
            text += "\n\n" + " ".join(dice.sample(sentences.COMMON_FACTS, 4)).format(**slots)
        text = text[:LONGEST].rsplit(" ", 1)[0].rstrip(",;") + "…"
    return Writing(text, request, slots)

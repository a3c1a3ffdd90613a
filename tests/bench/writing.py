"""What people write, in pools: long enough that no page shows the same text twice, small enough to be made at once."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from random import Random

from backoffice.sandbox.consumidor_gov.seed import reply_texts
from backoffice.sandbox.consumidor_gov.seed import texts as composing
from backoffice.sandbox.consumidor_gov.seed.companies import COMPANIES
from backoffice.sandbox.consumidor_gov.seed.people import Consumer, draw_consumer

MOST_CONSUMERS = 8_000  # different names and addresses; the CPF is each complaint's own
STORIES_A_FAMILY = 80
REPLIES = 400
# As long as the sandbox's: a few lines mostly, now and then a page.
LENGTHS, LENGTH_WEIGHTS = ("short", "usual", "long", "longest"), (8, 72, 18, 2)


@dataclass(slots=True)
class Pools:
    consumers: list[Consumer]
    answers: list[str]
    consumer_words: list[str]
    company_words: list[str]
    refusals: list[str]
    comments: dict[int, tuple[str, ...]]
    _dice: Random
    _day: date
    _stories: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    def stories(self, problem: str) -> list[tuple[str, str]]:
        """(description, request) pairs that fit a problem of the taxonomy."""
        family = _family_of(problem)
        if not self._stories[family]:
            for number in range(STORIES_A_FAMILY):
                company = COMPANIES[number % len(COMPANIES)]
                slots = composing.draw_slots(self._dice, company, self._dice.choice(company.products), self._day)
                length = self._dice.choices(LENGTHS, LENGTH_WEIGHTS)[0]
                written = composing.write(self._dice, problem, slots, length)
                self._stories[family].append((written.complaint, written.request))
        return self._stories[family]


def make_pools(dice: Random, *, rows: int, today: date) -> Pools:
    return Pools(
        consumers=[draw_consumer(dice, today) for _ in range(min(rows, MOST_CONSUMERS))],
        answers=[_answer(dice) for _ in range(REPLIES)],
        consumer_words=list(reply_texts.CONSUMER_COMPLEMENTS),
        company_words=list(reply_texts.COMPANY_COMPLEMENTS),
        refusals=list(reply_texts.REFUSALS),
        comments=reply_texts.COMMENTS,
        _dice=dice,
        _day=today,
    )


_family_of = lru_cache(maxsize=None)(composing.family_of)


def _answer(dice: Random) -> str:
    """Answers of companies are longer than a form letter: what was found, what is done, and until when."""
    shop = dice.choice(COMPANIES).trade_name
    slots = {"nome": "cliente", "loja": shop, "decisao": dice.choice(reply_texts.DECISIONS)}
    solutions = dice.sample(reply_texts.SOLUTIONS, dice.randint(1, 4))
    return dice.choice(reply_texts.ANSWERS).format(solucao="\n\n".join(solutions), **slots)

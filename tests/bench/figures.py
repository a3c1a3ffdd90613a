"""How complaints are distributed, from the ministry's figures.

Source: Senacon open data of Consumidor.gov.br, 40,102 complaints finished from 2014-08 to 2015-01.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

TAXONOMY = Path(__file__).parents[2] / "backoffice" / "sandbox" / "consumidor_gov" / "taxonomy.csv"

UF = {
    "SP": 10441, "PR": 5531, "RJ": 4168, "MG": 3810, "BA": 2608, "RS": 2077, "DF": 1495, "SC": 1432, "PE": 1335,
    "CE": 1149, "ES": 971, "MT": 952, "GO": 925, "MA": 898, "MS": 445, "AC": 443, "PB": 331, "PA": 228, "AM": 221,
    "RN": 172, "RO": 115, "AL": 102, "SE": 88, "PI": 75, "TO": 48, "RR": 26, "AP": 16,
}  # fmt: skip
# (solved, score); (None, None) is «Finalizada não avaliada».
RATINGS = {
    (None, None): 12724,
    ("S", 5): 8591, ("S", 4): 3949, ("S", 3): 2712, ("S", 1): 1243, ("S", 2): 855,
    ("N", 1): 7723, ("N", 2): 839, ("N", 3): 829, ("N", 5): 354, ("N", 4): 283,
}  # fmt: skip
# Days until the answer; of 39,913 that were answered.
ANSWER_DAYS = {0: 921, 1: 2607, 2: 2611, 3: 2387, 4: 2601, 5: 2668, 6: 2947, 7: 4068, 8: 5006, 9: 5014, 10: 9083}
# Days from the answer to the end.
RATING_DAYS = {
    0: 8597, 1: 3720, 2: 1772, 3: 1544, 4: 1220, 5: 1006, 6: 891, 7: 793, 8: 617, 9: 517, 10: 528, 11: 512, 12: 445,
    13: 411, 14: 439, 15: 307, 16: 279, 17: 320, 18: 1969, 19: 820, 20: 2556, 21: 10435,
}  # fmt: skip
PURCHASE_CHANNELS = {
    "Telefone": 11605, "Internet": 10191, "Loja física": 9339, "Não comprei / contratei": 6902, "Domicílio": 1189,
    "Ganhei de presente": 453, "Stand, feiras e eventos": 332, "Catálogo": 91,
}  # fmt: skip
ASKED_THE_COMPANY_FIRST = 36352 / 40102


@dataclass(frozen=True, slots=True)
class Topic:
    """Area, subject and problem, each as (code, text); the codes are ours."""

    area: tuple[str, str]
    subject: tuple[str, str]
    problem: tuple[str, str]


@lru_cache(maxsize=1)
def topics() -> tuple[tuple[Topic, ...], tuple[int, ...]]:
    """Every combination met, and how often."""
    with TAXONOMY.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader((line for line in file if not line.startswith("#")), delimiter=";"))
    codes: dict[tuple[str, ...], str] = {}

    def coded(*path: str) -> tuple[str, str]:
        return codes.setdefault(path, str(len(codes) + 1)), path[-1]

    found = tuple(
        Topic(
            coded(row["Área"]),
            coded(row["Área"], row["Assunto"]),
            coded(row["Área"], row["Assunto"], f"{row['Grupo Problema']} - {row['Problema']}"),
        )
        for row in rows
    )
    return found, tuple(int(row["ocorrencias"]) for row in rows)


class Drawn:
    """Values drawn by weight, many at a time: one draw costs a tenth of `Random.choices` for one."""

    def __init__(self, dice: Random, values: Sequence, weights: Sequence[float], *, at_once: int = 4096) -> None:
        self._draw = lambda: dice.choices(values, weights, k=at_once)
        self._held: list = []

    @classmethod
    def from_table(cls, dice: Random, table: dict) -> "Drawn":
        return cls(dice, list(table), list(table.values()))

    def next(self):
        if not self._held:
            self._held = self._draw()
        return self._held.pop()


def open_ages() -> dict[int, int]:
    """Days since the opening of complaints nobody has answered yet: of each age, those answered later than that."""
    return {age: sum(count for days, count in ANSWER_DAYS.items() if days >= age) for age in range(11)}

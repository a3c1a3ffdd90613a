"""What is to be reached, and whether it was. A measure of ours is judged beside its floor of the same run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

GOALS = {
    "P1": "fila: p50 até 1,5x e p95 até 2x o piso, com 1 e com 8 clientes (a valer com 1.000.000)",
    "P3": "qualquer outro filtro: p95 abaixo de 300 ms (com 1 cliente; a valer com 1.000.000)",
    "P4": "consultas: fila até 8, reclamação até 12, responder até 12, iguais com 5, 50 ou 500 trâmites",
    "P5": "reclamação: p50 até 3x o piso; com 500 trâmites até 1,5x o tempo de 50",
    "P6": "responder: p50 até 3x o piso",
    "P8": "leitura: ao menos 50 % das páginas/s do piso; repetida sem novidade, ao menos 2x mais rápida",
}


@dataclass(frozen=True, slots=True)
class Times:
    p50: float  # ms
    p95: float


@dataclass(slots=True)
class Line:
    """One job: times by number of clients. None in `floor_*` where the floor has nothing like it."""

    key: str
    title: str
    queries: int | None
    floor_queries: int | None
    ours: dict[int, Times]
    floor: dict[int, Times]

    def ratio(self, clients: int, which: str = "p50") -> float:
        return getattr(self.ours[clients], which) / getattr(self.floor[clients], which)


@dataclass(frozen=True, slots=True)
class Verdict:
    goal: str
    what: str
    is_met: bool


def verdicts(lines: list[Line]) -> Iterator[Verdict]:
    """One for each goal and what it is asked of, as far as it was measured."""
    measured = {line.key: line for line in lines}
    for line in lines:
        for goal, judge in _OF_LINE:
            if (verdict := judge(line)) is not None:
                yield Verdict(goal, *verdict)
    if {"complaint_50", "complaint_500"} <= measured.keys():
        few, many = measured["complaint_50"], measured["complaint_500"]
        slower = max(many.ours[clients].p50 / few.ours[clients].p50 for clients in many.ours)
        yield Verdict("P5", f"500 trâmites: {_x(slower)} o tempo de 50", slower <= 1.5)
        if None not in (few.queries, many.queries):
            yield Verdict(
                "P4", f"{many.queries} consultas com 500 trâmites, {few.queries} com 50", many.queries == few.queries
            )


def reading_verdicts(rows: list[dict]) -> Iterator[Verdict]:
    for row in rows:
        if row["floor"]:
            share = row["ours"] / row["floor"]
            yield Verdict("P8", f"{row['title']}: {share:.0%} do piso", share >= 0.5)
        else:
            faster = row["ours"] / row["first"]
            yield Verdict("P8", f"{row['title']}: {_x(faster)}", faster >= 2)


def goals_of(line: Line) -> str:
    """For the table: `P1 sim, P4 não`."""
    told = []
    for goal, judge in _OF_LINE:
        if (verdict := judge(line)) is not None:
            told.append(f"{goal} {'sim' if verdict[1] else 'não'}")
    return ", ".join(told) or "–"


Judge = Callable[[Line], tuple[str, bool] | None]
_MOST_QUERIES = {"queue": 8, "deep": 8, "complaint": 12, "complaint_50": 12, "complaint_500": 12} | dict.fromkeys(
    ("compose", "draft", "confirm", "send"), 12
)


def _queue(line: Line):
    if line.key not in ("queue", "deep"):
        return None
    p50 = max(line.ratio(clients) for clients in line.ours)
    p95 = max(line.ratio(clients, "p95") for clients in line.ours)
    return f"{line.title}: p50 {_x(p50)}, p95 {_x(p95)} o piso", p50 <= 1.5 and p95 <= 2


def _other_filter(line: Line):
    if not line.key.startswith("find"):
        return None
    p95 = line.ours[1].p95
    return f"{line.title}: p95 {p95:.0f} ms", p95 < 300


def _queries(line: Line):
    if line.key not in _MOST_QUERIES or line.queries is None:
        return None
    most = _MOST_QUERIES[line.key]
    return f"{line.title}: {line.queries} consultas (até {most})", line.queries <= most


def _complaint(line: Line):
    if line.key != "complaint":
        return None
    p50 = max(line.ratio(clients) for clients in line.ours)
    return f"{line.title}: p50 {_x(p50)} o piso", p50 <= 3


def _answering(line: Line):
    if line.key not in ("compose", "draft", "confirm", "send"):
        return None
    p50 = max(line.ratio(clients) for clients in line.ours)
    return f"{line.title}: p50 {_x(p50)} o piso", p50 <= 3


_OF_LINE: tuple[tuple[str, Judge], ...] = (
    ("P1", _queue),
    ("P3", _other_filter),
    ("P5", _complaint),
    ("P6", _answering),
    ("P4", _queries),
)


def _x(ratio: float) -> str:
    return f"{ratio:.2f}x".replace(".", ",")

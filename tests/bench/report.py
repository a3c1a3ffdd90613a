"""The figures as people read them."""

from tests.bench.goals import GOALS, Line, Times, Verdict, goals_of, reading_verdicts, verdicts

HEAD = ("", "consultas", "nós, 1 cliente", "piso", "razão", "nós, 8 clientes", "piso", "razão", "metas")


def of_database(result: dict) -> str:
    """`result` is what tests.bench.database writes."""
    lines = [_line(line) for line in result["lines"]]
    told = [f"\n{result['database']}, {grouped(result['rows'])} reclamações, {grouped(result['movements'])} trâmites"]
    told.append(f"(carga em {result['load_seconds']:.0f} s; p50/p95 em ms, mediana de {result['rounds']} rodadas)\n")
    if lines:
        told += _table([HEAD, *map(_cells, lines)])
    if result["reading"]:
        told += ["", *_table([("", "nós, páginas/s", "piso", "razão"), *map(_reading_cells, result["reading"])])]
    judged = [*verdicts(lines), *reading_verdicts(result["reading"])]
    if judged:
        told += ["", *_goals(judged)]
    return "\n".join(told)


def _line(line: dict) -> Line:
    times = {side: {int(n): Times(*pair) for n, pair in line[side].items()} for side in ("ours", "floor")}
    return Line(**{**line, **times})


def _cells(line: Line) -> tuple[str, ...]:
    cells = [line.title, f"{line.queries} (piso {line.floor_queries})"]
    for clients in (1, 8):
        if clients in line.ours:
            ratio = f"{line.ratio(clients):.2f}x / {line.ratio(clients, 'p95'):.2f}x".replace(".", ",")
            cells += [_pair(line.ours[clients]), _pair(line.floor[clients]), ratio]
        else:
            cells += ["–", "–", "–"]
    return *cells, goals_of(line)


def _reading_cells(row: dict) -> tuple[str, ...]:
    if not row["floor"]:
        times = f"{row['ours'] / row['first']:.1f}x a primeira vez".replace(".", ",")
        return row["title"], _number(row["ours"]), "–", times
    return row["title"], _number(row["ours"]), _number(row["floor"]), f"{row['ours'] / row['floor']:.0%}"


def _goals(judged: list[Verdict]) -> list[str]:
    told = []
    for goal, words in GOALS.items():
        ours = [verdict for verdict in judged if verdict.goal == goal]
        if ours:
            word = "atingida" if all(verdict.is_met for verdict in ours) else "NÃO ATINGIDA"
            told.append(f"{goal} {word}: {words}")
            told += [f"     {'ok ' if verdict.is_met else 'não'} {verdict.what}" for verdict in ours]
    return told


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column in (0, len(row) - 1) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _pair(times: Times) -> str:
    return f"{_number(times.p50)} / {_number(times.p95)}"


def _number(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")

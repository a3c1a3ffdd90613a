"""The bench itself, on a few rows: that it loads, asks and judges. No time is asserted."""

import pytest
from django.db import connection

from complaints.models import Complaint, Movement
from tests.bench import goals, report
from tests.bench.database import Bench, describe_database
from tests.bench.goals import Line, Times
from tests.bench.serving import free_port


def address() -> str:
    """Of the test's database, for the processes the bench starts."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    return f"postgres://{told['USER']}:{told['PASSWORD']}@{told['HOST']}:{told['PORT']}/{told['NAME']}"


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", address())
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    monkeypatch.setenv("PORT", str(free_port()))
    bench = Bench(tmp_path, rows=200, rounds=1, seconds=0.05)
    yield bench
    bench.floor("drop")


@pytest.mark.django_db(transaction=True)
def test_the_bench_loads_complaints_and_measures_pages_and_reading_on_both_sides(bench):
    loaded = bench.load()
    assert Complaint.objects.count() == 200
    assert Movement.objects.count() == loaded.movements
    assert Complaint.objects.awaiting_answer().exists()
    lines = bench.measure_pages(["queue", "answer"], loaded.team.agents[0], bench.floor("prepare"))
    assert [line["key"] for line in lines] == ["queue", "draft", "confirm", "send"]
    assert all(line["queries"] and line["floor_queries"] for line in lines)
    assert {clients for line in lines for clients in line["ours"]} == {1, 8}
    reading = bench.measure_reading()
    assert all(row["ours"] > 0 for row in reading)
    told = report.of_database(
        {**describe_database(), "rows": 200, "movements": loaded.movements, "rounds": 1, "load_seconds": 1}
        | {"lines": lines, "reading": reading}
    )
    assert "Fila, filtros de sempre" in told
    assert "P8" in told


def line(key: str, *, ours: float, queries: int = 8) -> Line:
    """Against a floor of 10 ms (p50) and 20 ms (p95)."""
    both = {clients: Times(ours, 2 * ours) for clients in (1, 8)}
    return Line(key, key, queries, 3, ours=both, floor={clients: Times(10, 20) for clients in (1, 8)})


def judged(*lines: Line) -> list[tuple[str, bool]]:
    return [(verdict.goal, verdict.is_met) for verdict in goals.verdicts(list(lines))]


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (line("queue", ours=15), [("P1", True), ("P4", True)]),
        (line("queue", ours=15.1), [("P1", False), ("P4", True)]),
        (line("deep", ours=15, queries=9), [("P1", True), ("P4", False)]),
        (line("find_name", ours=149), [("P3", True)]),
        (line("find_name", ours=150), [("P3", False)]),
        (line("complaint", ours=31, queries=12), [("P5", False), ("P4", True)]),
        (line("send", ours=30, queries=13), [("P6", True), ("P4", False)]),
    ],
)
def test_a_goal_is_missed_beyond_its_bound(of, expected):
    assert judged(of) == expected


def test_a_long_complaint_is_judged_by_a_shorter_one():
    few, many = line("complaint_50", ours=20, queries=12), line("complaint_500", ours=31, queries=12)
    assert judged(few, many)[-2:] == [("P5", False), ("P4", True)]


def test_reading_is_judged_by_the_floor_and_again_by_its_first_time():
    rows = [
        {"title": "a", "ours": 10, "floor": 20, "first": None},
        {"title": "b", "ours": 19, "floor": None, "first": 10},
    ]
    assert [verdict.is_met for verdict in goals.reading_verdicts(rows)] == [True, False]

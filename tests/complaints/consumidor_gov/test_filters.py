from datetime import UTC, date, datetime, time, timedelta

import pytest

from complaints.consumidor_gov.records import ComplaintFilters
from tests.complaints.consumidor_gov.operations import PROTOCOL

DAY = date(2026, 2, 1)
NEXT = date(2026, 2, 2)
NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "filters",
    [
        {"deadline_from": DAY},
        {"deadline_to": DAY},
        {"opened_from": DAY},
        {"opened_to": DAY},
        {"opened_from": NEXT, "opened_to": DAY},
        {"deadline_from": NEXT, "deadline_to": DAY},
        {"opened_from_time": time(0)},
        {"opened_to_time": time(0)},
        {"rating": 0},
        {"rating": 4},
        {"score": 0},
        {"score": 6},
        {"consumer_cpf": "123"},
        {"consumer_cpf": "abc"},
    ],
    ids=str,
)
def test_unusable_filters_are_refused_before_any_call(server, client, filters):
    for ask in (client.list_complaints, lambda found: client.page_complaints(found, page=0)):
        with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
            ask(ComplaintFilters(**filters))
    assert server.requests == []


@pytest.mark.parametrize(("page", "size"), [(-1, 50), (0, 0), (0, 101), (0, -5)])
def test_pages_count_from_0_and_sizes_go_from_1_to_100(server, client, page, size):
    with pytest.raises(ValueError, match="page counts|size must"):
        client.page_complaints(page=page, size=size)
    with pytest.raises(ValueError, match="page counts|size must"):
        client.page_movements(DAY, NEXT, page=page, size=size)
    assert server.requests == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (DAY, None),
        (None, DAY),
        (NEXT, DAY),
        (NOON, NOON - timedelta(seconds=1)),
        (datetime(2026, 2, 1, 12), NOON),  # naive
        (NEXT, NOON),
    ],
    ids=str,
)
def test_unusable_periods_are_refused_before_any_call(server, client, start, end):
    for ask in (
        lambda: client.list_movements(start, end),
        lambda: client.page_movements(start, end, page=0),
        lambda: client.movements_of(PROTOCOL, start=start, end=end),
    ):
        with pytest.raises(ValueError):  # noqa: PT011 - each has its own words
            ask()
    assert server.requests == []


def test_the_period_of_all_movements_is_mandatory(server, client):
    with pytest.raises(ValueError, match="mandatory"):
        client.list_movements(None, None)
    assert server.requests == []


def test_one_day_is_a_period(server, client):
    server.reply(json={"codigoMensagem": 1})
    client.list_movements(DAY, DAY)
    assert server.requests[0].query[2:] == [("dataInicioPeriodo", "01-02-2026"), ("dataFimPeriodo", "01-02-2026")]


def test_an_instant_is_sent_in_sao_paulo_time(server, client):
    server.reply(json={"codigoMensagem": 1})
    client.list_movements(datetime(2026, 2, 1, 2, 59, 59, tzinfo=UTC), NOON)
    assert server.requests[0].query[2:] == [
        ("dataInicioPeriodo", "31-01-2026"),
        ("horaInicioPeriodo", "23:59:59"),
        ("dataFimPeriodo", "01-02-2026"),
        ("horaFimPeriodo", "09:00:00"),
    ]


def test_midnight_is_sent_as_a_time(server, client):
    server.reply(json={"codigoMensagem": 1})
    client.list_complaints(
        ComplaintFilters(opened_from=DAY, opened_from_time=time(0), opened_to=DAY, opened_to_time=time(0))
    )
    assert server.requests[0].query[2:] == [
        ("dataIniPeriodo", "01-02-2026"),
        ("horaInicialPeriodo", "00:00:00"),
        ("dataFimPeriodo", "01-02-2026"),
        ("horaFinalPeriodo", "00:00:00"),
    ]

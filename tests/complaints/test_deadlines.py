"""Deadlines in words: calendar days in America/Sao_Paulo, due through 23:59:59 of the portal's date."""

from datetime import UTC, date, datetime

import pytest

from complaints import deadlines
from complaints.deadlines import Bucket
from complaints.models import Complaint, Stage
from tests.complaints.factories import at

NOW = at("2026-11-19", "14:50")  # a Thursday; the 20th is a holiday


def complaint(deadline: str | None, *, stage=Stage.WITH_COMPANY, opened="2026-11-10") -> Complaint:
    return Complaint(
        stage=stage,
        deadline_on=date.fromisoformat(deadline) if deadline else None,
        opened_at=at(opened),
    )


ROW = [
    # now, deadline, row, detail, header, header detail, bucket
    (NOW, "2026-11-17", "Venceu há 2 dias", "17/11", "Venceu há 2 dias, em 17/11", "", Bucket.OVERDUE),
    (NOW, "2026-11-18", "Venceu ontem", "18/11", "Venceu ontem, em 18/11", "", Bucket.OVERDUE),
    (
        NOW,
        "2026-11-19",
        "Vence hoje às 23:59",
        "faltam 9 h",
        "Vence hoje às 23:59",
        "faltam 9 h",
        Bucket.TODAY,
    ),
    (
        NOW,
        "2026-11-20",
        "Vence amanhã",
        "20/11 · feriado",
        "Vence amanhã às 23:59",
        "faltam 33 h",
        Bucket.TOMORROW,
    ),
    (NOW, "2026-11-21", "Faltam 2 dias", "sáb 21/11", "Faltam 2 dias, até sáb 21/11", "", Bucket.THREE_DAYS),
    (NOW, "2026-11-22", "Faltam 3 dias", "dom 22/11", "Faltam 3 dias, até dom 22/11", "", Bucket.THREE_DAYS),
    (NOW, "2026-11-23", "Faltam 4 dias", "23/11", "Faltam 4 dias, até seg 23/11", "", Bucket.LATER),
    (NOW, "2026-11-25", "Faltam 6 dias", "25/11", "Faltam 6 dias, até qua 25/11", "", Bucket.LATER),
    (NOW, "2026-11-28", "Faltam 9 dias", "sáb 28/11", "Faltam 9 dias, até sáb 28/11", "", Bucket.LATER),
    (
        NOW,
        "2026-12-25",
        "Faltam 36 dias",
        "25/12 · feriado",
        "Faltam 36 dias, até sex 25/12",
        "feriado (Natal)",
        Bucket.LATER,
    ),
    (
        NOW,
        "2027-01-05",
        "Faltam 47 dias",
        "05/01/2027",
        "Faltam 47 dias, até ter 05/01/2027",
        "",
        Bucket.LATER,
    ),
    # The edges of a day.
    (
        at("2026-11-19", "00:00"),
        "2026-11-19",
        "Vence hoje às 23:59",
        "faltam 23 h",
        "Vence hoje às 23:59",
        "faltam 23 h",
        Bucket.TODAY,
    ),
    (
        at("2026-11-19", "23:59:59"),
        "2026-11-19",
        "Vence hoje às 23:59",
        "falta menos de 1 min",
        "Vence hoje às 23:59",
        "falta menos de 1 min",
        Bucket.TODAY,
    ),
    (
        at("2026-11-20", "00:00"),
        "2026-11-19",
        "Venceu ontem",
        "19/11",
        "Venceu ontem, em 19/11",
        "",
        Bucket.OVERDUE,
    ),
    (
        at("2026-11-19", "23:17:59"),
        "2026-11-19",
        "Vence hoje às 23:59",
        "faltam 42 min",
        "Vence hoje às 23:59",
        "faltam 42 min",
        Bucket.TODAY,
    ),
    (
        at("2026-11-19", "22:59:59"),
        "2026-11-19",
        "Vence hoje às 23:59",
        "falta 1 h",
        "Vence hoje às 23:59",
        "falta 1 h",
        Bucket.TODAY,
    ),
    (
        at("2026-11-19", "23:58:59"),
        "2026-11-19",
        "Vence hoje às 23:59",
        "falta 1 min",
        "Vence hoje às 23:59",
        "falta 1 min",
        Bucket.TODAY,
    ),
    # A weekend and a plain working day as tomorrow.
    (
        at("2026-11-20", "10:00"),
        "2026-11-21",
        "Vence amanhã",
        "sáb 21/11",
        "Vence amanhã às 23:59",
        "faltam 37 h",
        Bucket.TOMORROW,
    ),
    (
        at("2026-11-23", "10:00"),
        "2026-11-24",
        "Vence amanhã",
        "24/11",
        "Vence amanhã às 23:59",
        "faltam 37 h",
        Bucket.TOMORROW,
    ),
    (
        at("2026-11-18", "10:00"),
        "2026-11-20",
        "Faltam 2 dias",
        "sex 20/11 · feriado",
        "Faltam 2 dias, até sex 20/11",
        "feriado (Consciência Negra)",
        Bucket.THREE_DAYS,
    ),
    # The same day of another year.
    (
        at("2027-01-04", "09:00"),
        "2026-12-30",
        "Venceu há 5 dias",
        "30/12/2026",
        "Venceu há 5 dias, em 30/12/2026",
        "",
        Bucket.OVERDUE,
    ),
]


@pytest.mark.parametrize(("now", "deadline", "row", "detail", "header", "header_detail", "bucket"), ROW)
def test_a_running_deadline_is_said_as_people_say_it(now, deadline, row, detail, header, header_detail, bucket):
    words = deadlines.describe(complaint(deadline), now)

    assert (words.row, words.row_detail) == (row, detail)
    assert (words.header, words.header_detail) == (header, header_detail)
    assert words.bucket is bucket
    assert (words.tone, words.icon) == (bucket.tone, bucket.icon)
    assert words.iso == deadline
    assert words.inline == row[0].lower() + row[1:]


def test_the_day_is_the_one_in_sao_paulo_and_not_in_utc():
    # 02:30 of the 20th in UTC is 23:30 of the 19th there.
    words = deadlines.describe(complaint("2026-11-19"), datetime(2026, 11, 20, 2, 30, tzinfo=UTC))

    assert (words.row, words.row_detail) == ("Vence hoje às 23:59", "faltam 29 min")


def test_at_the_mediator_the_clock_stands_whatever_the_date_says():
    words = deadlines.describe(complaint("2026-11-17", stage=Stage.WITH_MEDIATOR), NOW)

    assert (words.row, words.row_detail) == ("Parado no gestor", "")
    assert (words.bucket, words.tone, words.icon) == (Bucket.LATER, "ink", "player-pause")


def test_at_the_mediator_since_when_is_said_where_it_is_known():
    stopped = complaint("2026-11-17", stage=Stage.WITH_MEDIATOR)

    words = deadlines.describe(stopped, NOW, stopped_at=datetime(2026, 11, 15, 1, 0, tzinfo=UTC))

    assert (words.row_detail, words.header_detail) == ("desde 14/11", "desde 14/11")


def test_at_the_mediator_the_row_knows_since_when_while_the_refusal_is_its_last_movement():
    stopped = complaint("2026-11-17", stage=Stage.WITH_MEDIATOR)
    stopped.last_movement_at = at("2026-11-14")

    stopped.last_movement_label = "Recusa"
    assert deadlines.describe(stopped, NOW).row_detail == "desde 14/11"
    stopped.last_movement_label = "Gestor"
    assert deadlines.describe(stopped, NOW).row_detail == ""


def test_without_a_deadline_it_says_so_and_since_when():
    words = deadlines.describe(complaint(None), NOW)

    assert (words.row, words.row_detail, words.iso) == ("Sem prazo", "aberta em 10/11", "")
    assert words.bucket is Bucket.LATER


@pytest.mark.parametrize("stage", [Stage.ANSWERED, Stage.RATED, Stage.NOT_RATED, Stage.CANCELLED, Stage.CLOSED])
def test_what_no_longer_waits_for_us_is_never_overdue(stage):
    words = deadlines.describe(complaint("2026-11-17", stage=stage), NOW)

    assert (words.row, words.row_detail) == ("Prazo encerrado", "era 17/11")
    assert (words.bucket, words.tone) == (Bucket.LATER, "ink")


def test_the_consumers_deadline_after_our_answer_is_not_ours():
    words = deadlines.describe(complaint("2026-12-02", stage=Stage.ANSWERED), NOW)

    assert (words.row, words.row_detail) == ("Sem prazo nosso", "outro corre até 02/12")


def test_an_unknown_situation_keeps_its_deadline_running():
    assert deadlines.describe(complaint("2026-11-18", stage=Stage.UNKNOWN), NOW).row == "Venceu ontem"


def test_the_buckets_cover_every_day_once():
    today = date(2026, 11, 19)
    for offset in range(-40, 41):
        day = date.fromordinal(today.toordinal() + offset)
        holding = [
            bucket
            for bucket in Bucket
            for first, last in [bucket.bounds(today)]
            if (first is None or first <= day) and (last is None or day <= last)
        ]
        assert holding == [Bucket.of(day, today)]


@pytest.mark.parametrize(
    ("bucket", "detail", "explanation"),
    [
        (
            Bucket.OVERDUE,
            "até qua 18/11",
            "conta contra a empresa em público; ainda pode ser respondida enquanto o portal permitir",
        ),
        (Bucket.TODAY, "qui 19/11, até 23:59", "vencem às 23:59"),
        (Bucket.TOMORROW, "sex 20/11 · feriado", "sex 20/11 é feriado (Consciência Negra); o prazo corre"),
        (Bucket.THREE_DAYS, "sáb 21 e dom 22/11", "sábado e domingo"),
        (Bucket.LATER, "a partir de seg 23/11", "a partir de segunda, 23/11"),
    ],
)
def test_ruler_and_headings_name_the_days(bucket, detail, explanation):
    assert deadlines.bucket_detail(bucket, NOW.date()) == detail
    assert deadlines.bucket_explanation(bucket, NOW.date()) == explanation


def test_headings_tell_that_the_deadline_runs_on_a_weekend():
    friday, saturday = date(2026, 11, 27), date(2026, 11, 28)

    assert deadlines.bucket_explanation(Bucket.TOMORROW, friday) == "sáb 28/11 é fim de semana; o prazo corre"
    assert (
        deadlines.bucket_explanation(Bucket.TODAY, saturday) == "vencem às 23:59; hoje é fim de semana, e o prazo corre"
    )


def test_the_three_days_may_lie_in_two_months():
    assert deadlines.bucket_detail(Bucket.THREE_DAYS, date(2026, 11, 28)) == "seg 30/11 e ter 01/12"


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-11-20", "Consciência Negra"),
        ("2026-04-03", "Sexta-feira Santa"),
        ("2026-02-17", "Carnaval"),
        ("2026-06-04", "Corpus Christi"),
        ("2026-02-18", ""),  # Ash Wednesday: people work
        ("2026-10-28", ""),  # civil servants' day
        ("2026-11-19", ""),
    ],
)
def test_holidays_are_the_days_on_which_the_country_stops(day, name):
    assert deadlines.holiday_name(date.fromisoformat(day)) == name


def kinds(segments) -> str:
    return "".join({"past": "#", "now": "N", "left": ".", "stopped": "/"}[segment.kind] for segment in segments)


@pytest.mark.parametrize(
    ("deadline", "drawn"),
    [
        ("2026-11-20", "########N."),
        ("2026-11-21", "########N.."),
        ("2026-11-19", "########N"),
        ("2026-11-15", "####N"),  # overdue: full, the last one in its tone
        ("2026-11-10", "N"),
    ],
)
def test_the_bar_has_a_segment_a_day_filled_up_to_now(deadline, drawn):
    assert kinds(deadlines.day_bar(complaint(deadline, opened="2026-11-10"), NOW)) == drawn


def test_the_bar_of_a_complaint_opened_today_is_empty():
    assert kinds(deadlines.day_bar(complaint("2026-11-22", opened="2026-11-19"), NOW)) == "..."


def test_the_bar_hatches_the_days_at_the_mediator_where_they_are_known():
    bar = deadlines.day_bar(complaint("2026-11-20"), NOW, stopped=((date(2026, 11, 12), date(2026, 11, 13)),))

    assert kinds(bar) == "#//#####N."


def test_the_bar_stays_inside_its_picture_and_never_overlaps():
    for deadline in ("2026-11-20", "2026-12-31", "2030-01-01"):
        bar = deadlines.day_bar(complaint(deadline), NOW)
        assert all(before.x + before.width < after.x for before, after in zip(bar, bar[1:], strict=False))
        assert bar[-1].x + bar[-1].width <= deadlines.BAR_WIDTH


@pytest.mark.parametrize("stage", [Stage.WITH_MEDIATOR, Stage.ANSWERED])
def test_there_is_no_bar_when_nothing_runs(stage):
    assert deadlines.day_bar(complaint("2026-11-20", stage=stage), NOW) == ()
    assert deadlines.day_bar(complaint(None), NOW) == ()

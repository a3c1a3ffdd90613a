"""The queue: what is in it, in which order, for whom, and at what price."""

import datetime
import re

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.cache import caches
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backoffice import access, private_search
from backoffice.outbox import State
from complaints import queue as reading
from complaints.filters import QueueFilter
from complaints.models import Complaint, Stage
from complaints.queue import Cursor
from tests.complaints.factories import at, make_account, make_complaint, make_movement, make_person

pytestmark = pytest.mark.django_db

NOW = at("2026-11-19", "14:50")
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _thursday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def account():
    return make_account("Varanda Eletro")


@pytest.fixture
def agent(account, client):
    person = make_person(accounts=[account], first_name="Rafael", last_name="Okuda")
    client.force_login(person)
    return person


def due(day: str) -> datetime.date:
    return datetime.date.fromisoformat(day)


def listed(response) -> list[str]:
    return re.findall(r'<tr data-href="/reclamacoes/(\d{17})/">', response.content.decode())


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def ruler(response) -> list[str]:
    return [part.count for part in response.context["ruler"]]


# --- What is in it ----------------------------------------------------------------------------------------


def test_it_lists_what_awaits_our_answer_by_deadline(client, account, agent):
    later = make_complaint(account, deadline_on=due("2026-11-25"))
    overdue = make_complaint(account, deadline_on=due("2026-11-18"), stage=Stage.OPEN)
    none = make_complaint(account, deadline_on=None)
    today = make_complaint(account, deadline_on=due("2026-11-19"), stage=Stage.UNKNOWN)
    for stage in (Stage.WITH_MEDIATOR, Stage.ANSWERED, Stage.RATED, Stage.CANCELLED, Stage.REDIRECTED_AWAY):
        make_complaint(account, stage=stage, deadline_on=due("2026-11-10"))

    response = client.get("/fila/")

    assert listed(response) == [row.protocol for row in (overdue, today, later, none)]
    assert ruler(response) == ["1", "1", "0", "0", "2"]
    assert "4 reclamações" in text(response)


def test_every_icon_a_line_points_to_stands_once_on_the_page(client, account, agent):
    for day in ("2026-11-18", "2026-11-19", "2026-11-20", "2026-11-21", "2026-12-10"):
        make_complaint(account, deadline_on=due(day))
    make_complaint(account, deadline_on=None)

    page = client.get("/fila/").content.decode()

    shown, drawn = re.findall(r'<use href="#(.+?)"/>', page), re.findall(r'<symbol id="(.+?)"', page)
    assert {"icon-alert-octagon", "icon-player-pause", "icon-user-plus"} <= set(shown) <= set(drawn)
    assert len(drawn) == len(set(drawn))


def test_a_line_says_everything_an_agent_decides_by(client, account, agent):
    marina = make_person(accounts=[account], first_name="Marina", last_name="Torres")
    complaint = make_complaint(
        account,
        protocol="20261100004821731",
        consumer_name="Ivonete Ferraz Lima",
        consumer_cpf="01248291700",
        deadline_on=due("2026-11-20"),
        problem_text="Produto danificado / não funciona - dificuldade em trocar ou consertar",
        subject_text="Aparelho celular",
        situation_text="Em análise pelo fornecedor",
        assignee=marina,
        draft_by=marina,
        draft_at=at("2026-11-19", "14:41"),
        last_movement_label="Consumidor(a)",
        last_movement_at=at("2026-11-19", "14:16"),
    )

    page = client.get("/fila/").content.decode()

    row = re.sub(r"\s+", " ", page[page.index("<tr data-href") : page.index("</tr>", page.index("<tr data-href"))])
    for part in (
        '<time datetime="2026-11-20">Vence amanhã</time>',
        "20/11 · feriado",
        ">Ivonete Ferraz Lima</a>",
        "<span>202611</span><span>00004</span><b>821731</b>",
        "Varanda Eletro",
        "***.482.917-**",
        ">Dificuldade em trocar ou consertar<",
        f'title="{complaint.problem_text}"',
        "Aparelho celular",
        "Em análise pelo fornecedor",
        "Rascunho de Marina, 14:41",
        'aria-label="Marina Torres"',
        "Consumidor(a)",
        "há 34 min",
    ):
        assert part in row
    assert "01248291700" not in page


def test_ones_own_draft_is_not_called_by_name(client, account, agent):
    make_complaint(account, draft_by=agent, draft_at=at("2026-11-19", "14:41"))

    assert "Rascunho salvo às 14:41" in text(client.get("/fila/"))


def test_a_complaint_at_the_mediator_stands_still_whatever_its_date(client, account, agent):
    make_complaint(account, stage=Stage.WITH_MEDIATOR, deadline_on=due("2026-11-01"))

    response = client.get("/fila/?etapa=com-o-gestor")

    assert "Parado no gestor" in text(response)
    assert ruler(response) == ["0", "0", "0", "0", "1"]
    assert [group.label for group in response.context["groups"]] == ["Sem prazo correndo"]


def test_headings_name_the_group_its_count_and_why_it_matters(client, account, agent):
    for day in ("2026-11-17", "2026-11-18", "2026-11-20", "2026-11-22", "2026-11-23"):
        make_complaint(account, deadline_on=due(day))
    make_complaint(account, deadline_on=None)

    groups = client.get("/fila/").context["groups"]

    assert [(group.label, group.count) for group in groups] == [
        ("Vencida", "2"),
        ("Amanhã", "1"),
        ("3 dias", "1"),
        ("Depois", "1"),
        ("Sem prazo correndo", "1"),
    ]
    assert groups[1].explanation == "sex 20/11 é feriado (Consciência Negra); o prazo corre"


def test_a_send_that_waits_while_the_portal_is_down_says_so(client, account, agent):
    make_complaint(account, submission_state=State.QUEUED, submission_at=NOW)
    account.last_failure_at = at("2026-11-19", "14:32")
    account.save()

    said = text(client.get("/fila/"))

    assert "Na fila · portal fora do ar" in said
    assert "Portal fora do ar para Varanda Eletro desde 14:32" in said


def test_hostile_text_from_the_portal_is_only_text(client, account, agent):
    make_complaint(account, consumer_name="<script>alert(1)</script>", problem_text='"><img src=x>')

    page = client.get("/fila/").content.decode()

    assert "<script>alert" not in page
    assert "<img" not in page


# --- For whom ---------------------------------------------------------------------------------------------


def test_nobody_sees_complaints_of_accounts_they_were_not_given(client, account, agent):
    mine = make_complaint(account)
    theirs = make_complaint(consumer_name="Consumidora Alheia")

    for address in ("/fila/", f"/fila/?empresa={theirs.account_id}", f"/fila/?protocolo={theirs.protocol}"):
        response = client.get(address)
        assert "Alheia" not in response.content.decode()
        assert theirs.protocol not in listed(response)
    assert listed(client.get("/fila/?etapa=todas")) == [mine.protocol]


def test_a_private_search_finds_nothing_of_foreign_accounts(client, account, agent):
    make_complaint(consumer_name="Maria Alheia", consumer_cpf="00100200344")

    for typed in ("Maria", "001.002.003-44"):
        assert listed(client.post("/fila/buscar/", {"q": typed}, follow=True)) == []


def test_who_sees_every_account_sees_every_complaint(client):
    person = make_person(access.AGENT)
    person.user_permissions.add(Permission.objects.get(codename="view_every_account"))
    client.force_login(person)
    complaints = [make_complaint(), make_complaint()]

    assert sorted(listed(client.get("/fila/"))) == [complaint.protocol for complaint in complaints]


VIEWS = ["/fila/", "/fila/filtros/", "/fila/novidades/?desde=0"]


@pytest.mark.parametrize("address", VIEWS)
def test_without_login_one_is_led_to_it(client, address):
    response = client.get(address)

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("address", VIEWS)
def test_without_the_right_to_see_complaints_there_is_no_queue(client, address):
    client.force_login(make_person(role=None))

    assert client.get(address).status_code == 403


@pytest.mark.parametrize("address", VIEWS)
def test_the_queue_is_only_read(client, agent, address):
    assert client.post(address).status_code == 405


def test_news_say_what_is_missing_in_their_address(client, agent):
    assert client.get("/fila/novidades/").status_code == 400
    assert client.get("/fila/novidades/?desde=ontem").status_code == 400


# --- Filters ----------------------------------------------------------------------------------------------


def test_each_filter_narrows_the_list_and_the_ruler_ignores_only_its_own(client, account, agent):
    other = make_account("Varanda Pay", people=[agent])
    colleague = make_person(accounts=[account])
    mine = make_complaint(account, deadline_on=due("2026-11-19"), assignee=agent)
    hers = make_complaint(account, deadline_on=due("2026-11-20"), assignee=colleague)
    free = make_complaint(other, deadline_on=due("2026-11-20"))
    answered = make_complaint(account, stage=Stage.ANSWERED, assignee=agent)

    def shows(query):
        return set(listed(client.get(f"/fila/?{query}")))

    assert shows("quem=eu") == {mine.protocol}
    assert shows("quem=ninguem") == {free.protocol}
    assert shows(f"quem={colleague.pk}") == {hers.protocol}
    assert shows(f"empresa={other.pk}") == {free.protocol}
    assert shows(f"empresa={other.pk}&empresa={account.pk}") == {mine.protocol, hers.protocol, free.protocol}
    assert shows("etapa=respondida") == {answered.protocol}
    assert shows("etapa=todas&quem=eu") == {mine.protocol, answered.protocol}
    assert shows("prazo=amanha") == {hers.protocol, free.protocol}
    assert ruler(client.get(f"/fila/?prazo=amanha&empresa={account.pk}")) == ["0", "1", "1", "0", "0"]


def test_finished_ones_come_newest_first(client, account, agent):
    old = make_complaint(account, stage=Stage.RATED, deadline_on=due("2026-11-18"))
    new = make_complaint(account, stage=Stage.CLOSED, deadline_on=due("2026-11-01"))

    response = client.get("/fila/?etapa=finalizada")

    assert listed(response) == [new.protocol, old.protocol]
    assert "aria-sort" not in response.content.decode()


def test_a_single_stage_can_be_asked_for(client, account, agent):
    make_complaint(account, stage=Stage.WITH_COMPANY)
    opened = make_complaint(account, stage=Stage.OPEN)

    assert listed(client.get("/fila/?etapa=aberta")) == [opened.protocol]


def test_unknown_values_in_the_address_are_told_and_never_break_it(client, account, agent):
    complaint = make_complaint(account)

    response = client.get("/fila/?etapa=x&prazo=y&empresa=999&quem=alguem&busca=z&depois=abc&linhas=-3")

    assert response.status_code == 200
    assert listed(response) == [complaint.protocol]
    assert len(response.context["state"].notices) == 5


def test_the_chosen_part_of_the_ruler_lets_go_when_chosen_again(client, account, agent):
    make_complaint(account, deadline_on=due("2026-11-19"))

    parts = client.get("/fila/?prazo=hoje&quem=ninguem").context["ruler"]

    assert [part.is_chosen for part in parts] == [False, True, False, False, False]
    assert parts[1].address == "/fila/?quem=ninguem"
    assert parts[0].address == "/fila/?prazo=vencida&quem=ninguem"


def test_the_dialog_of_filters_knows_the_choices_and_the_present_ones(client, account, agent):
    other = make_account("Varanda Pay", people=[agent])
    make_account("Alheia")
    make_person(accounts=[other], first_name="Marina", last_name="Torres")
    make_person(first_name="Estranho")

    response = client.get(f"/fila/filtros/?prazo=hoje&empresa={other.pk}", **HTMX)
    page = response.content.decode()

    assert response.templates[0].name == "complaints/_queue_filters.html"
    assert '<option value="hoje" selected>' in page
    assert re.search(rf'value="{other.pk}" id="filter-account-{other.pk}" checked', page)
    assert "Marina Torres" in page
    assert "Alheia" not in page
    assert "Estranho" not in page
    assert "<html" in client.get("/fila/filtros/").content.decode()


# --- Finding ----------------------------------------------------------------------------------------------


def test_a_whole_protocol_leads_straight_to_the_complaint(client, account, agent):
    make_complaint(account, protocol="20261100004821731", stage=Stage.CLOSED)

    for headers in ({}, HTMX):
        response = client.post("/fila/buscar/", {"q": " 202611 00004.821731 "}, **headers)
        assert (response.get("Location") or response["HX-Redirect"]) == "/reclamacoes/20261100004821731/"


def test_a_protocol_not_to_be_seen_leads_to_an_empty_queue_like_one_that_is_not_there(client, account, agent):
    foreign = make_complaint(protocol="20261100004821731")

    response = client.post("/fila/buscar/", {"q": foreign.protocol}, follow=True)

    assert response.redirect_chain[-1][0] == "/fila/?protocolo=20261100004821731"
    assert listed(response) == []
    assert "Nada foi encontrado" in text(response)


def test_the_last_digits_of_a_protocol_find_it_in_any_stage(client, account, agent):
    wanted = make_complaint(account, protocol="20261100004821731", stage=Stage.RATED)
    make_complaint(account, protocol="20261100009821731")

    assert len(listed(client.post("/fila/buscar/", {"q": "821731"}, follow=True))) == 2
    assert listed(client.post("/fila/buscar/", {"q": "0004821731"}, follow=True)) == [wanted.protocol]


@pytest.mark.parametrize(
    "typed", ["josue cavalcante", "TENÓRIO", "Josué Tenório", "cav ten", "00100200344", "001.002.003-44"]
)
def test_cpf_and_name_are_found_and_never_stand_in_an_address(client, account, agent, typed):
    wanted = make_complaint(
        account, consumer_name="Josué Tenório Cavalcante", consumer_cpf="00100200344", stage=Stage.RATED
    )
    make_complaint(account, consumer_name="Jose Cavalheiro")

    response = client.post("/fila/buscar/", {"q": typed}, follow=True)

    assert listed(response) == [wanted.protocol]
    addresses = [address for address, _ in response.redirect_chain]
    addresses += re.findall(r'(?:href|action|hx-[a-z-]+)="([^"]*)"', response.content.decode())
    for address in addresses:
        for personal in ("josu", "ten", "cav", "00100200344", "001.002"):
            assert personal not in address.lower().replace("atendente", "").replace("content", "")


def test_a_name_is_found_by_the_beginnings_of_its_words_only(client, account, agent):
    make_complaint(account, consumer_name="Maria de Fátima")

    for typed, count in (("fat", 1), ("mar fat", 1), ("ria", 0), ("fatimas", 0)):
        assert len(listed(client.post("/fila/buscar/", {"q": typed}, follow=True))) == count


def test_signs_that_mean_something_to_a_database_are_only_signs(client, account, agent):
    make_complaint(account, consumer_name="Maria de Fátima")

    for typed in ("%%%", "___", "m_ria", "' OR 1=1"):
        assert listed(client.post("/fila/buscar/", {"q": typed}, follow=True)) == []


def test_a_search_keeps_the_filters_one_had_chosen(client, account, agent):
    response = client.post("/fila/buscar/", {"q": "821731", "filtros": "prazo=hoje&quem=eu"})

    assert response["Location"] == "/fila/?prazo=hoje&quem=eu&protocolo=821731"


def test_an_empty_search_is_the_queue_without_it(client, agent):
    response = client.post("/fila/buscar/", {"q": " ", "filtros": "prazo=hoje"})

    assert response["Location"] == "/fila/?prazo=hoje"


def test_somebody_elses_search_shows_nothing_of_it(client, account, agent):
    key = private_search.keep(text="Maria Secreta", owner=make_person())

    response = client.get(f"/fila/?busca={key}")

    assert "Secreta" not in response.content.decode()
    assert "Esta busca é de outra pessoa" in text(response)


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_cannot_be_looked_for_comes_back_with_the_reason_and_the_text(client, agent, headers):
    response = client.post("/fila/buscar/", {"q": "12345", "filtros": "prazo=hoje"}, **headers)

    assert response.status_code == 422
    assert "6 últimos algarismos" in text(response)
    assert 'value="12345"' in response.content.decode()
    assert 'value="prazo=hoje"' in response.content.decode()


def test_the_search_is_posted(client, agent):
    assert client.get("/fila/buscar/").status_code == 405


def test_the_search_needs_login_and_the_right(client):
    assert client.post("/fila/buscar/", {"q": "Maria"})["Location"].startswith(reverse("login"))
    client.force_login(make_person(role=None))
    assert client.post("/fila/buscar/", {"q": "Maria"}).status_code == 403


# --- Nothing there ----------------------------------------------------------------------------------------


def test_an_empty_list_says_why_and_what_each_way_out_would_show(client, account, agent):
    other = make_account("Varanda Pay", people=[agent])
    make_complaint(account, deadline_on=due("2026-11-20"))
    make_complaint(account, deadline_on=due("2026-11-25"))
    make_complaint(other, deadline_on=due("2026-11-19"))

    response = client.get(f"/fila/?prazo=hoje&empresa={account.pk}")
    empty = response.context["empty"]

    assert empty["title"] == "Nada vence hoje com estes três filtros juntos"
    assert [(way.label + way.value, way.said, way.address) for way in empty["ways"]] == [
        ("Prazo: hoje", "2 reclamações", f"/fila/?empresa={account.pk}"),
        ("Empresa: Varanda Eletro", "1 reclamação", "/fila/?prazo=hoje"),
        (
            "Etapa: aguarda nossa resposta",
            "nenhuma reclamação",
            f"/fila/?etapa=todas&prazo=hoje&empresa={account.pk}",
        ),
    ]


def test_an_empty_own_queue_offers_what_nobody_has(client, account, agent):
    for _ in range(3):
        make_complaint(account)

    response = client.get("/fila/?quem=eu")
    empty = response.context["empty"]

    assert empty["title"] == "Você não tem reclamações que aguardem resposta"
    assert (empty["ways"][0].value, empty["ways"][0].count) == ("Sem responsável", 3)
    assert empty["ways"][0].address == "/fila/?quem=ninguem"


def test_somebody_without_accounts_learns_why_the_queue_is_empty(client):
    client.force_login(make_person())

    assert "Nenhuma credenciada foi dada a você" in text(client.get("/fila/"))


# --- Pages ------------------------------------------------------------------------------------------------


def walk(state: QueueFilter, person, accounts, size: int) -> list[int]:
    rows = reading.matching(state, user=person, accounts=accounts)
    seen, after = [], None
    while True:
        page, after = reading.page(reading.ordered(rows, state, after), size)
        seen += [row.pk for row in page]
        if after is None:
            return seen
        after = Cursor.parse(str(after))  # as it travels through an address


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    days=st.lists(st.integers(-3, 3) | st.none(), max_size=25),
    size=st.integers(1, 7),
    stage=st.sampled_from(["", "todas", "finalizada"]),
)
def test_walking_all_pages_gives_each_complaint_once_and_in_order(account, agent, days, size, stage):
    Complaint.objects.all().delete()
    for index, day in enumerate(days):
        make_complaint(
            account,
            stage=Stage.RATED if index % 4 == 3 else Stage.OPEN,
            deadline_on=None if day is None else NOW.date() + datetime.timedelta(days=day),
        )
    state = QueueFilter(stage_slug=stage)
    rows = list(reading.matching(state, user=agent, accounts=[account]))
    backwards = stage == "finalizada"

    walked = walk(state, agent, [account], size)

    assert walked == [row.pk for row in sorted(rows, key=lambda row: (row.queue_on, row.pk), reverse=backwards)]
    assert (
        len(rows)
        == {
            "": len(days) - len(days) // 4,
            "todas": len(days),
            "finalizada": len(days) // 4,
        }[stage]
    )


def test_the_next_page_goes_on_under_the_heading_that_stands(client, account, agent):
    for _ in range(60):
        make_complaint(account, deadline_on=due("2026-11-20"))
    last = make_complaint(account, deadline_on=due("2026-11-25"))
    first = client.get("/fila/")

    more = client.get(first.context["more_address"], **HTMX)

    assert len(listed(first)) == 50
    assert len(listed(more)) == 11
    assert not set(listed(first)) & set(listed(more))
    assert [(group.label, group.count) for group in more.context["groups"]] == [("", ""), ("Depois", "1")]
    assert listed(more)[-1] == last.protocol
    assert more.templates[0].name == "complaints/_queue_more.html"


def test_more_is_a_plain_link_too_and_leads_back(client, account, agent):
    for _ in range(51):
        make_complaint(account)

    second = client.get(client.get("/fila/?quem=ninguem").context["more_address"])

    assert len(listed(second)) == 1
    assert "<html" in second.content.decode()
    assert '<a href="/fila/?quem=ninguem">Voltar ao começo da fila</a>' in second.content.decode()


def test_coming_back_shows_as_many_rows_as_were_there(client, account, agent):
    for _ in range(120):
        make_complaint(account)
    first = client.get("/fila/")

    again = client.get(first.context["more_place"])

    assert first.context["more_place"] == "/fila/?linhas=100"
    assert len(listed(again)) == 100
    assert again.context["more_place"] == "/fila/?linhas=150"


def test_no_address_draws_more_than_the_page_can_bear(client, agent):
    assert reading.MOST_ROWS == 500
    assert client.get("/fila/?linhas=99999").context["address"] == "/fila/?linhas=500"


def test_a_filter_swaps_the_region_and_pushes_its_own_address(client, account, agent):
    make_complaint(account, deadline_on=due("2026-11-19"))

    response = client.get("/fila/?prazo=hoje&etapa=aguarda&quem=", **HTMX)

    assert response.templates[0].name == "complaints/_queue.html"
    assert response["HX-Push-Url"] == "/fila/?prazo=hoje"
    assert "1 reclama" in response["HX-Trigger"]


def test_back_asks_for_the_whole_page(client, agent):
    response = client.get("/fila/?prazo=hoje", HTTP_HX_HISTORY_RESTORE_REQUEST="true", **HTMX)

    assert "<html" in response.content.decode()


@pytest.mark.parametrize("cursor", ["", "x", "2026-11-20", "2026-13-40.3", "2026-11-20.-3", "2026-11-20.3.4", ".1"])
def test_what_is_no_cursor_starts_at_the_beginning(cursor):
    assert Cursor.parse(cursor) is None


def test_large_counts_are_capped(client, account, agent, monkeypatch):
    monkeypatch.setattr("complaints.queue_counts.COUNT_CAP", 2)
    monkeypatch.setattr("complaints.queue_rows.COUNT_CAP", 2)
    for _ in range(4):
        make_complaint(account, deadline_on=due("2026-11-19"))

    response = client.get("/fila/")

    assert ruler(response)[1] == "2+"
    assert response.context["total_said"] == "2+ reclamações"


def test_only_large_counts_are_remembered_and_only_for_seconds(client, account, agent, monkeypatch):
    monkeypatch.setattr("complaints.queue_counts.LARGE_COUNT", 3)
    caches["process"].clear()
    make_complaint(account, deadline_on=due("2026-11-19"))
    assert ruler(client.get("/fila/"))[1] == "1"
    for _ in range(2):
        make_complaint(account, deadline_on=due("2026-11-19"))
    assert ruler(client.get("/fila/"))[1] == "3"

    make_complaint(account, deadline_on=due("2026-11-19"))
    response = client.get("/fila/")
    assert ruler(response)[1] == "3"
    assert len(listed(response)) == 4
    # Whose they are is counted each time: one's own click changes it.
    assert ruler(client.get("/fila/?quem=ninguem"))[1] == "4"
    # Another person's accounts are another count.
    other = make_person(accounts=[make_account()])
    client.force_login(other)
    assert ruler(client.get("/fila/"))[1] == "0"

    client.force_login(agent)
    with time_machine.travel(NOW + datetime.timedelta(seconds=16), tick=False):
        assert ruler(client.get("/fila/"))[1] == "4"
    caches["process"].clear()


# --- Its price --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?prazo=depois&quem=ninguem", "?etapa=finalizada", "?linhas=100"])
def test_the_queue_costs_eight_queries_whatever_its_length(client, account, agent, django_assert_num_queries, query):
    def fill(count):
        for index in range(count):
            make_complaint(account, assignee=None if "quem" in query else agent, draft_by=agent, draft_at=NOW)
            make_complaint(account, stage=Stage.RATED, consumer_name=f"Maria {index}")

    fill(5)
    client.get("/fila/")  # what a process reads once
    with django_assert_num_queries(8):
        assert len(listed(client.get(f"/fila/{query}"))) == 5
    fill(55)
    with django_assert_num_queries(8):
        assert len(listed(client.get(f"/fila/{query}"))) >= 50


def test_a_supervisors_queue_costs_the_same(client, account, django_assert_num_queries):
    client.force_login(make_person(access.SUPERVISOR, accounts=[account]))
    colleague = make_person(accounts=[account])
    for _ in range(5):
        make_complaint(account, assignee=colleague)
    client.get("/fila/")

    with django_assert_num_queries(8):
        client.get(f"/fila/?quem={colleague.pk}")


@pytest.mark.parametrize(("typed", "price"), [("821731", 8), ("001.002.003-44", 9), ("Maria", 10)])
def test_a_search_adds_its_own_look_up_and_no_more(client, account, agent, django_assert_num_queries, typed, price):
    for number in range(5):
        make_complaint(account, consumer_name="Maria", consumer_cpf="00100200344", protocol=f"2026110000{number}821731")
    address = client.post("/fila/buscar/", {"q": typed})["Location"]

    with django_assert_num_queries(price):
        assert len(listed(client.get(address))) == 5


# --- News -------------------------------------------------------------------------------------------------


def test_news_count_complaints_of_this_filter_with_something_newer(client, account, agent):
    known = make_complaint(account)
    make_movement(known)
    address = client.get("/fila/").context["news_address"]
    assert "novidade" not in text(client.get(address, **HTMX))

    make_movement(known)
    make_movement(known)
    make_movement(make_complaint(account))
    make_movement(make_complaint(account, stage=Stage.RATED))  # not in this filter
    make_movement(make_complaint())  # not this person's

    response = client.get(address, **HTMX)
    assert "2 novidades" in text(response)
    assert 'href="/fila/"' in response.content.decode()


def test_a_search_is_not_watched(client, account, agent):
    make_complaint(account, protocol="20261100004821731")

    assert "queue-news" not in client.get("/fila/?protocolo=821731").content.decode()


def test_news_keep_the_filter_and_say_one_as_one(client, account, agent):
    make_movement(make_complaint(account, assignee=agent))

    response = client.get("/fila/novidades/?quem=eu&desde=0", **HTMX)

    assert "1 novidade ·" in text(response)
    assert 'href="/fila/?quem=eu"' in response.content.decode()
    assert "desde=0" in response.content.decode()

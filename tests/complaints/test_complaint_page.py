"""The complaint's page: who sees it, what it shows, what it hides, and what it costs."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from backoffice import access
from backoffice.audit import AuditEvent
from backoffice.files import store
from backoffice.outbox import State
from complaints.models import Draft, MovementMeaning, Side, Stage, Submission, SubmissionFile
from complaints.models.submission import Kind
from complaints.services import assignment
from tests.complaints.factories import (
    at,
    make_account,
    make_attachment,
    make_complaint,
    make_movement,
    make_person,
)

pytestmark = pytest.mark.django_db

CPF, PHONE, EMAIL = "00100200344", "83987654317", "ivonete.ferraz@uol.com.br"
CONSUMER = {
    "name": "Ivonete Ferraz Lima",
    "document": CPF,
    "born_on": "1990-10-23",
    "emails": [{"value": EMAIL, "kind": "Pessoal", "is_main": True}],
    "phones": [
        {"value": "8333214567", "kind": "Residencial", "is_main": False},
        {"value": PHONE, "kind": "Celular", "is_main": True},
    ],
    "street": "Rua das Acácias",
    "number_complement": "412, apto 7",
    "district": "Catolé",
    "cep": "58410123",
    "uf": "PB",
    "city": "Campina Grande",
}
CLEAR = (
    CPF,
    "001.002.003-44",
    PHONE,
    "98765",
    "8333214567",
    EMAIL,
    "uol.com",
    "Acácias",
    "412, apto 7",
    "Catolé",
    "58410",
    "1990",
    "23/10",
)


@pytest.fixture
def account():
    return make_account("Varanda Celulares")


@pytest.fixture
def agent(account):
    return make_person(accounts=[account], first_name="Rafael", last_name="Okuda")


@pytest.fixture
def complaint(account):
    complaint = make_complaint(
        account,
        protocol="20261100004821731",
        consumer_name="Ivonete Ferraz Lima",
        consumer_cpf=CPF,
        consumer_city="Campina Grande",
        consumer_uf="PB",
        consumer=CONSUMER,
        company_name="Varanda Celulares",
        has_prior_contact=True,
        mediator_name="Procon Municipal de Campina Grande",
    )
    make_movement(
        complaint,
        meaning=MovementMeaning.OPENING,
        type_code="1",
        type_text="Abertura da reclamação",
        at=timezone.now() - datetime.timedelta(days=5),
        texts=[
            {"type_code": "3", "type_text": "Descrição da reclamação", "text": "A tela ficou verde.\nNunca molhou."},
            {"type_code": "4", "type_text": "Pedido da reclamação", "text": "Troca do aparelho."},
            {"type_code": "1004", "type_text": "IMEI do aparelho", "text": "356938035643809"},
        ],
    )
    return complaint


@pytest.fixture
def open_page(client, agent):
    """Open a complaint as the agent; the answer's text."""
    client.force_login(agent)

    def get(complaint, query=""):
        response = client.get(reverse("complaint", args=[complaint.protocol]) + query)
        assert response.status_code == 200
        return response.content.decode()

    return get


def url(name, complaint):
    return reverse(name, args=[complaint.protocol])


# --- Who may ------------------------------------------------------------------------------------------------


def test_a_person_of_another_account_is_told_that_it_does_not_exist(client, complaint):
    client.force_login(make_person(accounts=[make_account()]))
    assert client.get(url("complaint", complaint)).status_code == 404
    assert client.post(url("reveal_complaint", complaint), {"campo": "cpf"}).status_code == 404
    assert client.post(url("refresh_complaint", complaint)).status_code == 404
    assert not AuditEvent.objects.filter(action=AuditEvent.Action.COMPLAINT_OPENED).exists()


def test_a_person_without_accounts_finds_nothing(client, complaint):
    client.force_login(make_person(accounts=[]))
    assert client.get(url("complaint", complaint)).status_code == 404


def test_a_person_without_a_role_is_refused(client, complaint, account):
    client.force_login(make_person(None, accounts=[account]))
    assert client.get(url("complaint", complaint)).status_code == 403
    assert client.post(url("refresh_complaint", complaint)).status_code == 403


def test_nobody_sees_it_without_logging_in(client, complaint):
    response = client.get(url("complaint", complaint))
    assert response.status_code == 302
    assert reverse("login") in response.url


def test_a_protocol_that_does_not_exist_is_not_found(client, agent):
    client.force_login(agent)
    assert client.get(reverse("complaint", args=["20261100009999999"])).status_code == 404


@pytest.mark.parametrize(
    ("name", "method"), [("complaint", "post"), ("reveal_complaint", "get"), ("refresh_complaint", "get")]
)
def test_other_methods_are_refused(client, agent, complaint, name, method):
    client.force_login(agent)
    assert getattr(client, method)(url(name, complaint)).status_code == 405


# --- What it hides ------------------------------------------------------------------------------------------


def test_nothing_of_the_consumers_data_stands_in_the_page_before_it_is_revealed(open_page, complaint):
    html = open_page(complaint)
    assert [clear for clear in CLEAR if clear in html] == []
    for masked in ("***.002.003-**", "(83) 9****-**17", "iv*****@****.com.br", "**/**/****", "Rua *****"):
        assert masked in html


@pytest.mark.parametrize(
    ("group", "shown"),
    [
        ("cpf", ["001.002.003-44"]),
        ("telefones", ["(83) 98765-4317", "(83) 3321-4567"]),
        ("emails", [EMAIL]),
        ("nascimento", ["23/10/1990"]),
        ("endereco", ["Rua das Acácias, 412, apto 7", "Catolé", "Campina Grande, PB", "CEP 58410-123"]),
    ],
)
def test_reveal_shows_one_group_and_records_who_saw_which(client, agent, complaint, group, shown):
    client.force_login(agent)
    answer = client.post(
        url("reveal_complaint", complaint), {"campo": group}, headers={"HX-Request": "true"}, REMOTE_ADDR="10.1.2.3"
    )
    html = answer.content.decode()
    assert [value for value in shown if value not in html] == []
    assert f'id="pessoal-{group}"' in html
    assert "<html" not in html
    event = AuditEvent.objects.get(action=AuditEvent.Action.DATA_REVEALED)
    assert (event.by, event.protocol, event.detail, event.ip) == (
        agent,
        complaint.protocol,
        {"field": group},
        "10.1.2.3",
    )
    assert "no-store" in answer["Cache-Control"]


def test_reveal_of_one_group_keeps_the_others_hidden_on_a_page_without_script(client, agent, complaint):
    client.force_login(agent)
    html = client.post(url("reveal_complaint", complaint), {"campo": "cpf"}).content.decode()
    assert "001.002.003-44" in html
    assert [clear for clear in CLEAR if clear in html] == ["001.002.003-44"]


@pytest.mark.parametrize("form", [{}, {"campo": "senha"}, {"campo": "cpf; drop"}])
def test_reveal_of_an_unknown_field_shows_and_records_nothing(client, agent, complaint, form):
    client.force_login(agent)
    assert client.post(url("reveal_complaint", complaint), form).status_code == 422
    assert not AuditEvent.objects.filter(action=AuditEvent.Action.DATA_REVEALED).exists()


def test_who_may_not_reveal_is_refused_and_gets_no_button(client, complaint):
    client.force_login(make_person(access.ADMIN))
    assert url("reveal_complaint", complaint) not in client.get(url("complaint", complaint)).content.decode()
    assert client.post(url("reveal_complaint", complaint), {"campo": "cpf"}).status_code == 403


def test_the_pages_title_names_the_protocol_and_nobody(open_page, complaint):
    title = open_page(complaint).split("<title>")[1].split("</title>")[0]
    assert complaint.protocol in title
    assert "Ivonete" not in title


# --- What it shows ------------------------------------------------------------------------------------------


def test_opening_is_public_with_its_request_and_its_private_fields_stand_apart(open_page, complaint):
    html = open_page(complaint)
    timeline, rail = html.split('<aside class="bo-complaint-rail"')
    assert "A tela ficou verde.\nNunca molhou." in timeline
    assert "<b>Pedido:</b> Troca do aparelho." in timeline
    assert "Público" in timeline
    assert "356938035643809" not in timeline
    assert "IMEI do aparelho" in rail
    assert "Sim, antes de reclamar" in rail
    assert "Procon Municipal de Campina Grande" in rail


def test_hostile_text_is_shown_as_text(open_page, complaint):
    hostile = (
        '<script>alert(1)</script><img src=x onerror="alert(2)"> javascript:alert(3) http://exemplo.com {{ 7|add:7 }}'
    )
    make_movement(
        complaint,
        author="<b>Ivonete</b>",
        texts=[
            {"type_code": "5", "type_text": "", "text": hostile},
            {"type_code": "2001", "type_text": "<i>Campo</i>", "text": "<svg onload=alert(4)>"},
        ],
    )
    html = open_page(complaint)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    for raw in ("<script>alert", "<img src=x", "<svg onload", "<i>Campo", 'href="http://exemplo.com'):
        assert raw not in html


def test_answer_is_offered_only_when_the_record_allows_it_and_the_person_may(client, open_page, complaint, account):
    assert url("answer", complaint) in open_page(complaint)
    complaint.allowed_actions = ["detalhar", "complementar"]
    complaint.save(update_fields=["allowed_actions"])
    assert url("answer", complaint) not in open_page(complaint)
    complaint.allowed_actions = ["responder"]
    complaint.save(update_fields=["allowed_actions"])
    client.force_login(make_person(access.ADMIN))
    html = client.get(url("complaint", complaint)).content.decode()
    assert url("answer", complaint) not in html
    assert "Peça à supervisão" in html


def make_submission(complaint, by, state, **fields):
    now = timezone.now()
    values = {"kind": Kind.ANSWER, "text": "Prezada consumidora, trocamos.", "payload_hash": "0" * 64, "cpf": CPF}
    if state == State.SENT:
        values |= {"sent_at": now, "closed_at": now}
    if state == State.REJECTED:
        values |= {"closed_at": now}
    values |= {"complaint": complaint, "account": complaint.account, "by": by, "state": state}
    return Submission.objects.create(seen_movement_code=1, **values | fields)


def test_a_pending_submission_stands_in_the_place_of_the_button(open_page, complaint, agent):
    submission = make_submission(complaint, agent, State.QUEUED)
    html = open_page(complaint)
    assert url("answer", complaint) not in html
    assert reverse("submission", args=[submission.pk]) in html
    assert "Na fila" in html


def test_what_was_withdrawn_is_not_told(open_page, complaint, agent):
    make_submission(complaint, agent, State.WITHDRAWN, closed_at=timezone.now())
    assert "trocamos" not in open_page(complaint)


def test_words_of_the_portal_stand_with_the_text_it_did_not_accept(open_page, complaint, agent):
    make_submission(complaint, agent, State.REJECTED, words="Texto com mais de 3000 caracteres.")
    html = open_page(complaint)
    assert "O portal não aceitou: “Texto com mais de 3000 caracteres.”" in html


def test_who_took_it_and_who_gave_it_to_whom_is_told(open_page, complaint, agent, account):
    helena = make_person(access.SUPERVISOR, accounts=[account], first_name="Helena")
    assignment.take(complaint=complaint, by=agent)
    assignment.assign(complaint=complaint, to=helena, by=helena)
    assignment.assign(complaint=complaint, to=agent, by=helena)
    assignment.assign(complaint=complaint, to=None, by=helena)
    timeline = open_page(complaint).split('<aside class="bo-complaint-rail"')[0]
    facts = [
        'Rafael <span class="bo-muted">assumiu</span>',
        'Helena <span class="bo-muted">assumiu</span>',
        'Helena <span class="bo-muted">atribuiu a Rafael</span>',
        'Helena <span class="bo-muted">deixou sem responsável</span>',
    ]
    places = [timeline.find(fact) for fact in facts]
    assert -1 not in places
    assert places == sorted(places)


def test_own_draft_leads_back_to_writing(open_page, complaint, agent):
    Draft.objects.create(
        complaint=complaint, kind=Kind.ANSWER, owner=agent, text="Prezada consumidora", saved_at=timezone.now()
    )
    html = open_page(complaint)
    assert "Rascunho salvo às" in html
    assert "Continuar escrevendo" in html


def test_a_colleagues_draft_shows_that_it_exists_and_not_its_text(open_page, complaint, account):
    marina = make_person(accounts=[account], first_name="Marina")
    now = timezone.now()
    Draft.objects.create(complaint=complaint, kind=Kind.ANSWER, owner=marina, text="Texto só da Marina", saved_at=now)
    complaint.draft_by, complaint.draft_at = marina, now
    complaint.save(update_fields=["draft_by", "draft_at"])
    html = open_page(complaint)
    assert "Rascunho de Marina" in html
    assert "Texto só da Marina" not in html


def test_other_complaints_are_those_of_the_same_cpf_in_accounts_one_sees(open_page, complaint, account):
    for day in range(1, 8):
        make_complaint(
            account, consumer_cpf=CPF, problem_text=f"Problema {day}", opened_at=at(f"2026-03-0{day}"), rating=""
        )
    make_complaint(
        account, consumer_cpf=CPF, problem_text="Avaliada", opened_at=at("2026-04-01"), rating="solved", score=4
    )
    make_complaint(make_account(), consumer_cpf=CPF, problem_text="De outra credenciada")
    make_complaint(account, problem_text="De outra pessoa")
    rail = open_page(complaint).split('id="rail-others"')[1]
    assert "Resolvida · nota 4" in rail
    assert [day for day in range(1, 8) if f"Problema {day}<" in rail] == [4, 5, 6, 7]
    assert "De outra" not in rail


def test_neighbours_are_those_of_the_queue_the_person_sees(open_page, account):
    today = timezone.localdate()
    first, second, third = (
        make_complaint(account, deadline_on=today + datetime.timedelta(days=days)) for days in (1, 2, 2)
    )
    make_complaint(make_account(), deadline_on=today + datetime.timedelta(days=2))
    make_complaint(account, stage=Stage.ANSWERED, deadline_on=today + datetime.timedelta(days=2))
    html = open_page(second)
    assert f'href="{url("complaint", first)}" data-key="k"' in html
    assert f'href="{url("complaint", third)}" data-key="j"' in html
    assert 'data-key="k"' not in open_page(first)
    assert 'data-key="j"' not in open_page(third)


@time_machine.travel(at("2026-11-19", "14:50"), tick=False)
def test_deadline_is_told_with_its_name_and_the_reading_with_its_time(open_page, complaint):
    complaint.deadline_on = datetime.date(2026, 11, 20)
    complaint.deadline_name = "Prazo para resposta do fornecedor"
    complaint.read_at = at("2026-11-19", "14:46")
    complaint.save(update_fields=["deadline_on", "deadline_name", "read_at"])
    html = open_page(complaint)
    for words in ("Vence amanhã às 23:59", "faltam 33 h", "sex 20/11 · feriado", "Lida no portal às 14:46"):
        assert words in html
    assert "Prazo para resposta do fornecedor" in html
    complaint.read_at = at("2026-11-17", "09:05")
    complaint.save(update_fields=["read_at"])
    assert "Lida no portal em 17/11, 09:05" in open_page(complaint)


def test_a_complaint_with_the_bare_minimum_is_shown(open_page, account):
    bare = make_complaint(
        account,
        consumer={},
        consumer_cpf="",
        consumer_city="",
        consumer_uf="",
        company_name="",
        company={},
        deadline_on=None,
        deadline_name="",
        area_text="",
        subject_text="",
        problem_text="",
        allowed_actions=[],
        stage=Stage.UNKNOWN,
    )
    html = open_page(bare)
    assert "O portal não mandou trâmites desta reclamação." in html
    assert "Sem prazo" in html


# --- Long timelines -----------------------------------------------------------------------------------------


def test_long_timeline_shows_fifty_and_the_opening_until_more_is_asked_for(open_page, complaint):
    for code in range(2, 82):
        make_movement(complaint, code=code, texts=[{"type_code": "5", "type_text": "", "text": f"Texto {code}."}])
    html = open_page(complaint)
    assert "A tela ficou verde." in html
    assert "Texto 31." not in html
    assert "Texto 32." in html
    assert "?mostrar=100" in html
    more = open_page(complaint, "?mostrar=100")
    assert "Texto 2." in more
    assert "Mostrar anteriores" not in more


@pytest.mark.parametrize(
    "query", ["?mostrar=x", "?mostrar=-5", "?mostrar=²", "?mostrar=99999999999999", "?aba=%3Cb%3E"]
)
def test_nonsense_in_the_address_changes_nothing(open_page, complaint, query):
    assert "A tela ficou verde." in open_page(complaint, query)


def test_tab_of_a_narrow_screen_is_in_the_address(open_page, complaint):
    assert "bo-complaint--conversa" in open_page(complaint)
    assert "bo-complaint--dados" in open_page(complaint, "?aba=dados")


# --- What it costs and leaves behind ------------------------------------------------------------------------


def fill(complaint, agent, movements):
    """Everything a page may show at once."""
    stored = store(name="a.pdf", content=b"%PDF-1.7", by=agent)
    for code in range(2, movements + 1):
        movement = make_movement(complaint, code=code)
        make_attachment(movement, stored=stored)
        make_attachment(movement, "b.jpg")
    for state in (State.REJECTED, State.SENT):
        submission = make_submission(complaint, agent, state, movement_code=2 if state == State.SENT else None)
        SubmissionFile.objects.create(submission=submission, stored=stored)
    make_submission(complaint, agent, State.QUEUED, kind=Kind.COMPLEMENT)
    Draft.objects.create(complaint=complaint, kind=Kind.ANSWER, owner=agent, text="a", saved_at=timezone.now())
    make_complaint(complaint.account, consumer_cpf=CPF)
    make_complaint(complaint.account)


@pytest.mark.parametrize("movements", [5, 80])
def test_page_costs_at_most_twelve_queries_however_long_the_story(client, account, complaint, movements):
    helena = make_person(access.SUPERVISOR, accounts=[account], first_name="Helena")
    fill(complaint, helena, movements)
    assignment.take(complaint=complaint, by=helena)
    assignment.assign(complaint=complaint, to=make_person(accounts=[account]), by=helena)
    client.force_login(helena)
    client.get(reverse("complaint", args=[make_complaint(account).protocol]))  # what a session costs once
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url("complaint", complaint)).status_code == 200
    statements = [query["sql"] for query in queries if query["sql"].split()[0] in ("SELECT", "INSERT", "UPDATE")]
    assert len(statements) <= 12, "\n".join(statement[:160] for statement in statements)


def test_opening_is_recorded_once_in_ten_minutes_for_each_person_and_complaint(client, complaint, account, agent):
    def openings():
        return AuditEvent.objects.filter(action=AuditEvent.Action.COMPLAINT_OPENED).count()

    other = make_complaint(account)
    colleague = make_person(accounts=[account])
    with time_machine.travel(at("2026-11-19", "14:50"), tick=False) as clock:
        client.force_login(agent)
        client.get(url("complaint", complaint))
        clock.shift(599)
        client.get(url("complaint", complaint))
        assert openings() == 1
        client.get(url("complaint", other))
        assert openings() == 2
        clock.shift(2)
        client.get(url("complaint", complaint))
        assert openings() == 3
        client.force_login(colleague)
        client.get(url("complaint", complaint))
        assert openings() == 4
    event = AuditEvent.objects.filter(action=AuditEvent.Action.COMPLAINT_OPENED).first()
    assert (event.by, event.protocol) == (colleague, complaint.protocol)


def test_movement_of_ours_is_shown_once_with_its_state(open_page, complaint, agent):
    make_movement(
        complaint,
        code=2,
        meaning=MovementMeaning.ANSWER,
        side=Side.COMPANY,
        author="Varanda Celulares",
        texts=[{"type_code": "5", "type_text": "", "text": "Prezada consumidora, trocamos."}],
    )
    make_submission(complaint, agent, State.SENT, movement_code=2)
    html = open_page(complaint)
    assert html.count("Prezada consumidora, trocamos.") == 1
    assert "Enviado · trâmite n.º 2" in html


def test_a_complaint_that_waits_but_may_not_be_answered_says_so(client, agent, account):
    stuck = make_complaint(account, allowed_actions=["detalhar"])
    finished = make_complaint(account, stage=Stage.RATED, allowed_actions=["detalhar"])
    client.force_login(agent)
    words = "O portal já não permite responder esta reclamação."
    assert words in client.get(reverse("complaint", args=[stuck.protocol])).content.decode()
    assert words not in client.get(reverse("complaint", args=[finished.protocol])).content.decode()


def test_the_mediator_is_shown_with_everything_the_record_gives(client, agent, account):
    mediator = {
        "name": "Procon RJ",
        "document": "85766474000100",
        "identification": "20140102000000560",
        "city": "Niterói",
    }
    complaint = make_complaint(account, mediator_name="Procon RJ", mediator=mediator)
    client.force_login(agent)
    html = client.get(reverse("complaint", args=[complaint.protocol])).content.decode()
    for said in ("Procon RJ", "85.766.474/0001-00", "20140102000000560", "Niterói"):
        assert said in html


@pytest.mark.parametrize(("others", "is_told"), [(5, False), (6, True)])
def test_more_complaints_of_the_consumer_than_are_shown_are_told(client, agent, account, others, is_told):
    complaint = make_complaint(account, consumer_cpf=CPF)
    for _ in range(others):
        make_complaint(account, consumer_cpf=CPF)
    client.force_login(agent)
    html = client.get(reverse("complaint", args=[complaint.protocol])).content.decode()
    assert ("Há mais." in html) is is_told

"""«Atualizar agora»: one record, read while the person waits; nothing changes when it cannot be read."""

import pytest
from django.urls import reverse

from backoffice.audit import AuditEvent
from tests.complaints.factories import make_account, make_complaint, make_person
from tests.complaints.portal import agent_of, answerable, connect

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def complaint(sandbox):
    return answerable(sandbox, connect(sandbox))


@pytest.fixture
def agent(complaint, client):
    person = agent_of(complaint.account)
    client.force_login(person)
    return person


def url(complaint, name="refresh_complaint"):
    return reverse(name, args=[complaint.protocol])


def readings():
    return [event.detail for event in AuditEvent.objects.filter(action=AuditEvent.Action.COMPLAINT_REFRESHED)]


def test_opening_the_page_never_asks_the_portal(client, sandbox, complaint, agent):
    sandbox.clear_calls()
    assert client.get(url(complaint, "complaint")).status_code == 200
    assert sandbox.calls() == []


def test_refresh_brings_what_is_new_and_is_recorded(client, sandbox, complaint, agent):
    sandbox.consumer_complement(complaint.protocol, "Mandei a foto do IMEI.")
    before = complaint.read_at
    html = client.post(url(complaint), headers=HTMX).content.decode()
    assert "Mandei a foto do IMEI." in html
    assert html.strip().startswith('<div id="complaint"')
    complaint.refresh_from_db()
    assert complaint.read_at > before
    assert readings() == [{"is_read": True}]


def test_refresh_without_script_returns_to_the_page(client, complaint, agent):
    response = client.post(url(complaint))
    assert response.status_code == 302
    assert response.url == url(complaint, "complaint")


@pytest.mark.parametrize(
    ("fault", "words"), [("refused", "Operação não permitida."), ("broken_json", "o portal"), ("forbidden", "negado")]
)
def test_a_failure_is_said_and_leaves_everything_as_it_was(client, sandbox, complaint, agent, fault, words):
    sandbox.consumer_complement(complaint.protocol, "Ainda não lido.")
    sandbox.fault(fault, "complaint_detail", times=None)
    before = complaint.read_at
    response = client.post(url(complaint), headers=HTMX)
    html = response.content.decode()
    assert response["HX-Retarget"] == "#refresh-problem"
    assert 'id="refresh-problem"' in html
    assert "Não deu para atualizar:" in html
    assert words in html
    assert "Tentar de novo" in html
    whole = client.post(url(complaint)).content.decode()
    assert "Não deu para atualizar:" in whole
    assert "Ainda não lido." not in whole
    complaint.refresh_from_db()
    assert complaint.read_at == before
    assert readings() == [{"is_read": False}, {"is_read": False}]


def test_an_account_that_may_not_speak_says_so(client, complaint, agent):
    complaint.account.is_active = False
    complaint.account.save(update_fields=["is_active"])
    assert "está inativa" in client.post(url(complaint), headers=HTMX).content.decode()


def test_a_person_of_another_account_asks_the_portal_for_nothing(client, sandbox, complaint):
    client.force_login(make_person(accounts=[make_account()]))
    sandbox.clear_calls()
    assert client.post(url(complaint)).status_code == 404
    assert sandbox.calls() == []


def test_a_complaint_the_portal_does_not_know_stays_as_we_hold_it(client, complaint, agent):
    strange = make_complaint(complaint.account)
    html = client.post(url(strange), headers=HTMX).content.decode()
    assert "Reclamação não encontrada." in html

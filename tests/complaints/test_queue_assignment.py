"""Taking and assigning from the screen."""

import json

import pytest
import time_machine
from django.urls import reverse

from backoffice import access
from complaints.models import Complaint
from tests.complaints.factories import at, make_account, make_complaint, make_person

pytestmark = pytest.mark.django_db

ON_THE_QUEUE = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/fila/?quem=ninguem"}
ELSEWHERE = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/reclamacoes/1/"}


@pytest.fixture(autouse=True)
def _thursday():
    with time_machine.travel(at("2026-11-19", "14:50"), tick=False):
        yield


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def complaint(account):
    return make_complaint(account)


@pytest.fixture
def agent(account, client):
    person = make_person(accounts=[account], first_name="Rafael", last_name="Okuda")
    client.force_login(person)
    return person


@pytest.fixture
def supervisor(account, client):
    person = make_person(access.SUPERVISOR, accounts=[account])
    client.force_login(person)
    return person


def assignee_of(complaint) -> object:
    return Complaint.objects.get(pk=complaint.pk).assignee


def address(name: str, complaint) -> str:
    return reverse(name, args=[complaint.protocol])


# --- Taking -----------------------------------------------------------------------------------------------


def test_taking_answers_with_the_cell_as_it_now_is(client, complaint, agent):
    response = client.post(address("take_complaint", complaint), **ON_THE_QUEUE)

    assert assignee_of(complaint) == agent
    assert response["HX-Retarget"] == f"#who-{complaint.protocol}"
    assert 'aria-label="Rafael Okuda"' in response.content.decode()
    assert "Assumir" not in response.content.decode()


def test_taking_too_late_shows_who_has_it(client, account, complaint, agent):
    marina = make_person(accounts=[account], first_name="Marina", last_name="Torres")
    Complaint.objects.filter(pk=complaint.pk).update(assignee=marina, assigned_at=at("2026-11-19"))

    response = client.post(address("take_complaint", complaint), **ON_THE_QUEUE)

    assert assignee_of(complaint) == marina
    assert 'aria-label="Marina Torres"' in response.content.decode()
    assert json.loads(response["HX-Trigger"])["bo:toast"]["text"] == "Marina Torres já assumiu esta reclamação."


def test_taking_works_as_a_plain_form_and_leads_back(client, complaint, agent):
    response = client.post(address("take_complaint", complaint), {"volta": "/fila/?quem=ninguem"}, follow=True)

    assert response.redirect_chain == [("/fila/?quem=ninguem", 302)]
    assert "Você assumiu a reclamação." in response.content.decode()
    assert assignee_of(complaint) == agent


def test_the_way_back_never_leaves_the_house(client, complaint, agent):
    for foreign in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        response = client.post(address("take_complaint", complaint), {"volta": foreign})
        assert response["Location"] == f"/reclamacoes/{complaint.protocol}/"


def test_from_another_page_the_page_shows_itself_anew(client, complaint, agent):
    assert client.post(address("take_complaint", complaint), **ELSEWHERE)["HX-Refresh"] == "true"


def test_the_queue_offers_taking_only_what_nobody_has_and_only_to_who_may(client, account, complaint, agent):
    make_complaint(account, assignee=agent)
    assert client.get("/fila/").content.decode().count("/assumir/") == 2  # one row: formaction and hx-post

    client.force_login(make_person(access.ADMIN))
    assert "/assumir/" not in client.get("/fila/").content.decode()


# --- Assigning --------------------------------------------------------------------------------------------


def test_a_supervisor_chooses_among_the_people_who_can_work_on_it(client, account, complaint, supervisor):
    agent = make_person(accounts=[account], first_name="Bruno")
    make_person(first_name="Estranho")

    response = client.get(address("assign_complaint", complaint), **ON_THE_QUEUE)

    assert response.templates[0].name == "complaints/_assign.html"
    assert f'<option value="{agent.pk}">Bruno' in response.content.decode()
    assert "Estranho" not in response.content.decode()
    assert "<html" in client.get(address("assign_complaint", complaint)).content.decode()


def test_assigning_answers_with_the_cell_and_closes_the_dialog(client, account, complaint, supervisor):
    agent = make_person(accounts=[account], first_name="Bruno", last_name="Sá")

    response = client.post(address("assign_complaint", complaint), {"para": agent.pk}, **ON_THE_QUEUE)

    assert assignee_of(complaint) == agent
    assert response["HX-Retarget"] == f"#who-{complaint.protocol}"
    assert "bo:close-dialog" in json.loads(response["HX-Trigger"])
    assert "Atribuir: está com Bruno Sá" in response.content.decode()


def test_assigning_works_as_a_plain_form(client, account, complaint, supervisor):
    agent = make_person(accounts=[account])

    response = client.post(address("assign_complaint", complaint), {"para": agent.pk, "volta": "/fila/"})

    assert (response.status_code, response["Location"]) == (302, "/fila/")
    assert assignee_of(complaint) == agent


def test_nobody_is_a_choice_and_silence_is_not(client, account, supervisor):
    complaint = make_complaint(account, assignee=supervisor)

    assert client.post(address("assign_complaint", complaint), {}).status_code == 422
    assert assignee_of(complaint) == supervisor
    assert client.post(address("assign_complaint", complaint), {"para": ""}).status_code == 422
    assert assignee_of(complaint) == supervisor
    client.post(address("assign_complaint", complaint), {"para": supervisor.pk, "ninguem": "1"})
    assert assignee_of(complaint) is None


@pytest.mark.parametrize("who", ["outsider", "nonsense", "missing"])
def test_an_impossible_choice_comes_back_with_the_reason(client, complaint, supervisor, who):
    value = {"outsider": make_person().pk, "nonsense": "abc", "missing": 999999}[who]

    response = client.post(address("assign_complaint", complaint), {"para": value}, **ON_THE_QUEUE)

    assert response.status_code == 422
    assert "Escolha outra" in response.content.decode()
    assert assignee_of(complaint) is None


# --- The fence --------------------------------------------------------------------------------------------

BOTH = ["take_complaint", "assign_complaint"]


@pytest.mark.parametrize("name", BOTH)
def test_without_login_nothing_happens(client, complaint, name):
    response = client.post(address(name, complaint), {"para": ""})

    assert response["Location"].startswith(reverse("login"))
    assert assignee_of(complaint) is None


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("role", [None, access.ADMIN])
def test_without_the_right_nothing_happens(client, account, complaint, name, role):
    client.force_login(make_person(role, accounts=[account]))

    assert client.post(address(name, complaint), {"para": ""}).status_code == 403
    assert assignee_of(complaint) is None


def test_an_agent_does_not_assign(client, complaint, agent):
    assert client.post(address("assign_complaint", complaint), {"para": agent.pk}).status_code == 403
    assert assignee_of(complaint) is None


@pytest.mark.parametrize("name", BOTH)
def test_a_complaint_of_a_foreign_account_is_not_there(client, supervisor, name):
    foreign = make_complaint()

    assert client.post(address(name, foreign), {"para": supervisor.pk}).status_code == 404
    assert assignee_of(foreign) is None


@pytest.mark.parametrize("name", BOTH)
def test_a_missing_complaint_is_not_there(client, supervisor, name):
    assert client.post(reverse(name, args=["20261199999999999"])).status_code == 404


def test_taking_is_posted(client, complaint, agent):
    assert client.get(address("take_complaint", complaint)).status_code == 405


def test_assigning_is_read_or_posted(client, complaint, supervisor):
    assert client.put(address("assign_complaint", complaint)).status_code == 405

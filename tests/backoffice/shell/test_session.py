from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.backoffice.shell.conftest import PASSWORD

START = "2026-11-19T17:00:00+00:00"  # 14:00 in São Paulo
POLL = {"HTTP_HX_REQUEST": "true", "HTTP_X_BACKGROUND": "1"}


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as travel:
        yield travel


@pytest.fixture
def working(clock, client, rafael, sample_pages):
    client.force_login(rafael)
    return client


def is_in(client) -> bool:
    return client.get("/amostra/").status_code == 200


def test_a_session_lasts_while_it_is_used(working, clock):
    for _ in range(11):
        clock.shift(timedelta(minutes=59))
        assert is_in(working)


def test_an_unused_session_ends_after_the_idle_limit(working, clock):
    clock.shift(timedelta(minutes=60))
    assert not is_in(working)


def test_a_session_in_use_ends_after_a_working_day(working, clock):
    for _ in range(24):
        clock.shift(timedelta(minutes=29))
        assert is_in(working)
    clock.shift(timedelta(minutes=24))
    assert not is_in(working)


def test_use_is_written_at_most_every_five_minutes(working, clock):
    def writes():
        with CaptureQueriesContext(connection) as queries:
            assert is_in(working)
        return sum(query["sql"].startswith(("UPDATE", "INSERT")) for query in queries)

    clock.shift(timedelta(minutes=4, seconds=59))
    assert writes() == 0
    clock.shift(timedelta(seconds=1))
    assert writes() == 1
    assert writes() == 0


def test_polls_neither_prolong_nor_write_a_session(working, clock):
    for _ in range(5):
        clock.shift(timedelta(minutes=11))
        with CaptureQueriesContext(connection) as queries:
            assert working.get("/amostra/consulta/", **POLL).status_code == 200
        assert not [q for q in queries if q["sql"].startswith(("UPDATE", "INSERT"))]
    clock.shift(timedelta(minutes=5))
    response = working.get("/amostra/consulta/", **POLL)
    assert (response.status_code, response["X-Session"]) == (401, "expired")


def test_a_short_idle_limit_does_not_log_out_people_who_work(working, clock, settings):
    settings.SESSION_IDLE_MINUTES = 4
    for _ in range(10):
        clock.shift(timedelta(minutes=3))
        assert is_in(working)


@pytest.mark.parametrize("header", [{"HTTP_HX_REQUEST": "true"}, {"HTTP_X_REQUESTED_WITH": "backoffice"}])
def test_a_script_without_a_session_gets_401_and_no_page(client, db, sample_pages, header):
    for method in (client.get, client.post):
        response = method("/amostra/salvar/", **header)
        assert (response.status_code, response["X-Session"]) == (401, "expired")
        assert "<" not in response.content.decode()


def test_a_plain_post_without_a_session_leads_back_to_the_page_of_its_form(client, db, sample_pages):
    ours = client.post("/amostra/salvar/", HTTP_REFERER="http://testserver/amostra/?layout=work")
    assert ours["Location"] == "/entrar/?next=/amostra/%3Flayout%3Dwork"
    for referer in ("https://outro.example/amostra/", ""):
        assert client.post("/amostra/salvar/", HTTP_REFERER=referer)["Location"] == "/entrar/?next=/"


def test_the_login_page_says_when_the_session_ended(working, clock):
    clock.shift(timedelta(minutes=52))
    assert is_in(working)
    clock.shift(timedelta(hours=2))
    page = working.get("/amostra/", follow=True).content.decode()
    assert "Sua sessão terminou às 15:52. Ao entrar, você volta para onde estava." in page
    assert working.post("/entrar/", {"username": "rafael.okuda", "password": PASSWORD}).status_code == 302
    assert "ended_at" not in working.session
    working.post("/sair/")
    assert "Sua sessão terminou" not in working.get("/entrar/").content.decode()


def test_an_ended_session_is_gone_from_the_database(working, clock):
    key = working.session.session_key
    clock.shift(timedelta(hours=2))
    working.get("/amostra/")
    assert not Session.objects.filter(session_key=key).exists()


def test_a_page_of_one_person_does_nothing_under_another(client, rafael, marina, sample_pages):
    client.force_login(marina)
    response = client.post("/amostra/salvar/", {"text": "de Rafael"}, HTTP_X_PAGE_USER=str(rafael.pk))
    assert (response.status_code, response["X-Session"]) == (409, "other")
    marina.refresh_from_db()
    assert marina.first_name == ""
    assert client.post("/amostra/salvar/", {"text": "Marina"}, HTTP_X_PAGE_USER=str(marina.pk)).status_code == 200


def test_coming_back_as_the_pages_person_is_allowed_while_another_is_logged_in(client, rafael, marina):
    client.force_login(marina)
    data = {"username": "rafael.okuda", "password": PASSWORD}
    response = client.post("/entrar/de-novo/", data, HTTP_X_PAGE_USER=str(rafael.pk))
    assert response.json() == {"user": rafael.pk}


def test_answers_name_the_owner_of_the_session_and_are_kept_nowhere(signed_in, rafael):
    response = signed_in.get("/amostra/")
    assert response["X-User"] == str(rafael.pk)
    assert "no-store" in response["Cache-Control"]
    assert f'data-user="{rafael.pk}"' in response.content.decode()


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        ("text/html", "max-age=60, no-store, private"),
        ("image/png", "max-age=60"),
        ("image/png&without=1", "no-store, private"),
    ],
)
def test_a_page_is_never_kept_and_a_file_only_where_its_view_says_so(signed_in, kind, sent):
    assert signed_in.get(f"/amostra/guardada/?kind={kind}")["Cache-Control"] == sent


def test_logging_in_changes_the_session_key(working, clock):
    clock.shift(timedelta(hours=2))
    working.get("/amostra/")
    before = working.session.session_key
    working.post("/entrar/", {"username": "rafael.okuda", "password": PASSWORD})
    assert before
    assert working.session.session_key != before

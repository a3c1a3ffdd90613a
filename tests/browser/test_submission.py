"""The page of a submission in a browser: it goes on asking, says what changed, and touches nothing one is using."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from backoffice import access
from backoffice.outbox import State
from complaints.models import Submission, SubmissionEvent
from tests.browser.conftest import PASSWORD, log_in
from tests.complaints.factories import make_movement, make_person
from tests.complaints.test_submission_views import make_submission


@pytest.fixture
def queued(complaint, agent) -> Submission:
    return make_submission(complaint, agent)


@pytest.fixture
def its_page(desk: Page, live_server, queued) -> Page:
    desk.goto(f"{live_server.url}/envios/{queued.pk}/")
    return desk


def becomes(submission: Submission, state: str, **columns) -> None:
    """What the worker does meanwhile."""
    now = timezone.now()
    instants = {
        State.SENT: {"sent_at": now, "closed_at": now},
        State.REJECTED: {"closed_at": now, "words": "Texto fora do padrão."},
        State.SENDING: {"claimed_at": now},
    }
    Submission.objects.filter(pk=submission.pk).update(**({"state": state} | instants.get(state, {}) | columns))


def test_a_change_is_shown_and_said_aloud(its_page, queued):
    becomes(queued, State.REJECTED)
    expect(its_page.locator("#announce-alert")).to_have_text("O portal não aceitou")
    expect(its_page.locator("#state-title")).to_have_text("O portal não aceitou")
    expect(its_page.locator("#submission-poll")).not_to_have_attribute("data-poll", "")


def test_the_focus_stays_where_it_was_and_goes_to_the_heading_if_that_is_gone(its_page, queued):
    cancel = its_page.get_by_role("button", name=re.compile("Cancelar envio"))
    cancel.focus()
    with its_page.expect_response(re.compile("/estado/")):
        pass
    expect(cancel).to_be_focused()
    becomes(queued, State.SENDING)
    expect(its_page.locator("#state-title")).to_have_text("A resposta está sendo enviada")
    expect(its_page.locator("#state-title")).to_be_focused()


def test_it_goes_on_asking_after_the_person_logged_in_again(its_page, queued):
    its_page.context.clear_cookies(name="sessionid")
    dialog = its_page.get_by_role("dialog")
    expect(dialog).to_contain_text("Sua sessão terminou")
    becomes(queued, State.SENT, movement_code=3)
    dialog.get_by_label("Senha", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Entrar e continuar").click()
    expect(its_page.locator("#state-title")).to_have_text("A resposta foi enviada")


def test_it_goes_on_asking_once_the_connection_is_back(its_page, queued):
    its_page.context.set_offline(True)
    with its_page.expect_event("requestfailed"):
        pass
    becomes(queued, State.SENT, movement_code=3)
    its_page.context.set_offline(False)
    expect(its_page.locator("#state-title")).to_have_text("A resposta foi enviada")


def test_a_refusal_reaches_the_person_in_its_own_words(its_page, queued):
    # As if the state changed between the look and the press.
    its_page.route("**/estado/**", lambda route: route.abort())
    becomes(queued, State.SENDING)
    its_page.get_by_role("button", name=re.compile("Cancelar envio")).click()
    expect(its_page.locator("main").get_by_role("alert").filter(has_text="Tarde demais para cancelar")).to_be_visible()
    expect(its_page.locator("#state-title")).to_have_text("A resposta está sendo enviada")


@pytest.fixture
def doubtful(complaint, agent) -> Submission:
    made = make_submission(complaint, agent, State.UNCERTAIN, needs_person=True)
    make_movement(complaint, code=complaint.last_movement_code + 1, side="company", meaning="complement")
    return made


@pytest.fixture
def supervisors_page(page: Page, live_server, account, doubtful) -> Page:
    make_person(access.SUPERVISOR, accounts=[account], username="helena", first_name="Helena")
    log_in(page, live_server.url, "helena")
    page.goto(f"{live_server.url}/envios/{doubtful.pk}/")
    return page


def test_what_a_supervisor_types_survives_every_look(supervisors_page, doubtful):
    page = supervisors_page
    reason = page.get_by_label("Por que é certo que não chegou")
    reason.press_sequentially("Telefonei ao ")
    with page.expect_response(re.compile("/estado/")):
        pass
    expect(reason).to_be_focused()
    # A new reading: the evidence changes, the form does not.
    doubtful.events.create(at=timezone.now(), kind=SubmissionEvent.Kind.READING_ABSENT, facts={"movement_count": 3})
    expect(page.locator("#submission-state")).to_contain_text("1ª leitura: 3 trâmites")
    reason.press_sequentially("suporte do ")
    # Absence is proved: there is a third way out now, and what was typed is still there.
    becomes(doubtful, State.ABSENT, readings=3)
    expect(page.get_by_text("Não reenviar: voltar ao rascunho")).to_be_visible()
    expect(reason).to_be_focused()
    page.keyboard.type("portal.")
    expect(reason).to_have_value("Telefonei ao suporte do portal.")


def test_a_page_left_open_decides_nothing_about_a_later_attempt(supervisors_page, doubtful):
    page = supervisors_page
    page.route("**/estado/**", lambda route: route.abort())
    page.get_by_label("Por que é certo que não chegou").fill("Não está na tela do portal.")
    becomes(doubtful, State.ABSENT, attempt=2, readings=3)
    page.get_by_role("button", name="Reenviar").click()
    expect(page.locator("#submission-state")).to_contain_text("Este envio mudou enquanto você decidia.")
    doubtful.refresh_from_db()
    assert doubtful.state == State.ABSENT


def test_giving_an_absent_one_back_makes_it_a_draft_again(supervisors_page, doubtful):
    page = supervisors_page
    becomes(doubtful, State.ABSENT, readings=3)
    page.get_by_label("Por que não será refeito").fill("A cliente já foi atendida.")
    page.get_by_role("button", name="Voltar ao rascunho").click()
    expect(page.locator("#state-title")).to_have_text("O envio não será refeito")

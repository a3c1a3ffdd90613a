"""The queue in a browser: the keys, the filters, the place one comes back to, and what stays behind."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from backoffice import access
from tests.browser.conftest import log_in
from tests.complaints.factories import make_account, make_complaint, make_person


@pytest.fixture
def account(transactional_db):
    return make_account("Varanda Eletro")


@pytest.fixture
def full_desk(account, request) -> Page:
    """The agent's queue with two pages of complaints, the first of them due today."""
    today = timezone.localdate()
    for number in range(60):
        make_complaint(
            account,
            consumer_name=f"Maria Número {number}",
            deadline_on=today + datetime.timedelta(days=0 if number < 3 else 6),
        )
    desk = request.getfixturevalue("desk")
    desk.wait_for_load_state()  # keys are deaf before the scripts have run
    return desk


def rows(page: Page):
    return page.locator("#queue tr[data-href]")


FOCUSED = re.compile(r"\bis-focus\b")


def test_the_keys_walk_load_open_and_lead_back_to_the_same_row(full_desk, live_server, problems):
    expect(rows(full_desk)).to_have_count(50)
    for key in ("j", "ArrowDown", "j", "k"):
        full_desk.keyboard.press(key)
    expect(rows(full_desk).nth(1)).to_have_class(FOCUSED)

    for _ in range(49):
        full_desk.keyboard.press("j")
    expect(rows(full_desk)).to_have_count(60)
    expect(rows(full_desk).nth(50)).to_have_class(FOCUSED)
    full_desk.keyboard.press("Enter")
    full_desk.wait_for_url("**/reclamacoes/**")
    full_desk.go_back()

    expect(rows(full_desk)).to_have_count(60)
    expect(rows(full_desk).nth(50)).to_have_class(FOCUSED)
    expect(rows(full_desk).nth(50)).to_be_in_viewport()
    assert problems == []


def test_t_takes_the_marked_row_and_the_focus_stays_on_it(full_desk, problems):
    full_desk.keyboard.press("j")
    full_desk.keyboard.press("t")

    expect(rows(full_desk).nth(0).get_by_label("Rafael Okuda")).to_be_visible()
    expect(full_desk.locator("#toasts")).to_contain_text("Você assumiu a reclamação.")
    expect(rows(full_desk).nth(0).locator("a.bo-row-link")).to_be_focused()
    assert problems == []


def test_a_part_of_the_ruler_filters_and_back_undoes_it(full_desk, live_server, problems):
    full_desk.locator("#ruler-hoje").click()
    expect(rows(full_desk)).to_have_count(3)
    expect(full_desk.locator("#ruler-hoje")).to_be_focused()
    assert full_desk.url == f"{live_server.url}/fila/?prazo=hoje"

    full_desk.go_back()

    expect(rows(full_desk)).to_have_count(50)
    assert full_desk.url.endswith("/fila/")
    assert problems == []


def test_filters_apply_while_they_are_chosen(full_desk, problems):
    full_desk.keyboard.press("f")
    dialog = full_desk.get_by_role("dialog")
    dialog.get_by_label("Prazo").select_option("hoje")
    expect(rows(full_desk)).to_have_count(3)
    dialog.get_by_label("Responsável").select_option("eu")
    expect(full_desk.locator("#queue .bo-empty")).to_be_visible()
    dialog.get_by_role("button", name="Ver as reclamações").click()
    expect(dialog).to_have_count(0)

    full_desk.get_by_role("link", name="Remover filtro Responsável").click()

    expect(rows(full_desk)).to_have_count(3)
    assert problems == []


def test_a_name_searched_for_stays_out_of_address_title_and_storage(full_desk, problems):
    full_desk.keyboard.press("/")
    full_desk.keyboard.type("número 42")
    full_desk.keyboard.press("Enter")

    expect(rows(full_desk)).to_have_count(1)
    expect(full_desk.get_by_role("searchbox")).to_have_value("número 42")
    stored = full_desk.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    address = full_desk.url.partition("/fila/")[2]  # the port may hold any digits
    for place in (address, full_desk.title(), stored):
        assert "42" not in place.split("busca=")[0]
        assert "Maria" not in place
    assert problems == []


def test_a_supervisor_assigns_the_marked_row(page: Page, live_server, account, agent):
    make_complaint(account)
    supervisor = make_person(access.SUPERVISOR, accounts=[account], username="helena")
    log_in(page, live_server.url, supervisor.username)
    page.wait_for_load_state()

    page.keyboard.press("j")
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog", name="Atribuir a reclamação")
    dialog.get_by_label("Quem fica com ela").select_option(label="Rafael Okuda")
    dialog.get_by_role("button", name="Atribuir").click()

    expect(dialog).to_have_count(0)
    expect(page.get_by_role("link", name="Atribuir: está com Rafael Okuda")).to_be_visible()
    expect(rows(page).first.locator("a.bo-row-link")).to_be_focused()


@pytest.mark.parametrize("width", [1366, 1000, 800, 390, 320])
def test_nothing_is_wider_than_the_screen(full_desk, live_server, account, width):
    full_desk.set_viewport_size({"width": width, "height": 800})
    full_desk.goto(f"{live_server.url}/fila/?quem=ninguem&empresa={account.pk}")

    assert full_desk.evaluate("document.documentElement.scrollWidth") <= width
    expect(rows(full_desk).first.get_by_text("Vence hoje às 23:59")).to_be_visible()

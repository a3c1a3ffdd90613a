"""The shell in a real browser: what happens to typed text when the session ends, keys, failures, both themes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from backoffice.people import User
from tests.backoffice.shell.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "versão foi salva às 14:47"


@pytest.fixture
def site(live_server, sample_pages):
    return live_server.url


@pytest.fixture
def console(page):
    """What the browser complained about, other than the answers a test asked for."""
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if message.type == "error" and "status of" not in message.text and "Status Error" not in message.text
            else None
        ),
    )
    yield complaints
    assert complaints == []


def enter(page, site, username="rafael.okuda", address="/amostra/"):
    page.goto(f"{site}/entrar/?next={address}")
    page.get_by_label("Usuário").fill(username)
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("heading", name="Fila")).to_be_visible()
    page.wait_for_load_state()  # the deferred scripts have run


def assert_accessible(page):
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [node["target"] for node in v["nodes"]]) for v in found] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1366, 390])
def test_login_frame_and_session_dialog_have_no_accessibility_finding(page, site, rafael, console, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(f"{site}/entrar/")
    assert_accessible(page)
    for address in ("/amostra/", "/amostra/?layout=work"):
        enter(page, site, address=address) if address == "/amostra/" else page.goto(site + address)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.locator("details.bo-person > summary").click()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Falhar").click()
    expect(page.locator("[data-failure]")).to_be_visible()
    assert_accessible(page)
    Session.objects.all().delete()
    page.get_by_role("button", name="Salvar").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert_accessible(page)


def test_a_save_refused_by_an_ended_session_is_repeated_after_coming_back(page, site, rafael, console):
    enter(page, site)
    page.get_by_label("Texto").fill("texto que não se perde")
    Session.objects.all().delete()
    page.get_by_role("button", name="Salvar").click()
    dialog = page.get_by_role("dialog", name="Sua sessão terminou")
    expect(dialog).to_contain_text(WHY)
    expect(dialog.get_by_label("Usuário")).to_have_value("rafael.okuda")
    expect(dialog.get_by_label("Senha", exact=True)).to_be_focused()
    assert page.locator("#page").get_attribute("inert") is not None
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()

    dialog.get_by_label("Senha", exact=True).fill("errada")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Usuário ou senha não conferem.")
    dialog.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.locator("#saved")).to_have_text("salvo")
    expect(dialog).to_be_hidden()
    assert page.locator("#page").get_attribute("inert") is None
    assert page.get_by_label("Texto").input_value() == "texto que não se perde"
    rafael.refresh_from_db()
    assert rafael.first_name == "texto que não se perde"


def test_a_send_refused_by_an_ended_session_is_never_repeated(page, site, rafael, console):
    enter(page, site)
    page.get_by_label("Texto").fill("uma resposta")
    Session.objects.all().delete()
    page.locator("#send").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Senha", exact=True).fill(PASSWORD)
    with page.expect_response("**/entrar/de-novo/"):
        page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Salvar").click()  # a later request, so that a repeated one would have come before
    expect(page.locator("#saved")).to_have_text("salvo")
    expect(page.locator("#sent")).to_have_text("nada saiu")
    rafael.refresh_from_db()
    assert rafael.last_name == "Okuda"


def test_nothing_is_saved_under_a_person_who_logged_in_meanwhile(page, site, rafael, marina, console):
    enter(page, site)
    page.get_by_label("Texto").fill("texto de Rafael")
    # Marina enters in the same browser without a page of ours being told: as if its message had been lost.
    answer = page.context.request
    token = next(c["value"] for c in page.context.cookies() if c["name"] == "csrftoken")
    answer.post(
        f"{site}/entrar/de-novo/",
        form={"username": "marina.tavares", "password": PASSWORD},
        headers={"X-CSRFToken": token},
    )
    page.get_by_role("button", name="Salvar").click()
    dialog = page.get_by_role("dialog", name="Esta tela é de outra pessoa")
    expect(dialog).to_be_visible()
    marina.refresh_from_db()
    assert marina.first_name == ""

    dialog.get_by_label("Senha", exact=True).fill(PASSWORD)  # Rafael's own: the page is his again
    page.keyboard.press("Enter")
    expect(page.locator("#saved")).to_have_text("salvo")
    assert User.objects.get(pk=rafael.pk).first_name == "texto de Rafael"
    assert User.objects.get(pk=marina.pk).first_name == ""


def test_another_tab_of_another_person_covers_this_one_at_once(page, context, site, rafael, marina, console):
    enter(page, site)
    context.clear_cookies()
    other = context.new_page()
    enter(other, site, username="marina.tavares")
    expect(page.get_by_role("dialog", name="Esta tela é de outra pessoa")).to_be_visible()


def test_leaving_clears_the_page(page, site, rafael, console):
    enter(page, site)
    Session.objects.all().delete()
    page.get_by_role("button", name="Salvar").click()
    page.get_by_role("link", name="Sair e limpar esta tela").click()
    expect(page).to_have_url(f"{site}/entrar/")


def test_a_failure_leaves_the_region_as_it_was_and_offers_to_try_again(page, site, rafael, console):
    enter(page, site)
    with page.expect_response("**/regiao/**") as answer:
        page.get_by_role("button", name="Falhar").click()
    strip = page.locator("[data-failure]")
    expect(strip).to_contain_text("Não deu para atualizar.")
    expect(strip).to_contain_text(answer.value.headers["x-request-id"])
    expect(page.locator("#again")).to_be_visible()
    with page.expect_response("**/regiao/**"):
        strip.get_by_role("button", name="Tentar de novo").click()
    expect(strip).to_have_count(1)


def test_focus_survives_a_swap_that_took_its_element_away(page, site, rafael, console):
    enter(page, site)
    page.locator("#again").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("lida 2")).to_be_visible()
    expect(page.get_by_role("heading", name="Região")).to_be_focused()


def test_single_keys_work_are_inert_while_typing_and_can_be_switched_off(page, site, rafael, console):
    enter(page, site)
    page.keyboard.press("/")
    expect(page.get_by_label("Buscar")).to_be_focused()
    page.keyboard.type("r?g")
    expect(page.get_by_label("Buscar")).to_have_value("r?g")
    page.locator("#fails").focus()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Atalhos")
    expect(keys.get_by_text("Reler")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#fails")).to_be_focused()
    page.keyboard.press("r")
    expect(page.get_by_text("lida 2")).to_be_visible()

    page.keyboard.press("?")
    keys.get_by_role("checkbox").uncheck()
    keys.get_by_role("button", name="Guardar").click()
    expect(page.locator("body")).to_have_attribute("data-single-keys", "off")
    page.keyboard.press("?")
    page.keyboard.press("/")
    expect(keys).to_be_hidden()
    expect(page.get_by_label("Buscar")).not_to_be_focused()


def test_the_theme_changes_at_once_and_stays(page, site, rafael, console):
    enter(page, site)
    page.locator("details.bo-person > summary").click()
    with page.expect_response("**/tema/"):
        page.get_by_role("button", name="Escuro").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 19, 22)"


def test_an_unusable_button_says_why_and_does_nothing(page, site, rafael, console):
    enter(page, site)
    button = page.get_by_role("button", name="Enviar resposta")
    button.focus()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#announce-alert")).to_have_text("Falta o texto.")
    expect(page.locator("#saved")).to_have_text("rascunho")


def test_being_offline_is_said_and_goes_away(page, context, site, rafael, console):
    enter(page, site)
    context.set_offline(True)
    expect(page.locator("#offline-strip")).to_contain_text("O texto fica nesta tela")
    context.set_offline(False)
    expect(page.locator("#offline-strip")).to_have_count(0)


def test_the_admin_works_under_the_policy(page, site, rafael, console):
    rafael.is_staff = rafael.is_superuser = True
    rafael.save()
    enter(page, site)
    page.goto(f"{site}/admin/")
    expect(page.locator("#content")).to_be_visible()

"""The complaint's page in a browser: reveal, attachments, refresh, narrow screens, keys, accessibility."""

import io
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from backoffice.audit import AuditEvent
from complaints.models import Complaint
from tests.complaints.factories import make_complaint
from tests.complaints.portal import answerable


def picture() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(written, "PNG")
    return written.getvalue()


@pytest.fixture
def complaint(sandbox, account) -> Complaint:
    return answerable(
        sandbox,
        account,
        name="Ivonete Ferraz Lima",
        text="Comprei um celular e a tela tem linhas verdes. " * 40,
        files={"foto da tela.png": picture()},
    )


@pytest.fixture
def page_of(desk, live_server, complaint) -> Page:
    desk.goto(f"{live_server.url}/reclamacoes/{complaint.protocol}/")
    return desk


def violations(page: Page) -> list[str]:
    return [
        f"{found['id']}: {node['target']}"
        for found in Axe().run(page).response["violations"]
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_and_attachment_have_no_accessibility_findings(page_of, scheme, problems):
    # Colours halfway through a transition are nobody's.
    page_of.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page_of.reload()
    for size in ((1366, 900), (390, 844)):
        page_of.set_viewport_size({"width": size[0], "height": size[1]})
        assert violations(page_of) == []
        assert page_of.evaluate("document.documentElement.scrollWidth") <= size[0]
    page_of.get_by_role("link", name=re.compile("foto da tela")).click()
    expect(page_of.get_by_role("dialog").get_by_role("img", name="Imagem anexada")).to_be_visible()
    assert violations(page_of) == []
    assert problems == []


def test_revealing_shows_the_value_moves_the_focus_to_it_and_leaves_the_address_alone(page_of, complaint):
    address = page_of.url
    page_of.get_by_role("button", name="Revelar: CPF").click()
    value = page_of.locator("#pessoal-cpf .bo-personal-value")
    cpf = complaint.consumer_cpf
    expect(value).to_have_text(f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}")
    expect(value).to_be_focused()
    expect(page_of.get_by_role("button", name="Revelar: CPF")).to_have_count(0)
    assert page_of.url == address
    assert AuditEvent.objects.filter(action=AuditEvent.Action.DATA_REVEALED).count() == 1


def test_an_attachment_is_fetched_when_asked_for_and_its_tile_gets_a_picture(page_of, sandbox, problems):
    tile = page_of.get_by_role("link", name=re.compile("foto da tela"))
    expect(tile).to_contain_text("ainda no portal")
    tile.click()
    dialog = page_of.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="foto da tela.png")).to_be_visible()
    expect(dialog.get_by_role("img", name="Imagem anexada")).to_be_visible()
    with page_of.expect_download() as download:
        dialog.get_by_role("link", name="Baixar").click()
    assert download.value.suggested_filename == "foto da tela.png"
    dialog.get_by_role("button", name="Fechar").click()
    expect(tile).not_to_contain_text("ainda no portal")
    expect(tile).to_be_focused()
    assert len(sandbox.calls("attachment")) == 1
    assert problems == []


def test_a_portal_that_fails_is_told_and_the_next_try_brings_the_file(page_of, sandbox):
    sandbox.fault("refused", "attachment", message="Arquivo temporariamente indisponível.")
    page_of.get_by_role("link", name=re.compile("foto da tela")).click()
    dialog = page_of.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("Arquivo temporariamente indisponível.")
    dialog.get_by_role("button", name="Tentar de novo").click()
    expect(dialog.get_by_role("img", name="Imagem anexada")).to_be_visible()


def test_a_panel_closed_while_the_portal_is_slow_stays_closed(page_of, sandbox):
    sandbox.fault("slow", "attachment", milliseconds=1500)
    page_of.get_by_role("link", name=re.compile("foto da tela")).click()
    dialog = page_of.get_by_role("dialog")
    expect(dialog).to_contain_text("Buscando no portal…")
    page_of.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page_of.wait_for_timeout(2500)  # longer than the portal takes
    expect(dialog).to_have_count(0)


def test_refresh_shows_what_is_new_and_what_went_wrong(page_of, sandbox, complaint):
    sandbox.consumer_complement(complaint.protocol, "Mandei a foto do IMEI.")
    page_of.get_by_role("button", name="Atualizar agora").click()
    expect(page_of.get_by_text("Mandei a foto do IMEI.")).to_be_visible()
    expect(page_of.get_by_role("button", name="Atualizar agora")).to_be_focused()
    sandbox.fault("refused", "complaint_detail", message="Serviço em manutenção.")
    page_of.get_by_role("button", name="Atualizar agora").click()
    problem = page_of.locator("#refresh-problem")
    expect(problem).to_contain_text("Não deu para atualizar: Serviço em manutenção.")
    expect(page_of.get_by_text("Mandei a foto do IMEI.")).to_be_visible()
    problem.get_by_role("button", name="Tentar de novo").click()
    expect(problem).to_have_text("")


def test_narrow_screens_show_conversation_or_data(page_of):
    page_of.set_viewport_size({"width": 390, "height": 844})
    conversation = page_of.get_by_role("region", name="Conversa")
    data = page_of.get_by_role("complementary", name="Dados da reclamação")
    expect(conversation).to_be_visible()
    expect(data).to_be_hidden()
    page_of.get_by_role("link", name="Dados").click()
    expect(data).to_be_visible()
    expect(conversation).to_be_hidden()
    page_of.reload()
    expect(data).to_be_visible()
    expect(page_of.get_by_role("link", name="Responder")).to_be_in_viewport()


def test_keys_take_the_complaint_and_go_to_the_neighbours(page_of, account, complaint):
    later = make_complaint(account, deadline_on=complaint.deadline_on, consumer_name="Vizinha")
    page_of.reload()
    page_of.keyboard.press("t")
    expect(page_of.get_by_role("complementary")).to_contain_text("Rafael Okuda")
    page_of.keyboard.press("j")
    expect(page_of).to_have_url(re.compile(later.protocol))
    page_of.keyboard.press("k")
    expect(page_of).to_have_url(re.compile(complaint.protocol))


def test_a_long_text_is_folded_until_it_is_asked_for(page_of):
    summary = page_of.get_by_text("Ler tudo")
    fold = page_of.locator("details.bo-fold").first
    expect(fold.locator("p")).to_be_hidden()
    summary.first.click()
    expect(fold.locator("p")).to_be_visible()

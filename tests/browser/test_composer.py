"""The composer in a browser: a complaint that changes, files on a bad day, other tabs, keys held down, no script."""

import re

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint, Draft, DraftFile, Submission
from complaints.models.submission import Kind
from complaints.services import drafts
from tests.browser.conftest import PASSWORD, PDF, TEXT
from tests.complaints.factories import make_movement


@pytest.fixture
def composer(desk: Page, live_server, complaint) -> Page:
    return open_composer(desk, live_server, complaint)


def open_composer(page: Page, live_server, complaint) -> Page:
    page.goto(f"{live_server.url}/reclamacoes/{complaint.protocol}/responder/")
    return page


def write(page: Page, text: str = TEXT) -> None:
    page.get_by_label("Texto da resposta").fill(text)
    expect(page.locator("#answer-saved")).to_contain_text(re.compile(r"Salvo às \d\d:\d\d"))


def choose(page: Page, *names: str) -> None:
    page.get_by_label(re.compile("Anexar arquivos")).set_input_files(
        [{"name": name, "mimeType": "application/pdf", "buffer": PDF} for name in names]
    )


def stored_names() -> list[str]:
    return [link.stored.name for link in DraftFile.objects.select_related("stored")]


def log_in_again(page: Page) -> None:
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Sua sessão terminou")
    dialog.get_by_label("Senha", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Entrar e continuar").click()
    expect(dialog).to_be_hidden()


# --- The complaint changes ----------------------------------------------------------------------------------


def news(complaint: Complaint) -> None:
    text = {"type_code": "5", "type_text": "Interação", "text": "Já resolveram, obrigada."}
    code = complaint.last_movement_code + 1
    make_movement(complaint, code=code, texts=[text])
    Complaint.objects.filter(pk=complaint.pk).update(last_movement_code=code)


def test_news_stands_beside_the_text_until_the_author_goes_on(composer, complaint, problems):
    write(composer)
    news(complaint)
    composer.get_by_role("button", name=re.compile("Enviar resposta")).click()
    panel = composer.locator("#answer-conflict")
    expect(panel.get_by_role("heading", name="A reclamação mudou enquanto você escrevia")).to_be_focused()
    expect(panel).to_contain_text("Já resolveram, obrigada.")
    expect(composer.get_by_role("dialog")).to_have_count(0)
    expect(composer.get_by_label("Texto da resposta")).to_have_value(TEXT)

    panel.get_by_role("link", name="Reler").click()
    expect(composer.get_by_role("tabpanel", name="Reclamação")).to_contain_text("linhas verdes")

    panel.get_by_role("button", name="Continuar com este texto").click()
    dialog = composer.get_by_role("dialog")
    expect(dialog).to_contain_text("você viu a novidade e continuou")
    dialog.get_by_role("button", name="Voltar ao texto").click()
    expect(panel).to_be_hidden()
    composer.get_by_role("button", name=re.compile("Enviar resposta")).click()
    expect(dialog.get_by_role("heading", name="Enviar a resposta final?")).to_be_visible()
    # The one error the browser prints is the 422 itself.
    assert [problem for problem in problems if "422" not in problem] == []


def test_news_between_confirmation_and_send_closes_the_dialog_and_is_shown(composer, complaint):
    write(composer)
    composer.get_by_role("button", name=re.compile("Enviar resposta")).click()
    dialog = composer.get_by_role("dialog")
    expect(dialog).to_be_visible()
    news(complaint)
    dialog.get_by_role("button", name="Enviar resposta").click()
    expect(composer.get_by_role("heading", name="A reclamação mudou enquanto você escrevia")).to_be_focused()
    expect(composer.get_by_role("dialog")).to_have_count(0)
    assert not Submission.objects.exists()


def test_the_conflict_works_without_script(browser, live_server, agent, complaint):
    context = browser.new_context(java_script_enabled=False, locale="pt-BR")
    page = without_script(context, live_server, agent, complaint)
    page.get_by_label("Texto da resposta").fill(TEXT)
    news(complaint)
    page.get_by_role("button", name="Enviar resposta").click()
    expect(page.get_by_text("Já resolveram, obrigada.")).to_be_visible()
    expect(page.get_by_label("Texto da resposta")).to_have_value(TEXT)
    page.get_by_role("button", name="Continuar com este texto").click()
    expect(page.get_by_role("heading", name="Enviar a resposta final?")).to_be_visible()
    context.close()


# --- Files --------------------------------------------------------------------------------------------------


def test_files_chosen_while_another_is_on_its_way_wait_their_turn(composer, live_server):
    write(composer)
    held = []
    composer.route("**/responder/arquivos/", lambda route: route.continue_() if held else held.append(route))
    choose(composer, "um.pdf")
    choose(composer, "dois.pdf", "três.pdf")
    uploads = composer.locator("#answer-uploads .bo-draftfile")
    expect(uploads).to_have_count(3)
    expect(uploads.nth(2)).to_contain_text("espera a vez")
    # An answer must not leave without them.
    send = composer.get_by_role("button", name=re.compile("Enviar resposta"))
    expect(send).to_have_attribute("aria-disabled", "true")
    held[0].continue_()
    expect(composer.locator("#answer-file-count")).to_have_text("3 de 5 arquivos")
    expect(uploads).to_have_count(0)
    expect(send).not_to_have_attribute("aria-disabled", "true")
    assert stored_names() == ["um.pdf", "dois.pdf", "três.pdf"]


def test_a_file_survives_the_end_of_the_session(composer):
    composer.context.clear_cookies(name="sessionid")
    choose(composer, "nota.pdf", "laudo.pdf")
    log_in_again(composer)
    expect(composer.locator("#answer-file-count")).to_have_text("2 de 5 arquivos")
    assert stored_names() == ["nota.pdf", "laudo.pdf"]


def test_a_file_that_could_not_go_is_tried_again(composer):
    composer.route("**/responder/arquivos/", lambda route: route.abort("connectionreset"))
    choose(composer, "nota.pdf")
    row = composer.locator("#answer-uploads .bo-draftfile")
    expect(row).to_contain_text("Ainda não anexado: sem conexão")
    composer.unroute("**/responder/arquivos/")
    row.get_by_role("button", name="Tentar de novo").click()
    expect(composer.locator("#answer-file-count")).to_have_text("1 de 5 arquivos")
    assert stored_names() == ["nota.pdf"]


def test_each_refused_file_goes_on_saying_why(composer):
    choose(composer, "planilha.xlsx", "nota.pdf", "foto.bmp")
    files = composer.locator("#answer-files")
    expect(files).to_contain_text("foto.bmp não foi anexado")
    expect(files).to_contain_text("planilha.xlsx não foi anexado")
    expect(composer.locator("#answer-file-count")).to_have_text("1 de 5 arquivos")


def without_script(context, live_server, agent, complaint) -> Page:
    page = context.new_page()
    open_composer(page, live_server, complaint)
    page.get_by_label("Usuário").fill(agent.username)
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    return page


def test_attaching_without_script_keeps_the_text(browser, live_server, agent, complaint):
    context = browser.new_context(java_script_enabled=False, locale="pt-BR")
    page = without_script(context, live_server, agent, complaint)
    page.get_by_label("Texto da resposta").fill(TEXT)
    choose(page, "nota.pdf")
    page.get_by_role("button", name="Anexar", exact=True).click()
    expect(page.locator("#answer-files")).to_contain_text("nota.pdf")
    expect(page.get_by_label("Texto da resposta")).to_have_value(TEXT)
    assert stored_names() == ["nota.pdf"]
    context.close()


# --- Saving -------------------------------------------------------------------------------------------------


def test_a_text_that_cannot_be_kept_says_so_once_and_is_kept_as_soon_as_it_can(composer):
    requests = []
    composer.on("request", lambda request: requests.append(request.url) if "rascunho" in request.url else None)
    composer.get_by_label("Texto da resposta").fill("a" * 20_001)
    expect(composer.locator("#answer-saved")).to_contain_text("Não salvo. São 20.001 caracteres")
    before = len(requests)
    composer.wait_for_timeout(4000)  # longer than the first retries
    assert len(requests) == before
    write(composer, "Agora curto.")
    assert Draft.objects.get().text == "Agora curto."


def test_using_a_version_shows_it_in_the_composer(desk, live_server, complaint, agent):
    for tab in "ab":
        drafts.save_draft(
            complaint=complaint, kind=Kind.ANSWER, by=agent, text=f"Da aba {tab}.", base_revision=0, tab=tab
        )
    page = open_composer(desk, live_server, complaint)
    page.locator("#answer-versions summary").click()
    page.get_by_role("button", name="Usar esta versão").click()
    expect(page.get_by_label("Texto da resposta")).to_have_value("Da aba b.")
    expect(page.locator("#composer")).to_have_count(1)


# --- Keys ---------------------------------------------------------------------------------------------------


def test_keys_held_down_open_the_confirmation_and_do_not_confirm_it(composer):
    write(composer)
    composer.get_by_label("Texto da resposta").focus()
    composer.keyboard.down("Control")
    composer.keyboard.down("Enter")
    dialog = composer.get_by_role("dialog")
    expect(dialog.get_by_role("heading")).to_be_focused()
    for _ in range(20):
        composer.keyboard.down("Enter")  # what a held key repeats
    composer.keyboard.up("Enter")
    composer.wait_for_timeout(500)
    expect(dialog).to_be_visible()
    assert not Submission.objects.exists()
    # Pressed again, it confirms.
    composer.keyboard.down("Enter")
    composer.keyboard.up("Enter")
    composer.keyboard.up("Control")
    expect(composer.locator("#submission-state")).to_contain_text("Na fila")
    assert Submission.objects.count() == 1

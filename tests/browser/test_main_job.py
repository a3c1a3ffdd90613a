"""The main job, walked as its user: from the queue to the answer on the portal and back."""

import re

from playwright.sync_api import Page, expect

from complaints.models import Draft, Submission
from tests.browser.conftest import PDF, TEXT
from tests.complaints.portal import movements_there


def write(page: Page, text: str = TEXT) -> None:
    page.get_by_label("Texto da resposta").fill(text)
    expect(page.locator("#answer-saved")).to_contain_text(re.compile(r"Salvo às \d\d:\d\d"))


def test_an_agent_answers_a_complaint_with_two_files(complaint, desk, worker, sandbox, problems):
    # The queue: who, until when.
    row = desk.get_by_role("row").filter(has_text="Ivonete Ferraz Lima")
    expect(row).to_contain_text("Faltam")
    row.get_by_role("link", name="Ivonete Ferraz Lima").click()

    # The complaint: what happened.
    expect(desk.get_by_role("heading", level=1)).to_contain_text(complaint.protocol[-6:])
    expect(desk.get_by_text("Comprei um celular e a tela tem linhas verdes.")).to_be_visible()
    desk.get_by_role("link", name="Responder").first.click()

    # The answer: saved while typing, two files, previewed as the public will read it.
    write(desk)
    desk.get_by_label(re.compile("Anexar arquivos")).set_input_files(
        [
            {"name": "nota fiscal.pdf", "mimeType": "application/pdf", "buffer": PDF},
            {"name": "laudo.pdf", "mimeType": "application/pdf", "buffer": PDF},
        ]
    )
    expect(desk.locator("#answer-file-count")).to_have_text("2 de 5 arquivos")
    expect(desk.get_by_role("region", name="Como o público verá")).to_contain_text("Devolvemos o valor integral")

    desk.get_by_role("button", name=re.compile("Enviar resposta")).click()
    dialog = desk.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Enviar a resposta final?")).to_be_focused()
    expect(dialog).to_contain_text("Ivonete Ferraz Lima")
    expect(dialog).to_contain_text("2 arquivos")
    dialog.get_by_role("button", name="Enviar resposta").click()

    # The truth about it: queued, then sent, then numbered from the portal's own detail.
    state = desk.locator("#submission-state")
    expect(state).to_contain_text(re.compile("Na fila|Enviando|Enviado"))
    expect(state).to_contain_text(re.compile(r"Enviado · trâmite n\.º \d+, \d\d:\d\d"), timeout=45_000)

    # The portal has it once, byte for byte, and the new movement came back.
    [there] = [movement for movement in movements_there(sandbox, complaint) if movement["type"] == 3]
    assert there["texts"][0]["text"] == TEXT
    assert [attachment["name"] for attachment in there["attachments"]] == ["nota fiscal.pdf", "laudo.pdf"]
    desk.get_by_role("link", name="Abrir a reclamação").click()
    expect(desk.get_by_text("Devolvemos o valor integral em até duas faturas.")).to_be_visible()
    expect(desk.locator("main")).to_contain_text(f"Enviado · trâmite n.º {there['code']}")
    expect(desk.get_by_role("link", name="Responder")).to_have_count(0)
    assert problems == []


def test_the_badge_walks_from_queued_through_sending_to_sent(complaint, desk, worker, sandbox):
    sandbox.fault("slow", "answer", milliseconds=6000)
    desk.goto(desk.url.split("/fila")[0] + f"/reclamacoes/{complaint.protocol}/responder/")
    write(desk)
    desk.get_by_role("button", name=re.compile("Enviar resposta")).click()
    desk.get_by_role("dialog").get_by_role("button", name="Enviar resposta").click()
    state = desk.locator("#submission-state")
    expect(state).to_contain_text("Na fila")
    expect(state).to_contain_text("A resposta está sendo enviada", timeout=20_000)
    expect(state).to_contain_text("A resposta foi enviada", timeout=30_000)


def test_a_session_that_ends_while_writing_costs_no_word(complaint, desk, agent, problems):
    desk.goto(desk.url.split("/fila")[0] + f"/reclamacoes/{complaint.protocol}/responder/")
    write(desk, "Antes do fim da sessão.")
    desk.context.clear_cookies(name="sessionid")
    desk.get_by_label("Texto da resposta").fill("Antes do fim da sessão. E depois.")

    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text("Sua sessão terminou")
    expect(desk.locator("html")).to_have_class(re.compile("bo-is-covered"))
    dialog.get_by_label("Senha", exact=True).fill("senha-de-teste")
    dialog.get_by_role("button", name="Entrar e continuar").click()

    expect(dialog).to_be_hidden()
    expect(desk.get_by_label("Texto da resposta")).to_have_value("Antes do fim da sessão. E depois.")
    expect(desk.locator("#answer-saved")).to_contain_text("Salvo às")
    expect(desk.locator("html")).not_to_have_class(re.compile("bo-is-covered"))
    assert Draft.objects.get(owner=agent).text == "Antes do fim da sessão. E depois."


def test_offline_says_so_and_saves_when_it_is_back(complaint, desk, agent):
    desk.goto(desk.url.split("/fila")[0] + f"/reclamacoes/{complaint.protocol}/responder/")
    write(desk, "Com conexão.")
    desk.context.set_offline(True)
    desk.get_by_label("Texto da resposta").fill("Com conexão. E sem.")
    expect(desk.locator("#answer-saved")).to_contain_text(re.compile("Ainda não salvo: sem conexão desde"))
    expect(desk.get_by_role("button", name=re.compile("Enviar resposta"))).to_have_attribute("aria-disabled", "true")
    desk.context.set_offline(False)
    expect(desk.locator("#answer-saved")).to_contain_text("Salvo às")
    assert Draft.objects.get(owner=agent).text == "Com conexão. E sem."


def test_two_tabs_overwrite_nothing(complaint, desk, agent):
    address = desk.url.split("/fila")[0] + f"/reclamacoes/{complaint.protocol}/responder/"
    desk.goto(address)
    other = desk.context.new_page()
    other.goto(address)
    write(desk, "Da primeira aba.")
    other.get_by_label("Texto da resposta").fill("Da segunda aba.")
    expect(other.locator("#answer-saved")).to_contain_text("Outra aba salvou depois")
    expect(other.locator("#answer-versions")).to_contain_text("Outra versão deste texto")
    draft = Draft.objects.get(owner=agent)
    assert (draft.text, draft.versions.get().text) == ("Da primeira aba.", "Da segunda aba.")


def test_personal_data_keeps_the_answer_from_leaving_until_it_is_removed(complaint, desk):
    desk.goto(desk.url.split("/fila")[0] + f"/reclamacoes/{complaint.protocol}/responder/")
    write(desk, "Prezada Ivonete, ligue (83) 98841-2217 hoje.")
    checks = desk.locator("#answer-checks")
    expect(checks).to_contain_text("O nome do(a) consumidor(a) está no texto.")
    expect(desk.locator("#answer-marks mark")).to_have_count(2)
    expect(desk.get_by_role("button", name=re.compile("Enviar resposta"))).to_have_attribute("aria-disabled", "true")
    for _ in range(2):
        checks.get_by_role("button", name="Remover").first.click()
        desk.wait_for_timeout(100)
        expect(desk.locator("#answer-saved")).to_contain_text("Salvo às")
    expect(checks.get_by_role("button", name="Remover")).to_have_count(0)
    expect(desk.get_by_label("Texto da resposta")).to_have_value("Prezada , ligue  hoje.")
    expect(desk.get_by_role("button", name=re.compile("Enviar resposta"))).not_to_have_attribute(
        "aria-disabled", "true"
    )


def test_the_whole_answer_works_without_script(browser, live_server, agent, complaint):
    context = browser.new_context(java_script_enabled=False, locale="pt-BR")
    page = context.new_page()
    page.goto(f"{live_server.url}/reclamacoes/{complaint.protocol}/responder/")
    page.get_by_label("Usuário").fill(agent.username)
    page.get_by_label("Senha", exact=True).fill("senha-de-teste")
    page.get_by_role("button", name="Entrar").click()
    page.get_by_label("Texto da resposta").fill(TEXT)
    page.get_by_role("button", name="Enviar resposta").click()
    expect(page.get_by_role("heading", name="Enviar a resposta final?")).to_be_visible()
    page.get_by_role("button", name="Enviar resposta").click()
    expect(page.locator("#submission-state")).to_contain_text("Na fila")
    assert Submission.objects.get().text == TEXT
    context.close()

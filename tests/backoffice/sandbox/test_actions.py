"""What each action of the company does, and what the others do in between."""

from datetime import timedelta

import pytest

from tests.backoffice.sandbox.conftest import Portal, attached, readable


def test_an_answer_makes_the_complaint_answered_and_takes_the_actions_away(portal):
    protocol = portal.awaiting()
    text = "Prezada,\n\nResolvido: «ação» & <b>ok</b> 😀"
    answer = portal.act("responder", protocol, text, attached("laudo técnico.pdf", b"%PDF-1.4 laudo"))
    receipt = readable(answer.text)
    assert list(receipt) == ["codigoMensagem", "mensagem", "codigo", "tipo", "data", "protocoloReclamacao"]
    assert (receipt["tipo"], str(receipt["protocoloReclamacao"])) == ({"codigo": 3, "descricao": "Resposta"}, protocol)

    detail = portal.read(f"/reclamacao/{protocol}/detalhe")["dado"]
    assert (detail["situacao"], detail["acoes"]) == ({"codigo": 4, "descricao": "Respondida"}, [])
    movement = detail["tramites"][-1]
    assert (movement["codigo"], movement["data"]) == (receipt["codigo"], receipt["data"])
    assert movement["autor"] == portal.account.company
    assert movement["textos"][0]["texto"] == text
    assert [(file["nome"], file["tamanho"]) for file in movement["anexos"]] == [("laudo técnico.pdf", 14)]
    assert portal.sandbox.complaint(protocol)["movements"][-1]["cpf"] == portal.cpf


def test_a_complement_keeps_situation_and_actions(portal):
    protocol = portal.awaiting()
    for turn in (1, 2):
        receipt = readable(portal.act("complementar", protocol, f"Parte {turn}").text)
        assert receipt["tipo"] == {"codigo": 6, "descricao": "Complemento da Reclamação"}
    detail = portal.read(f"/reclamacao/{protocol}/detalhe")["dado"]
    assert (detail["situacao"]["codigo"], len(detail["acoes"])) == (1, 4)
    assert [m["textos"][0]["texto"] for m in detail["tramites"][-2:]] == ["Parte 1", "Parte 2"]


def test_a_refusal_goes_to_the_gestor(portal):
    protocol = portal.awaiting()
    receipt = readable(portal.act("recusar", protocol, "Duplicidade.").text)
    assert receipt["tipo"] == {"codigo": 8, "descricao": "Recusado"}
    detail = portal.read(f"/reclamacao/{protocol}/detalhe")["dado"]
    assert (detail["situacao"]["codigo"], detail["acoes"]) == (2, [])
    assert detail["nomeCampoPrazo"] == "Prazo para análise do gestor"


def test_a_refusal_not_upheld_returns_with_the_days_away_added(portal):
    protocol = portal.awaiting()
    before = portal.sandbox.complaint(protocol)["deadline"]
    portal.act("recusar", protocol, "Duplicidade.")
    portal.sandbox.advance_clock(5 * 24 * 3600)
    back = portal.sandbox.mediator_decision(protocol, upheld=False)
    assert (back["situation"], len(back["allowed_actions"])) == (3, 4)
    moved = timedelta(days=5)
    from datetime import date

    assert date.fromisoformat(back["deadline"]) - date.fromisoformat(before) == moved


def test_a_refusal_upheld_cancels(portal):
    protocol = portal.awaiting()
    portal.act("recusar", protocol, "Duplicidade.")
    assert portal.sandbox.mediator_decision(protocol, upheld=True)["situation"] == 8


@pytest.mark.parametrize("place", ["body", "query"])
def test_a_redirection_leaves_this_account_and_opens_at_the_other(portal, place):
    protocol = portal.awaiting()
    target = portal.sandbox.account("Varanda Móveis")
    named = {"identificacaoEmpresaGrupo": int(target.company_code)}
    answer = portal.post(
        f"/reclamacao/{protocol}/redirecionar",
        params={**portal.params, **(named if place == "query" else {})},
        json={**(named if place == "body" else {}), "texto": "É da Móveis."},
    )
    assert readable(answer.text)["tipo"] == {"codigo": 10, "descricao": "Alteracao Fornecedor"}
    assert portal.get(f"/reclamacao/{protocol}/detalhe").status_code == 404
    assert protocol not in portal.protocols()
    there = Portal(portal.sandbox, target, target.cpf).log_in()
    detail = there.read(f"/reclamacao/{protocol}/detalhe")["dado"]
    assert (detail["situacao"]["codigo"], len(detail["acoes"])) == (1, 4)
    assert detail["tramites"][-1]["autor"] == portal.account.company
    assert detail["reclamado"]["nomeFantasia"] == "Varanda Móveis"


def test_the_consumer_complements_with_a_file(portal):
    protocol = portal.awaiting()
    portal.sandbox.consumer_complement(protocol, "Segue", {"foto.jpg": b"\xff\xd8\xff"})
    movement = portal.read(f"/tramites/reclamacao/{protocol}/listar")["dados"][-1]
    truth = portal.sandbox.complaint(protocol)
    assert (movement["tipo"]["codigo"], movement["autor"]) == (6, truth["consumer"]["name"])
    assert movement["anexos"][0]["nome"] == "foto.jpg"


def test_the_consumer_rates_an_answer_with_a_comment(portal):
    protocol = portal.awaiting()
    portal.act("responder", protocol)
    portal.sandbox.rate(protocol, resolved=False, score=2, comment="Não resolveu.")
    detail = portal.read(f"/reclamacao/{protocol}/detalhe")["dado"]
    assert detail["situacao"]["codigo"] == 6
    texts = {text["tipo"]["codigo"]: text["texto"] for text in detail["tramites"][-1]["textos"]}
    assert texts == {6: "N", 7: "2", 5: "Não resolveu."}


def test_a_moved_deadline_shows_in_the_detail(portal):
    protocol = portal.awaiting()
    day = portal.sandbox.now().date() + timedelta(days=42)
    portal.sandbox.move_deadline(protocol, day)
    detail = portal.read(f"/reclamacao/{protocol}/detalhe")["dado"]
    assert detail["prazo"] == detail["prazoManifestacao"] == f"{day:%d/%m/%Y} 00:00:00"


def test_a_new_complaint_is_what_the_tester_said(portal):
    day = portal.sandbox.now().date() + timedelta(days=3)
    made = portal.sandbox.new_complaint(
        name="Ana Teste", cpf="52998224725", text="O texto.", request="O pedido.", deadline=day, files={"a.pdf": b"%"}
    )
    detail = portal.read(f"/reclamacao/{made['protocol']}/detalhe")["dado"]
    assert (detail["reclamante"]["nome"], str(detail["reclamante"]["documento"])) == ("Ana Teste", "52998224725")
    texts = {text["tipo"]["codigo"]: text["texto"] for text in detail["tramites"][0]["textos"]}
    assert (texts[3], texts[4]) == ("O texto.", "O pedido.")
    assert detail["prazo"] == f"{day:%d/%m/%Y} 00:00:00"
    again = portal.sandbox.new_complaint(cpf="52998224725")
    assert again["consumer"]["name"] == "Ana Teste"
    assert again["protocol"] != made["protocol"]


def test_two_answers_at_the_same_time_are_one(portal):
    """The portal itself does not take a second final answer."""
    from concurrent.futures import ThreadPoolExecutor

    protocol = portal.awaiting()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: portal.act("responder", protocol, f"Resposta {n}").status_code, range(4)))
    assert sorted(answers) == [200, 400, 400, 400]
    movements = portal.sandbox.complaint(protocol)["movements"]
    assert sum(movement["type"] == 3 for movement in movements) == 1

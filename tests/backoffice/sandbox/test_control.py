"""The control API, the log of calls and the page for people."""

import http.client
import re

import pytest
import requests

from tests.sandbox import SandboxMistake

READ = "/cadastros/areas/listar"


def test_every_received_call_is_logged_with_its_outcome(portal):
    portal.sandbox.clear_calls()
    portal.get(READ)
    portal.get(READ, versao="9")
    portal.get("/desconhecido")
    first, second, third = portal.sandbox.calls()
    assert (first.operation, first.method, first.path, first.status) == ("areas", "GET", f"/api/servico{READ}", 200)
    assert first.query == portal.params
    assert first.account == portal.account.company_code
    assert first.headers["user-agent"] == "api-consumidor"
    assert "authorization" not in first.headers
    assert (second.status, third.operation, third.status) == (400, None, 404)
    assert portal.sandbox.call_counts() == {"areas": 2, "unknown": 1}


def test_a_call_without_an_answer_is_logged_as_such(portal):
    portal.sandbox.fault("reset_before", "areas")
    with pytest.raises(requests.ConnectionError):
        portal.get(READ)
    (call,) = portal.sandbox.calls("areas")
    assert (call.status, call.faults) == (None, ["reset_before"])


def test_the_log_keeps_bodies_but_no_credentials_and_no_file_contents(portal):
    portal.log_in()
    protocol = portal.awaiting()
    portal.act("complementar", protocol, "Olá", {"nome": "a.txt", "tamanho": 300, "arquivoBase64": "QUFB" * 100})
    token, act = portal.sandbox.calls("token")[-1], portal.sandbox.calls("complement")[-1]
    assert (token.query, token.body) == ({}, None)
    assert act.body["texto"] == "Olá"
    assert len(act.body["anexos"][0]["arquivoBase64"]) == 24


def test_control_calls_are_not_logged(sandbox):
    sandbox.accounts()
    assert sandbox.calls() == []


def test_accounts_tell_credentials_and_rights(sandbox):
    accounts = sandbox.accounts()
    assert [account.company for account in accounts] == [
        "Varanda Celulares",
        "Varanda Eletro",
        "Varanda Móveis",
        "Varanda Pay",
        "Varanda Seguros",
    ]
    assert len({account.client_secret for account in accounts}) == 5
    assert len({account.cpf for account in accounts}) == 1  # one person acts for all of them
    for account in accounts:
        assert account.base_url == sandbox.base_url
        rights = {(user.is_active, user.may_act, user.may_attach) for user in account.users}
        assert {(True, True, True), (True, True, False), (True, False, False)} <= rights
        assert any(not user.is_active for user in account.users)


def test_a_reset_restores_the_seeded_state_within_a_fifth_of_a_second(portal):
    sandbox, before = portal.sandbox, portal.sandbox.complaints()
    portal.act("responder", portal.awaiting())
    sandbox.new_complaint()
    sandbox.fault("slow", times=None)
    sandbox.advance_clock(86_400)
    assert sandbox.complaints() != before
    now = sandbox.now()
    took = [requests.post(f"{sandbox.url}/_controle/api/reset", timeout=5).elapsed for _ in range(3)]
    assert min(took).total_seconds() < 0.2  # the best of three: a busy machine does not decide
    assert sandbox.complaints() == before
    assert (sandbox.faults(), sandbox.calls()) == ([], [])
    assert sandbox.now() < now
    assert portal.get(READ).status_code == 401


def test_the_clock_moves_stops_and_follows_the_machine(sandbox):
    start = sandbox.now()
    sandbox.set_clock(start.replace(year=2031), stopped=True)
    assert sandbox.now() == start.replace(year=2031)
    sandbox.advance_clock(3600)
    assert (sandbox.now() - start.replace(year=2031)).total_seconds() == 3600
    sandbox.control("POST", "clock", {"follow_machine": True})
    assert abs((sandbox.now() - start).total_seconds()) < 5


@pytest.mark.parametrize(
    ("method", "path", "payload"),
    [
        ("POST", "complaints", {"company": "Outra"}),
        ("POST", "complaints", {"deadline": "amanhã"}),
        ("POST", "complaints", {"cor": "azul"}),
        ("GET", "complaints/1", None),
        ("POST", "clock", {}),
        ("POST", "faults", {}),
    ],
)
def test_mistakes_are_told(sandbox, method, path, payload):
    with pytest.raises(SandboxMistake, match=r".+: .+"):
        sandbox.control(method, path, payload)


def test_the_others_act_only_when_the_portal_would_let_them(sandbox):
    protocol = sandbox.complaints(situation=7)[0]["protocol"]
    for act in (
        lambda: sandbox.consumer_complement(protocol, "Oi"),
        lambda: sandbox.rate(protocol, resolved=True, score=5),
        lambda: sandbox.mediator_decision(protocol, upheld=True),
        lambda: sandbox.expire(protocol),
    ):
        with pytest.raises(SandboxMistake):
            act()


# The page


def page(sandbox, path: str = "") -> str:
    answer = requests.get(f"{sandbox.url}/_controle/{path}", timeout=5)
    assert answer.status_code == 200
    return answer.text


def submit(sandbox, **form) -> requests.Response:
    return requests.post(f"{sandbox.url}/_controle/", data=form, timeout=5)


def test_the_page_answers_with_and_without_the_final_slash(sandbox):
    assert requests.get(f"{sandbox.url}/_controle", timeout=5).status_code == 200
    assert "Controle do sandbox" in page(sandbox)


def test_the_page_arms_and_clears_faults(sandbox):
    submit(sandbox, fazer="arm", kind="late_commit", operation="answer", times="3", **{"late_commit.seconds": "45"})
    (fault,) = sandbox.faults()
    assert (fault["kind"], fault["operation"], fault["times"]) == ("late_commit", "answer", 3)
    assert fault["params"]["seconds"] == 45
    assert "Sem resposta agora, gravado mais tarde" in page(sandbox)
    submit(sandbox, fazer="disarm", number=str(fault["number"]))
    assert sandbox.faults() == []


def test_the_page_switches_quirks_for_good(sandbox):
    submit(sandbox, fazer="arm", kind="page_shape", shape="dados_bare")
    (quirk,) = sandbox.faults()
    assert (quirk["times"], quirk["params"]) == (None, {"shape": "dados_bare"})


def test_the_page_plays_consumer_and_gestor(portal):
    sandbox = portal.sandbox
    answer = submit(sandbox, fazer="new_complaint", company="20140106000000011", text="Veio <b>quebrado</b>", cpf="")
    protocol = re.search(r"/reclamacao/(\d{17})", answer.url)[1]
    assert "Veio &lt;b&gt;quebrado&lt;/b&gt;" in answer.text
    submit(sandbox, fazer="consumer-complement", protocol=protocol, text="Mais uma coisa")
    portal.act("responder", protocol)
    submit(sandbox, fazer="mediator-message", protocol=protocol, text="Ciente.")
    submit(sandbox, fazer="rate", protocol=protocol, score="4", comment="Bom")  # "resolved" left empty: no
    found = sandbox.complaint(protocol)
    assert (found["situation"], found["rating"], found["score"]) == (6, 2, 4)
    assert [movement["side"] for movement in found["movements"]] == [
        "consumer",
        "consumer",
        "company",
        "mediator",
        "consumer",
    ]
    shown = page(sandbox, f"reclamacao/{protocol}")
    for text in ("Mais uma coisa", "Ciente.", "Bom"):
        assert text in shown


def test_the_page_tells_what_could_not_be_done(sandbox):
    protocol = sandbox.complaints(situation=7)[0]["protocol"]
    assert "Não feito" in submit(sandbox, fazer="rate", protocol=protocol, score="4").text
    assert "Não feito" in submit(sandbox, fazer="outra").text


def test_the_page_moves_the_clock_and_resets(sandbox):
    start = sandbox.now()
    submit(sandbox, fazer="clock", hours="48")
    assert (sandbox.now() - start).total_seconds() >= 48 * 3600
    submit(sandbox, fazer="reset")
    assert (sandbox.now() - start).total_seconds() < 60


def test_the_page_lists_complaints_and_calls(portal):
    portal.get(READ)
    shown = page(portal.sandbox)
    assert "Cadastro: áreas" in shown
    assert f"/api/servico{READ}" in shown
    listed = page(portal.sandbox, "reclamacoes?company=20140106000000011&situation=1")
    assert portal.awaiting() in listed


def test_hostile_texts_are_only_text_on_the_page(sandbox):
    for complaint in sandbox.complaints():
        shown = page(sandbox, f"reclamacao/{complaint['protocol']}")
        assert "<script" not in shown
        assert "<img" not in shown


def test_a_redirection_back_stays_on_the_control_pages(sandbox):
    connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=5)
    connection.request("POST", "/_controle/", "fazer=clear_calls&voltar=//example.com/")
    answer = connection.getresponse()
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/_controle/?aviso=")
    connection.close()

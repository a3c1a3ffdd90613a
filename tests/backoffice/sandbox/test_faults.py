"""Each fault does to one call what its name says, and to no other."""

import html
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.backoffice.sandbox.conftest import readable, wait_for_call
from tests.sandbox import SandboxMistake

READ = "/cadastros/areas/listar"
SOON = (2, 0.3)  # connect and read time-out of a caller in a hurry


def movements(portal, protocol: str) -> int:
    return portal.sandbox.complaint(protocol)["last_movement"]


@pytest.fixture
def protocol(portal) -> str:
    return portal.awaiting()


@pytest.mark.parametrize(
    ("kind", "committed", "error"),
    [
        ("timeout_before", False, requests.ReadTimeout),
        ("timeout_after", True, requests.ReadTimeout),
        ("reset_before", False, requests.ConnectionError),
        ("reset_after", True, requests.ConnectionError),
        ("truncated", True, requests.exceptions.ChunkedEncodingError),
    ],
)
def test_a_lost_answer_commits_or_not_as_its_name_says(portal, protocol, kind, committed, error):
    before = movements(portal, protocol)
    portal.sandbox.fault(kind, "complement")
    with pytest.raises(error) as lost:
        portal.act("complementar", protocol, timeout=SOON)
    assert ("reset by peer" in str(lost.value)) is kind.startswith("reset")
    assert movements(portal, protocol) == before + committed
    assert portal.act("complementar", protocol).status_code == 200


@pytest.mark.parametrize(
    ("kind", "params", "status", "committed"),
    [
        ("error_500_before", {}, 500, False),
        ("error_500_after", {}, 500, True),
        ("unauthorized", {}, 401, False),
        ("forbidden", {}, 403, False),
        ("too_many", {"retry_after": 7}, 429, False),
        ("refused", {"status": 400, "code": 77, "message": "Texto com palavra proibida."}, 400, False),
    ],
)
def test_an_error_answer_commits_or_not_as_its_name_says(portal, protocol, kind, params, status, committed):
    before = movements(portal, protocol)
    portal.sandbox.fault(kind, "complement", **params)
    answer = portal.act("complementar", protocol)
    assert answer.status_code == status
    assert set(answer.json()) == {"codigoMensagem", "mensagem"}
    assert movements(portal, protocol) == before + committed
    if kind == "too_many":
        assert answer.headers["Retry-After"] == "7"
    if kind == "refused":
        assert answer.json() == {"codigoMensagem": 77, "mensagem": "Texto com palavra proibida."}


@pytest.mark.parametrize(("kind", "status"), [("html_200", 200), ("html_503", 503)])
@pytest.mark.parametrize("commit", [False, True])
def test_an_html_page_stands_in_for_the_answer(portal, protocol, kind, status, commit):
    before = movements(portal, protocol)
    portal.sandbox.fault(kind, "complement", commit=commit)
    answer = portal.act("complementar", protocol)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html;charset=UTF-8")
    assert "<html" in answer.text
    assert movements(portal, protocol) == before + commit


def test_broken_json_is_a_complete_answer_nobody_can_read(portal, protocol):
    before = movements(portal, protocol)
    portal.sandbox.fault("broken_json", "complement")
    answer = portal.act("complementar", protocol)
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        readable(answer.text)
    assert movements(portal, protocol) == before + 1


def test_a_late_commit_appears_when_its_time_has_come_and_is_dated_so(portal, protocol):
    portal.sandbox.set_clock(portal.sandbox.now().replace(hour=12, minute=0, second=0), stopped=True)
    portal.log_in()
    before = movements(portal, protocol)
    portal.sandbox.fault("late_commit", "answer", seconds=300)
    with pytest.raises(requests.ReadTimeout):
        portal.act("responder", protocol, "Resposta demorada", timeout=SOON)
    assert [late["operation"] for late in portal.sandbox.complaint(protocol)["deferred"]] == ["answer"]
    portal.sandbox.advance_clock(299)
    assert movements(portal, protocol) == before
    portal.sandbox.advance_clock(61)
    detail = portal.read(f"/reclamacao/{protocol}/detalhe")["dado"]
    assert detail["situacao"]["codigo"] == 4
    assert detail["tramites"][-1]["textos"][0]["texto"] == "Resposta demorada"
    assert detail["tramites"][-1]["data"].endswith(" 12:05:00")


def test_who_repeats_a_late_commit_blindly_ends_with_two_movements(portal, protocol):
    portal.sandbox.fault("late_commit", "answer", seconds=60)
    with pytest.raises(requests.ReadTimeout):
        portal.act("responder", protocol, timeout=SOON)
    assert portal.act("responder", protocol).status_code == 200
    portal.sandbox.advance_clock(61)
    types = [movement["type"] for movement in portal.sandbox.complaint(protocol)["movements"]]
    assert types.count(3) == 2


def test_a_late_commit_of_a_refused_request_is_refused_at_once(portal, protocol):
    portal.sandbox.fault("late_commit", "answer")
    assert portal.act("responder", protocol, " ").status_code == 400


def test_a_hanging_answer_holds_up_nobody_else(portal, protocol):
    portal.sandbox.fault("timeout_before", "complement")
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(portal.act, "complementar", protocol, timeout=(2, 1))
        wait_for_call(portal.sandbox, "complement")
        started = time.perf_counter()
        other = requests.get(portal.sandbox.base_url + READ, params=portal.params, headers=portal.headers, timeout=1)
        assert other.status_code == 200
        assert time.perf_counter() - started < 0.5
        with pytest.raises(requests.ReadTimeout):
            hanging.result()


def test_a_hanging_answer_ends_with_its_bound(portal):
    portal.sandbox.fault("timeout_before", "areas", hold_seconds=0.2)
    with pytest.raises(requests.ConnectionError) as lost:
        portal.get(READ)
    assert not isinstance(lost.value, requests.Timeout)


def test_a_hanging_answer_ends_with_a_reset(portal):
    portal.sandbox.fault("timeout_before", "areas")
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(portal.get, READ)
        wait_for_call(portal.sandbox, "areas")
        portal.sandbox.reset()
        with pytest.raises(requests.ConnectionError):
            hanging.result(timeout=2)


def test_a_fault_strikes_as_often_as_armed(portal):
    portal.sandbox.fault("error_500_before", "areas", times=2)
    assert [portal.get(READ).status_code for _ in range(3)] == [500, 500, 200]
    assert portal.sandbox.faults() == []


def test_a_fault_until_cleared_lasts_until_cleared(portal):
    portal.sandbox.fault("error_500_before", "areas", times=None)
    assert {portal.get(READ).status_code for _ in range(5)} == {500}
    portal.sandbox.clear_faults()
    assert portal.get(READ).status_code == 200


def test_a_fault_may_let_calls_pass_first(portal):
    portal.sandbox.fault("unauthorized", "areas", skip=2)
    assert [portal.get(READ).status_code for _ in range(4)] == [200, 200, 401, 200]


def test_a_fault_strikes_its_operation_protocol_and_account_only(portal, protocol):
    other = portal.sandbox.new_complaint()["protocol"]
    portal.sandbox.fault("error_500_before", "complaint_detail", protocol=protocol, times=None)
    portal.sandbox.fault("error_500_before", "areas", account="20140106000000012", times=None)
    assert portal.get(f"/reclamacao/{protocol}/detalhe").status_code == 500
    assert portal.get(f"/reclamacao/{other}/detalhe").status_code == 200
    assert portal.get(READ).status_code == 200


def test_faults_of_reads_spare_writes_and_the_token(portal, protocol):
    portal.sandbox.fault("error_500_before", "reads", times=None)
    portal.log_in()
    assert portal.act("complementar", protocol).status_code == 200
    assert portal.get(READ).status_code == 500


def test_a_portal_that_is_down_refuses_everything(portal):
    portal.sandbox.fault("portal_down", times=None)
    token = portal.post("/seguranca/empresa/token", params={}, data={}, headers=portal.token_headers)
    for answer in (portal.get(READ), portal.get("/desconhecido"), token):
        assert (answer.status_code, answer.headers["Content-Type"]) == (503, "text/html;charset=UTF-8")


def test_slow_answers_take_their_time(portal):
    portal.sandbox.fault("slow", "areas", milliseconds=300)
    started = time.perf_counter()
    assert portal.get(READ).status_code == 200
    assert time.perf_counter() - started >= 0.3


@pytest.mark.parametrize(
    "mistake",
    [
        {"kind": "desconhecida"},
        {"kind": "slow", "operation": "desconhecida"},
        {"kind": "slow", "seconds": 3},
        {"kind": "error_500_before", "times": 0},
    ],
)
def test_a_fault_that_cannot_be_armed_is_a_mistake(sandbox, mistake):
    with pytest.raises(SandboxMistake):
        sandbox.fault(**mistake)


# Quirks


@pytest.mark.parametrize(
    ("how", "kept"),
    [
        ("crlf", "  Olá,\r\n\r\nção & <b>  "),
        ("trim", "Olá,\n\nção & <b>"),
        ("entities", "  Ol&aacute;,\n\n&ccedil;&atilde;o &amp; &lt;b&gt;  "),
        ("crlf,trim,entities", "Ol&aacute;,\r\n\r\n&ccedil;&atilde;o &amp; &lt;b&gt;"),
    ],
)
def test_the_portal_alters_a_text(portal, protocol, how, kept):
    portal.sandbox.fault("altered_text", "writes", times=None, how=how)
    portal.act("complementar", protocol, "  Olá,\n\nção & <b>  ")
    text = portal.sandbox.complaint(protocol)["movements"][-1]["texts"][0]["text"]
    assert text == kept
    assert html.unescape(text).replace("\r\n", "\n").strip() == "Olá,\n\nção & <b>"


def test_the_first_reading_leaves_a_trace_once(portal, protocol):
    before = movements(portal, protocol)
    portal.read(f"/reclamacao/{protocol}/detalhe")
    assert movements(portal, protocol) == before
    portal.sandbox.fault("viewed_on_read", times=None)
    for _ in range(2):
        detail = portal.read(f"/reclamacao/{protocol}/detalhe")["dado"]
        assert detail["situacao"]["codigo"] == 3
        assert [m["tipo"]["codigo"] for m in detail["tramites"][before:]] == [2]
    assert len(detail["acoes"]) == 4


@pytest.mark.parametrize(
    ("shape", "page_of"),
    [
        ("dado_object", lambda document: document["dado"]["content"]),
        ("dados_object", lambda document: document["dados"]["content"]),
        ("dados_list", lambda document: document["dados"][0]["content"]),
        ("dados_bare", lambda document: document["dados"]),
    ],
)
def test_a_page_comes_in_any_of_four_shapes(portal, shape, page_of):
    portal.sandbox.fault("page_shape", times=None, shape=shape)
    page = page_of(portal.read("/reclamacoes/listar/paginado", page=0, size=2))
    assert [str(complaint["protocolo"]) for complaint in page] == portal.protocols()[:2]


def test_numbers_come_as_text(portal, protocol):
    portal.sandbox.fault("numbers_as_text", times=None)
    detail = portal.get(f"/reclamacao/{protocol}/detalhe").json()["dado"]
    assert (detail["protocolo"], detail["situacao"]["codigo"]) == (protocol, "1")


def test_optional_parts_come_as_null(portal):
    protocol = portal.sandbox.new_complaint(files={})["protocol"]
    portal.sandbox.fault("nulls", times=None)
    opening = portal.read(f"/reclamacao/{protocol}/detalhe")["dado"]["tramites"][0]
    assert opening["anexos"] is None
    assert portal.read("/reclamacoes/listar", numeroProtocolo=1)["dados"] is None


def test_unknown_fields_come_along(portal):
    portal.sandbox.fault("extra_fields", times=None)
    document = portal.read("/reclamacoes/listar")
    assert "campoNovo" in document
    assert "campoNovo" in document["dados"][0]["reclamante"]


def test_the_order_of_keys_varies(portal, protocol):
    plain = portal.read(f"/reclamacao/{protocol}/detalhe")
    portal.sandbox.fault("key_order", times=None)
    shuffled = portal.read(f"/reclamacao/{protocol}/detalhe")
    assert shuffled == plain
    assert list(shuffled["dado"]) != list(plain["dado"])


def test_a_page_is_smaller_than_asked(portal):
    portal.sandbox.fault("page_size_answered", times=None, size=3)
    page = portal.read("/reclamacoes/listar/paginado", page=1, size=50)["dados"][0]
    assert (page["size"], len(page["content"])) == (3, 3)
    assert [str(complaint["protocolo"]) for complaint in page["content"]] == portal.protocols()[3:6]


def test_situations_come_with_the_codes_of_the_document(portal, protocol):
    portal.sandbox.fault("document_situations", times=None)
    records = portal.read("/cadastros/situacoes/listar")["dados"]
    assert records[:5] == [
        {"codigo": 1, "descricao": "Aberta"},
        {"codigo": 2, "descricao": "Em análise pelo fornecedor"},
        {"codigo": 3, "descricao": "Encerrada"},
        {"codigo": 4, "descricao": "Finalizada avaliada"},
        {"codigo": 5, "descricao": "Finalizada não avaliada"},
    ]
    with_company = {c["protocol"] for c in portal.sandbox.complaints(company="Varanda Celulares", situation=3)}
    assert set(portal.protocols(codigoSituacaoReclamacao=2)) == with_company


def test_quirks_work_together_and_with_a_fault(portal, protocol):
    portal.sandbox.fault("numbers_as_text", times=None)
    portal.sandbox.fault("extra_fields", times=None)
    portal.sandbox.fault("error_500_before", "areas")
    assert portal.get(READ).status_code == 500
    document = portal.get(READ).json()
    assert document["codigoMensagem"] == "1"
    assert "campoNovo" in document

"""Each operation over real HTTP: sends exactly this, parses this, rejected, uncertain, unavailable, token renewed."""

import inspect
import json
import logging

import pytest

from backoffice.remote.errors import (
    CredentialsRefused,
    RemoteRejected,
    RemoteUnavailable,
    RemoteUncertain,
)
from complaints.consumidor_gov.client import PRODUCTION_URL, TRAINING_URL, ConsumidorGov, UnreadableRecord
from complaints.consumidor_gov.records import (
    ComplaintDetail,
    ComplaintFilters,
    FileContent,
    Listing,
    Page,
    Receipt,
)
from complaints.consumidor_gov.tokens import MemoryTokens
from tests.complaints.consumidor_gov.conftest import CPF, CREDENTIALS, TOKEN, example, repaired
from tests.complaints.consumidor_gov.operations import (
    BODY_WITHOUT_FILES,
    PERIOD,
    PROTOCOL,
    READS,
    TEXT,
    WRITES,
    Operation,
)
from tests.fake_http import refused_port

each_operation = pytest.mark.parametrize("operation", READS + WRITES, ids=lambda operation: operation.name)
each_read = pytest.mark.parametrize("operation", READS, ids=lambda operation: operation.name)
each_write = pytest.mark.parametrize("operation", WRITES, ids=lambda operation: operation.name)

RESULTS = {
    "complaint": ComplaintDetail,
    "attachment": FileContent,
    "complaint_pdf": FileContent,
    "page_complaints": Page,
    "page_movements": Page,
    "complement": Receipt,
    "answer": Receipt,
    "refuse": Receipt,
    "redirect": Receipt,
}


def body_of(operation: Operation) -> str:
    if operation.name == "page_complaints":  # printed with broken brackets
        return repaired()
    return example(operation.example)


def test_the_table_has_every_operation_of_the_client():
    public = {
        name
        for name, _ in inspect.getmembers(ConsumidorGov, inspect.isfunction)
        if not name.startswith("_") and name not in ("close", "issue_token")
    }
    assert public == {operation.name for operation in READS + WRITES}
    assert len(public) + 1 == 23


def test_both_environments_are_the_documents():
    assert PRODUCTION_URL == "https://api.consumidor.gov.br/api/servico"
    assert TRAINING_URL == "https://api-treinamento.consumidor.gov.br/api/servico"


# -- sends exactly this ------------------------------------------------------------------------------------


@each_operation
def test_sends_exactly_what_the_document_demands(server, client, operation):
    server.reply(200, body_of(operation))
    operation.call(client)
    [sent] = server.requests
    assert sent.method == operation.method
    assert sent.path == "/api/servico" + operation.path
    assert sent.query == [("versao", "1.0"), ("cpfAutorizado", CPF), *operation.query]
    assert sent.body.decode() == operation.body
    headers = {name.lower(): value for name, value in sent.headers.items()}
    assert headers.pop("accept-encoding")
    assert headers.pop("connection") == "keep-alive"
    if operation.method == "POST":
        assert headers.pop("content-length") == str(len(operation.body.encode()))
    assert headers == {
        "host": f"127.0.0.1:{server.port}",
        "content-type": "application/json;charset=UTF-8",
        "accept": "application/json",
        "user-agent": "api-consumidor",
        "authorization": f"Bearer {TOKEN}",
        "versao": "1.0",
        "cpfautorizado": CPF,
    }


@each_write
def test_parameters_can_go_into_the_body_of_a_post(server, make_client, operation):
    server.reply(200, body_of(operation))
    operation.call(make_client(parameters_in_body=True))
    [sent] = server.requests
    assert sent.query == []
    assert sent.body.decode() == operation.body[:-1] + ',"versao":"1.0","cpfAutorizado":"00100200344"}'
    assert (sent.headers["versao"], sent.headers["cpfAutorizado"]) == ("1.0", CPF)


@each_read
def test_the_parameters_of_a_get_stay_in_the_query(server, make_client, operation):
    server.reply(200, body_of(operation))
    operation.call(make_client(parameters_in_body=True))
    assert server.requests[0].query[:2] == [("versao", "1.0"), ("cpfAutorizado", CPF)]
    assert server.requests[0].body == b""


@each_write
def test_a_write_may_carry_another_persons_cpf(server, client, operation):
    server.reply(200, body_of(operation))
    operation.call(client, cpf="987.654.321-00")
    [sent] = server.requests
    assert dict(sent.query)["cpfAutorizado"] == "98765432100"
    assert sent.headers["cpfAutorizado"] == "98765432100"


def test_the_version_is_a_setting(server, make_client):
    server.reply(200, example("areas.json"))
    make_client(version="2.0").areas()
    assert dict(server.requests[0].query)["versao"] == server.requests[0].headers["versao"] == "2.0"


def test_filters_left_empty_are_left_out(server, client):
    server.reply(200, example("complaints.json"))
    client.list_complaints(ComplaintFilters(uf="SP"))
    assert server.requests[0].query[2:] == [("siglaUF", "SP")]


def test_movements_of_a_complaint_need_no_dates(server, client):
    server.reply(200, example("movements_of_complaint.json"))
    client.movements_of(PROTOCOL)
    assert server.requests[0].query[2:] == []


def test_files_are_left_out_of_the_body_when_there_are_none(server, client):
    server.reply(200, example("answer.json"))
    client.answer(PROTOCOL, text=TEXT)
    assert server.requests[0].body.decode() == BODY_WITHOUT_FILES


def test_the_token_is_asked_for_with_a_form_and_nothing_in_the_address(server, client):
    server.reply(200, example("token.json"))
    client.issue_token()
    [sent] = server.requests
    assert (sent.method, sent.target) == ("POST", "/api/servico/seguranca/empresa/token")
    assert sent.form == [
        ("client_id", "id-da-credenciada"),
        ("code", "codigo-123"),
        ("client_secret", "senha & segredo"),
        ("grant_type", "client_credentials"),
    ]
    headers = {name.lower(): value for name, value in sent.headers.items()}
    assert headers["content-type"] == "application/x-www-form-urlencoded;charset=UTF-8"
    assert headers["accept"] == "application/json"
    assert headers["user-agent"] == "api-consumidor"
    assert {"authorization", "versao", "cpfautorizado"}.isdisjoint(headers)


@pytest.mark.parametrize("cpf", ["", "123", "001002003441", "abc"])
def test_a_cpf_that_is_none_is_refused_before_any_call(server, make_client, client, cpf):
    with pytest.raises(ValueError, match="11 digits"):
        make_client(cpf=cpf)
    if cpf:  # blank means the account's
        with pytest.raises(ValueError, match="11 digits"):
            client.answer(PROTOCOL, text="x", cpf=cpf)
    assert server.requests == []


@pytest.mark.parametrize("code", ["", "x", "1_0", "-1", "1.0"])
def test_a_company_code_that_is_no_number_is_refused_before_any_call(server, client, code):
    with pytest.raises(ValueError, match="digits"):
        client.redirect(PROTOCOL, company_code=code, text="x")
    assert server.requests == []


# -- parses this (the contents: test_examples.py, test_parsing.py) -----------------------------------------


@each_operation
def test_reads_the_documents_example(server, client, operation):
    server.reply(200, body_of(operation))
    assert isinstance(operation.call(client), RESULTS.get(operation.name, Listing))


@each_read
def test_ok_without_data_is_empty_or_an_unreadable_record(server, client, operation):
    server.reply(200, json={"codigoMensagem": 1, "mensagem": "Ok."})
    if operation.name in ("complaint", "attachment", "complaint_pdf"):
        with pytest.raises(UnreadableRecord, match="o portal respondeu sem o registro") as error:
            operation.call(client)
        assert error.value.unreadable.protocol == PROTOCOL
    else:
        found = operation.call(client)
        assert (found.items, found.unreadable) == ((), ())


@each_write
def test_a_bare_ok_is_a_receipt(server, client, operation):
    server.reply(200, json={"codigoMensagem": "1", "mensagem": "Ok."})
    assert operation.call(client) == Receipt(PROTOCOL, None, None, None, "Ok.")


def test_a_detail_that_cannot_be_read_comes_back_as_its_raw_json(server, client):
    record = {"protocolo": int(PROTOCOL), "situacao": {"codigo": 1}, "dataAbertura": "ontem"}
    server.reply(200, json={"codigoMensagem": 1, "dado": record})
    with pytest.raises(UnreadableRecord) as error:
        client.complaint(PROTOCOL)
    unreadable = error.value.unreadable
    assert (unreadable.protocol, unreadable.field) == (PROTOCOL, "dataAbertura")
    assert json.loads(unreadable.raw) == record
    assert isinstance(error.value, RemoteUncertain)  # for whoever only asks whether it worked


def test_one_unreadable_record_does_not_take_its_page_down(server, client):
    page = json.loads(example("movements_paginated.json"))
    del page["dado"]["content"][0]["data"]
    server.reply(200, json=page)
    found = client.page_movements(*PERIOD, page=0)
    assert [movement.code for movement in found.items] == [2]
    [unreadable] = found.unreadable
    assert (unreadable.protocol, unreadable.field, unreadable.reason) == ("20140100000001261", "data", "ausente")


# -- rejected ----------------------------------------------------------------------------------------------


@each_operation
@pytest.mark.parametrize("status", [200, 400, 404])
def test_a_code_other_than_1_is_rejected_with_their_words(server, client, operation, status):
    server.reply(status, json={"codigoMensagem": 15, "mensagem": "Ação não permitida ao CPF 00100200344."})
    with pytest.raises(RemoteRejected) as no:
        operation.call(client)
    assert (no.value.status, no.value.code) == (status, "15")
    assert no.value.words == "Ação não permitida ao CPF ***."
    assert len(server.requests) == 1


# -- uncertain, unavailable --------------------------------------------------------------------------------

UNREADABLE = [
    b"<html>Em manuten\xe7\xe3o</html>",
    b"",
    b"[]",
    b'"Ok."',
    b'{"mensagem":"Ok."}',
    b'{"codigoMensagem":null}',
]


@each_operation
@pytest.mark.parametrize("body", UNREADABLE)
def test_a_2xx_that_cannot_be_read_is_uncertain(server, client, operation, body):
    server.reply(200, body)
    with pytest.raises(RemoteUncertain, match="Resposta ilegível"):
        operation.call(client)
    assert len(server.requests) == 1


@each_write
@pytest.mark.parametrize(
    "fault",
    [
        lambda server: server.reply(500, json={"codigoMensagem": 99, "mensagem": "Erro"}),
        lambda server: server.reply(302, headers={"Location": "/api/servico/areas"}),
        lambda server: server.drop_after_reading(),
        lambda server: server.drop_before_reading(),
        lambda server: server.cut_short(),
    ],
)
def test_a_write_whose_reply_is_lost_is_uncertain_and_never_repeated(server, client, operation, fault):
    fault(server)
    with pytest.raises(RemoteUncertain):
        operation.call(client)
    assert server.connections == 1


@each_write
def test_a_write_waits_for_its_reply_up_to_the_limit(server, make_client, operation):
    server.hang()
    with pytest.raises(RemoteUncertain):
        operation.call(make_client(limit=0.1))


@each_read
def test_a_read_is_repeated_until_it_works(server, client, operation):
    server.reply(503)
    server.drop_after_reading()
    server.reply(200, body_of(operation))
    operation.call(client)
    assert len(server.requests) == 3
    assert len({(sent.method, sent.target) for sent in server.requests}) == 1


@each_operation
def test_a_refused_connection_is_unavailable(make_client, operation):
    with pytest.raises(RemoteUnavailable, match="Nada foi enviado"):
        operation.call(make_client(base_url=f"http://127.0.0.1:{refused_port()}"))


@each_write
def test_429_on_a_write_is_unavailable(server, client, operation):
    server.reply(429, headers={"Retry-After": "30"})
    with pytest.raises(RemoteUnavailable) as later:
        operation.call(client)
    assert later.value.retry_after == 30


# -- the token ---------------------------------------------------------------------------------------------


@each_operation
@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_is_renewed_once(server, client, tokens, operation, status):
    server.reply(status)
    server.reply(200, json={"access_token": "novo-token", "expires_in": 111600})
    server.reply(200, body_of(operation))
    operation.call(client)
    assert [sent.path.removeprefix("/api/servico") for sent in server.requests] == [
        operation.path,
        "/seguranca/empresa/token",
        operation.path,
    ]
    assert server.requests[2].headers["Authorization"] == "Bearer novo-token"
    assert server.requests[2].body == server.requests[0].body
    assert tokens.current() == "novo-token"


@each_operation
def test_without_a_token_one_is_asked_for_first(server, make_client, operation):
    server.reply(200, example("token.json"))
    server.reply(200, body_of(operation))
    operation.call(make_client(tokens=MemoryTokens()))
    assert server.requests[1].headers["Authorization"] == f"Bearer {TOKEN}"


@each_operation
def test_still_401_after_a_renewal_refuses_the_credentials(server, client, operation):
    server.reply(401)
    server.reply(200, example("token.json"))
    server.reply(401, json={"codigoMensagem": 2, "mensagem": "Token inválido."})
    with pytest.raises(CredentialsRefused, match="Token inválido"):
        operation.call(client)
    assert len(server.requests) == 3


@each_operation
def test_still_403_after_a_renewal_is_a_rejection_of_this_call(server, client, operation):
    server.reply(403)
    server.reply(200, example("token.json"))
    server.reply(403, json={"codigoMensagem": 8, "mensagem": "Usuário sem permissão."})
    with pytest.raises(RemoteRejected, match="Usuário sem permissão") as no:
        operation.call(client)
    assert (no.value.status, no.value.code) == (403, "8")


REFUSED_TOKENS = [
    (400, {"error": "invalid_client", "error_description": "Credenciada inválida"}, "Credenciada inválida"),
    (401, {"error": "invalid_client"}, "invalid_client"),
    (403, {"codigoMensagem": 3, "mensagem": "Acesso não habilitado"}, "Acesso não habilitado"),
    (200, {"codigoMensagem": 3, "mensagem": "Acesso não habilitado"}, "Acesso não habilitado"),
    (400, {"codigoMensagem": 3, "mensagem": "codigo-123 não confere"}, r"\*\*\* não confere"),
    (404, {}, "HTTP 404"),
]


@pytest.mark.parametrize(("status", "body", "words"), REFUSED_TOKENS)
def test_a_token_call_that_is_refused_refuses_the_credentials(server, make_client, status, body, words):
    server.reply(status, json=body)
    server.reply(status, json=body)
    client = make_client(tokens=MemoryTokens())
    with pytest.raises(CredentialsRefused, match=words):
        client.issue_token()
    with pytest.raises(CredentialsRefused, match=words):
        client.answer(PROTOCOL, text="x")


@pytest.mark.parametrize(
    "fault",
    [
        lambda server: server.reply(500),
        lambda server: server.drop_after_reading(),
        lambda server: server.reply(200, b"<html>Em manutencao</html>"),
        lambda server: server.reply(200, json={"expires_in": 10}),
    ],
)
def test_a_token_whose_reply_is_lost_leaves_the_write_unsent_not_uncertain(server, make_client, fault):
    fault(server)
    fault(server)
    client = make_client(tokens=MemoryTokens())
    with pytest.raises(RemoteUncertain):
        client.issue_token()
    with pytest.raises(RemoteUnavailable):
        client.answer(PROTOCOL, text="x")
    assert {sent.path for sent in server.requests} == {"/api/servico/seguranca/empresa/token"}


# -- nothing leaks -----------------------------------------------------------------------------------------


@each_operation
def test_logs_hold_one_line_with_the_template_and_no_personal_data(server, client, operation, caplog):
    caplog.set_level(logging.DEBUG)
    server.reply(200, body_of(operation))
    operation.call(client)
    [line] = [record.getMessage() for record in caplog.records]
    assert line.startswith(f"{operation.method} /")
    assert line.split()[2] == "200"
    for hidden in (CPF, PROTOCOL, TOKEN, "?", "João", "versao"):
        assert hidden not in line


def test_a_failing_token_call_logs_no_secret(server, make_client, caplog):
    caplog.set_level(logging.DEBUG)
    server.reply(401)
    with pytest.raises(CredentialsRefused):
        make_client(tokens=MemoryTokens()).areas()
    [line] = [record.getMessage() for record in caplog.records]
    assert line.split()[:3] == ["POST", "/seguranca/empresa/token", "401"]


def test_reprs_hide_the_secrets():
    assert repr(CREDENTIALS) == "Credentials(client_id='id-da-credenciada')"

"""Each thing the document demands is refused when it is missing or wrong, and the refusal says so."""

import pytest

from tests.backoffice.sandbox.conftest import FORM_TYPE, JSON_TYPE, Portal, attached

READ = "/reclamacoes/listar"
PERIOD = {"dataInicioPeriodo": "01-01-2026", "dataFimPeriodo": "31-01-2026"}


def refused(answer, status: int, *words: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == JSON_TYPE
    document = answer.json()
    assert set(document) == {"codigoMensagem", "mensagem"}
    assert document["codigoMensagem"] != 1
    for word in words:
        assert word in document["mensagem"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Content-Type", None),
        ("Content-Type", "application/json"),
        ("Content-Type", FORM_TYPE),
        ("Accept", None),
        ("Accept", "*/*"),
        ("User-Agent", "python-requests/2.34"),
    ],
)
def test_fixed_headers_are_demanded_on_get_and_on_post(portal, name, value):
    headers = {**portal.headers, name: value}
    if value is None and name == "Accept":
        portal.session.headers.pop("Accept")
    refused(portal.get(READ, headers=headers), 400, name)
    refused(portal.act("responder", portal.awaiting(), headers=headers), 400, name)


@pytest.mark.parametrize("value", [None, JSON_TYPE, "application/x-www-form-urlencoded"])
def test_the_token_demands_the_form_type(portal, value):
    headers = {**portal.token_headers, "Content-Type": value}
    body = "&".join(f"{name}={text}" for name, text in portal.credentials().items()).encode()
    refused(portal.post("/seguranca/empresa/token", data=body, params={}, headers=headers), 400, "Content-Type")


@pytest.mark.parametrize("name", ["client_id", "code", "client_secret", "grant_type"])
def test_the_token_demands_all_four_values(portal, name):
    body = portal.credentials(**{name: None})
    answer = portal.post("/seguranca/empresa/token", data=body, params={}, headers=portal.token_headers)
    refused(answer, 400, name)


@pytest.mark.parametrize(
    ("name", "status"), [("client_id", 401), ("code", 401), ("client_secret", 401), ("grant_type", 400)]
)
def test_the_token_demands_the_right_values(portal, name, status):
    body = portal.credentials(**{name: "errado"})
    answer = portal.post("/seguranca/empresa/token", data=body, params={}, headers=portal.token_headers)
    refused(answer, status)


@pytest.mark.parametrize("value", [None, "Bearer", "Bearer desconhecido", "Basic {token}", "{token}", "bearer {token}"])
def test_without_a_valid_bearer_token_nothing_is_read(portal, value):
    value = value and value.format(token=portal.token)
    refused(portal.get(READ, headers={**portal.headers, "Authorization": value}), 401, "oken")


def test_a_revoked_token_is_refused(portal):
    assert portal.sandbox.revoke_tokens(portal.account.company_code) == 1
    refused(portal.get(READ), 401, "oken")


@pytest.mark.parametrize(
    ("changed", "status", "word"),
    [
        ({"versao": None}, 400, "versao"),
        ({"versao": "2.0"}, 400, "Versão"),
        ({"cpfAutorizado": None}, 400, "cpfAutorizado"),
        ({"cpfAutorizado": "529.982.247-25"}, 400, "cpfAutorizado"),
        ({"cpfAutorizado": "52998224725"}, 403, "CPF"),
    ],
)
def test_version_and_user_are_request_parameters(portal, changed, status, word):
    given = {**portal.params, **changed}
    given = {name: value for name, value in given.items() if value is not None}
    refused(portal.get(READ, params=given), status, word)
    # As headers alone they do not count.
    refused(portal.get(READ, params=given, headers={**portal.headers, **portal.params}), status, word)


def test_a_post_may_carry_version_and_user_in_the_body(portal):
    body = {**portal.params, "texto": "Complemento"}
    answer = portal.post(f"/reclamacao/{portal.awaiting()}/complementar", params={}, json=body)
    assert answer.status_code == 200


def test_a_cpf_may_have_lost_its_leading_zeros(portal):
    user = next(user for user in portal.account.users if user.cpf.startswith("00"))
    assert portal.get(READ, cpfAutorizado=user.cpf.lstrip("0")).status_code == 200


def test_an_inactive_user_is_refused(portal):
    refused(portal.get(READ, cpfAutorizado=portal.account.user(is_active=False).cpf), 403, "inativo")


def test_a_user_of_another_account_is_refused(portal):
    other = portal.sandbox.account("Varanda Eletro").users[1]
    refused(portal.get(READ, cpfAutorizado=other.cpf), 403, "CPF")


def test_a_user_may_view_without_the_right_to_act(portal):
    viewer = Portal(portal.sandbox, portal.account, portal.account.user(is_active=True, may_act=False).cpf).log_in()
    protocol = portal.awaiting()
    assert viewer.get(f"/reclamacao/{protocol}/detalhe").status_code == 200
    for action in ("complementar", "responder", "recusar"):
        refused(viewer.act(action, protocol), 403, "permissão")


def test_a_user_may_act_without_the_right_to_attach(portal):
    user = portal.account.user(is_active=True, may_act=True, may_attach=False)
    without = Portal(portal.sandbox, portal.account, user.cpf).log_in()
    protocol = portal.awaiting()
    refused(without.act("complementar", protocol, "Texto", attached()), 403, "anexar")
    assert without.act("complementar", protocol, "Texto").status_code == 200


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"dataIniPrazo": "2026-01-01", "dataFimPrazo": "31-01-2026"}, "dataIniPrazo"),
        ({"dataIniPrazo": "01/01/2026", "dataFimPrazo": "31-01-2026"}, "dataIniPrazo"),
        ({"dataIniPrazo": "1-1-2026", "dataFimPrazo": "31-01-2026"}, "dataIniPrazo"),
        ({"dataIniPrazo": "31-02-2026", "dataFimPrazo": "01-03-2026"}, "dataIniPrazo"),
        ({"dataIniPrazo": "01-01-2026"}, "dataFimPrazo"),
        ({"dataFimPrazo": "01-01-2026"}, "dataIniPrazo"),
        ({"dataIniPeriodo": "01-01-2026"}, "dataFimPeriodo"),
        ({"dataFimPeriodo": "01-01-2026"}, "dataIniPeriodo"),
        ({"horaInicialPeriodo": "10:00:00"}, "dataIniPeriodo"),
        ({"horaFinalPeriodo": "10:00:00"}, "dataFimPeriodo"),
        ({"dataIniPeriodo": "01-01-2026", "dataFimPeriodo": "02-01-2026", "horaInicialPeriodo": "10:00"}, "hora"),
        ({"dataIniPeriodo": "01-01-2026", "dataFimPeriodo": "02-01-2026", "horaFinalPeriodo": "24:00:00"}, "hora"),
        ({"dataIniPrazo": "02-01-2026", "dataFimPrazo": "01-01-2026"}, "data inicial"),
        ({"numAvaliacao": "4"}, "numAvaliacao"),
        ({"numAvaliacao": "0"}, "numAvaliacao"),
        ({"notaConsumidor": "6"}, "notaConsumidor"),
        ({"codigoArea": "três"}, "codigoArea"),
        ({"numeroProtocolo": "2014.01"}, "numeroProtocolo"),
        ({"cpfReclamante": "001.002.003-44"}, "cpfReclamante"),
        ({"siglaUF": "São Paulo"}, "siglaUF"),
        ({"siglaRegiao": "Norte"}, "siglaRegiao"),
        ({"dataInicioPeriodo": "01-01-2026", "dataFimPeriodo": "02-01-2026"}, "dataInicioPeriodo"),
        ({"codigoTipoTramite": "1"}, "codigoTipoTramite"),
        ({"page": "0"}, "page"),
    ],
)
def test_filters_must_have_the_documents_names_formats_and_pairs(portal, given, word):
    refused(portal.get(READ, **given), 400, word)


def test_a_parameter_given_twice_is_refused(portal):
    refused(portal.get(READ, siglaUF=["SP", "RJ"]), 400, "siglaUF")


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({}, "page"),
        ({"page": "-1"}, "page"),
        ({"page": "um"}, "page"),
        ({"page": "0", "size": "0"}, "size"),
        ({"page": "0", "size": "muitos"}, "size"),
    ],
)
def test_page_is_obligatory_and_size_at_least_one(portal, given, word):
    refused(portal.get("/reclamacoes/listar/paginado", **given), 400, word)
    refused(portal.get("/tramites/periodo/listar/paginado", **PERIOD, **given), 400, word)


@pytest.mark.parametrize("missing", list(PERIOD))
def test_the_period_of_the_movements_is_obligatory(portal, missing):
    given = {name: value for name, value in PERIOD.items() if name != missing}
    refused(portal.get("/tramites/periodo/listar", **given), 400, missing)
    refused(portal.get("/tramites/periodo/listar/paginado", page=0, **given), 400, missing)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/reclamacao/20140100000091189/detalhe", 404),
        ("/reclamacao/abc/detalhe", 400),
        ("/tramites/reclamacao/20140100000091189/listar", 404),
        ("/reclamacao/20140100000091189/tramite/1/anexo/1/baixar", 404),
        ("/cadastros/uf/XX/municipios/listar", 404),
        ("/cadastros/area/999/assuntos/listar", 404),
        ("/cadastros/assunto/999/problemas/listar", 404),
        ("/cadastros/area/x/assuntos/listar", 400),
        ("/cadastros/desconhecido/listar", 404),
        ("/reclamacoes/listar/", 404),
    ],
)
def test_unknown_codes_and_paths_are_refused(portal, path, status):
    refused(portal.get(path), status)


def test_an_attachment_the_movement_does_not_have_is_not_found(portal):
    protocol = portal.sandbox.new_complaint(files={"a.txt": b"a"})["protocol"]
    for where in ("tramite/1/anexo/2", "tramite/2/anexo/1"):
        refused(portal.get(f"/reclamacao/{protocol}/{where}/baixar"), 404)


def test_another_accounts_complaint_does_not_exist(portal):
    protocol = portal.sandbox.complaints(company="Varanda Pay", situation=1)[0]["protocol"]
    for path in (f"/reclamacao/{protocol}/detalhe", f"/reclamacao/{protocol}/baixar"):
        refused(portal.get(path), 404)
    refused(portal.act("responder", protocol), 404)


@pytest.mark.parametrize(("method", "path"), [("post", READ), ("get", "/reclamacao/1/responder")])
def test_the_wrong_method_is_refused(portal, method, path):
    answer = getattr(portal, method)(path)
    refused(answer, 405)
    assert answer.headers["Allow"] == {"post": "GET", "get": "POST"}[method]


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ({}, "texto"),
        ({"texto": ""}, "texto"),
        ({"texto": "  \n"}, "texto"),
        ({"texto": 5}, "texto"),
        ({"texto": "Oi", "anexos": {}}, "anexos"),
        ({"texto": "Oi", "anexos": ["a"]}, "anexos"),
        ({"anexos": [], "texto": "Oi"}, "texto deve preceder"),
        ({"texto": "Oi", "anexo": []}, "anexo"),
        ({"texto": "Oi", "anexos": [attached(nome=None)]}, "nome"),
        ({"texto": "Oi", "anexos": [attached(nome="sem extensão")]}, "nome"),
        ({"texto": "Oi", "anexos": [attached(nome=".pdf")]}, "nome"),
        ({"texto": "Oi", "anexos": [attached(tamanho=None)]}, "tamanho"),
        ({"texto": "Oi", "anexos": [attached(tamanho="8")]}, "tamanho"),
        ({"texto": "Oi", "anexos": [attached(tamanho=9)]}, "tamanho"),
        ({"texto": "Oi", "anexos": [attached(arquivoBase64=None)]}, "arquivoBase64"),
        ({"texto": "Oi", "anexos": [attached(arquivoBase64="não é base64")]}, "base64"),
        ({"texto": "Oi", "anexos": [attached(arquivoBase64="JVBERi0xLjQ")]}, "base64"),
        ({"texto": "Oi", "anexos": [attached(arquivoBase64="JVBERi0x\nLjQ=")]}, "base64"),
        ({"texto": "Oi", "anexos": [attached(tipo="application/pdf")]}, "tipo"),
    ],
)
@pytest.mark.parametrize("action", ["complementar", "responder", "recusar"])
def test_a_body_that_breaks_the_document_changes_nothing(portal, action, document, word):
    protocol = portal.awaiting()
    before = portal.sandbox.complaint(protocol)
    refused(portal.post(f"/reclamacao/{protocol}/{action}", json=document), 400, word)
    assert portal.sandbox.complaint(protocol) == before


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"texto"', b"texto=Oi", b'{"texto": "\xe9"}'])
def test_a_body_that_is_no_json_object_is_refused(portal, body):
    refused(portal.post(f"/reclamacao/{portal.awaiting()}/responder", data=body), 400)


def test_files_on_a_redirection_are_refused(portal):
    protocol = portal.awaiting()
    target = portal.sandbox.account("Varanda Pay").company_code
    body = {"identificacaoEmpresaGrupo": int(target), "texto": "Oi", "anexos": []}
    refused(portal.post(f"/reclamacao/{protocol}/redirecionar", json=body), 400, "anexos")


@pytest.mark.parametrize("target", [None, "20140106000000099", "abc", "own"])
def test_a_redirection_goes_to_another_company_of_the_group_only(portal, target):
    protocol = portal.awaiting()
    body = {"texto": "Oi"}
    if target:
        body = {"identificacaoEmpresaGrupo": portal.account.company_code if target == "own" else target, **body}
    refused(portal.post(f"/reclamacao/{protocol}/redirecionar", json=body), 400)
    assert portal.sandbox.complaint(protocol)["company"] == portal.account.company


@pytest.mark.parametrize("situation", [2, 4, 6, 7, 8, 9])
@pytest.mark.parametrize("action", ["complementar", "responder", "recusar", "redirecionar"])
def test_no_action_is_taken_outside_the_situations_that_allow_it(sandbox, situation, action):
    found = sandbox.complaints(situation=situation)[0]
    account = sandbox.account(found["company"])
    body = {"texto": "Oi"}
    if action == "redirecionar":
        other = next(other for other in sandbox.accounts() if other.company != account.company)
        body = {"identificacaoEmpresaGrupo": other.company_code, **body}
    caller = Portal(sandbox, account, account.cpf).log_in()
    refused(caller.post(f"/reclamacao/{found['protocol']}/{action}", json=body), 400, "situação")


def test_nothing_is_done_after_the_time_expired(portal):
    protocol = portal.awaiting()
    portal.sandbox.expire(protocol)
    refused(portal.act("responder", protocol), 400, "situação")

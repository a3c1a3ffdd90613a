"""What the thirteen reading operations return, in the document's shapes."""

import base64
import io
import json

import pytest
from PIL import Image

from tests.backoffice.sandbox.conftest import Portal

A_YEAR = {"dataInicioPeriodo": "01-01-2000", "dataFimPeriodo": "31-12-2099"}


def test_the_token_is_valid_until_the_last_second_of_the_day(portal):
    now = portal.sandbox.now()
    answer = portal.post(
        "/seguranca/empresa/token", data=portal.credentials(), params={}, headers=portal.token_headers
    ).json()
    assert set(answer) == {"expires_in", "access_token"}
    to_the_end = now.replace(hour=23, minute=59, second=59) - now
    assert to_the_end.total_seconds() - 2 <= answer["expires_in"] <= to_the_end.total_seconds()


def test_the_token_also_takes_its_values_from_the_query(portal):
    answer = portal.post("/seguranca/empresa/token", params=portal.credentials(), headers=portal.token_headers)
    assert answer.status_code == 200


def test_a_token_ends_with_its_day(portal):
    portal.sandbox.set_clock(portal.sandbox.now().replace(hour=23, minute=59, second=59), stopped=True)
    assert portal.get("/cadastros/areas/listar").status_code == 200
    portal.sandbox.advance_clock(1)
    assert portal.get("/cadastros/areas/listar").status_code == 401


def test_the_listing_has_the_records_of_the_example(portal):
    document = portal.read("/reclamacoes/listar")
    assert list(document)[:2] == ["codigoMensagem", "mensagem"]
    assert (document["codigoMensagem"], document["mensagem"]) == (1, "Ok.")
    for complaint in document["dados"]:
        assert list(complaint) == ["protocolo", "situacao", "prazo", "dataAbertura", "reclamante", "acoes"]
        assert complaint["prazo"].endswith(" 00:00:00")
        assert set(complaint["reclamante"]) == {"nome", "documento"}
        assert complaint["acoes"][0] == {
            "rel": "detalhar",
            "href": f"{{url-ambiente}}/reclamacao/{complaint['protocolo']}/detalhe",
            "type": "application/json",
            "method": "GET",
        }


def test_the_listing_shows_all_of_the_account_and_nothing_else(portal):
    own = portal.sandbox.complaints(company="Varanda Celulares")
    assert sorted(portal.protocols()) == sorted(complaint["protocol"] for complaint in own)


def test_identifiers_are_printed_as_bare_numbers_with_leading_zeros(portal):
    made = portal.sandbox.new_complaint(cpf="00123456797")
    text = portal.get("/reclamacoes/listar", numeroProtocolo=made["protocol"]).text
    assert f'"protocolo":{made["protocol"]},' in text
    assert '"documento":00123456797}' in text
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


def test_protocols_exceed_what_a_float_holds(portal):
    assert all(int(protocol) > 2**53 and len(protocol) == 17 for protocol in portal.protocols())


def test_actions_are_listed_only_while_an_answer_is_awaited(portal):
    seen = set()
    for complaint in portal.read("/reclamacoes/listar")["dados"]:
        offered = [action["rel"] for action in complaint["acoes"]][1:]
        truth = portal.sandbox.complaint(str(complaint["protocolo"]))
        awaits = truth["situation"] in (1, 3) and not truth["is_expired"]
        assert offered == (["complementar", "responder", "analise_procon", "redirecionar"] if awaits else [])
        seen.add(awaits)
    assert seen == {True, False}


def test_pages_cover_the_listing_once(portal):
    pages = []
    for number in range(100):
        page = portal.read("/reclamacoes/listar/paginado", page=number, size=3)["dados"][0]
        assert (page["number"], page["size"], page["sort"]) == (number, 3, None)
        assert page["numberOfElements"] == len(page["content"])
        assert page["firstPage"] is (number == 0)
        pages += [str(complaint["protocolo"]) for complaint in page["content"]]
        if page["lastPage"]:
            break
    assert pages == portal.protocols()
    assert page["totalPages"] == number + 1
    assert page["totalElements"] == len(pages)


def test_a_page_beyond_the_last_is_empty(portal):
    page = portal.read("/reclamacoes/listar/paginado", page=500)["dados"][0]
    assert (page["content"], page["lastPage"], page["numberOfElements"]) == ([], True, 0)


@pytest.mark.parametrize(("asked", "answered"), [(None, 50), (1, 1), (100, 100), (101, 100), (5000, 100)])
def test_a_page_has_fifty_unless_asked_and_a_hundred_at_most(portal, asked, answered):
    given = {} if asked is None else {"size": asked}
    page = portal.read("/tramites/periodo/listar/paginado", page=0, **given, **A_YEAR)["dado"]
    assert page["size"] == answered


@pytest.mark.parametrize(
    ("path", "given", "member"),
    [
        ("/reclamacoes/listar", {"numeroProtocolo": "1"}, "dados"),
        ("/reclamacoes/listar/paginado", {"numeroProtocolo": "1", "page": 0}, "dados"),
        ("/tramites/periodo/listar", {"dataInicioPeriodo": "01-01-1990", "dataFimPeriodo": "02-01-1990"}, "dados"),
        (
            "/tramites/periodo/listar/paginado",
            {"dataInicioPeriodo": "01-01-1990", "dataFimPeriodo": "02-01-1990", "page": 0},
            "dado",
        ),
    ],
)
def test_an_empty_result_leaves_the_data_out(portal, path, given, member):
    document = portal.read(path, **given)
    assert member not in document
    assert document == {"codigoMensagem": 1, "mensagem": "Ok."}


def test_the_detail_has_every_part_of_the_example_and_the_fields_seen_besides(portal):
    protocol = portal.awaiting()
    document = portal.read(f"/reclamacao/{protocol}/detalhe")
    assert list(document) == ["dado", "codigoMensagem", "mensagem"]
    detail = document["dado"]
    assert list(detail) == [
        "protocolo", "situacao", "meioConsumo", "prazo", "prazoManifestacao", "nomeCampoPrazo", "dataAbertura",
        "area", "assunto", "problema", "reclamante", "reclamado", "mediador", "tramites", "acoes",
    ]  # fmt: skip
    assert {"nome", "dataNascimento", "documento", "estado", "cidade", "cep", "logradouro"} <= set(detail["reclamante"])
    for party in ("reclamado", "mediador"):
        assert {"nome", "nomeFantasia", "numeroIdentificacao", "documento", "cep"} <= set(detail[party])
    assert str(detail["reclamado"]["numeroIdentificacao"]) == portal.account.company_code
    assert [action["rel"] for action in detail["acoes"]] == [
        "complementar", "responder", "analise_procon", "redirecionar",
    ]  # fmt: skip
    opening = detail["tramites"][0]
    assert (opening["codigo"], opening["tipo"]["codigo"], str(opening["protocoloReclamacao"])) == (1, 1, protocol)
    assert [text["tipo"]["codigo"] for text in opening["textos"]][:3] == [1, 3, 4]


def test_phone_types_are_numbers_and_mail_types_are_words(portal):
    people = [portal.read(f"/reclamacao/{p}/detalhe")["dado"]["reclamante"] for p in portal.protocols()]
    phones = [phone for person in people for phone in person.get("telefones", [])]
    mails = [mail for person in people for mail in person.get("emails", [])]
    assert phones
    assert mails
    assert all(phone["tipo"] in (1, 2, 3, 4) and isinstance(phone["ddd"], str) for phone in phones)
    assert all(mail["tipo"] in ("Pessoal", "Institucional") for mail in mails)


def test_movement_codes_are_a_sequence_of_each_complaint(portal):
    for protocol in portal.protocols():
        movements = portal.read(f"/reclamacao/{protocol}/detalhe")["dado"]["tramites"]
        assert [movement["codigo"] for movement in movements] == list(range(1, len(movements) + 1))


def test_a_rating_is_found_by_its_text_types(portal):
    rated = portal.sandbox.complaints(situation=6)[0]
    company = portal.sandbox.account(rated["company"])
    detail = Portal(portal.sandbox, company, company.cpf).log_in().read(f"/reclamacao/{rated['protocol']}/detalhe")
    rating = next(m for m in detail["dado"]["tramites"] if m["tipo"]["codigo"] == 4)
    texts = {text["tipo"]["codigo"]: text["texto"] for text in rating["textos"]}
    assert texts[6] == ("S" if rated["rating"] == 1 else "N")
    assert texts[7] == str(rated["score"])


def test_an_attachment_comes_as_base64_of_its_bytes(portal):
    content = bytes(range(256))
    protocol = portal.sandbox.new_complaint(files={"tudo.bin": content, "b.txt": b"b"})["protocol"]
    opening = portal.read(f"/reclamacao/{protocol}/detalhe")["dado"]["tramites"][0]
    assert [(file["codigo"], file["nome"], file["tamanho"]) for file in opening["anexos"]] == [
        (1, "tudo.bin", 256),
        (2, "b.txt", 1),
    ]
    assert "arquivoBase64" not in opening["anexos"][0]
    href = opening["anexos"][0]["acao"]["href"]
    assert href == f"{{url-ambiente}}/reclamacao/{protocol}/tramite/1/anexo/1/baixar"
    file = portal.read(href.removeprefix("{url-ambiente}"))["dado"]
    assert list(file) == ["codigo", "nome", "tamanho", "arquivoBase64"]
    assert base64.b64decode(file["arquivoBase64"]) == content


def test_the_complaint_comes_as_a_pdf_that_opens(portal):
    import pypdfium2

    protocol = portal.awaiting()
    file = portal.read(f"/reclamacao/{protocol}/baixar")["dado"]
    assert file["nome"] == f"Reclamacao {protocol}.pdf"
    document = pypdfium2.PdfDocument(base64.b64decode(file["arquivoBase64"]))
    assert protocol in document[0].get_textpage().get_text_bounded()


@pytest.mark.parametrize("name", ["foto do produto.jpg", "print da conversa.png"])
def test_seeded_pictures_are_pictures(name):
    from backoffice.sandbox.consumidor_gov.seed.files import USUAL

    picture = Image.open(io.BytesIO(dict(USUAL)[name]()))
    picture.load()
    assert len(picture.convert("L").getcolors(100_000)) > 1


def test_movements_of_a_period_are_those_of_the_account_in_order(portal):
    movements = portal.read("/tramites/periodo/listar", **A_YEAR)["dados"]
    own = [portal.sandbox.complaint(protocol) for protocol in portal.protocols()]
    assert {(str(m["protocoloReclamacao"]), m["codigo"]) for m in movements} == {
        (complaint["protocol"], movement["code"]) for complaint in own for movement in complaint["movements"]
    }
    moments = [m["data"][6:10] + m["data"][3:5] + m["data"][:2] + m["data"][11:] for m in movements]
    assert moments == sorted(moments)


def test_movements_of_a_period_are_paged_in_an_object(portal):
    document = portal.read("/tramites/periodo/listar/paginado", page=1, size=4, **A_YEAR)
    assert list(document) == ["dado", "codigoMensagem", "mensagem"]
    whole = portal.read("/tramites/periodo/listar", **A_YEAR)["dados"]
    assert document["dado"]["content"] == whole[4:8]
    assert document["dado"]["totalElements"] == len(whole)


def test_a_period_takes_in_its_first_and_last_second(portal):
    protocol = portal.awaiting()
    day = portal.sandbox.now().replace(hour=10, minute=0, second=0)
    portal.sandbox.set_clock(day, stopped=True)
    portal.log_in()
    portal.sandbox.consumer_complement(protocol, "às dez em ponto")
    date = f"{day:%d-%m-%Y}"

    def found(first: str, last: str) -> bool:
        document = portal.read(
            "/tramites/periodo/listar",
            dataInicioPeriodo=date, horaInicioPeriodo=first, dataFimPeriodo=date, horaFimPeriodo=last,
        )  # fmt: skip
        texts = [text["texto"] for movement in document.get("dados", []) for text in movement["textos"]]
        return "às dez em ponto" in texts

    assert found("10:00:00", "10:00:00")
    assert not found("00:00:00", "09:59:59")
    assert not found("10:00:01", "23:59:59")


def test_movements_of_one_complaint_need_no_period(portal):
    protocol = portal.awaiting()
    movements = portal.read(f"/tramites/reclamacao/{protocol}/listar")["dados"]
    assert movements == portal.read(f"/reclamacao/{protocol}/detalhe")["dado"]["tramites"]
    only = portal.read(f"/tramites/reclamacao/{protocol}/listar", codigoTipoTramite=1)["dados"]
    assert [movement["tipo"]["codigo"] for movement in only] == [1]


@pytest.mark.parametrize(
    ("path", "first"),
    [
        ("situacoes", {"codigo": 1, "descricao": "Em aberto"}),
        ("meiosconsumo", {"codigo": 1, "descricao": "Internet"}),
        ("tipostramite", {"codigo": 1, "descricao": "Abertura da reclamação"}),
        ("tipostextotramite", {"codigo": 1, "descricao": "Indicador de contato com o fornecedor"}),
        ("procons", {"codigo": 20140106000000201, "descricao": "Procon Estadual AC"}),
        ("subsidiarias", {"codigo": 20140106000000011, "descricao": "VARANDA CELULARES"}),
        ("uf/AC/municipios", {"codigo": "0000003", "descricao": "Cruzeiro do Sul"}),
        ("areas", {"codigo": 1, "descricao": "Alimentos"}),
    ],
)
def test_each_catalogue_lists_code_and_description(portal, path, first):
    records = portal.read(f"/cadastros/{path}/listar")["dados"]
    assert records[0] == first
    assert all(list(record) == ["codigo", "descricao"] for record in records)


def test_the_situations_are_those_the_working_client_meets(portal):
    records = portal.read("/cadastros/situacoes/listar")["dados"]
    assert [record["codigo"] for record in records] == [1, 2, 3, 4, 6, 7, 8, 9]


def test_the_taxonomy_leads_from_area_to_subject_to_problem(portal):
    detail = portal.read(f"/reclamacao/{portal.awaiting()}/detalhe")["dado"]
    assert detail["area"] in portal.read("/cadastros/areas/listar")["dados"]
    area, subject = detail["area"]["codigo"], detail["assunto"]["codigo"]
    assert detail["assunto"] in portal.read(f"/cadastros/area/{area}/assuntos/listar")["dados"]
    assert detail["problema"] in portal.read(f"/cadastros/assunto/{subject}/problemas/listar")["dados"]


def test_ten_thousand_complaints_are_paged_quickly(tmp_path):
    """Each page of a hundred in under 50 ms; the median of several, so that a busy machine does not decide."""
    import statistics
    import time

    from tests.sandbox import running_sandbox

    with running_sandbox(tmp_path / "many", complaints=10_000) as (sandbox, _):
        account = sandbox.account()
        portal = Portal(sandbox, account, account.cpf).log_in()
        took = []
        for number in range(12):
            started = time.perf_counter()
            assert portal.get("/reclamacoes/listar/paginado", page=number, size=100).status_code == 200
            took.append(time.perf_counter() - started)
        assert statistics.median(took) < 0.05

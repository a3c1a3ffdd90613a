"""Every JSON example of the API document, read as printed."""

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from backoffice.remote import lenient_json
from complaints.consumidor_gov import parsing
from complaints.consumidor_gov.records import (
    AttachmentInfo,
    Coded,
    ComplaintSummary,
    Contact,
    IssuedToken,
    Movement,
    MovementText,
    Party,
    Receipt,
)
from tests.complaints.consumidor_gov.conftest import EXAMPLES, example, repaired

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
ALL_ACTIONS = ("detalhar", "complementar", "responder", "analise_procon", "redirecionar")
SUMMARY = ComplaintSummary(
    protocol="20140100000091189",
    situation=Coded("7", "Finalizada não avaliada"),
    deadline=date(2014, 6, 10),
    opened_at=datetime(2014, 5, 10, 11, 22, 5, tzinfo=SAO_PAULO),
    consumer_name="Nome do Reclamado",
    consumer_document="00100200344",
    allowed_actions=ALL_ACTIONS,
)


def data_of(name: str):
    envelope = parsing.envelope(lenient_json.loads(example(name)))
    assert (envelope.code, envelope.message, envelope.is_ok) == ("1", "Ok.", True)
    return envelope.data


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SAO_PAULO)


def test_all_23_examples_are_here_and_only_the_broken_one_is_not_json():
    names = sorted(path.name for path in EXAMPLES.iterdir())
    assert len(names) == 23
    broken = []
    for name in names:
        try:
            lenient_json.loads(example(name))
        except ValueError:
            broken.append(name)
    assert broken == ["complaints_paginated.json.txt"]


def test_three_examples_are_json_only_with_leading_zeros_allowed():
    strictly_refused = []
    for path in sorted(EXAMPLES.glob("*.json")):
        try:
            json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            strictly_refused.append(path.name)
    assert strictly_refused == ["complaint_detail.json", "complaints.json", "municipalities.json"]


def test_token():
    assert parsing.issued_token(lenient_json.loads(example("token.json"))) == IssuedToken(
        "b895ec3c0e14d76967b564e2fa795862", 111600
    )


def test_complaints():
    found = parsing.listing(data_of("complaints.json"), parsing.complaint_summary)
    assert (found.items, found.unreadable) == ((SUMMARY,), ())


def in_shape(shape: str) -> dict:
    """The repaired example with its data in another of the shapes that may come."""
    body = lenient_json.loads(repaired())
    [page] = body.pop("dados")
    if shape == "dados, list of one object":
        return {**body, "dados": [page]}
    if shape == "dados, object":
        return {**body, "dados": page}
    if shape == "dado, object":
        return {**body, "dado": page}
    if shape == "dado, list of one object":
        return {**body, "dado": [page]}
    return {**body, "dados": page["content"]}


@pytest.mark.parametrize(
    ("shape", "size", "total", "is_last"),
    [
        ("dados, list of one object", 50, 1, True),
        ("dados, object", 50, 1, True),
        ("dado, object", 50, 1, True),
        ("dado, list of one object", 50, 1, True),
        ("dados, bare list", 100, None, True),
    ],
)
def test_paginated_complaints_repaired_in_each_shape(shape, size, total, is_last):
    envelope = parsing.envelope(in_shape(shape))
    page = parsing.page(envelope.data, parsing.complaint_summary, number=0, size=100)
    assert (page.items, page.unreadable) == ((SUMMARY,), ())
    assert (page.number, page.size, page.total, page.is_last) == (0, size, total, is_last)


def test_complaint_detail():
    detail = parsing.complaint_detail(data_of("complaint_detail.json"))
    assert detail.protocol == "20140700000001189"
    assert detail.situation == Coded("7", "Finalizada não avaliada")
    assert detail.purchase_channel == Coded("5", "Domicílio")
    assert detail.deadline == date(2077, 11, 6)
    assert detail.opened_at == at(2014, 7, 29, 15, 43, 39)
    assert detail.area == Coded("3", "Serviços Financeiros")
    assert detail.subject == Coded("301", "Cartão de Crédito / Cartão de Débito / Cartão de Loja")
    assert detail.problem == Coded("10000031", "Cobrança submetendo a ofensa, constrangimento ou ameaça")
    assert detail.consumer == Party(
        name="Nome do Reclamante",
        document="00100200344",
        born_on=date(1990, 10, 10),
        emails=(Contact("reclamante@gmail.com", "Pessoal", is_main=True),),
        phones=(Contact("2129853751", "Residencial"),),
        uf="RJ",
        city="Rio de Janeiro",
        street="Avenida das Américas",
        district="Barra da Tijuca",
        number_complement="Edificio Sede - 5 Andar - Sala 524",
    )
    assert detail.company == Party(
        name="Bradesco Capitalização S.A.",
        document="85766474000100",
        identification="20140206000001110",
        uf="SP",
        city="São Paulo",
        street="Avenida Paulista 1415",
        district="Bela Vista",
        number_complement="4 andar NR 1415",
    )
    assert detail.mediator == Party(
        name="Procon Estadual RJ",
        document="55766474000105",
        identification="20140102000000560",
        uf="RJ",
        city="Rio de Janeiro",
        street="Rua Gustavo de Lacerda",
        district="Centro",
        number_complement="102",
    )
    assert detail.allowed_actions == ALL_ACTIONS[1:]
    assert (detail.deadline_name, detail.manifestation_deadline) == ("", None)
    assert lenient_json.loads(detail.raw) == data_of("complaint_detail.json")


def test_movements_of_the_detail():
    movements = parsing.complaint_detail(data_of("complaint_detail.json")).movements
    assert [(m.code, m.type.code, m.author) for m in movements] == [
        (1, "1", "Nome do Reclamante"),
        (2, "2", "Bradesco Capitalização"),
        (3, "3", "Bradesco Capitalização"),
        (4, "4", "Bradesco Capitalização"),
        (5, "4", "Bradesco"),
        (6, "5", "Sistema"),
        (7, "6", "Sistema"),
    ]
    assert {m.protocol for m in movements} == {"20140700000001189"}
    assert movements[0].texts == (
        MovementText(Coded("1", "Indicador de Contato com o Fornecedor"), "N"),
        MovementText(Coded("3", "Descrição da reclamação"), "Texto que o consumidor digita sobre a reclamação"),
        MovementText(Coded("4", "Pedido da reclamação"), "Texto que o consumidor digita sobre o pedido"),
    )
    assert movements[2].attachments == (AttachmentInfo("1", "comprovante.jpg", 879394),)
    assert movements[6].at == at(2014, 2, 10, 15, 43, 39)


def test_attachment():
    content = parsing.file_content(data_of("attachment.json"))
    assert (content.name, content.announced_size) == ("comprovante.jpg", 879394)
    assert content.content.startswith(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    assert content.content.endswith(b"\xff\xd9")


def test_complaint_pdf():
    content = parsing.file_content(data_of("complaint_pdf.json"))
    assert (content.name, content.announced_size) == ("Reclamacao 123456789.pdf", None)
    assert content.content.startswith(b"\xff\xd8")  # printed with the bytes of a JPEG


@pytest.mark.parametrize("name", ["movements.json", "movements_of_complaint.json", "movements_paginated.json"])
def test_movements(name):
    page = parsing.page(data_of(name), parsing.movement, number=0, size=50)
    first, second = page.items
    assert page.unreadable == ()
    assert (first.code, first.protocol, first.author) == (1, "20140100000001261", "(autor)")
    assert first.at == at(2014, 8, 5, 16, 49, 26)
    assert [text.type.code for text in first.texts] == ["1", "3", "4"]
    assert second == Movement(
        code=2,
        type=Coded("2", "Recebido pelo Fornecedor"),
        at=at(2014, 8, 5, 16, 49, 46),
        author="(empresa)",
        protocol="20140100000001261",
        texts=(MovementText(Coded("9", "Texto do Sistema"), "(Sem Detalhes)"),),
    )


def test_movements_paginated():
    page = parsing.page(data_of("movements_paginated.json"), parsing.movement, number=0, size=100)
    assert (page.number, page.size, page.total, page.is_last) == (0, 50, 2, True)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("complement", Coded("6", "Complemento da Reclamação")),
        ("answer", Coded("3", "Resposta")),
        ("refuse", Coded("8", "Recusado")),
        ("redirect", Coded("10", "Alteracao Fornecedor")),
    ],
)
def test_receipts(name, kind):
    body = lenient_json.loads(example(f"{name}.json"))
    assert parsing.envelope(body).is_ok
    assert parsing.receipt(body, of="1", message="Ok.") == Receipt(
        "20140100000001261", 1, kind, at(2014, 8, 5, 16, 49, 26), "Ok."
    )


CATALOGUES = {
    "situations": (5, Coded("2", "Em análise pelo fornecedor")),
    "purchase_channels": (5, Coded("2", "Loja física")),
    "movement_types": (6, Coded("2", "Visualizada pelo fornecedor")),
    "procons": (3, Coded("20140106000000202", "Procon DF")),
    "text_types": (4, Coded("7", "Índice de satisfação do consumidor")),
    "subsidiaries": (5, Coded("20140106000000002", "BRADESCARD")),
    "municipalities": (8, Coded("0000002", "Brasilíia")),
    "areas": (3, Coded("2", "Telecomunicações")),
    "subjects": (3, Coded("2", "Demais aparelhos de comunicação")),
    "problems": (6, Coded("2", "Má qualidade no atendimento (descortesia / despreparo/ constrangimento)")),
}


@pytest.mark.parametrize("name", CATALOGUES)
def test_catalogues(name):
    count, second = CATALOGUES[name]
    found = parsing.listing(data_of(f"{name}.json"), parsing.catalogue_entry)
    assert (len(found.items), found.items[1], found.unreadable) == (count, second, ())


def test_a_blank_after_a_description_is_trimmed():
    found = parsing.listing(data_of("subsidiaries.json"), parsing.catalogue_entry)
    assert found.items[0] == Coded("20140106000000001", "BANKPAR")

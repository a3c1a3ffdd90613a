"""Records as the client returns them, for tests of what reads them. Say only what the test is about."""

import datetime

from complaints.consumidor_gov.records import (
    AttachmentInfo,
    Coded,
    ComplaintDetail,
    ComplaintSummary,
    Contact,
    Movement,
    MovementText,
    Party,
)
from tests.complaints.factories import at

SITUATION = Coded("3", "Em análise pelo fornecedor")
OPENED = at("2026-11-10", "09:00")


def opening(**fields) -> Movement:
    values = {
        "code": 1,
        "type": Coded("1", "Abertura da reclamação"),
        "at": OPENED,
        "author": "Maria das Graças",
        "texts": (
            MovementText(Coded("1", "Indicador de contato com o fornecedor"), "S"),
            MovementText(Coded("3", "Descrição da reclamação"), "A televisão não liga."),
        ),
    }
    return Movement(**(values | fields))


def movement(code: int, text: str = "Complemento da reclamação", **fields) -> Movement:
    values = {
        "code": code,
        "type": Coded("6", text),
        "at": OPENED + datetime.timedelta(days=code),
        "author": "Maria das Graças",
        "texts": (MovementText(Coded("5", "Interação Única"), f"Texto {code}"),),
    }
    return Movement(**(values | fields))


def attachment(code: str = "1", name: str = "nota.pdf", size: int | None = 1000) -> AttachmentInfo:
    return AttachmentInfo(code, name, size)


def detail(protocol: str = "20261100000000001", **fields) -> ComplaintDetail:
    values = {
        "protocol": protocol,
        "situation": SITUATION,
        "deadline": datetime.date(2026, 11, 20),
        "opened_at": OPENED,
        "consumer": Party(
            "Maria das Graças",
            "00100200344",
            born_on=datetime.date(1990, 10, 10),
            emails=(Contact("maria@example.com", "Pessoal", True),),
            uf="RJ",
            city="Rio de Janeiro",
        ),
        "company": Party("Varanda Móveis Ltda.", "85766474000100", trade_name="Varanda Móveis"),
        "mediator": Party("Procon Estadual RJ"),
        "area": Coded("2", "Produtos"),
        "subject": Coded("21", "Televisão"),
        "problem": Coded("211", "Produto com defeito"),
        "purchase_channel": Coded("1", "Internet"),
        "movements": (opening(),),
        "allowed_actions": ("complementar", "responder"),
        "deadline_name": "Prazo para resposta",
        "raw": f'{{"protocolo":{protocol}}}',
    }
    return ComplaintDetail(**(values | fields))


def summary(of: ComplaintDetail, **fields) -> ComplaintSummary:
    values = {
        "protocol": of.protocol,
        "situation": of.situation,
        "deadline": of.deadline,
        "opened_at": of.opened_at,
        "consumer_name": of.consumer.name,
        "consumer_document": of.consumer.document,
        "allowed_actions": ("detalhar", *of.allowed_actions),
    }
    return ComplaintSummary(**(values | fields))

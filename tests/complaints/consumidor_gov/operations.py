"""The 23 operations of the document, one row each: how it is called and what must then stand on the wire."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time

from complaints.consumidor_gov.client import ConsumidorGov
from complaints.consumidor_gov.records import ComplaintFilters, OutgoingFile

PROTOCOL = "20140100000091189"
ALL_FILTERS = ComplaintFilters(
    protocol=PROTOCOL,
    movement_type="3",
    situation="7",
    rating=2,
    consumer_name="João & Cia",
    consumer_cpf="001.002.003-44",
    region="SE",
    uf="SP",
    municipality="0000007",
    bond_situation="1",
    economic_group="20140106000000003",
    purchase_channel="5",
    area="3",
    subject="301",
    problem="10000031",
    score=5,
    reference_text="ref 1",
    deadline_from=date(2026, 1, 2),
    deadline_to=date(2026, 1, 31),
    opened_from=date(2026, 2, 1),
    opened_from_time=time(0, 0),
    opened_to=date(2026, 2, 3),
    opened_to_time=time(14, 5, 9),
)
ALL_FILTERS_SENT = [
    ("numeroProtocolo", PROTOCOL),
    ("codigoTipoTramiteReclamacao", "3"),
    ("codigoSituacaoReclamacao", "7"),
    ("numAvaliacao", "2"),
    ("nomeReclamante", "João & Cia"),
    ("cpfReclamante", "00100200344"),
    ("siglaRegiao", "SE"),
    ("siglaUF", "SP"),
    ("codigoMunicipio", "0000007"),
    ("situacaoVinculo", "1"),
    ("codigoGrupoEconomico", "20140106000000003"),
    ("codigoMeioConsumo", "5"),
    ("codigoArea", "3"),
    ("codigoAssunto", "301"),
    ("codigoProblema", "10000031"),
    ("notaConsumidor", "5"),
    ("textoReferenciaFornecedor", "ref 1"),
    ("dataIniPrazo", "02-01-2026"),
    ("dataFimPrazo", "31-01-2026"),
    ("dataIniPeriodo", "01-02-2026"),
    ("horaInicialPeriodo", "00:00:00"),
    ("dataFimPeriodo", "03-02-2026"),
    ("horaFinalPeriodo", "14:05:09"),
]
PERIOD = (date(2026, 2, 1), datetime(2026, 2, 4, 2, 30, 15, tzinfo=UTC))  # 23:30:15 of the 3rd in São Paulo
PERIOD_SENT = [
    ("dataInicioPeriodo", "01-02-2026"),
    ("dataFimPeriodo", "03-02-2026"),
    ("horaFimPeriodo", "23:30:15"),
]
FILES = (OutgoingFile("comprovante é.pdf", b"%PDF-1.7"), OutgoingFile("foto.png", b"\x89PNG"))
TEXT = 'Olá, "João" — açúcar 😀\nsegunda linha'
BODY_WITH_FILES = (
    '{"texto":"Olá, \\"João\\" — açúcar 😀\\nsegunda linha","anexos":['
    '{"nome":"comprovante é.pdf","tamanho":8,"arquivoBase64":"JVBERi0xLjc="},'
    '{"nome":"foto.png","tamanho":4,"arquivoBase64":"iVBORw=="}]}'
)
BODY_WITHOUT_FILES = '{"texto":"Olá, \\"João\\" — açúcar 😀\\nsegunda linha"}'
BODY_OF_REDIRECT = BODY_WITHOUT_FILES[:-1] + ',"identificacaoEmpresaGrupo":20140106000000003}'


@dataclass(frozen=True)
class Operation:
    name: str
    example: str
    call: Callable[[ConsumidorGov], object]
    path: str
    query: list[tuple[str, str]] = field(default_factory=list)  # beyond versao and cpfAutorizado
    body: str = ""
    method: str = "GET"


def _catalogue(name: str, path: str, *arguments: str) -> Operation:
    return Operation(name, f"{name}.json", lambda c: getattr(c, name)(*arguments), f"/cadastros/{path}/listar")


COMPLAINT = f"/reclamacao/{PROTOCOL}"

READS = [
    Operation(
        "list_complaints",
        "complaints.json",
        lambda c: c.list_complaints(ALL_FILTERS),
        "/reclamacoes/listar",
        ALL_FILTERS_SENT,
    ),
    Operation(
        "page_complaints",
        "complaints_paginated.json.txt",
        lambda c: c.page_complaints(ALL_FILTERS, page=0),
        "/reclamacoes/listar/paginado",
        [("page", "0"), ("size", "100"), *ALL_FILTERS_SENT],
    ),
    Operation("complaint", "complaint_detail.json", lambda c: c.complaint(PROTOCOL), COMPLAINT + "/detalhe"),
    Operation(
        "attachment",
        "attachment.json",
        lambda c: c.attachment(PROTOCOL, 3, "1"),
        COMPLAINT + "/tramite/3/anexo/1/baixar",
    ),
    Operation("complaint_pdf", "complaint_pdf.json", lambda c: c.complaint_pdf(PROTOCOL), COMPLAINT + "/baixar"),
    Operation(
        "list_movements",
        "movements.json",
        lambda c: c.list_movements(*PERIOD, movement_type="6"),
        "/tramites/periodo/listar",
        [*PERIOD_SENT, ("codigoTipoTramite", "6")],
    ),
    Operation(
        "page_movements",
        "movements_paginated.json",
        lambda c: c.page_movements(*PERIOD, page=2, size=1, movement_type="6"),
        "/tramites/periodo/listar/paginado",
        [("page", "2"), ("size", "1"), *PERIOD_SENT, ("codigoTipoTramite", "6")],
    ),
    Operation(
        "movements_of",
        "movements_of_complaint.json",
        lambda c: c.movements_of(PROTOCOL, start=PERIOD[0], end=PERIOD[1], movement_type="6"),
        f"/tramites/reclamacao/{PROTOCOL}/listar",
        [*PERIOD_SENT, ("codigoTipoTramite", "6")],
    ),
    _catalogue("situations", "situacoes"),
    _catalogue("purchase_channels", "meiosconsumo"),
    _catalogue("movement_types", "tipostramite"),
    _catalogue("procons", "procons"),
    _catalogue("text_types", "tipostextotramite"),
    _catalogue("subsidiaries", "subsidiarias"),
    _catalogue("municipalities", "uf/AC/municipios", "AC"),
    _catalogue("areas", "areas"),
    _catalogue("subjects", "area/1/assuntos", "1"),
    _catalogue("problems", "assunto/301/problemas", "301"),
]

WRITES = [
    Operation(
        "complement",
        "complement.json",
        lambda c, **cpf: c.complement(PROTOCOL, text=TEXT, files=FILES, **cpf),
        COMPLAINT + "/complementar",
        body=BODY_WITH_FILES,
        method="POST",
    ),
    Operation(
        "answer",
        "answer.json",
        lambda c, **cpf: c.answer(PROTOCOL, text=TEXT, files=FILES, **cpf),
        COMPLAINT + "/responder",
        body=BODY_WITH_FILES,
        method="POST",
    ),
    Operation(
        "refuse",
        "refuse.json",
        lambda c, **cpf: c.refuse(PROTOCOL, text=TEXT, **cpf),
        COMPLAINT + "/recusar",
        body=BODY_WITHOUT_FILES,
        method="POST",
    ),
    Operation(
        "redirect",
        "redirect.json",
        lambda c, **cpf: c.redirect(PROTOCOL, company_code="20140106000000003", text=TEXT, **cpf),
        COMPLAINT + "/redirecionar",
        body=BODY_OF_REDIRECT,
        method="POST",
    ),
]

"""Reading complaints and movements: the document's filters as SQL, per account."""

import unicodedata

from backoffice.sandbox.consumidor_gov.parameters import Parameters
from backoffice.sandbox.consumidor_gov.refusals import Refusal
from backoffice.sandbox.consumidor_gov.seed.places import REGIONS, UFS
from backoffice.sandbox.consumidor_gov.situations import shown_situation, situation_of_code

COMPLAINT_FILTERS = (  # L121-L168, and again L266-L314
    "numeroProtocolo",
    "codigoTipoTramiteReclamacao",
    "codigoSituacaoReclamacao",
    "numAvaliacao",
    "nomeReclamante",
    "cpfReclamante",
    "siglaRegiao",
    "siglaUF",
    "codigoMunicipio",
    "situacaoVinculo",
    "codigoGrupoEconomico",
    "codigoMeioConsumo",
    "codigoArea",
    "codigoAssunto",
    "codigoProblema",
    "notaConsumidor",
    "textoReferenciaFornecedor",
    "dataIniPrazo",
    "dataFimPrazo",
    "dataIniPeriodo",
    "horaInicialPeriodo",
    "dataFimPeriodo",
    "horaFinalPeriodo",
)
MOVEMENT_FILTERS = (  # L853-L862
    "dataInicioPeriodo",
    "horaInicioPeriodo",
    "dataFimPeriodo",
    "horaFimPeriodo",
    "codigoTipoTramite",
)
PAGE_PARAMETERS = ("page", "size")

GROUP_CODE = 20140106000000000  # of the economic group [A]
ACTIVE_LINK = 1  # situacaoVinculo: codes are not public [A]


def search_form(text: str) -> str:
    """Lower case without accents, for finding by name."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


class Where:
    """Conditions joined by AND, with their values."""

    def __init__(self, condition: str, *values):
        self._conditions, self.values = [condition], list(values)

    def add(self, condition: str, *values) -> None:
        self._conditions.append(condition)
        self.values.extend(values)

    @property
    def sql(self) -> str:
        return " AND ".join(self._conditions)


def complaint_filter(parameters: Parameters, company: str, quirks) -> Where:
    """The 23 filters over the complaints this account holds."""
    where = Where("c.company = ?", company)
    protocol = parameters.number("numeroProtocolo")
    if protocol is not None:
        where.add("c.protocol = ?", str(protocol))
    movement_type = parameters.number("codigoTipoTramiteReclamacao")
    if movement_type is not None:
        where.add("EXISTS (SELECT 1 FROM movements m WHERE m.protocol = c.protocol AND m.type = ?)", movement_type)
    situation = parameters.number("codigoSituacaoReclamacao")
    if situation is not None:
        where.add("c.situation = ?", situation_of_code(situation, quirks))
    for name, column, minimum, maximum in (
        ("numAvaliacao", "c.rating", 1, 3),  # L127-L130, L273-L276
        ("codigoMeioConsumo", "c.channel", 0, None),
        ("codigoArea", "c.area", 0, None),
        ("codigoAssunto", "c.subject", 0, None),
        ("codigoProblema", "c.problem", 0, None),
        ("notaConsumidor", "c.score", 1, 5),  # L154, L300
        ("codigoMunicipio", "k.city_code", 0, None),
    ):
        number = parameters.number(name, minimum=minimum, maximum=maximum)
        if number is not None:
            where.add(f"{column} = ?", number)
    _consumer_filter(parameters, where)
    _company_filter(parameters, where)
    deadline = parameters.days("dataIniPrazo", "dataFimPrazo")
    if deadline:
        where.add("c.deadline BETWEEN ? AND ?", *(day.isoformat() for day in deadline))
    opened = parameters.period("dataIniPeriodo", "horaInicialPeriodo", "dataFimPeriodo", "horaFinalPeriodo")
    if opened:
        where.add("c.opened_at BETWEEN ? AND ?", *opened)
    return where


def _consumer_filter(parameters: Parameters, where: Where) -> None:
    name = parameters.text("nomeReclamante")
    if name:  # «Assume prefixos e sufixos» (L132)
        where.add("k.search_name LIKE ? ESCAPE '\\'", _containing(search_form(name)))
    cpf = parameters.number("cpfReclamante")
    if cpf is not None:  # «Somente os números» (L134); leading zeros may be lost
        where.add("k.cpf = ?", f"{cpf:011d}")
    region = parameters.text("siglaRegiao")
    if region:
        if region not in REGIONS:
            raise Refusal("parameter_invalid", name="siglaRegiao")
        ufs = REGIONS[region]
        where.add(f"k.uf IN ({', '.join('?' * len(ufs))})", *ufs)
    uf = parameters.text("siglaUF")
    if uf:
        if uf not in UFS:
            raise Refusal("parameter_invalid", name="siglaUF")
        where.add("k.uf = ?", uf)


def _company_filter(parameters: Parameters, where: Where) -> None:
    link = parameters.number("situacaoVinculo")
    if link is not None and link != ACTIVE_LINK:
        where.add("FALSE")
    group = parameters.number("codigoGrupoEconomico")
    if group is not None and group != GROUP_CODE:  # or one company of it: no cadastro serves this filter
        where.add("c.company = ?", str(group))
    reference = parameters.text("textoReferenciaFornecedor")
    if reference:
        where.add("c.reference LIKE ? ESCAPE '\\'", _containing(reference))


def _containing(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def find_complaints(state, where: Where, quirks, *, limit: int = -1, offset: int = 0) -> list[dict]:
    """Newest first. The document promises no order."""
    sql = (
        "SELECT c.protocol, c.situation, c.is_expired, c.deadline, c.opened_at,"  # noqa: S608 - values are bound
        " k.name AS consumer_name, k.cpf AS consumer_cpf"
        f" FROM complaints c JOIN consumers k ON k.id = c.consumer WHERE {where.sql}"
        " ORDER BY c.opened_at DESC, c.protocol DESC LIMIT ? OFFSET ?"
    )
    rows = state.rows(sql, [*where.values, limit, offset])
    return [{**dict(row), "shown_situation": shown_situation(row["situation"], quirks)} for row in rows]


def count_complaints(state, where: Where) -> int:
    join = " JOIN consumers k ON k.id = c.consumer" if "k." in where.sql else ""
    return state.row(f"SELECT count(*) FROM complaints c{join} WHERE {where.sql}", where.values)[0]  # noqa: S608


def complaint_of(state, protocol: str, company: str):
    """The complaint with its taxonomy's names; one that another account holds does not exist here."""
    row = state.row(
        "SELECT c.*, a.name AS area_name, s.name AS subject_name, p.name AS problem_name"
        " FROM complaints c JOIN areas a ON a.code = c.area JOIN subjects s ON s.code = c.subject"
        " JOIN problems p ON p.code = c.problem WHERE c.protocol = ? AND c.company = ?",
        (protocol, company),
    )
    if row is None:
        raise Refusal("complaint_unknown")
    return row


def movement_filter(parameters: Parameters, company: str, *, period_required: bool) -> Where:
    where = Where("c.company = ?", company)
    period = parameters.period(
        "dataInicioPeriodo",
        "horaInicioPeriodo",
        "dataFimPeriodo",
        "horaFimPeriodo",
        required=period_required,  # L853-L858; of one complaint not: L1117-L1122
    )
    if period:
        where.add("m.at BETWEEN ? AND ?", *period)
    movement_type = parameters.number("codigoTipoTramite")
    if movement_type is not None:
        where.add("m.type = ?", movement_type)
    return where


def find_movements(state, where: Where, *, limit: int = -1, offset: int = 0, of_one: bool = False):
    """Oldest first, as in the examples (L888, L920); those of one complaint by their code."""
    order = "m.code" if of_one else "m.at, m.protocol, m.code"
    return state.rows(
        f"SELECT m.* FROM movements m JOIN complaints c USING (protocol) WHERE {where.sql}"  # noqa: S608
        f" ORDER BY {order} LIMIT ? OFFSET ?",
        [*where.values, limit, offset],
    )


def count_movements(state, where: Where) -> int:
    sql = f"SELECT count(*) FROM movements m JOIN complaints c USING (protocol) WHERE {where.sql}"  # noqa: S608
    return state.row(sql, where.values)[0]


def files_of(state, movements):
    """The attachments of these movements, without their bytes."""
    protocols = sorted({row["protocol"] for row in movements})
    files = []
    for start in range(0, len(protocols), 500):
        some = protocols[start : start + 500]
        sql = (
            "SELECT protocol, movement, code, name, size FROM attachments"  # noqa: S608 - values are bound
            f" WHERE protocol IN ({', '.join('?' * len(some))}) ORDER BY protocol, movement, code"
        )
        files += state.rows(sql, some)
    return files

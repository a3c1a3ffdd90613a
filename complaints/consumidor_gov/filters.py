"""What the listings can be asked, as request parameters. What is unusable is a ValueError before any call."""

from datetime import date, datetime, time

from complaints.consumidor_gov.records import ComplaintFilters
from complaints.consumidor_gov.tokens import SAO_PAULO

Parameters = list[tuple[str, str]]

LARGEST_PAGE = 100  # above it the portal silently gives 100 («Consultas», size)


def complaint_parameters(filters: ComplaintFilters) -> Parameters:
    """The filters that are set, in the document's order («Consultas de Reclamações», Parâmetros de Envio)."""
    if filters.rating is not None and filters.rating not in (1, 2, 3):
        raise ValueError("rating must be 1, 2 or 3")
    if filters.score is not None and filters.score not in (1, 2, 3, 4, 5):
        raise ValueError("score must be 1 to 5")
    _check_pair(filters.deadline_from, filters.deadline_to)
    _check_pair(filters.opened_from, filters.opened_to)
    if filters.opened_from is None and (filters.opened_from_time or filters.opened_to_time) is not None:
        raise ValueError("a time needs its date")
    if filters.consumer_cpf and len(digits(filters.consumer_cpf)) != 11:
        raise ValueError("a CPF has 11 digits")  # dropped silently, it would list everybody's
    return _present(
        ("numeroProtocolo", filters.protocol),
        ("codigoTipoTramiteReclamacao", filters.movement_type),
        ("codigoSituacaoReclamacao", filters.situation),
        ("numAvaliacao", filters.rating),
        ("nomeReclamante", filters.consumer_name),
        ("cpfReclamante", digits(filters.consumer_cpf)),  # "Somente os números"
        ("siglaRegiao", filters.region),
        ("siglaUF", filters.uf),
        ("codigoMunicipio", filters.municipality),
        ("situacaoVinculo", filters.bond_situation),
        ("codigoGrupoEconomico", filters.economic_group),
        ("codigoMeioConsumo", filters.purchase_channel),
        ("codigoArea", filters.area),
        ("codigoAssunto", filters.subject),
        ("codigoProblema", filters.problem),
        ("notaConsumidor", filters.score),
        ("textoReferenciaFornecedor", filters.reference_text),
        ("dataIniPrazo", _day(filters.deadline_from)),
        ("dataFimPrazo", _day(filters.deadline_to)),
        ("dataIniPeriodo", _day(filters.opened_from)),
        ("horaInicialPeriodo", _hour(filters.opened_from_time)),
        ("dataFimPeriodo", _day(filters.opened_to)),
        ("horaFinalPeriodo", _hour(filters.opened_to_time)),
    )


def movement_parameters(start: date | None, end: date | None, movement_type: str | None) -> Parameters:
    """The period of the movements' listings, which spell their parameters differently from the complaints'.

    A date counts whole days; an aware datetime sends its hour too, both in America/Sao_Paulo.
    """
    _check_pair(start, end)
    return _present(
        ("dataInicioPeriodo", _day(start)),
        ("horaInicioPeriodo", _hour(start)),
        ("dataFimPeriodo", _day(end)),
        ("horaFimPeriodo", _hour(end)),
        ("codigoTipoTramite", movement_type),
    )


def page_parameters(page: int, size: int) -> Parameters:
    if page < 0:
        raise ValueError("page counts from 0")
    if not 1 <= size <= LARGEST_PAGE:
        raise ValueError(f"size must be 1 to {LARGEST_PAGE}")
    return [("page", str(page)), ("size", str(size))]


def digits(text: str) -> str:
    return "".join(character for character in text if character in "0123456789")


def _present(*pairs: tuple[str, object]) -> Parameters:
    return [(name, str(value)) for name, value in pairs if value is not None and value != ""]


def _check_pair(start: date | None, end: date | None) -> None:
    if (start is None) != (end is None):
        raise ValueError("dates come in pairs")
    for instant in (start, end):
        if isinstance(instant, datetime) and instant.tzinfo is None:
            raise ValueError("an instant must be aware")
    if start is not None and end is not None and _reversed(start, end):
        raise ValueError("the period ends before it starts")


def _reversed(start: date, end: date) -> bool:
    if isinstance(start, datetime) and isinstance(end, datetime):
        return start > end
    return _local_date(start) > _local_date(end)


def _local_date(instant: date) -> date:
    return instant.astimezone(SAO_PAULO).date() if isinstance(instant, datetime) else instant


def _day(instant: date | None) -> str | None:
    return _local_date(instant).strftime("%d-%m-%Y") if instant is not None else None


def _hour(instant: date | time | None) -> str | None:
    if isinstance(instant, datetime):
        instant = instant.astimezone(SAO_PAULO)
    elif not isinstance(instant, time):
        return None  # a whole day
    return instant.strftime("%H:%M:%S")

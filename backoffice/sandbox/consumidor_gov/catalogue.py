"""The ten «Cadastros Básicos» (L1481-L2170): code and description, nothing else."""

from backoffice.sandbox.consumidor_gov import situations
from backoffice.sandbox.consumidor_gov.printing import Digits
from backoffice.sandbox.consumidor_gov.refusals import Refusal
from backoffice.sandbox.consumidor_gov.seed.places import UFS
from backoffice.sandbox.consumidor_gov.shapes import CITY_DIGITS, coded


def records(name: str, url: dict[str, str], state, quirks) -> list[dict]:
    """The list one cadastro returns. Raises Refusal for an unknown code in the path."""
    return _READERS[name](url, state, quirks)


def _situations(url, state, quirks):
    shown = sorted(situations.shown_situation(code, quirks) for code in situations.SITUATIONS)
    return [coded(code, text) for code, text in shown]


def _fixed(table):
    return lambda url, state, quirks: [coded(code, text) for code, text in table.items()]


def _mediators(url, state, quirks):
    return [coded(Digits(r["code"]), r["name"]) for r in state.rows("SELECT code, name FROM mediators ORDER BY code")]


def _companies(url, state, quirks):
    """Those of the account's group (L1827); names as registered, trailing blank included (L1874)."""
    rows = state.rows("SELECT code, listed_name FROM companies ORDER BY code")
    return [coded(Digits(row["code"]), row["listed_name"]) for row in rows]


def _cities(url, state, quirks):
    uf = url["siglaUF"]
    if uf not in UFS:  # L1922-L1923
        raise Refusal("code_unknown")
    rows = state.rows("SELECT code, name FROM cities WHERE uf = ? ORDER BY name", (uf,))
    return [coded(Digits(f"{row['code']:0{CITY_DIGITS}d}"), row["name"]) for row in rows]


def _areas(url, state, quirks):
    return [coded(r["code"], r["name"]) for r in state.rows("SELECT * FROM areas ORDER BY code")]


def _subjects(url, state, quirks):
    area = _known(state, "areas", url["codigoArea"], "codigoArea")
    rows = state.rows("SELECT code, name FROM subjects WHERE area = ? ORDER BY code", (area,))
    return [coded(row["code"], row["name"]) for row in rows]


def _problems(url, state, quirks):
    subject = _known(state, "subjects", url["codigoAssunto"], "codigoAssunto")
    rows = state.rows(
        "SELECT p.code, p.name FROM problems p JOIN subject_problems sp ON sp.problem = p.code"
        " WHERE sp.subject = ? ORDER BY p.code",
        (subject,),
    )
    return [coded(row["code"], row["name"]) for row in rows]


def _known(state, table: str, text: str, name: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise Refusal("parameter_invalid", name=name)
    if not state.row(f"SELECT 1 FROM {table} WHERE code = ?", (int(text),)):  # noqa: S608
        raise Refusal("code_unknown")
    return int(text)


_READERS = {
    "situations": _situations,
    "channels": _fixed(situations.CHANNELS),
    "movement_types": _fixed(situations.MOVEMENT_TYPES),
    "text_types": _fixed(situations.TEXT_TYPES),
    "mediators": _mediators,
    "companies": _companies,
    "cities": _cities,
    "areas": _areas,
    "subjects": _subjects,
    "problems": _problems,
}

NAMES = frozenset(_READERS)

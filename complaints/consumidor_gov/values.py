"""Single values as the portal prints them: numbers as text and the reverse, dates, documents, contacts.

Each reader takes what stood in the JSON and the name of the field; what is required and cannot be read is an
UnreadableField, what is optional comes out empty.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache

from complaints.consumidor_gov.records import Coded, Contact
from complaints.consumidor_gov.tokens import SAO_PAULO

# «Detalhe», reclamante: "Os tipos de telefones podem ser", "Os tipos de emails podem ser".
PHONE_KINDS = {"1": "Residencial", "2": "Celular", "3": "Comercial", "4": "Público"}
EMAIL_KINDS = {"1": "Pessoal", "2": "Institucional", "3": "Fale Conosco", "4": "Notificação", "5": "Público"}

EXACT = 2**53  # a float above it has lost digits
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")  # legal in JSON, refused by databases and encoders
MASK = re.compile(r"[./\-\s]")
# dd/MM/yyyy, HH:mm and :ss as they come. Matched here: strptime takes ten times as long, ten times a record.
INSTANT = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})(?:\s+(\d\d?):(\d\d?)(?::(\d\d?))?)?")


class UnreadableField(ValueError):
    """`field` is the portal's name for it, `reason` Portuguese for the admin's page."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason


def text(value: object) -> str:
    """Text trimmed; a number as its digits; "" for anything else."""
    return verbatim(value).strip()


def verbatim(value: object) -> str:
    """As `text`, blanks and line breaks untouched: what people wrote."""
    if isinstance(value, str):
        return value if is_storable(value) else UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if abs(value) < EXACT else ""
    return str(value)


def is_storable(text: str) -> bool:
    """What UNSTORABLE looks for, told without looking at every character: a record has a hundred texts."""
    if "\x00" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()  # refuses half a surrogate pair and nothing else
    except UnicodeEncodeError:
        return False
    return True


def integer(value: object) -> int | None:
    digits = text(value)
    return int(digits) if re.fullmatch(r"-?[0-9]{1,18}", digits) else None


def flag(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return {
        "true": True,
        "s": True,
        "sim": True,
        "1": True,
        "false": False,
        "n": False,
        "não": False,
        "0": False,
    }.get(text(value).lower())


def mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def elements(value: object, field: str) -> Sequence[object]:
    """A list; a single object counts as a list of one; missing or null as an empty one."""
    if value is None or value == {}:
        return ()
    if isinstance(value, dict):
        return (value,)
    if isinstance(value, list):
        return value
    raise UnreadableField(field, "não é uma lista")


def protocol(record: Mapping[str, object], *names: str) -> str:
    """The first of `names` that holds one, as bare digits (also printed as 2014.01/00000091189)."""
    for name in names:
        printed = text(record.get(name))
        if printed:
            bare = MASK.sub("", printed)
            if not re.fullmatch(r"[0-9]{1,40}", bare):
                raise UnreadableField(name, "não é um número de protocolo")
            return bare
    raise UnreadableField(names[0], "ausente ou ilegível")


def coded(value: object) -> Coded | None:
    """{codigo, descricao}; a bare code is taken too. None when there is no code and no description."""
    if isinstance(value, dict):
        code, description = text(value.get("codigo")), text(value.get("descricao"))
    else:
        code, description = text(value), ""
    return _one_coded(code, description) if code or description else None


_one_coded = lru_cache(maxsize=4096)(Coded)  # the same few, a dozen and a half times a record


def instant(value: object, field: str) -> datetime | None:
    """'dd/MM/yyyy HH:mm:ss' or a bare date, aware; None when absent. Raises UnreadableField."""
    printed = text(value)
    if not printed:
        if value in (None, ""):
            return None
        raise UnreadableField(field, "não é uma data")
    found = INSTANT.fullmatch(printed)
    try:
        if found:
            day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
            return datetime(year, month, day, hour, minute, second, tzinfo=SAO_PAULO)
    except ValueError:  # 31/02
        pass
    raise UnreadableField(field, "não é uma data no formato dd/MM/aaaa HH:mm:ss")


def day(value: object, field: str) -> date | None:
    moment = instant(value, field)
    return moment.date() if moment else None


def optional_instant(value: object) -> datetime | None:
    """For what is only shown: an unreadable date counts as absent."""
    try:
        return instant(value, "")
    except UnreadableField:
        return None


def optional_day(value: object) -> date | None:
    moment = optional_instant(value)
    return moment.date() if moment else None


def document(value: object, *, width: int) -> str:
    """CPF (width 11) or CNPJ (14) without its mask and with the zeros that a number loses. Never validated:
    the document's own samples fail their check digits, and new CNPJs carry letters."""
    bare = MASK.sub("", text(value)).upper()
    if not bare.strip("0"):
        return ""
    if not bare.isdecimal():
        return bare
    return bare.zfill(width if len(bare) <= width else 14)


def cep(value: object) -> str:
    bare = re.sub(r"[.\-\s]", "", text(value))
    return bare.zfill(8) if bare.isdecimal() else bare


def emails(value: object) -> tuple[Contact, ...]:
    found = []
    for entry in _entries(value):
        entry = entry if isinstance(entry, dict) else {"email": entry}
        address = text(entry.get("email"))
        if address:
            found.append(Contact(address, _kind(entry.get("tipo"), EMAIL_KINDS), flag(entry.get("principal")) is True))
    return tuple(found)


def phones(value: object) -> tuple[Contact, ...]:
    found = []
    for entry in _entries(value):
        entry = entry if isinstance(entry, dict) else {"telefone": entry}
        area = re.sub(r"\D", "", text(entry.get("ddd"))).lstrip("0")  # "021" is dialled, 21 is the area
        number = re.sub(r"\D", "", text(entry.get("telefone")))
        if number:
            is_main = flag(entry.get("principal")) is True
            found.append(Contact(area + number, _kind(entry.get("tipo"), PHONE_KINDS), is_main))
    return tuple(found)


def _entries(value: object) -> Sequence[object]:
    """Contacts are optional through and through: what is no list is left out."""
    try:
        return elements(value, "")
    except UnreadableField:
        return ()


def _kind(value: object, words: Mapping[str, str]) -> str:
    """The document prints the type of a phone as a number and that of an e-mail as a word."""
    if isinstance(value, dict):
        value = value.get("descricao") or value.get("codigo")
    printed = text(value)
    return words.get(printed.lstrip("0"), printed)

"""The consumer's personal data as the page shows it: masked line by line, and in clear once revealed. Pure.

`Complaint.consumer` holds the record's party as a dictionary; what the portal left out is simply not there.
"""

from dataclasses import dataclass
from datetime import date

from django.db import models

from complaints import masking
from complaints.models import Complaint


class Group(models.TextChoices):
    """What is revealed by one press, and recorded as such. The value travels in the form, never in an address."""

    CPF = "cpf", "CPF"
    PHONES = "telefones", "Telefone"
    EMAILS = "emails", "E-mail"
    BIRTH_DATE = "nascimento", "Nascimento"
    ADDRESS = "endereco", "Endereço"


@dataclass(frozen=True, slots=True)
class Line:
    """One value. `kind` is the portal's word for a contact ("Celular"), `is_main` its mark for the main one."""

    text: str
    kind: str = ""
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class PersonalField:
    group: Group
    lines: tuple[Line, ...]
    is_revealed: bool = False

    @property
    def is_hidden(self) -> bool:
        """Whether something would appear by revealing it."""
        return not self.is_revealed and any("*" in line.text for line in self.lines)

    @property
    def element_id(self) -> str:
        return f"pessoal-{self.group.value}"


def masked(complaint: Complaint, group: Group) -> PersonalField:
    return PersonalField(group, _LINES[group](complaint, False))


def clear(complaint: Complaint, group: Group) -> PersonalField:
    """Only for `services.reveal`, which records who asked."""
    return PersonalField(group, _LINES[group](complaint, True), is_revealed=True)


def _cpf(complaint: Complaint, is_clear: bool) -> tuple[Line, ...]:
    show = masking.readable_cpf if is_clear else masking.cpf
    return _lines(show(complaint.consumer_cpf))


def _phones(complaint: Complaint, is_clear: bool) -> tuple[Line, ...]:
    return _contacts(complaint, "phones", masking.readable_phone if is_clear else masking.phone)


def _emails(complaint: Complaint, is_clear: bool) -> tuple[Line, ...]:
    return _contacts(complaint, "emails", str if is_clear else masking.email)


def _birth_date(complaint: Complaint, is_clear: bool) -> tuple[Line, ...]:
    received = complaint.consumer.get("born_on") or ""
    return _lines(_readable_date(received) if is_clear else masking.birth_date(received))


def _address(complaint: Complaint, is_clear: bool) -> tuple[Line, ...]:
    party = complaint.consumer
    place = ", ".join(part for part in (complaint.consumer_city, complaint.consumer_uf) if part)
    if not is_clear:
        return _lines(masking.street(party.get("street") or ""), place)
    street = ", ".join(part for part in (party.get("street"), party.get("number_complement")) if part)
    cep = party.get("cep") or ""
    return _lines(street, party.get("district") or "", place, f"CEP {masking.readable_cep(cep)}" if cep else "")


def _contacts(complaint: Complaint, name: str, show) -> tuple[Line, ...]:
    """The main one first, the others in the portal's order."""
    lines = [
        Line(show(contact["value"]), contact.get("kind") or "", bool(contact.get("is_main")))
        for contact in complaint.consumer.get(name) or ()
        if contact.get("value")
    ]
    return tuple(sorted(lines, key=lambda line: not line.is_main))


def _lines(*texts: str) -> tuple[Line, ...]:
    return tuple(Line(text) for text in texts if text)


def _readable_date(received: str) -> str:
    try:
        return f"{date.fromisoformat(received):%d/%m/%Y}"
    except ValueError:
        return received


_LINES = {
    Group.CPF: _cpf,
    Group.PHONES: _phones,
    Group.EMAILS: _emails,
    Group.BIRTH_DATE: _birth_date,
    Group.ADDRESS: _address,
}

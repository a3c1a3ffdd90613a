"""What the Consumidor.gov.br client takes and returns: plain, frozen values.

Protocols and documents are text (17 digits exceed 2^53; leading zeros count). Instants are aware, in
America/Sao_Paulo. A deadline is a date: the portal prints it at 00:00:00 and it runs through that day's end.
What the portal left out is None, "" or an empty tuple; it is never invented.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Coded:
    """A code with the description received beside it. The code is text: some have leading zeros."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Contact:
    """One e-mail or phone of the consumer. `kind` is the portal's word ("Celular", "Pessoal") or ""."""

    value: str
    kind: str = ""
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class Party:
    """Consumer (reclamante), company (reclamado) or mediator (mediador) of a complaint."""

    name: str
    document: str = ""  # CPF (11) or CNPJ (14), zero-filled, unvalidated; "" when absent
    trade_name: str = ""
    identification: str = ""  # numeroIdentificacao
    born_on: date | None = None
    emails: tuple[Contact, ...] = ()
    phones: tuple[Contact, ...] = ()
    uf: str = ""
    city: str = ""
    street: str = ""
    district: str = ""
    number_complement: str = ""
    cep: str = ""


@dataclass(frozen=True, slots=True)
class MovementText:
    type: Coded
    text: str


@dataclass(frozen=True, slots=True)
class AttachmentInfo:
    """An attachment as announced by a movement: its bytes come from `ConsumidorGov.attachment`."""

    code: str
    name: str
    size: int | None = None  # bytes as announced; the file itself may differ


@dataclass(frozen=True, slots=True)
class Movement:
    """A trâmite. `code` is a sequence inside its complaint: the key is (protocol, code)."""

    code: int
    type: Coded
    at: datetime
    author: str
    protocol: str = ""
    texts: tuple[MovementText, ...] = ()
    attachments: tuple[AttachmentInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class ComplaintSummary:
    """A row of the listings."""

    protocol: str
    situation: Coded
    deadline: date | None
    opened_at: datetime
    consumer_name: str
    consumer_document: str
    allowed_actions: tuple[str, ...] = ()  # subset of ACTIONS, unknown `rel`s kept as received


@dataclass(frozen=True, slots=True)
class ComplaintDetail:
    protocol: str
    situation: Coded
    deadline: date | None
    opened_at: datetime
    consumer: Party
    company: Party
    mediator: Party | None
    area: Coded | None
    subject: Coded | None
    problem: Coded | None
    purchase_channel: Coded | None
    movements: tuple[Movement, ...] = ()
    allowed_actions: tuple[str, ...] = ()
    deadline_name: str = ""  # nomeCampoPrazo: which deadline is running
    manifestation_deadline: date | None = None  # prazoManifestacao
    raw: str = field(default="", repr=False, compare=False)  # the record's JSON as received


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that could not be read. It never takes its page down."""

    protocol: str  # "" when not even that could be read
    field: str
    reason: str  # Portuguese, for the admin's page
    raw: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: tuple[T, ...]
    unreadable: tuple[Unreadable, ...]
    number: int
    size: int
    total: int | None
    is_last: bool


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    items: tuple[T, ...]
    unreadable: tuple[Unreadable, ...] = ()


@dataclass(frozen=True, slots=True)
class FileContent:
    name: str
    content: bytes = field(repr=False)
    announced_size: int | None = None


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The portal's reply to complement, answer, refuse and redirect.

    `code` is the movement's code as the reply says; the document's examples always print 1, so it is not
    proof: the number shown to people is the one later seen in the detail.
    """

    protocol: str
    code: int | None
    type: Coded | None
    at: datetime | None
    message: str = ""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    value: str = field(repr=False)
    expires_in: int  # seconds


ACTIONS = ("detalhar", "complementar", "responder", "analise_procon", "redirecionar")


@dataclass(frozen=True, slots=True)
class ComplaintFilters:
    """The 23 filters of /reclamacoes/listar. Dates come in pairs; hours only with their dates."""

    protocol: str = ""
    movement_type: str = ""
    situation: str = ""
    rating: int | None = None  # 1 solved, 2 not solved, 3 not rated
    consumer_name: str = ""
    consumer_cpf: str = ""
    region: str = ""
    uf: str = ""
    municipality: str = ""
    bond_situation: str = ""  # situacaoVinculo
    economic_group: str = ""
    purchase_channel: str = ""
    area: str = ""
    subject: str = ""
    problem: str = ""
    score: int | None = None  # 1-5
    reference_text: str = ""
    deadline_from: date | None = None
    deadline_to: date | None = None
    opened_from: date | None = None
    opened_from_time: time | None = None
    opened_to: date | None = None
    opened_to_time: time | None = None

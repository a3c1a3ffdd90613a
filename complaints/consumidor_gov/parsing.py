"""The portal's JSON into records. Pure: dict in, record out; no clock, no network, no log.

A record that cannot be read becomes an Unreadable that names its protocol and field, and the others of its
page go on. Addresses that come along (`href`) are never used. Citations are sections of the API document.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from complaints.consumidor_gov import values
from complaints.consumidor_gov.records import (
    AttachmentInfo,
    Coded,
    ComplaintDetail,
    ComplaintSummary,
    FileContent,
    IssuedToken,
    Listing,
    Movement,
    MovementText,
    Page,
    Party,
    Receipt,
    Unreadable,
)
from complaints.consumidor_gov.values import UnreadableField

T = TypeVar("T")
Record = Mapping[str, object]

OK = 1  # the only code of "Aba de Mensagens" that is known
PROTOCOL_NAMES = ("protocolo", "numeroProtocolo", "protocoloReclamacao")
UNSTATED_LIFE = 3600  # seconds to trust a token that does not say how long it lasts


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every reply but the token's is wrapped in. `data` is `dado` or `dados`, None when omitted."""

    code: str
    message: str
    data: object

    @property
    def is_ok(self) -> bool:
        return values.integer(self.code) == OK


def envelope(body: object) -> Envelope:
    """Raises UnreadableField when `body` is no object with a codigoMensagem."""
    record = values.mapping(body)
    code = values.text(record.get("codigoMensagem"))
    if not code:
        raise UnreadableField("codigoMensagem", "ausente ou ilegível")
    data = record.get("dados")
    if data is None:
        data = record.get("dado")
    return Envelope(code, values.text(record.get("mensagem")), data)


def refusal(body: object) -> tuple[str, str]:
    """(code, message) of a reply that says no, the OAuth form of the token call included; "" where absent."""
    record = values.mapping(body)
    code = values.text(record.get("codigoMensagem")) or values.text(record.get("error"))
    message = values.text(record.get("mensagem")) or values.text(record.get("error_description"))
    return code, message or values.text(record.get("error"))


def issued_token(body: object) -> IssuedToken:
    """«Segurança». Raises UnreadableField."""
    record = values.mapping(body)
    value = values.text(record.get("access_token"))
    if not value:
        raise UnreadableField("access_token", "ausente")
    expires_in = values.integer(record.get("expires_in"))
    return IssuedToken(value, UNSTATED_LIFE if expires_in is None else expires_in)


# -- listings ----------------------------------------------------------------------------------------------


def listing(data: object, read: Callable[[Record], T], *, of: str = "") -> Listing[T]:
    """All records of a reply that is not paginated. `of` is the protocol they belong to, when it is known.

    Raises UnreadableField when `data` is no listing at all.
    """
    records, _ = _unwrapped(data)
    items, unreadable = _each(records, read, of)
    return Listing(items, unreadable)


def page(data: object, read: Callable[[Record], T], *, number: int, size: int) -> Page[T]:
    """One page; `number` and `size` are what was asked for. Raises UnreadableField when `data` is no page."""
    records, info = _unwrapped(data)
    items, unreadable = _each(records, read, "")
    said_number = values.integer(info.get("number"))
    said_size = values.integer(info.get("size"))
    return Page(
        items=items,
        unreadable=unreadable,
        number=number if said_number is None else said_number,
        size=said_size or size,
        total=values.integer(info.get("totalElements")),
        is_last=_is_last(info, len(records), number, size),
    )


def _unwrapped(data: object) -> tuple[Sequence[object], Record]:
    """The records and what is said about the page.

    The paginated complaints are printed as a list with keys inside, the paginated movements as an object
    («Consultas», both examples), so four shapes are taken: an object with `content`, a list of one such
    object, a bare list of records, and nothing at all, which is empty.
    """
    if isinstance(data, list) and len(data) == 1 and "content" in values.mapping(data[0]):
        data = data[0]
    if isinstance(data, dict) and "content" in data:
        return values.elements(data["content"], "content"), data
    return values.elements(data, "dados"), {}


def _is_last(info: Record, count: int, number: int, size: int) -> bool:
    if count == 0:
        return True  # whatever it says, there is nothing to go on from
    said = values.flag(info.get("lastPage"))
    if said is not None:
        return said
    total_pages = values.integer(info.get("totalPages"))
    if total_pages is not None:
        return number + 1 >= total_pages
    # A bare list: a full page may have a successor; more than was asked for is everything there is.
    return count != (values.integer(info.get("size")) or size)


def _each(
    records: Sequence[object], read: Callable[[Record], T], of: str
) -> tuple[tuple[T, ...], tuple[Unreadable, ...]]:
    items, unreadable = [], []
    for record in records:
        try:
            if not isinstance(record, dict):
                raise UnreadableField("", "o registro não é um objeto")
            items.append(read(record))
        except UnreadableField as error:
            unreadable.append(set_aside(record, error, of=of))
    return tuple(items), tuple(unreadable)


def set_aside(record: object, error: UnreadableField, *, of: str = "") -> Unreadable:
    try:
        protocol = values.protocol(values.mapping(record), *PROTOCOL_NAMES)
    except UnreadableField:
        protocol = of
    return Unreadable(protocol, error.field, error.reason, as_text(record))


def as_text(record: object) -> str:
    """The record as JSON text, for keeping. Equal in content to what came; blanks are not kept."""
    kept = _READABLE.encode(record)
    # Half a surrogate pair is legal JSON when escaped, and can be neither encoded nor stored otherwise.
    return kept if values.is_storable(kept) else json.dumps(record, separators=(",", ":"))


_READABLE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


# -- records -----------------------------------------------------------------------------------------------


def complaint_summary(record: Record) -> ComplaintSummary:
    """A row of «Consultas de Reclamações». Raises UnreadableField."""
    consumer = values.mapping(record.get("reclamante"))
    return ComplaintSummary(
        protocol=values.protocol(record, *PROTOCOL_NAMES),
        situation=_situation(record),
        deadline=values.day(record.get("prazo"), "prazo"),
        opened_at=_opened_at(record),
        consumer_name=values.text(consumer.get("nome")),
        consumer_document=values.document(consumer.get("documento"), width=11),
        allowed_actions=_allowed_actions(record),
    )


def complaint_detail(record: Record) -> ComplaintDetail:
    """«Detalhe», with the fields the portal sends beyond the document. Raises UnreadableField."""
    protocol = values.protocol(record, *PROTOCOL_NAMES)
    return ComplaintDetail(
        protocol=protocol,
        situation=_situation(record),
        deadline=values.day(record.get("prazo"), "prazo"),
        opened_at=_opened_at(record),
        consumer=party(record.get("reclamante"), document_width=11),
        company=party(record.get("reclamado"), document_width=14),
        mediator=party(record["mediador"], document_width=14) if record.get("mediador") else None,
        area=values.coded(record.get("area")),
        subject=values.coded(record.get("assunto")),
        problem=values.coded(record.get("problema")),
        purchase_channel=values.coded(record.get("meioConsumo")),
        movements=tuple(_movements(record, protocol)),
        allowed_actions=_allowed_actions(record),
        deadline_name=values.text(record.get("nomeCampoPrazo")),
        manifestation_deadline=values.optional_day(record.get("prazoManifestacao")),
        raw=as_text(record),
    )


def party(value: object, *, document_width: int) -> Party:
    record = values.mapping(value)
    return Party(
        name=values.text(record.get("nome")),
        document=values.document(record.get("documento"), width=document_width),
        trade_name=values.text(record.get("nomeFantasia")),
        identification=values.text(record.get("numeroIdentificacao")),
        born_on=values.optional_day(record.get("dataNascimento")),
        emails=values.emails(record.get("emails")),
        phones=values.phones(record.get("telefones")),
        uf=values.text(record.get("estado")),
        city=values.text(record.get("cidade")),
        street=values.text(record.get("logradouro")),
        district=values.text(record.get("bairro")),
        number_complement=values.text(record.get("numeroComplemento")),
        cep=values.cep(record.get("cep")),
    )


def movement(record: Record, *, of: str = "") -> Movement:
    """A trâmite. `of` is its complaint, when that is known: the trâmites of the document's detail leave
    protocoloReclamacao out. Raises UnreadableField."""
    code = values.integer(record.get("codigo"))
    if code is None:
        raise UnreadableField("codigo", "ausente ou ilegível")
    at = values.instant(record.get("data"), "data")
    if at is None:
        raise UnreadableField("data", "ausente")
    return Movement(
        code=code,
        type=values.coded(record.get("tipo")) or Coded("", ""),
        at=at,
        author=values.text(record.get("autor")),
        protocol=of or values.protocol(record, "protocoloReclamacao", "protocolo", "numeroProtocolo"),
        texts=tuple(_texts(record)),
        attachments=tuple(_attachments(record)),
    )


def catalogue_entry(record: Record) -> Coded:
    """A row of «Cadastros Básicos». Raises UnreadableField."""
    entry = Coded(code=values.text(record.get("codigo")), text=values.text(record.get("descricao")))
    if not entry.code:
        raise UnreadableField("codigo", "ausente ou ilegível")
    return entry


def file_content(record: Record) -> FileContent:
    """An attachment or the PDF. The length is not checked against `tamanho`: the two may differ.

    Raises UnreadableField.
    """
    encoded = record.get("arquivoBase64")
    if not isinstance(encoded, str):
        raise UnreadableField("arquivoBase64", "ausente")
    # Line breaks are usual in base64; "[...]" is how the document abridges its own examples.
    encoded = "".join(encoded.replace("[...]", "").split()).rstrip("=")
    try:
        content = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise UnreadableField("arquivoBase64", "o conteúdo do arquivo não é base64") from None
    return FileContent(values.text(record.get("nome")), content, values.integer(record.get("tamanho")))


def receipt(body: object, *, of: str, message: str) -> Receipt:
    """The reply of «Alterações em Reclamações» whose code already said it was done: nothing here can undo
    that, so whatever cannot be read is left empty."""
    record = values.mapping(body)
    for name in ("dado", "dados"):  # the document prints the fields beside the code, not inside
        record = {**values.mapping(record.get(name)), **record}
    try:
        protocol = values.protocol(record, "protocoloReclamacao", "protocolo", "numeroProtocolo")
    except UnreadableField:
        protocol = of
    return Receipt(
        protocol=protocol,
        code=values.integer(record.get("codigo")),
        type=values.coded(record.get("tipo")),
        at=values.optional_instant(record.get("data")),
        message=message,
    )


def _situation(record: Record) -> Coded:
    situation = values.coded(record.get("situacao"))
    if situation is None:
        raise UnreadableField("situacao", "ausente ou ilegível")
    return situation


def _opened_at(record: Record):
    opened_at = values.instant(record.get("dataAbertura"), "dataAbertura")
    if opened_at is None:
        raise UnreadableField("dataAbertura", "ausente")
    return opened_at


def _movements(record: Record, protocol: str):
    for position, entry in enumerate(values.elements(record.get("tramites"), "tramites")):
        try:
            yield movement(values.mapping(entry), of=protocol)
        except UnreadableField as error:
            # Half a history is worse than none: it is what tells whether an answer arrived.
            raise UnreadableField(f"tramites[{position}].{error.field}", error.reason) from None


def _texts(record: Record):
    for entry in values.elements(record.get("textos"), "textos"):
        fields = values.mapping(entry)
        kind = values.coded(fields.get("tipo")) or Coded("", "")
        yield MovementText(type=kind, text=values.verbatim(fields.get("texto")))


def _attachments(record: Record):
    for entry in values.elements(record.get("anexos"), "anexos"):
        fields = values.mapping(entry)
        yield AttachmentInfo(
            code=values.text(fields.get("codigo")),
            name=values.text(fields.get("nome")),
            size=values.integer(fields.get("tamanho")),
        )


def _allowed_actions(record: Record) -> tuple[str, ...]:
    """The `rel`s, each once, as received. No list means no action."""
    actions = record.get("acoes")
    found = []
    for entry in actions if isinstance(actions, list) else ():
        rel = values.text(entry.get("rel") if isinstance(entry, dict) else entry)
        if rel and rel not in found:
            found.append(rel)
    return tuple(found)

"""A record of the portal as the rows we keep of it: what was received, cut to its columns, and what follows from it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from complaints import meanings
from complaints.consumidor_gov import records
from complaints.consumidor_gov.records import Coded, ComplaintDetail, Party
from complaints.models import Attachment, Complaint, Movement, MovementMeaning, PortalAccount
from complaints.services.catalogue import Vocabulary

# Part of every hash: raise it when this module or complaints.meanings derive something new from the same record,
# and the next reading writes every complaint once.
DERIVATION = 1

_EMPTY = Coded("", "")
_PARTY_FIELDS = tuple(entry.name for entry in fields(Party))
_CODED = ("area", "subject", "problem", "purchase_channel")
_WIDTHS = {
    field.attname: field.max_length
    for model in (Complaint, Movement, Attachment)
    for field in model._meta.concrete_fields
    if field.max_length
}
MOVEMENT_COLUMNS = ("type_code", "type_text", "meaning", "at", "author", "side", "texts")


@dataclass(slots=True)
class MovementRow:
    """A movement's columns, received or held."""

    code: int
    type_code: str
    type_text: str
    meaning: str
    at: datetime
    author: str
    side: str
    texts: list[dict]

    def as_row(self, complaint_id: int, read_at: datetime) -> dict:
        columns = {name: getattr(self, name) for name in ("code", *MOVEMENT_COLUMNS)}
        return {"complaint_id": complaint_id, **columns, "received_at": read_at}


def party_as_dict(party: Party | None) -> dict:
    """The JSON of Complaint.consumer, .company and .mediator: the fields of records.Party by name.

    `born_on` is ISO text or null; `emails` and `phones` are lists of {"value", "kind", "is_main"}. {} for nobody.
    """
    if party is None:
        return {}
    shape = {name: getattr(party, name) for name in _PARTY_FIELDS}
    shape["born_on"] = party.born_on.isoformat() if party.born_on else None
    for name in ("emails", "phones"):
        shape[name] = [{"value": c.value, "kind": c.kind, "is_main": c.is_main} for c in getattr(party, name)]
    return shape


def hash_of(detail: ComplaintDetail) -> str:
    """Equal for records equal in every field we read, whatever the order of their JSON."""
    return hashlib.sha256(f"{DERIVATION}\n{detail!r}".encode()).hexdigest()


def movements_of(account: PortalAccount, detail: ComplaintDetail, vocabulary: Vocabulary) -> dict[int, MovementRow]:
    """By code; of two with the same code the last."""
    understood = [(m, vocabulary.meaning_of(m.type)) for m in detail.movements]
    names = names_of(
        account,
        vocabulary,
        consumer=detail.consumer.name,
        company=(detail.company.name, detail.company.trade_name),
        mediator=(detail.mediator.name, detail.mediator.trade_name) if detail.mediator else (),
        movements=[(meaning, movement.author) for movement, meaning in understood],
    )
    return {
        movement.code: MovementRow(
            code=movement.code,
            type_code=_cut("type_code", movement.type.code),
            type_text=_cut("type_text", movement.type.text),
            meaning=meaning,
            at=movement.at,
            author=_cut("author", movement.author),
            side=meanings.side_of(meaning, movement.author, names),
            texts=[
                {"type_code": entry.type.code, "type_text": entry.type.text, "text": entry.text}
                for entry in movement.texts
            ],
        )
        for movement, meaning in understood
    }


def names_of(account, vocabulary, *, consumer: str, company, mediator, movements) -> meanings.Names:
    """Who may have signed the movements: the parties, our company under any of the names it goes by."""
    return meanings.Names(
        consumers=meanings.folded_names([consumer]),
        companies=meanings.folded_names([*company, account.name]) | vocabulary.companies,
        mediators=meanings.folded_names(mediator),
    ).learned(movements)


def attachments_of(movement: records.Movement) -> list[dict]:
    """Each code once. One without a code cannot be fetched; it is kept under "?" and its place."""
    found = {}
    for place, info in enumerate(movement.attachments, start=1):
        code = _cut("code", info.code or f"?{place}")
        size = info.size if info.size is not None and info.size >= 0 else None
        found[code] = {"code": code, "name": _cut("name", info.name), "announced_size": size}
    return list(found.values())


def complaint_of(account: PortalAccount, detail: ComplaintDetail, vocabulary: Vocabulary) -> dict:
    """The received columns and the stage; what follows from the movements too: `derived_from`."""
    consumer, company, mediator = detail.consumer, detail.company, detail.mediator
    texts = {
        "situation_code": detail.situation.code,
        "situation_text": detail.situation.text,
        "deadline_name": detail.deadline_name,
        "consumer_name": consumer.name,
        "consumer_cpf": consumer.document,
        "consumer_uf": consumer.uf if len(consumer.uf) == 2 else "",
        "consumer_city": consumer.city,
        "consumer_name_folded": meanings.fold(consumer.name),
        "company_name": company.trade_name or company.name,
        "mediator_name": mediator.name if mediator else "",
    }
    for name in _CODED:
        coded = getattr(detail, name) or _EMPTY
        texts[f"{name}_code"], texts[f"{name}_text"] = coded.code, coded.text
    return {
        "protocol": detail.protocol,
        "account_id": account.pk,
        "opened_at": detail.opened_at,
        "deadline_on": detail.deadline,
        "manifestation_deadline_on": detail.manifestation_deadline,
        "allowed_actions": list(detail.allowed_actions),
        "consumer": party_as_dict(consumer),
        "company": party_as_dict(company),
        "mediator": party_as_dict(mediator),
        "stage": vocabulary.stage_of(detail.situation),
        **{name: _cut(name, text) for name, text in texts.items()},
    }


def derived_from(stage: str, history: Sequence) -> dict:
    """The columns that follow from the stage and the movements, which are given by rising code."""
    said = meanings.said_in(
        (text["type_code"], text["type_text"], text["text"]) for movement in history for text in movement.texts
    )
    # Our having looked is no news for the queue, unless nothing else ever happened.
    news = [movement for movement in history if movement.meaning != MovementMeaning.SEEN] or history
    last = news[-1] if news else None
    label = meanings.label_of(last.meaning, last.side, last.type_text) if last else ""
    return {
        "has_prior_contact": said.has_prior_contact,
        "rating": meanings.rating_of(stage, said),
        "score": said.score,
        "movement_count": len(history),
        "last_movement_code": history[-1].code if history else 0,
        "last_movement_at": last.at if last else None,
        "last_movement_label": _cut("last_movement_label", label),
    }


def _cut(name: str, text: str) -> str:
    """As much of a received text as its column holds; the whole of it stays in the raw JSON."""
    return text[: _WIDTHS[name]]

"""The records of the state as the document's objects, in the document's order of fields."""

import json
from collections import defaultdict
from typing import Any

from backoffice.sandbox.consumidor_gov import situations
from backoffice.sandbox.consumidor_gov.printing import Digits, Omissible
from backoffice.sandbox.consumidor_gov.refusals import OK_CODE, OK_TEXT
from backoffice.sandbox.consumidor_gov.situations import allowed_actions, shown_situation

Quirks = dict[str, dict[str, Any]]

CITY_DIGITS = 7  # L1945


def ok(**members: Any) -> dict:
    return {"codigoMensagem": OK_CODE, "mensagem": OK_TEXT, **members}


def coded(code: int | str, text: str) -> dict:
    return {"codigo": code, "descricao": text}


def date_time(text: str) -> str:
    """'dd/MM/yyyy HH:mm:ss' (L182) of the state's text; a day alone is printed at 00:00:00."""
    return f"{text[8:10]}/{text[5:7]}/{text[:4]} {text[11:] or '00:00:00'}"


def listed_complaint(row) -> dict:
    """One record of a listing (L180-L185). `acoes` begins with the link to the detail (L207)."""
    detail = _link("detalhar", row["protocol"], "detalhe", method="GET")
    return {
        "protocolo": Digits(row["protocol"]),
        "situacao": coded(*row["shown_situation"]),
        "prazo": date_time(row["deadline"]),
        "dataAbertura": date_time(row["opened_at"]),
        "reclamante": {"nome": row["consumer_name"], "documento": Digits(row["consumer_cpf"])},
        "acoes": [detail, *_actions(row)],
    }


def detail(row, consumer, company, mediator, movements: list[dict], quirks: Quirks) -> dict:
    """One complaint in full (L439-L462, example L466-L704), with the fields seen but not documented."""
    return {
        "protocolo": Digits(row["protocol"]),
        "situacao": coded(*shown_situation(row["situation"], quirks)),
        "meioConsumo": coded(row["channel"], situations.CHANNELS[row["channel"]]),
        "prazo": date_time(row["deadline"]),
        "prazoManifestacao": Omissible(date_time(row["running_deadline"]) if row["running_deadline"] else None),
        "nomeCampoPrazo": Omissible(row["running_deadline_name"]),
        "dataAbertura": date_time(row["opened_at"]),
        "area": coded(row["area"], row["area_name"]),
        "assunto": coded(row["subject"], row["subject_name"]),
        "problema": coded(row["problem"], row["problem_name"]),
        "reclamante": {
            "nome": consumer["name"],
            "dataNascimento": date_time(consumer["born_on"])[:10],
            "documento": Digits(consumer["cpf"]),
            "emails": Omissible(json.loads(consumer["emails"])),
            "telefones": Omissible(json.loads(consumer["phones"])),
            **_address(consumer),
        },
        "reclamado": {
            "nome": company["legal_name"],
            "nomeFantasia": Omissible(company["trade_name"]),
            "numeroIdentificacao": Digits(company["code"]),
            "documento": Digits(company["cnpj"]),
            **_address(company),
        },
        "mediador": {
            "nome": mediator["name"],
            "nomeFantasia": Omissible(mediator["trade_name"]),
            "numeroIdentificacao": Digits(mediator["code"]),
            "documento": Digits(mediator["cnpj"]),
            **_address(mediator),
        },
        "tramites": movements,
        "acoes": _actions(row),
    }


def movements(rows, files) -> list[dict]:
    """Movements with texts and attachments, these without their bytes (L461)."""
    attached = defaultdict(list)
    for file in files:
        attached[file["protocol"], file["movement"]].append(_attachment(file))
    return [_movement(row, attached.get((row["protocol"], row["code"]), [])) for row in rows]


def _movement(row, attachments: list[dict]) -> dict:
    return {
        "codigo": row["code"],
        "tipo": coded(row["type"], type_text(row["type"])),
        "data": date_time(row["at"]),
        "autor": row["author"],
        "protocoloReclamacao": Digits(row["protocol"]),
        "textos": [
            {"texto": text, "tipo": coded(code, situations.TEXT_TYPES.get(code, "Texto"))}
            for code, text in json.loads(row["texts"])
        ],
        "anexos": Omissible(attachments),
    }


def _attachment(file) -> dict:
    """L603-L611."""
    path = f"tramite/{file['movement']}/anexo/{file['code']}/baixar"
    return {
        "codigo": file["code"],
        "nome": file["name"],
        "tamanho": file["size"],
        "acao": _link("baixar_anexo", file["protocol"], path, method="GET"),
    }


def receipt(protocol: str, code: int, movement_type: int, at: str) -> dict:
    """The reply of the four actions (L1268-L1278)."""
    return ok(
        codigo=code,
        tipo=coded(movement_type, receipt_text(movement_type)),
        data=date_time(at),
        protocoloReclamacao=Digits(protocol),
    )


def receipt_text(movement_type: int) -> str:
    """The replies word and capitalise two types in their own way (L1274, L1344)."""
    words = {
        situations.MOVEMENT_COMPLEMENT: "Complemento da Reclamação",
        situations.MOVEMENT_ANSWER: "Resposta",
    }
    return words.get(movement_type) or type_text(movement_type)


def type_text(movement_type: int) -> str:
    return situations.MOVEMENT_TYPES.get(movement_type) or situations.UNLISTED_MOVEMENT_TYPES[movement_type]


def page_envelope(content: list[dict], number: int, size: int, total: int) -> dict:
    """The page object (L326-L334), keys in the order of the example (L387-L394)."""
    pages = -(-total // size)
    return {
        "content": content,
        "sort": None,
        "totalElements": total,
        "totalPages": pages,
        "numberOfElements": len(content),
        "firstPage": number == 0,
        "lastPage": number >= pages - 1,
        "size": size,
        "number": number,
    }


def paged(page: dict, default_shape: str, quirks: Quirks) -> dict:
    """The page in one of the shapes the document leaves open.

    Complaints: `dados` is a list (L321, L351) holding the page object (L323). Movements: `dado` is
    the page object (L992, L1020). No result at all: left out (L321, L992).
    """
    shape = quirks["page_shape"]["shape"] if "page_shape" in quirks else default_shape
    if not page["totalElements"]:
        return ok(**{shape.partition("_")[0]: Omissible(None)})
    if shape == "dado_object":
        return {"dado": page, **ok()}  # this key order: L1020, L1084-L1085
    if shape == "dados_object":
        return ok(dados=page)
    if shape == "dados_bare":
        return ok(dados=page["content"])
    return ok(dados=[page])


PAGE_SHAPES = ("dado_object", "dados_object", "dados_list", "dados_bare")


def _actions(row) -> list[dict]:
    allowed = allowed_actions(row["situation"], is_expired=bool(row["is_expired"]))
    return [_link(rel, row["protocol"], path, method="POST") for rel, path in allowed]


def _link(rel: str, protocol: str, path: str, *, method: str) -> dict:
    """The href holds the placeholder itself, as printed in the document (L207)."""
    return {
        "rel": rel,
        "href": f"{{url-ambiente}}/reclamacao/{protocol}/{path}",
        "type": "application/json",
        "method": method,
    }


def _address(row) -> dict:
    return {
        "estado": row["uf"],
        "cidade": row["city"],
        "cep": Omissible(row["cep"]),
        "logradouro": row["street"],
        "bairro": Omissible(row["district"]),
        "numeroComplemento": Omissible(row["extra"]),
    }

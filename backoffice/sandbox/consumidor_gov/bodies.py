"""The JSON body of the four actions, and its files."""

import base64
import binascii
import json
from dataclasses import dataclass

from backoffice.sandbox.consumidor_gov.refusals import Refusal

# On a POST a request parameter stands «dentro do corpo» (L21), while L45 and the working client
# have it in the query: both places are accepted.
PARAMETER_NAMES = ("versao", "cpfAutorizado", "numeroProtocolo", "identificacaoEmpresaGrupo")


@dataclass(frozen=True)
class File:
    name: str
    content: bytes


@dataclass(frozen=True)
class Body:
    text: str
    files: tuple[File, ...]


def parameters_in(body: bytes) -> tuple[list[tuple[str, str]], dict]:
    """The request parameters found in a JSON body, and the rest of it.

    «Os dados devem ser um texto Json compatíveis com os parâmetros» (L1214).
    """
    try:
        document = json.loads(body.decode("utf-8"))
    except ValueError:
        raise Refusal("body_invalid") from None
    if not isinstance(document, dict):
        raise Refusal("body_invalid")
    pairs = []
    for name in PARAMETER_NAMES:
        if name in document:
            value = document.pop(name)
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                raise Refusal("parameter_invalid", name=name)
            pairs.append((name, str(value)))
    return pairs, document


def read_body(document: dict, *, files_documented: bool) -> Body:
    """Text and files. The descriptions of the two are swapped (L1241-L1244); the names are not."""
    known = ("texto", "anexos") if files_documented else ("texto",)  # redirecionar has no anexos: L1451-L1454
    for name in document:
        if name not in known:
            raise Refusal("parameter_unknown", name=name)
    if [name for name in document if name in known] == ["anexos", "texto"]:
        raise Refusal("body_order")  # «texto» is «o primeiro atributo do JSon de envio», L1242-L1244
    text = document.get("texto")
    if text is None:
        raise Refusal("parameter_missing", name="texto")
    if not isinstance(text, str):
        raise Refusal("parameter_invalid", name="texto")
    if not text.strip():
        raise Refusal("parameter_missing", name="texto")
    files = document.get("anexos", [])
    if not isinstance(files, list):  # «Lista» (L1243)
        raise Refusal("parameter_invalid", name="anexos")
    return Body(text, tuple(_file(file) for file in files))


def _file(file) -> File:
    """nome with extension, tamanho in bytes, arquivoBase64: all three obligatory (L1249-L1254)."""
    if not isinstance(file, dict):
        raise Refusal("parameter_invalid", name="anexos")
    for name in ("nome", "tamanho", "arquivoBase64"):
        if file.get(name) in (None, ""):
            if name == "arquivoBase64" and file.get(name) == "" and file.get("tamanho") == 0:
                continue  # an empty file
            raise Refusal("file_invalid", name=name)
    for name in file:
        if name not in ("nome", "tamanho", "arquivoBase64"):
            raise Refusal("file_invalid", name=name)
    name, size, content = file["nome"], file["tamanho"], file["arquivoBase64"]
    if not isinstance(name, str) or not _has_extension(name):  # L1250
        raise Refusal("file_invalid", name="nome")
    if isinstance(size, bool) or not isinstance(size, int):  # «Numérico», L1251
        raise Refusal("file_invalid", name="tamanho")
    if not isinstance(content, str):
        raise Refusal("file_not_base64")
    try:
        decoded = base64.b64decode(content, validate=True)  # L1254
    except (binascii.Error, ValueError):
        raise Refusal("file_not_base64") from None
    if len(decoded) != size:  # L1252
        raise Refusal("file_size")
    return File(name, decoded)


def _has_extension(name: str) -> bool:
    stem, dot, extension = name.rpartition(".")
    return bool(stem.strip() and dot and extension.strip())

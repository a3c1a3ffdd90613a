"""The two downloads: a movement's attachment and the complaint as PDF, both as base64 in JSON."""

import base64
import json

from backoffice.sandbox.consumidor_gov import shapes
from backoffice.sandbox.consumidor_gov.pdf import pdf_of
from backoffice.sandbox.consumidor_gov.refusals import Refusal
from backoffice.sandbox.consumidor_gov.situations import shown_situation


def attachment(state, complaint, url: dict[str, str]) -> dict:
    """L754-L757. Raises Refusal when the movement has no such attachment."""
    codes = []
    for name in ("codigoTramite", "codigoAnexo"):  # «Numérico», L739-L742
        if not (url[name].isascii() and url[name].isdigit()):
            raise Refusal("parameter_invalid", name=name)
        codes.append(int(url[name]))
    file = state.row(
        "SELECT a.*, f.content FROM attachments a JOIN files f USING (sha)"
        " WHERE protocol = ? AND movement = ? AND a.code = ?",
        (complaint["protocol"], *codes),
    )
    if file is None:
        raise Refusal("attachment_unknown")
    return {
        "codigo": file["code"],
        "nome": file["name"],
        "tamanho": file["size"],
        "arquivoBase64": base64.b64encode(file["content"]).decode(),
    }


def pdf(state, complaint, quirks) -> dict:
    """L812-L813, named as in L821."""
    consumer = state.row("SELECT name FROM consumers WHERE id = ?", (complaint["consumer"],))
    lines = [
        f"Protocolo: {complaint['protocol']}",
        f"Situação: {shown_situation(complaint['situation'], quirks)[1]}",
        f"Abertura: {shapes.date_time(complaint['opened_at'])}",
        f"Prazo: {shapes.date_time(complaint['deadline'])[:10]}",
        f"Consumidor: {consumer['name']}",
        f"Área: {complaint['area_name']}",
        f"Assunto: {complaint['subject_name']}",
        f"Problema: {complaint['problem_name']}",
    ]
    for row in state.rows("SELECT * FROM movements WHERE protocol = ? ORDER BY code", (complaint["protocol"],)):
        lines += ["", f"{row['code']}. {shapes.type_text(row['type'])}, {shapes.date_time(row['at'])}"]
        lines.append(row["author"])
        lines += [text for _, text in json.loads(row["texts"])]
    content = pdf_of("Reclamação", lines)
    return {
        "nome": f"Reclamacao {complaint['protocol']}.pdf",
        "arquivoBase64": base64.b64encode(content).decode(),
    }

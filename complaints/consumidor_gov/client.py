"""The client of Consumidor.gov.br's web service: one method for each of its 23 operations.

Sections and order as in the API document: Segurança (`issue_token`, in calls.py), Consultas, Alterações,
Cadastros. Every method may raise the errors of backoffice.remote.errors:

    RemoteUnavailable    nothing was sent, or "not now"
    CredentialsRefused   a RemoteUnavailable: the account is not let in, pause it
    RemoteRejected       the portal said no, with its words
    RemoteUncertain      the reply was lost or cannot be read

and ValueError, before any call, for what cannot be asked. Reads are repeated after failures in passing;
writes never are.
"""

import base64
from collections.abc import Iterable
from datetime import date
from functools import partial

from complaints.consumidor_gov import parsing
from complaints.consumidor_gov.calls import Credentials, PortalCalls, UnreadableRecord
from complaints.consumidor_gov.filters import (
    Parameters,
    complaint_parameters,
    movement_parameters,
    page_parameters,
)
from complaints.consumidor_gov.records import (
    Coded,
    ComplaintDetail,
    ComplaintFilters,
    ComplaintSummary,
    FileContent,
    Listing,
    Movement,
    OutgoingFile,
    Page,
    Receipt,
)

__all__ = ["PRODUCTION_URL", "TRAINING_URL", "ConsumidorGov", "Credentials", "UnreadableRecord"]

# "URL de Produção", "URL de Treinamento".
PRODUCTION_URL = "https://api.consumidor.gov.br/api/servico"
TRAINING_URL = "https://api-treinamento.consumidor.gov.br/api/servico"

ALL = ComplaintFilters()


class ConsumidorGov(PortalCalls):
    """One credenciada's road to the portal. Use from one thread at a time; close it, or use it in a `with`.

    cpf                 "CPF do usuário autorizado", 11 digits; a write may carry another person's
    parameters_in_body  on POST, versao and cpfAutorizado go inside the body instead of the query: the
                        document says of a Parâmetro de Request "caso POST, dentro do corpo"
    options             of RemoteAPI (timeouts, limit, attempts, sleep, ...)
    """

    # -- Consultas de Reclamações --------------------------------------------------------------------------

    def list_complaints(self, filters: ComplaintFilters = ALL) -> Listing[ComplaintSummary]:
        data = self._get("/reclamacoes/listar", complaint_parameters(filters))
        return self._understood(lambda: parsing.listing(data, parsing.complaint_summary))

    def page_complaints(self, filters: ComplaintFilters = ALL, *, page: int, size: int = 100) -> Page[ComplaintSummary]:
        """`page` counts from 0, `size` is 1 to 100. No order is promised: a complaint may come twice."""
        query = page_parameters(page, size) + complaint_parameters(filters)
        data = self._get("/reclamacoes/listar/paginado", query)
        return self._understood(lambda: parsing.page(data, parsing.complaint_summary, number=page, size=size))

    def complaint(self, protocol: str) -> ComplaintDetail:
        """Raises UnreadableRecord, with the raw JSON, when the record came and cannot be read."""
        data = self._get("/reclamacao/{protocol}/detalhe", protocol=protocol)
        return self._record(data, parsing.complaint_detail, of=protocol)

    def attachment(self, protocol: str, movement_code: int | str, attachment_code: str) -> FileContent:
        """The bytes as the portal gives them; their type is not known. Raises UnreadableRecord."""
        data = self._get(
            "/reclamacao/{protocol}/tramite/{movement}/anexo/{attachment}/baixar",
            protocol=protocol,
            movement=str(movement_code),
            attachment=str(attachment_code),
        )
        return self._record(data, parsing.file_content, of=protocol)

    def complaint_pdf(self, protocol: str) -> FileContent:
        """Raises UnreadableRecord."""
        data = self._get("/reclamacao/{protocol}/baixar", protocol=protocol)
        return self._record(data, parsing.file_content, of=protocol)

    def list_movements(self, start: date, end: date, *, movement_type: str | None = None) -> Listing[Movement]:
        """Movements made from `start` to `end`: dates (whole days) or aware datetimes, to the second."""
        data = self._get("/tramites/periodo/listar", _period(start, end, movement_type))
        return self._understood(lambda: parsing.listing(data, parsing.movement))

    def page_movements(
        self, start: date, end: date, *, page: int, size: int = 100, movement_type: str | None = None
    ) -> Page[Movement]:
        """As list_movements, one page; `page` counts from 0, `size` is 1 to 100."""
        query = page_parameters(page, size) + _period(start, end, movement_type)
        data = self._get("/tramites/periodo/listar/paginado", query)
        return self._understood(lambda: parsing.page(data, parsing.movement, number=page, size=size))

    def movements_of(
        self,
        protocol: str,
        *,
        start: date | None = None,
        end: date | None = None,
        movement_type: str | None = None,
    ) -> Listing[Movement]:
        """The table marks the dates as optional and describes them as mandatory; left out unless given."""
        query = movement_parameters(start, end, movement_type)
        data = self._get("/tramites/reclamacao/{protocol}/listar", query, protocol=protocol)
        read = partial(parsing.movement, of=protocol)
        return self._understood(lambda: parsing.listing(data, read, of=protocol))

    # -- Alterações em Reclamações -------------------------------------------------------------------------
    # The document swaps the descriptions of `texto` and `anexos`; `texto` goes first.

    def complement(
        self, protocol: str, *, text: str, files: Iterable[OutgoingFile] = (), cpf: str | None = None
    ) -> Receipt:
        """Private; may be repeated. `cpf` is whose hand the ministry sees, instead of the account's."""
        return self._post("/reclamacao/{protocol}/complementar", protocol, _message(text, files), cpf)

    def answer(
        self, protocol: str, *, text: str, files: Iterable[OutgoingFile] = (), cpf: str | None = None
    ) -> Receipt:
        """The final answer: public, once. `cpf` as in complement."""
        return self._post("/reclamacao/{protocol}/responder", protocol, _message(text, files), cpf)

    def refuse(
        self, protocol: str, *, text: str, files: Iterable[OutgoingFile] = (), cpf: str | None = None
    ) -> Receipt:
        """Sends the complaint to the mediator for analysis. `cpf` as in complement."""
        return self._post("/reclamacao/{protocol}/recusar", protocol, _message(text, files), cpf)

    def redirect(self, protocol: str, *, company_code: str, text: str, cpf: str | None = None) -> Receipt:
        """To a company of the group, by its code among `subsidiaries`. The document knows no files here."""
        if not company_code.isdecimal():
            raise ValueError("a company's code is digits")
        body = {"texto": text, "identificacaoEmpresaGrupo": int(company_code)}
        return self._post("/reclamacao/{protocol}/redirecionar", protocol, body, cpf)

    # -- Cadastros Básicos ---------------------------------------------------------------------------------

    def situations(self) -> Listing[Coded]:
        return self._catalogue("/cadastros/situacoes/listar")

    def purchase_channels(self) -> Listing[Coded]:
        return self._catalogue("/cadastros/meiosconsumo/listar")

    def movement_types(self) -> Listing[Coded]:
        return self._catalogue("/cadastros/tipostramite/listar")

    def procons(self) -> Listing[Coded]:
        return self._catalogue("/cadastros/procons/listar")

    def text_types(self) -> Listing[Coded]:
        return self._catalogue("/cadastros/tipostextotramite/listar")

    def subsidiaries(self) -> Listing[Coded]:
        return self._catalogue("/cadastros/subsidiarias/listar")

    def municipalities(self, uf: str) -> Listing[Coded]:
        return self._catalogue("/cadastros/uf/{uf}/municipios/listar", uf=uf)

    def areas(self) -> Listing[Coded]:
        return self._catalogue("/cadastros/areas/listar")

    def subjects(self, area: str) -> Listing[Coded]:
        return self._catalogue("/cadastros/area/{area}/assuntos/listar", area=area)

    def problems(self, subject: str) -> Listing[Coded]:
        return self._catalogue("/cadastros/assunto/{subject}/problemas/listar", subject=subject)


def _period(start: date, end: date, movement_type: str | None) -> Parameters:
    if start is None or end is None:
        raise ValueError("the period is mandatory")
    return movement_parameters(start, end, movement_type)


def _message(text: str, files: Iterable[OutgoingFile]) -> dict[str, object]:
    body: dict[str, object] = {"texto": text}
    attachments = [
        {
            "nome": file.name,
            "tamanho": len(file.content),
            "arquivoBase64": base64.b64encode(file.content).decode("ascii"),
        }
        for file in files
    ]
    if attachments:
        body["anexos"] = attachments
    return body

"""The portal as the server sees it: paths, demands, operations, answers."""

import hmac
import json
import re
import secrets
from datetime import timedelta
from urllib.parse import unquote

from backoffice.sandbox.consumidor_gov import catalogue, changes, demands, queries, shapes
from backoffice.sandbox.consumidor_gov.bodies import PARAMETER_NAMES, parameters_in, read_body
from backoffice.sandbox.consumidor_gov.control import Control
from backoffice.sandbox.consumidor_gov.demands import COMMON_PARAMETERS, Account, User
from backoffice.sandbox.consumidor_gov.downloads import attachment, pdf
from backoffice.sandbox.consumidor_gov.operations import OPERATIONS, PREFIX
from backoffice.sandbox.consumidor_gov.pages import Pages
from backoffice.sandbox.consumidor_gov.parameters import Parameters
from backoffice.sandbox.consumidor_gov.printing import Omissible, printed
from backoffice.sandbox.consumidor_gov.refusals import Refusal, refusal_for
from backoffice.sandbox.web import Call, Operation, Reply, Request

_CREDENTIALS = ("client_id", "code", "client_secret", "grant_type")  # L66-L73

_OUTAGE = """<!DOCTYPE html>
<html lang="pt-br"><head><meta charset="utf-8"><title>Serviço indisponível</title></head>
<body><h1>Serviço temporariamente indisponível</h1>
<p>O Consumidor.gov.br está em manutenção. Tente novamente mais tarde.</p></body></html>
"""


def _pattern(operation: Operation) -> re.Pattern:
    return re.compile(PREFIX + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", operation.path))


_PATTERNS = tuple((_pattern(operation), operation) for operation in OPERATIONS)


class ConsumidorGov:
    name = "consumidor_gov"
    prefix = PREFIX
    operations = OPERATIONS

    def __init__(self, state, clock):
        self.state = state
        self.clock = clock
        self.control = Control(state, clock)
        self.pages = Pages(self.control, clock)
        self._readers = {
            "list_complaints": self._list_complaints,
            "list_complaints_page": self._list_complaints_page,
            "complaint_detail": self._complaint_detail,
            "attachment": self._attachment,
            "complaint_pdf": self._complaint_pdf,
            "list_movements": self._list_movements,
            "list_movements_page": self._list_movements_page,
            "complaint_movements": self._complaint_movements,
        }

    # The server's side

    def match(self, request: Request) -> Call | Reply:
        for pattern, operation in _PATTERNS:
            found = pattern.fullmatch(request.path)
            if not found:
                continue
            if request.method != operation.method:
                reply = self._refused(Refusal("method_not_allowed"))
                return Reply(405, reply.body, reply.content_type, {"Allow": operation.method})
            return Call(operation, request, {name: unquote(text) for name, text in found.groupdict().items()})
        return self._refused(Refusal("operation_unknown"))

    def perform(self, call: Call, quirks) -> Reply:
        try:
            with self.state.lock:
                return Reply(200, printed(self._document(call, quirks), quirks))
        except Refusal as refusal:
            return self._refused(refusal)

    def defer(self, call: Call, quirks, seconds: float) -> Reply | None:
        """Only writes are deferred; a read simply has no answer."""
        if not call.operation.is_write:
            return None
        try:
            with self.state.transaction() as db:
                change = self._accepted(call)
                due_at = changes.stamp(self.clock.now() + timedelta(seconds=seconds))
                db.execute(
                    "INSERT INTO deferred_changes (due_at, change) VALUES (?, ?)",
                    (due_at, json.dumps([change.to_json(), quirks])),
                )
        except Refusal as refusal:
            return self._refused(refusal)
        return None

    def settle(self) -> None:
        now = self.clock.now()
        due = "SELECT * FROM deferred_changes WHERE due_at <= ? ORDER BY due_at, id"
        if not self.state.row(due, (changes.stamp(now),)):
            return
        with self.state.transaction() as db:
            for row in db.execute(due, (changes.stamp(now),)).fetchall():
                change, quirks = json.loads(row["change"])
                at = now.fromisoformat(row["due_at"])
                changes.commit(self.state, changes.Change.from_json(change), at, quirks)
                db.execute("DELETE FROM deferred_changes WHERE id = ?", (row["id"],))

    def error(self, status: int) -> Reply:
        return self._refused(refusal_for(status))

    def refusal(self, status: int, code: int, message: str) -> Reply:
        """A refusal in words of the tester's choice."""
        return Reply(status, printed({"codigoMensagem": code, "mensagem": message}, {}))

    def outage_page(self, status: int) -> Reply:
        return Reply(status, _OUTAGE.encode(), "text/html;charset=UTF-8")

    def account_of(self, request: Request) -> str | None:
        found = self.state.row("SELECT company FROM tokens WHERE token = ?", (demands.bearer_of(request) or "",))
        return found["company"] if found else None

    def _refused(self, refusal: Refusal) -> Reply:
        return self.refusal(refusal.status, refusal.code, refusal.message)

    # Operations

    def _document(self, call: Call, quirks) -> dict:
        name = call.operation.name
        if name == "token":
            return self._token(call.request)
        if call.operation.is_write:
            change = self._accepted(call)
            at = self.clock.now()
            code, movement_type = changes.commit(self.state, change, at, quirks)
            return shapes.receipt(change.protocol, code, movement_type, changes.stamp(at))
        if name in catalogue.NAMES:
            self._enter(call, ())
            return shapes.ok(dados=Omissible(catalogue.records(name, call.url, self.state, quirks)))
        return self._readers[name](call, quirks)

    def _token(self, request: Request) -> dict:
        """L39-L86. The values may stand in the form or, as L45 allows, in the query."""
        demands.check_headers(request, demands.FORM_TYPE)
        form = Request("POST", "", request.body.decode("utf-8", "replace"), {}, b"").query
        parameters = Parameters([*request.query, *form])
        parameters.refuse_unknown(_CREDENTIALS)
        given = {name: parameters.text(name, required=True) for name in _CREDENTIALS}
        if given["grant_type"] != "client_credentials":  # L73
            raise Refusal("parameter_invalid", name="grant_type")
        found = self.state.row("SELECT * FROM accounts WHERE client_id = ?", (given["client_id"],))
        if found is None or not all(
            hmac.compare_digest(found[name].encode(), given[name].encode()) for name in ("code", "client_secret")
        ):
            raise Refusal("credentials_invalid")
        now = self.clock.now()
        end = now.replace(hour=23, minute=59, second=59)  # «expirará sempre às 23:59:59hs desse dia», L12
        token = secrets.token_hex(16)
        with self.state.transaction() as db:
            db.execute("INSERT INTO tokens VALUES (?, ?, ?)", (token, found["company"], changes.stamp(end)))
        return {"expires_in": int((end - now).total_seconds()), "access_token": token}

    def _enter(
        self, call: Call, known: tuple[str, ...], in_body: list[tuple[str, str]] = ()
    ) -> tuple[Parameters, Account, User]:
        """The demands common to all operations but the token."""
        demands.check_headers(call.request, demands.JSON_TYPE)
        account = demands.account_for(call.request, self.state, self.clock.now())
        parameters = Parameters([*call.request.query, *in_body])
        demands.check_version(parameters)
        user = demands.user_for(parameters, account, self.state)
        parameters.refuse_unknown((*COMMON_PARAMETERS, *known))
        return parameters, account, user

    def _protocol(self, call: Call) -> str:
        text = call.protocol
        if not (text.isascii() and text.isdigit()):  # «Numérico», L426-L427
            raise Refusal("parameter_invalid", name="numeroProtocolo")
        return text

    def _accepted(self, call: Call) -> changes.Change:
        operation = call.operation.name
        demands.check_headers(call.request, demands.JSON_TYPE)
        demands.account_for(call.request, self.state, self.clock.now())  # no token: nothing else is read
        in_body, document = parameters_in(call.request.body)
        known = PARAMETER_NAMES if operation == "redirect" else PARAMETER_NAMES[:3]
        parameters, account, user = self._enter(call, known, in_body)
        complaint = queries.complaint_of(self.state, self._protocol(call), account.company)
        changes.check_action(operation, complaint, user)
        body = read_body(document, files_documented=operation != "redirect")
        target = parameters.number("identificacaoEmpresaGrupo") if operation == "redirect" else None
        return changes.accept(operation, complaint, body, account=account, user=user, target=target, state=self.state)

    def _list_complaints(self, call: Call, quirks) -> dict:
        parameters, account, _ = self._enter(call, queries.COMPLAINT_FILTERS)
        where = queries.complaint_filter(parameters, account.company, quirks)
        rows = queries.find_complaints(self.state, where, quirks)
        return shapes.ok(dados=Omissible([shapes.listed_complaint(row) for row in rows]))

    def _list_complaints_page(self, call: Call, quirks) -> dict:
        known = queries.COMPLAINT_FILTERS + queries.PAGE_PARAMETERS
        parameters, account, _ = self._enter(call, known)
        number, size = _page(parameters, quirks)
        where = queries.complaint_filter(parameters, account.company, quirks)
        rows = queries.find_complaints(self.state, where, quirks, limit=size, offset=number * size)
        total = queries.count_complaints(self.state, where)
        content = [shapes.listed_complaint(row) for row in rows]
        return shapes.paged(shapes.page_envelope(content, number, size, total), "dados_list", quirks)

    def _complaint_detail(self, call: Call, quirks) -> dict:
        _, account, _ = self._enter(call, ())
        protocol = self._protocol(call)
        complaint = queries.complaint_of(self.state, protocol, account.company)
        if "viewed_on_read" in quirks:
            changes.view(self.state, complaint, account, self.clock.now())
            complaint = queries.complaint_of(self.state, protocol, account.company)
        detail = shapes.detail(
            complaint,
            self.state.row(
                "SELECT k.*, m.name AS city FROM consumers k JOIN cities m ON m.code = k.city_code WHERE k.id = ?",
                (complaint["consumer"],),
            ),
            self.state.row("SELECT * FROM companies WHERE code = ?", (complaint["company"],)),
            self.state.row("SELECT * FROM mediators WHERE code = ?", (complaint["mediator"],)),
            self._movements(queries.Where("m.protocol = ?", protocol), of_one=True),
            quirks,
        )
        return {"dado": detail, **shapes.ok()}  # this key order: L467, L706

    def _attachment(self, call: Call, quirks) -> dict:
        _, account, _ = self._enter(call, ())
        complaint = queries.complaint_of(self.state, self._protocol(call), account.company)
        return shapes.ok(dado=attachment(self.state, complaint, call.url))

    def _complaint_pdf(self, call: Call, quirks) -> dict:
        _, account, _ = self._enter(call, ())
        complaint = queries.complaint_of(self.state, self._protocol(call), account.company)
        return shapes.ok(dado=pdf(self.state, complaint, quirks))

    def _list_movements(self, call: Call, quirks) -> dict:
        parameters, account, _ = self._enter(call, queries.MOVEMENT_FILTERS)
        where = queries.movement_filter(parameters, account.company, period_required=True)
        return shapes.ok(dados=Omissible(self._movements(where)))

    def _list_movements_page(self, call: Call, quirks) -> dict:
        known = queries.MOVEMENT_FILTERS + queries.PAGE_PARAMETERS
        parameters, account, _ = self._enter(call, known)
        number, size = _page(parameters, quirks)
        where = queries.movement_filter(parameters, account.company, period_required=True)
        content = self._movements(where, limit=size, offset=number * size)
        total = queries.count_movements(self.state, where)
        return shapes.paged(shapes.page_envelope(content, number, size, total), "dado_object", quirks)

    def _complaint_movements(self, call: Call, quirks) -> dict:
        parameters, account, _ = self._enter(call, queries.MOVEMENT_FILTERS)
        protocol = self._protocol(call)
        queries.complaint_of(self.state, protocol, account.company)
        where = queries.movement_filter(parameters, account.company, period_required=False)
        where.add("m.protocol = ?", protocol)
        return shapes.ok(dados=Omissible(self._movements(where, of_one=True)))

    def _movements(self, where, **options) -> list[dict]:
        rows = queries.find_movements(self.state, where, **options)
        return shapes.movements(rows, queries.files_of(self.state, rows))


def _page(parameters: Parameters, quirks) -> tuple[int, int]:
    number, size = parameters.page()
    if "page_size_answered" in quirks:
        size = min(size, quirks["page_size_answered"]["size"])
    return number, size

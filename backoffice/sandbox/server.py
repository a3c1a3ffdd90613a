"""The HTTP server: finds the service, lets the armed fault happen, logs the call.

Keep-alive HTTP/1.1, one thread a connection. A hanging answer waits on its own socket only and
ends when the client goes away, when its bound passes, on a reset, or when the server stops.
"""

import select
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from backoffice.sandbox import control_api, control_page
from backoffice.sandbox.calls import CallLog
from backoffice.sandbox.clock import Clock
from backoffice.sandbox.faults import Faults, Plan
from backoffice.sandbox.state import State
from backoffice.sandbox.web import Call, Reply, Request, Service

LARGEST_BODY = 64 * 1024 * 1024
CONTROL = "/_controle"


class Sandbox:
    """Everything the handlers share."""

    def __init__(self, state: State, clock: Clock, services: list[Service]):
        self.state = state
        self.clock = clock
        self.services = services
        self.operations = [operation for service in services for operation in service.operations]
        self.faults = Faults(self.operations)
        self.calls = CallLog()
        self.stopping = threading.Event()
        self.generation = 0  # a reset starts a new one; hanging answers of an older one end

    def service_for(self, path: str) -> Service | None:
        return next((s for s in self.services if path.startswith(s.prefix + "/")), None)

    def reset(self) -> None:
        """The seed again: no faults, no calls, the machine's clock, no hanging answers."""
        self.faults.clear()
        self.generation += 1
        self.state.reset()
        self.calls.clear()


class Cut(Exception):  # noqa: N818 - not an error of ours
    """The connection ends here, without (the rest of) an answer."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""
    timeout = 120  # of an idle connection, seconds
    disable_nagle_algorithm = True
    server: "Server"

    def _dispatch(self) -> None:
        request = self._read()
        if request is None:
            return
        sandbox = self.server.sandbox
        try:
            if request.path == CONTROL or request.path.startswith(CONTROL + "/"):
                self._send(_control(sandbox, request))
            else:
                self._serve(sandbox, request)
        except Cut:
            self.close_connection = True
        except OSError:
            self.close_connection = True  # the client went away

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _dispatch

    def _read(self) -> Request | None:
        length = self.headers.get("Content-Length") or "0"
        if "chunked" in (self.headers.get("Transfer-Encoding") or "").lower() or not length.isdecimal():
            self._refuse_body(411)
            return None
        if int(length) > LARGEST_BODY:
            self._refuse_body(413)
            return None
        body = self.rfile.read(int(length))
        target = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, target.path, target.query, headers, body)

    def _refuse_body(self, status: int) -> None:
        self.close_connection = True  # what follows on the connection is not a request
        self._send(Reply(status, b"", "text/plain", {"Connection": "close"}))

    def _serve(self, sandbox: Sandbox, request: Request) -> None:
        service = sandbox.service_for(request.path)
        if service is None:
            self._send(Reply(404, b"", "text/plain"))
            return
        service.settle()
        matched = service.match(request)
        call = matched if isinstance(matched, Call) else None
        account = service.account_of(request)
        operation = call.operation if call else None
        entry = sandbox.calls.begin(
            request, operation.name if operation else None, account, sandbox.clock.now().isoformat()
        )
        plan = sandbox.faults.take(operation, call.protocol if call else None, account)
        entry.faults = plan.names
        status = None
        try:
            if "slow" in plan.quirks:
                self._hang(sandbox, plan.quirks["slow"]["milliseconds"] / 1000, answer_follows=True)
            reply = self._befall(sandbox, service, matched, plan)
            status = reply.status
        finally:
            # Before the answer leaves: who reads the log right after it must find it complete.
            entry.end(status)
        self._send(reply)

    def _befall(self, sandbox: Sandbox, service: Service, matched: Call | Reply, plan: Plan) -> Reply:
        """The answer to give, faults included. Raises Cut where there is none."""
        fault = plan.fault
        if isinstance(matched, Reply):
            return service.outage_page(503) if fault else matched
        if fault is None:
            return service.perform(matched, plan.quirks)
        params = fault.params
        if fault.kind == "late_commit":
            refusal = service.defer(matched, plan.quirks, params["seconds"])
            if refusal:
                return refusal
        elif fault.kind.endswith("_after") or params.get("commit"):
            reply = service.perform(matched, plan.quirks)
        match fault.kind:
            case "timeout_before" | "timeout_after" | "late_commit":
                self._hang(sandbox, params["hold_seconds"])
                raise Cut
            case "reset_before" | "reset_after":
                self._reset_connection()
                raise Cut
            case "error_500_before" | "error_500_after":
                return service.error(500)
            case "unauthorized":
                return service.error(401)
            case "forbidden":
                return service.error(403)
            case "too_many":
                answer = service.error(429)
                return Reply(429, answer.body, answer.content_type, {"Retry-After": str(params["retry_after"])})
            case "refused":
                return service.refusal(params["status"], params["code"], params["message"])
            case "html_200":
                return service.outage_page(200)
            case "html_503" | "portal_down":
                return service.outage_page(503)
            case "broken_json":
                return Reply(reply.status, reply.body[: len(reply.body) * 2 // 3] + b",,", reply.content_type)
            case "truncated":
                self._send(reply, only=len(reply.body) // 2)
                raise Cut
        raise AssertionError(fault.kind)

    def _hang(self, sandbox: Sandbox, seconds: float, *, answer_follows: bool = False) -> None:
        """Wait without answering. Raises Cut when the client leaves, on a reset and on a stop."""
        generation, until = sandbox.generation, time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if sandbox.stopping.is_set() or (sandbox.generation != generation and not answer_follows):
                raise Cut
            readable, _, _ = select.select([self.connection], [], [], min(left, 0.1))
            if readable:
                if not self.connection.recv(1, socket.MSG_PEEK):
                    raise Cut
                time.sleep(min(left, 0.1))  # it sent more; that does not make the answer come

    def _reset_connection(self) -> None:
        # Closing with a zero linger sends RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _send(self, reply: Reply, *, only: int | None = None) -> None:
        """One write for head and body; `only` sends that many bytes of the body and leaves."""
        self.send_response_only(reply.status)
        self.send_header("Date", self.date_time_string())
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self._headers_buffer.append(b"\r\n")
        head = b"".join(self._headers_buffer)
        self._headers_buffer = []
        self.wfile.write(head + (b"" if self.command == "HEAD" else reply.body[:only]))

    def log_message(self, format, *args):  # noqa: A002 - the name is the base class's
        """Silent: the control page and its API show the calls."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a hanging answer never delays the end
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], sandbox: Sandbox):
        super().__init__(address, Handler)
        self.sandbox = sandbox

    def handle_error(self, request, client_address):
        """A client that left is no news; anything else is a defect and is printed."""
        import sys

        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def _control(sandbox: Sandbox, request: Request) -> Reply:
    for service in sandbox.services:
        service.settle()
    if request.path.startswith(control_api.PREFIX):
        return control_api.answer(sandbox, request)
    return control_page.answer(sandbox, request)

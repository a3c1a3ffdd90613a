"""A scripted HTTP server over real sockets, for testing clients.

    with FakeServer() as server:
        server.reply(200, json={"ok": True})      # replies are given in the order they were scripted
        ...call server.url...
        assert server.requests[0].path == "/..."

Whatever is asked beyond the script gets a 599 and fails the test when the server closes.
"""

import contextlib
import json as jsonlib
import select
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

Step = Callable[["_Handler"], None]


@dataclass(frozen=True)
class Received:
    """One request, as it came. `target` is the raw path with its query."""

    method: str
    target: str
    headers: Mapping[str, str]  # case-insensitive
    body: bytes
    connection: int  # the n-th connection accepted

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode(), keep_blank_values=True)

    def json(self) -> object:
        return jsonlib.loads(self.body)


class FakeServer:
    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.unscripted: list[str] = []
        self.connections = 0
        self.closing = threading.Event()
        self._script: deque[tuple[bool, Step]] = deque()  # (before reading the request?, what to do)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.fake = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def __enter__(self) -> "FakeServer":
        self._thread.start()
        return self

    def __exit__(self, kind, *exc: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        if kind is None:
            assert not self.unscripted, f"asked beyond the script: {self.unscripted}"

    # -- the script ----------------------------------------------------------------------------------------

    def reply(
        self,
        status: int = 200,
        body: bytes | str = b"",
        *,
        json: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """A whole reply. `json` is printed as JSON; `body` is sent as it is."""
        if json is not None:
            body = jsonlib.dumps(json, ensure_ascii=False)
        content = body.encode() if isinstance(body, str) else body

        def step(handler: "_Handler") -> None:
            handler.head(status, {"Content-Length": str(len(content)), **(headers or {})})
            handler.wfile.write(content)

        self._script.append((False, step))

    def cut_short(self, body: bytes = b'{"half":', *, status: int = 200, promised: int = 1000) -> None:
        """A reply that ends before the length it promised."""

        def step(handler: "_Handler") -> None:
            handler.head(status, {"Content-Length": str(promised)})
            handler.wfile.write(body)
            handler.close_connection = True

        self._script.append((False, step))

    def drop_before_reading(self) -> None:
        """The connection is accepted, and reset without a byte of the request being read."""
        self._script.append((True, _Handler.reset))

    def drop_after_reading(self) -> None:
        """The request is read (and recorded), then the connection is reset without a reply."""
        self._script.append((False, _Handler.reset))

    def hang(self) -> None:
        """The request is read (and recorded), and nothing comes until the server closes."""
        self._script.append((False, lambda handler: handler.stay_silent()))

    def never_read(self) -> None:
        """The connection is accepted, and nothing is read until the server closes."""
        self._script.append((True, lambda handler: handler.stay_silent()))

    def slow_to_read(self, seconds: float) -> None:
        """The connection is accepted, and its request is left unread for a while; the next step replies."""

        def step(handler: "_Handler") -> None:
            self.closing.wait(seconds)
            handler.close_connection = False  # go on with this connection

        self._script.append((True, step))

    def drip(self, start: bytes = b"HTTP/1.1 200 OK\r\n\r\n", every: float = 0.02) -> None:
        """`start`, then one blank every few milliseconds until the server closes: never silent, never done."""

        def step(handler: "_Handler") -> None:
            handler.wfile.write(start)
            while not self.closing.wait(every):
                handler.wfile.write(b" ")

        self._script.append((False, step))

    def next_step(self, *, before_reading: bool) -> Step | None:
        if not self._script:
            return None
        if self._script[0][0] == before_reading:
            return self._script.popleft()[1]
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    fake: FakeServer

    def handle_error(self, request, client_address) -> None:
        pass  # clients that go away in the middle are what is being tested


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.fake.connections += 1
        self.number = self.server.fake.connections

    def handle_one_request(self) -> None:
        # Only once something arrives is it this connection's turn in the script.
        while not select.select([self.connection], [], [], 0.01)[0]:
            if self.server.fake.closing.is_set():
                self.close_connection = True
                return
        if self.connection.recv(1, socket.MSG_PEEK):
            step = self.server.fake.next_step(before_reading=True)
            if step is not None:
                step(self)
                return
        super().handle_one_request()

    def _serve(self) -> None:
        fake = self.server.fake
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fake.requests.append(Received(self.command, self.path, self.headers, body, self.number))
        step = fake.next_step(before_reading=False)
        if step is None:
            fake.unscripted.append(f"{self.command} {urlsplit(self.path).path}")
            self.head(599, {"Content-Length": "0"})
        else:
            step(self)

    do_GET = do_POST = do_PUT = do_DELETE = _serve

    def head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def stay_silent(self) -> None:
        self.server.fake.closing.wait()
        self.close_connection = True

    def log_message(self, *args: object) -> None:
        pass


def refused_port() -> int:
    """A loopback port on which nobody listens."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@contextlib.contextmanager
def deaf_port() -> Iterator[int]:
    """A loopback port whose queue of connections is full: connecting to it ends in a time-out."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]

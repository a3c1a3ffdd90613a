"""The transport under RemoteAPI: a `requests` session that forgets cookies, reads no environment, and tells
what the exceptions of `requests` alone cannot: whether a connection was ever opened, and that time is up.

A socket time-out bounds one silence, not the call: a server that sends one byte now and then would hold us
for ever, before its headers as well as after. So a watchdog shuts the socket down when the call's time is
over.
"""

import contextlib
import http.cookiejar
import logging
import socket
import threading
import time

import requests
from requests.adapters import HTTPAdapter
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

# urllib3 writes addresses with their query strings, which hold CPFs, into its debug lines and some warnings.
logging.getLogger("urllib3").setLevel(logging.ERROR)


class Deadline:
    """A point in time by which a call must be over. Seconds, on the monotonic clock."""

    def __init__(self, seconds: float, *, within: "Deadline | None" = None) -> None:
        self.seconds = seconds
        self._ends = time.monotonic() + seconds
        if within is not None:
            self._ends = min(self._ends, within._ends)

    def remaining(self) -> float:
        return max(0.0, self._ends - time.monotonic())


class Watch:
    """What is known about the exchange now under way on a session."""

    def __init__(self) -> None:
        self.never_connected = False
        self.expired = False
        self._deadline = Deadline(0)
        self._sock: socket.socket | None = None
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def over(self, deadline: Deadline):
        """Watch one exchange; when `deadline` passes, its socket is shut down and `expired` is set."""
        self.never_connected = self.expired = False
        self._deadline, self._sock = deadline, None
        timer = threading.Timer(deadline.remaining(), self._expire, args=(deadline,))
        timer.daemon = True
        timer.start()
        try:
            yield self
        finally:
            timer.cancel()
            with self._lock:
                self._sock = None

    def hold(self, sock: socket.socket) -> None:
        """The exchange goes on over this socket, and sending may take what is left of the call's time."""
        with self._lock:
            if self.expired:
                raise TimeoutError("call out of time")
            self._sock = sock
        sock.settimeout(self._deadline.remaining() or 0.001)

    def _expire(self, deadline: Deadline) -> None:
        with self._lock:
            if deadline is not self._deadline:
                return
            self.expired = True
            if self._sock is not None:
                with contextlib.suppress(OSError):  # gone already
                    # Of the plain socket: shutting TLS down politely from another thread is not safe.
                    socket.socket.shutdown(self._sock, socket.SHUT_RDWR)


class _WatchedAdapter(HTTPAdapter):
    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        super().__init__(max_retries=0)  # retries are RemoteAPI's to decide

    def init_poolmanager(self, *args, **kwargs) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _watched(HTTPConnectionPool, self._watch),
            "https": _watched(HTTPSConnectionPool, self._watch),
        }


def _watched(pool_class, watch: Watch):
    class Connection(pool_class.ConnectionCls):
        def connect(self):
            try:
                super().connect()  # TLS included: until it returns no byte of the request has left
                watch.hold(self.sock)
            except BaseException:
                # Positive evidence only: if urllib3 ever connects another way, this stays False (Uncertain).
                watch.never_connected = True
                raise

        def send(self, data):
            if self.sock is not None:
                watch.hold(self.sock)
            return super().send(data)

    class Pool(pool_class):
        ConnectionCls = Connection

    return Pool


class Wire:
    """A session and the watch over it. Use from one thread at a time."""

    def __init__(self) -> None:
        self.watch = Watch()
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy, no netrc, no CA bundle from whoever's shell this is
        self.session.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        adapter = _WatchedAdapter(self.watch)
        self.session.mount("https://", adapter)
        self.session.mount("http://", adapter)

    def close(self) -> None:
        self.session.close()

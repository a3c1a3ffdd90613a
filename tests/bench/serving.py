"""An application served as in production: gunicorn, two workers with four threads each."""

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

HOST = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return listener.getsockname()[1]


class Server:
    """Use in a `with`. Raises RuntimeError, with the log's end, when it does not come up."""

    def __init__(self, application: str, *, port: int, log: Path, env: dict[str, str]) -> None:
        self.application, self.port, self.log, self.env = application, port, log, env

    def __enter__(self) -> "Server":
        command = [sys.executable, "-m", "gunicorn", self.application, "--bind", f"{HOST}:{self.port}"]
        command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--no-control-socket"]
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command, env={**os.environ, **self.env}, stdout=output, stderr=subprocess.STDOUT
            )
        ends = time.monotonic() + 60
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > ends:
                self.__exit__()
                raise RuntimeError(f"{self.application} did not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.1)
        return self

    def __exit__(self, kind=None, *exc: object) -> None:
        if kind:
            print(f"{self.application}:\n{self.log.read_text(errors='replace')[-3000:]}", file=sys.stderr)
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _answers(self) -> bool:
        with socket.socket() as connection:
            return connection.connect_ex((HOST, self.port)) == 0


def log_in(port: int, *, username: str, password: str) -> dict[str, str]:
    """The cookies of somebody who typed name and password. Raises RuntimeError."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    connection.request("GET", "/entrar/")
    response = connection.getresponse()
    response.read()
    cookies = _cookies(response)
    form = urlencode({"username": username, "password": password, "csrfmiddlewaretoken": cookies["csrftoken"]})
    headers = {
        "Cookie": f"csrftoken={cookies['csrftoken']}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request("POST", "/entrar/", form, headers)
    response = connection.getresponse()
    response.read()
    cookies |= _cookies(response)
    connection.close()
    if response.status != 302 or "sessionid" not in cookies:
        raise RuntimeError(f"the log-in answered {response.status}")
    return cookies


def _cookies(response: http.client.HTTPResponse) -> dict[str, str]:
    pairs = (line.split(";")[0].split("=", 1) for line in response.headers.get_all("Set-Cookie", ()))
    return dict(pairs)

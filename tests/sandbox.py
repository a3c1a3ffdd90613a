"""The sandbox of the remote services as a child process, and its control API in Python.

A pytest plugin with two fixtures: `sandbox_server` is started once a session; `sandbox` is the
same one, reset before each test.
"""

import base64
import http.client
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

ROOT = Path(__file__).parent.parent
COMPLAINTS = 40


@dataclass(frozen=True)
class SandboxUser:
    cpf: str
    name: str
    is_active: bool
    may_act: bool
    may_attach: bool


@dataclass(frozen=True)
class SandboxAccount:
    """One company of the group, with its credentials. `users[0]` may do everything."""

    company: str
    company_code: str
    client_id: str
    code: str
    client_secret: str
    base_url: str
    users: tuple[SandboxUser, ...]

    @property
    def cpf(self) -> str:
        return self.users[0].cpf

    def user(self, **rights: bool) -> SandboxUser:
        """The first one with these rights, e.g. `user(may_act=False)`."""
        return next(u for u in self.users if all(getattr(u, name) == value for name, value in rights.items()))


@dataclass(frozen=True)
class SandboxCall:
    """One request the sandbox received. `status` None: it was never answered."""

    number: int
    at: datetime
    operation: str | None
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]  # names in lower case, without Authorization
    body: dict[str, Any] | None
    account: str | None
    status: int | None
    faults: list[str]
    milliseconds: int | None


class SandboxMistake(AssertionError):
    """The control API did not accept what the test asked for."""


class Sandbox:
    """`url` is the server's root, `base_url` the portal's {url-ambiente}."""

    def __init__(self, url: str):
        self.url = url
        self.base_url = f"{url}/api/servico"
        self._host = url.removeprefix("http://")

    def fault(
        self,
        kind: str,
        operation: str = "*",
        *,
        times: int | None = 1,
        skip: int = 0,
        protocol: str | None = None,
        account: str | None = None,
        **params: Any,
    ) -> int:
        """Arm a fault or quirk for the next `times` calls (None: until cleared). Returns its number."""
        armed = {"kind": kind, "operation": operation, "times": times, "skip": skip}
        return self.control("POST", "faults", {**armed, "protocol": protocol, "account": account, **params})["number"]

    def faults(self) -> list[dict]:
        """What is still armed."""
        return self.control("GET", "faults")

    def clear_faults(self) -> None:
        self.control("DELETE", "faults")

    def calls(self, operation: str | None = None) -> list[SandboxCall]:
        """The calls received since the last reset or clear_calls, oldest first."""
        query = f"?{urlencode({'operation': operation})}" if operation else ""
        calls = self.control("GET", f"calls{query}")["calls"]
        return [SandboxCall(**{**call, "at": datetime.fromisoformat(call["at"])}) for call in calls]

    def call_counts(self) -> dict[str, int]:
        return self.control("GET", "calls")["counts"]

    def clear_calls(self) -> None:
        self.control("DELETE", "calls")

    def accounts(self) -> list[SandboxAccount]:
        return [
            SandboxAccount(
                company=found["company"],
                company_code=found["company_code"],
                client_id=found["client_id"],
                code=found["code"],
                client_secret=found["client_secret"],
                base_url=self.url + found["path"],
                users=tuple(SandboxUser(**user) for user in found["users"]),
            )
            for found in self.control("GET", "accounts")
        ]

    def account(self, company: str = "Varanda Celulares") -> SandboxAccount:
        return next(account for account in self.accounts() if account.company == company)

    def complaints(self, *, company: str | None = None, situation: int | None = None) -> list[dict]:
        """Summaries, newest first. `company` is a trade name or a code."""
        given = {"company": company, "situation": situation, "limit": 1_000_000}
        return self.control(
            "GET", "complaints?" + urlencode({name: value for name, value in given.items() if value is not None})
        )

    def complaint(self, protocol: str) -> dict:
        """One with its movements: the portal's truth."""
        return self.control("GET", f"complaints/{quote(protocol)}")

    def new_complaint(
        self,
        *,
        company: str = "Varanda Celulares",
        files: dict[str, bytes] | None = None,
        deadline: date | None = None,
        **given: str,
    ) -> dict:
        """Given may be: cpf, name, text, request. What is not given is invented."""
        payload: dict[str, Any] = {"company": company, **given}
        if deadline:
            payload["deadline"] = deadline.isoformat()
        if files is not None:
            payload["files"] = _files(files)
        return self.control("POST", "complaints", payload)

    def consumer_complement(self, protocol: str, text: str, files: dict[str, bytes] | None = None) -> dict:
        return self._act(protocol, "consumer-complement", {"text": text, "files": _files(files or {})})

    def mediator_message(self, protocol: str, text: str) -> dict:
        return self._act(protocol, "mediator-message", {"text": text})

    def mediator_decision(self, protocol: str, *, upheld: bool) -> dict:
        """Upheld cancels the complaint; else it returns to the company, the deadline moved."""
        return self._act(protocol, "mediator-decision", {"upheld": upheld})

    def rate(self, protocol: str, *, resolved: bool, score: int, comment: str = "") -> dict:
        return self._act(protocol, "rate", {"resolved": resolved, "score": score, "comment": comment})

    def move_deadline(self, protocol: str, deadline: date) -> dict:
        return self._act(protocol, "deadline", {"deadline": deadline.isoformat()})

    def expire(self, protocol: str) -> dict:
        return self._act(protocol, "expire", {})

    def revoke_tokens(self, company_code: str | None = None) -> int:
        payload = {"company": company_code} if company_code else {}
        return self.control("POST", "tokens/revoke", payload)["revoked"]

    def now(self) -> datetime:
        return datetime.fromisoformat(self.control("GET", "clock")["now"])

    def set_clock(self, now: datetime, *, stopped: bool = False) -> None:
        """`now` is aware, or in São Paulo."""
        self.control("POST", "clock", {"now": now.isoformat(), "stopped": stopped})

    def advance_clock(self, seconds: float) -> None:
        self.control("POST", "clock", {"advance_seconds": seconds})

    def reset(self) -> None:
        """The seeded state; faults, calls, clock and tokens are forgotten."""
        self.control("POST", "reset")

    def _act(self, protocol: str, action: str, payload: dict) -> dict:
        return self.control("POST", f"complaints/{quote(protocol)}/{action}", payload)

    def control(self, method: str, path: str, payload: dict | None = None) -> Any:
        """One call of the control API. Raises SandboxMistake with its words."""
        connection = http.client.HTTPConnection(self._host, timeout=10)
        try:
            body = None if payload is None else json.dumps(payload)
            connection.request(method, f"/_controle/api/{path}", body)
            answer = connection.getresponse()
            document = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise SandboxMistake(f"{method} {path}: {document['error']}")
        return document


def _files(files: dict[str, bytes]) -> list[dict[str, str]]:
    return [{"name": name, "content_base64": base64.b64encode(content).decode()} for name, content in files.items()]


@contextmanager
def running_sandbox(
    state: Path | None = None, *, complaints: int = COMPLAINTS, seed: int = 1
) -> Iterator[tuple[Sandbox, subprocess.Popen]]:
    """A sandbox on a free port until the block ends. Raises RuntimeError when it does not start."""
    with tempfile.TemporaryDirectory(prefix="sandbox-") as own:
        process = start_sandbox(state or Path(own), complaints=complaints, seed=seed)
        try:
            line = process.stdout.readline()  # it prints this when it listens
            found = re.fullmatch(r"sandbox: (http://\S+)\n", line)
            if not found:
                raise RuntimeError(f"the sandbox did not start: {line}{process.communicate()[1]}")
            yield Sandbox(found[1]), process
        finally:
            process.terminate()
            try:
                process.communicate(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


def start_sandbox(state: Path, *options: str, complaints: int = COMPLAINTS, seed: int = 1) -> subprocess.Popen:
    command = [sys.executable, "-m", "backoffice.sandbox", "--port", "0", "--state", str(state)]
    command += ["--complaints", str(complaints), "--seed", str(seed), *options]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[Sandbox]:
    with running_sandbox() as (server, _):
        yield server


@pytest.fixture
def sandbox(sandbox_server: Sandbox) -> Sandbox:
    sandbox_server.reset()
    return sandbox_server

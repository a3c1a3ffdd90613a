"""People at their browsers, as a process of its own: threads that keep a connection and walk acts as fast as they can.

A line of JSON on stdin is a walk, a line of JSON on stdout its times. Plain Python, without Django.
"""

import http.client
import json
import subprocess
import sys
import threading
import time
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from itertools import count
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Step:
    """One request. `name`: under which its time is kept. `follow`: with the page a redirect leads to."""

    name: str
    path: str
    method: str = "GET"
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    follow: bool = False
    status: int = 200
    marker: str = ""  # stands in a right answer


Act = list[Step]


@dataclass(frozen=True, slots=True)
class Walk:
    """`acts` in turn, by `clients` at once, for `seconds`; each act once only, unless `again`."""

    port: int
    cookies: dict[str, str]
    acts: list[Act]
    clients: int
    seconds: float
    again: bool = True


class Clients:
    """The process. Use in a `with`."""

    def __enter__(self) -> "Clients":
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.clients"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=30)

    def walk(self, walk: Walk) -> tuple[dict[str, list[float]], int]:
        """Milliseconds by step name, and how many acts were walked. Raises RuntimeError when an answer is wrong."""
        self._process.stdin.write(json.dumps(asdict(walk)) + "\n")
        self._process.stdin.flush()
        result = json.loads(self._process.stdout.readline())
        if result["problems"]:
            raise RuntimeError("; ".join(sorted(set(result["problems"]))[:3]))
        return result["times"], result["walked"]


class _Person(threading.Thread):
    def __init__(self, walk: dict, turns: "count[int]") -> None:
        super().__init__(daemon=True)
        self.walk, self.turns = walk, turns
        self.times: dict[str, list[float]] = defaultdict(list)
        self.problem, self.walked = "", 0
        self._seen: set[str] = set()
        self._cookies = "; ".join(f"{name}={value}" for name, value in walk["cookies"].items())
        self._connection = http.client.HTTPConnection("127.0.0.1", walk["port"], timeout=60)

    def run(self) -> None:
        acts, ends = self.walk["acts"], time.perf_counter() + self.walk["seconds"]
        try:
            while time.perf_counter() < ends:
                turn = next(self.turns)
                if turn >= len(acts) and not self.walk["again"]:
                    break
                for step in acts[turn % len(acts)]:
                    self._do(step)
                self.walked += 1
        except (OSError, http.client.HTTPException, _WrongAnswer) as error:
            self.problem = f"{type(error).__name__}: {error}"
        finally:
            self._connection.close()

    def _do(self, step: dict) -> None:
        started = time.perf_counter()
        response, body = self._ask(step["method"], step["path"], step["body"], step["headers"])
        if step["follow"]:
            place = urlsplit(response.headers["Location"] or "")
            response, body = self._ask("GET", f"{place.path}?{place.query}", "", step["headers"])
        self.times[step["name"]].append((time.perf_counter() - started) * 1000)
        if response.status != step["status"]:
            raise _WrongAnswer(f"{step['method']} {step['path']} answered {response.status}")
        if step["name"] not in self._seen:
            self._seen.add(step["name"])
            if step["marker"].encode() not in body:
                raise _WrongAnswer(f"{step['method']} {step['path']} lacks «{step['marker']}»")

    def _ask(self, method: str, path: str, body: str, headers: dict):
        headers = {**headers, "Cookie": self._cookies}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        for attempt in (1, 2):
            try:
                self._connection.request(method, path, body.encode() or None, headers)
                response = self._connection.getresponse()
                return response, response.read()
            except (ConnectionError, http.client.RemoteDisconnected) as error:
                # A kept connection that was closed meanwhile: browsers open another one and ask again.
                self._connection.close()
                if attempt == 2:
                    raise _WrongAnswer(f"{method} {path}: {error}") from error
        raise AssertionError("unreachable")


class _WrongAnswer(Exception):  # noqa: N818
    pass


def _walked(walk: dict) -> dict:
    turns = count()
    people = [_Person(walk, turns) for _ in range(walk["clients"])]
    for person in people:
        person.start()
    for person in people:
        person.join()
    times: dict[str, list[float]] = defaultdict(list)
    for person in people:
        for name, values in person.times.items():
            times[name] += values
    return {
        "times": times,
        "walked": sum(person.walked for person in people),
        "problems": [person.problem for person in people if person.problem],
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(_walked(json.loads(line))), flush=True)

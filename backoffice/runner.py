"""Several long-lived processes as one: they start together, and when one ends they all end.

Plain Python. Each child leads its own session: a Ctrl-C in the terminal reaches only us, and SIGTERM goes to
each leader alone. django-q2 hangs when its whole process group is signalled.
"""

import os
import re
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PROBLEM = re.compile(r"\b(ERROR|CRITICAL)\b")
LAST_LINES = 15


class Stopped(Exception):  # noqa: N818 - not an error: somebody asked
    """SIGINT, SIGTERM or SIGHUP arrived."""


class ChildDied(Exception):  # noqa: N818 - named for what happened
    """A child ended by itself. The text is for people: which one, how, and its last lines."""

    def __init__(self, child: "Child"):
        code = child.process.returncode
        how = f"sinal {signal.Signals(-code).name}" if code < 0 else f"código {code}"
        lines = "\n".join(f"    {line}" for line in child.last_lines()) or "    (nada foi escrito)"
        super().__init__(f"«{child.name}» parou ({how}). Últimas linhas de {child.log}:\n{lines}")


@dataclass
class Child:
    """One process. `name` is what people read; `log` receives all it prints, one older log is kept."""

    name: str
    command: Sequence[str]
    log: Path
    env: Mapping[str, str]
    process: subprocess.Popen = field(init=False, repr=False)
    _told: int = field(init=False, default=0)

    def start(self, *, shows_output: bool = False) -> None:
        """`shows_output`: what it prints stays on our terminal, and only its stderr is logged."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists():
            self.log.replace(self.log.with_name(self.log.name + ".1"))
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own commands
                self.command,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=None if shows_output else output,
                stderr=output,
                start_new_session=True,
                close_fds=False,  # what we made inheritable (the demo's lock) goes along
            )

    def last_lines(self) -> list[str]:
        with self.log.open(encoding="utf-8", errors="replace") as file:
            return list(deque((line.rstrip() for line in file), maxlen=LAST_LINES))

    def new_problems(self) -> list[str]:
        """Error lines written since the last call."""
        with self.log.open("rb") as file:
            file.seek(self._told)
            complete, newline, _ = file.read().rpartition(b"\n")
        self._told += len(complete) + len(newline)
        return [line for line in complete.decode(errors="replace").splitlines() if PROBLEM.search(line)]


class Supervisor:
    """Runs children until one of them ends or somebody asks to stop. Use as a context manager.

    Leaving the block stops every child: SIGTERM to each leader, SIGKILL to the group of whoever is still there
    after `patience` seconds or at a second Ctrl-C.
    """

    def __init__(self, *, patience: float = 8, tell: Callable[[str], None] = print):
        self.children: list[Child] = []
        self.patience = patience
        self.tell = tell
        self._signals = 0
        self._before: dict[int, object] = {}

    def __enter__(self) -> "Supervisor":
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._before[number] = signal.signal(number, self._note_signal)
        return self

    def __exit__(self, *_) -> None:
        self.stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note_signal(self, *_) -> None:
        self._signals += 1

    def start(self, child: Child) -> Child:
        self.check()
        self.children.append(child)
        child.start()
        return child

    def check(self) -> None:
        """Raises Stopped or ChildDied. Prints the problems that the children wrote."""
        if self._signals:
            raise Stopped
        for child in self.children:
            if child.process.poll() is not None:
                raise ChildDied(child)
            for line in child.new_problems():
                self.tell(f"{child.name}: {line}")

    def wait_until(self, ready: Callable[[], bool], *, what: str, seconds: float) -> None:
        """Raises TimeoutError naming `what`, Stopped or ChildDied."""
        end = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > end:
                raise TimeoutError(f"{what} não respondeu em {seconds:.0f} s.")
            time.sleep(0.1)

    def run_to_end(self, step: Child) -> None:
        """A child that ends by itself and shows what it prints. Raises as `check`, and ChildDied when it fails."""
        self.check()
        step.start(shows_output=True)
        try:
            while step.process.poll() is None:
                self.check()
                time.sleep(0.1)
        finally:
            _end([step.process], patience=self.patience, hurry=lambda: self._signals > 1)
        if step.process.returncode:
            raise ChildDied(step)

    def wait(self) -> None:
        """Until the end. Raises Stopped or ChildDied."""
        while True:
            self.check()
            time.sleep(0.2)

    def stop(self) -> None:
        running = [child.process for child in self.children if hasattr(child, "process")]
        _end(running, patience=self.patience, hurry=lambda: self._signals > 1)


def _end(processes: Sequence[subprocess.Popen], *, patience: float, hurry: Callable[[], bool]) -> None:
    for process in processes:
        process.poll()
        if process.returncode is None:
            process.terminate()
    end = time.monotonic() + patience
    while any(process.poll() is None for process in processes) and time.monotonic() < end and not hurry():
        time.sleep(0.05)
    for process in processes:
        # Also where the leader is gone: it may have left children of its own behind.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

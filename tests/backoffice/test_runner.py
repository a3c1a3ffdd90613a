"""The supervisor, with small children of its own."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from backoffice.runner import Child, ChildDied, Stopped, Supervisor

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


def child(tmp_path: Path, name: str, code: str) -> Child:
    return Child(name, [sys.executable, "-c", code], tmp_path / f"{name}.log", dict(os.environ))


def is_up(one: Child) -> bool:
    return "up" in one.log.read_text()


def test_a_dead_child_takes_the_rest_down_with_its_name_and_last_lines(tmp_path):
    sleeper = child(tmp_path, "sandbox", SLEEPER)
    with Supervisor() as supervisor:
        supervisor.start(sleeper)
        supervisor.start(child(tmp_path, "tarefas", "for n in range(40): print(f'linha {n}')\nraise SystemExit(3)"))
        with pytest.raises(ChildDied) as death:
            supervisor.wait()

    words = str(death.value)
    assert "«tarefas» parou (código 3)" in words
    assert words.endswith("    linha 39")
    assert "linha 25\n" in words
    assert "linha 24\n" not in words
    assert sleeper.process.returncode == -signal.SIGTERM


def test_a_child_killed_from_outside_is_told_with_its_signal(tmp_path):
    with Supervisor() as supervisor:
        victim = supervisor.start(child(tmp_path, "aplicação", SLEEPER))
        victim.process.kill()
        with pytest.raises(ChildDied, match=r"«aplicação» parou \(sinal SIGKILL\)"):
            supervisor.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all(tmp_path, number):
    with Supervisor() as supervisor:
        first = supervisor.start(child(tmp_path, "first", SLEEPER))
        second = supervisor.start(child(tmp_path, "second", SLEEPER))
        os.kill(os.getpid(), number)
        with pytest.raises(Stopped):
            supervisor.wait()

    assert [first.process.returncode, second.process.returncode] == [-signal.SIGTERM] * 2


def test_who_ignores_the_signal_is_killed_when_patience_ends(tmp_path):
    began = time.monotonic()
    with Supervisor(patience=0.3) as supervisor:
        stubborn = supervisor.start(child(tmp_path, "stubborn", STUBBORN))
        supervisor.wait_until(lambda: is_up(stubborn), what="stubborn", seconds=10)

    assert stubborn.process.returncode == -signal.SIGKILL
    assert time.monotonic() - began < 10


def test_a_second_signal_ends_the_patience(tmp_path):
    began = time.monotonic()
    with Supervisor(patience=60) as supervisor:
        stubborn = supervisor.start(child(tmp_path, "stubborn", STUBBORN))
        supervisor.wait_until(lambda: is_up(stubborn), what="stubborn", seconds=10)
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    assert stubborn.process.returncode == -signal.SIGKILL
    assert time.monotonic() - began < 30


def test_the_signal_goes_to_each_leader_and_not_to_its_children(tmp_path):
    # The grandchild notes any SIGTERM. The leader waits for it to be ready before it says so.
    note = tmp_path / "note"
    grandchild = (
        "import pathlib, signal, time\n"
        f"signal.signal(signal.SIGTERM, lambda *_: pathlib.Path({str(note)!r}).write_text('told'))\n"
        "print('up', flush=True)\n"
        "time.sleep(60)"
    )
    leader = (
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {grandchild!r}])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)"
    )
    with Supervisor() as supervisor:
        one = supervisor.start(child(tmp_path, "leader", leader))
        supervisor.wait_until(lambda: is_up(one), what="leader", seconds=10)

    assert not note.exists()
    pid = int(next(line for line in one.log.read_text().splitlines() if line.isdigit()))
    assert is_gone(pid)  # and nobody is left behind


def is_gone(pid: int) -> bool:
    """Ended, whether or not somebody collected it yet."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_a_step_shows_what_it_prints_and_keeps_the_rest_in_its_log(tmp_path, capfd):
    step = child(tmp_path, "preparo", "import sys; print('para ler'); print('para o registro', file=sys.stderr)")
    with Supervisor() as supervisor:
        supervisor.run_to_end(step)

    assert capfd.readouterr().out == "para ler\n"
    assert step.log.read_text() == "para o registro\n"


def test_a_step_that_fails_is_told_with_its_last_lines(tmp_path):
    with Supervisor() as supervisor, pytest.raises(ChildDied, match=r"«preparo» parou \(código 1\)[^$]*sem banco"):
        supervisor.run_to_end(child(tmp_path, "preparo", "raise SystemExit('sem banco')"))


def test_a_signal_ends_a_step(tmp_path):
    began = time.monotonic()
    step = child(tmp_path, "preparo", "import os, signal, time; os.kill(os.getppid(), signal.SIGINT); time.sleep(60)")
    with Supervisor() as supervisor, pytest.raises(Stopped):
        supervisor.run_to_end(step)

    assert step.process.returncode == -signal.SIGTERM
    assert time.monotonic() - began < 10


def test_a_child_that_does_not_answer_is_named(tmp_path):
    with Supervisor() as supervisor:
        supervisor.start(child(tmp_path, "sandbox", SLEEPER))
        with pytest.raises(TimeoutError, match="O sandbox não respondeu"):
            supervisor.wait_until(lambda: False, what="O sandbox", seconds=0.2)


def test_only_problems_reach_the_terminal_and_each_once(tmp_path):
    said = []
    code = (
        "import time\n"
        "print('12:00 INFO complaints read', flush=True)\n"
        "print('12:01 ERROR complaints worker lost', flush=True)\n"
        "print('up', flush=True)\n"
        "time.sleep(60)"
    )
    with Supervisor(tell=said.append) as supervisor:
        one = supervisor.start(child(tmp_path, "tarefas", code))
        supervisor.wait_until(lambda: is_up(one), what="tarefas", seconds=10)
        supervisor.check()
        supervisor.check()

    assert said == ["tarefas: 12:01 ERROR complaints worker lost"]


def test_a_new_start_keeps_the_log_of_the_last_one(tmp_path):
    for word in ("first", "second"):
        one = child(tmp_path, "tarefas", f"print({word!r})")
        with Supervisor():
            one.start()
            one.process.wait()

    assert one.log.read_text() == "second\n"
    assert (tmp_path / "tarefas.log.1").read_text() == "first\n"

"""The process: start, restart, stop, and where it listens."""

import ast
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.backoffice.sandbox.conftest import Portal, wait_for_call
from tests.sandbox import ROOT, running_sandbox, start_sandbox


def logged_in(sandbox) -> Portal:
    account = sandbox.account()
    return Portal(sandbox, account, account.cpf).log_in()


def test_the_state_survives_a_restart(tmp_path):
    with running_sandbox(tmp_path / "state") as (sandbox, _):
        portal = logged_in(sandbox)
        protocol = portal.awaiting()
        portal.act("responder", protocol, "Antes de reiniciar")
        sandbox.advance_clock(90_000)
        before, clock = sandbox.complaints(), sandbox.now()
    # Seed and count are those of the first start, whatever is said now.
    with running_sandbox(tmp_path / "state", complaints=7, seed=99) as (sandbox, _):
        assert sandbox.complaints() == before
        assert sandbox.complaint(protocol)["movements"][-1]["texts"][0]["text"] == "Antes de reiniciar"
        assert 0 <= (sandbox.now() - clock).total_seconds() < 30
        sandbox.reset()
        assert sandbox.complaint(protocol)["situation"] == 1


def test_a_killed_sandbox_loses_nothing_it_acknowledged(tmp_path):
    with running_sandbox(tmp_path / "state") as (sandbox, process):
        portal = logged_in(sandbox)
        protocol = portal.awaiting()
        assert portal.act("responder", protocol).status_code == 200
        process.kill()
        process.wait()
    with running_sandbox(tmp_path / "state") as (sandbox, _):
        assert sandbox.complaint(protocol)["situation"] == 4


def test_a_seeding_that_was_interrupted_is_done_again(tmp_path):
    state = tmp_path / "state"
    state.mkdir()
    (state / "seed.unfinished").write_bytes(b"half a file")
    with running_sandbox(state) as (sandbox, _):
        assert len(sandbox.complaints()) == 40


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_within_a_second_even_with_a_hanging_answer(tmp_path, number):
    with running_sandbox(tmp_path / "state") as (sandbox, process):
        portal = logged_in(sandbox)
        sandbox.fault("timeout_before", "areas")
        address = sandbox.url.removeprefix("http://").split(":")
        with socket.create_connection((address[0], int(address[1]))) as hanging:
            lines = [f"{name}: {value}" for name, value in {**portal.headers, "Host": "sandbox"}.items()]
            path = f"/api/servico/cadastros/areas/listar?versao=1.0&cpfAutorizado={portal.cpf}"
            hanging.sendall("\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode())
            wait_for_call(sandbox, "areas")
            started = time.perf_counter()
            process.send_signal(number)
            assert process.wait(timeout=5) == 0
            assert time.perf_counter() - started < 1


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.10", "example.com", "::"])
def test_it_listens_on_loopback_only(tmp_path, host):
    process = start_sandbox(tmp_path, "--host", host)
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 2
    assert "loopback" in errors


def test_a_taken_port_is_told_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = start_sandbox(tmp_path, "--port", str(taken.getsockname()[1]))
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 1
    assert errors.startswith("sandbox: cannot listen on 127.0.0.1:")
    assert errors.count("\n") == 1


def test_connections_are_kept_alive(sandbox):
    portal = logged_in(sandbox)
    answers = [portal.get("/cadastros/areas/listar") for _ in range(3)]
    assert {answer.raw.version for answer in answers} == {11}
    (pool,) = portal.session.get_adapter("http://").poolmanager.pools._container.values()
    assert pool.num_connections == 1


def test_it_runs_without_the_product_or_any_package(tmp_path):
    """-S hides the installed packages, so an import of one would fail."""
    done = subprocess.run(
        [sys.executable, "-S", "-m", "backoffice.sandbox", "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_it_imports_the_standard_library_and_itself_only():
    for path in Path(ROOT, "backoffice", "sandbox").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, path
                names = [node.module]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            for name in names:
                own = name == "backoffice.sandbox" or name.startswith("backoffice.sandbox.")
                assert own or name.partition(".")[0] in sys.stdlib_module_names, f"{path}: {name}"

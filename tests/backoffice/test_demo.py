"""`make run` before anything starts: ports, keys, environment, one at a time."""

import signal
import socket
import stat
import subprocess
import sys
import time

import pytest
from cryptography.fernet import Fernet

from backoffice import demo


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_gives_a_clear_message_and_starts_nothing(tmp_path, taken_port):
    result = subprocess.run(
        [sys.executable, "-m", "backoffice.demo", "--home", str(tmp_path), "--port", str(taken_port)],
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert result.returncode == 1
    assert f"A porta {taken_port} está ocupada" in result.stderr
    assert "make run PORT=" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "logs").exists()


@pytest.mark.parametrize("text", ["abc", "0", "70000", "-1", ""])
def test_what_is_no_port_is_refused_with_the_variable(text):
    with pytest.raises(demo.CannotStart, match="PORT="):
        demo.port_number(text)


def test_the_sandbox_takes_another_port_when_the_next_one_is_taken(taken_port):
    assert demo.free_port(prefer=taken_port) != taken_port


def test_two_demos_in_one_directory_are_refused(tmp_path):
    with (
        demo.only_one(tmp_path),
        pytest.raises(demo.CannotStart, match="Já há uma demonstração"),
        demo.only_one(tmp_path),
    ):
        pass
    with demo.only_one(tmp_path):
        pass


def test_keys_are_made_once_and_only_their_owner_reads_them(tmp_path):
    first = demo.keys(tmp_path)

    assert demo.keys(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "keys.env").stat().st_mode) == 0o600
    assert len(first["SECRET_KEY"]) >= 50
    Fernet(first["FIELD_ENCRYPTION_KEYS"])


def test_nothing_of_an_installation_reaches_the_demo(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "EMAIL_URL", "PUBLIC_URL", "DATA_DIR"):
        monkeypatch.setenv(name, "of the installation")
    monkeypatch.setenv("PGPASSWORD", "secret")

    env = demo.environment(tmp_path, port=8123)

    assert "of the installation" not in env.values()
    assert "PGPASSWORD" not in env
    assert env["DATABASE_URL"] == f"sqlite:///{tmp_path}/demo.sqlite3"
    assert env["PUBLIC_URL"] == "http://127.0.0.1:8123"


def test_the_whole_demo_starts_answers_and_stops_within_seconds(tmp_path):
    port = demo.free_port(prefer=0)
    command = [sys.executable, "-u", "-m", "backoffice.demo", "--home", str(tmp_path), "--port", str(port)]
    said = tmp_path / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--complaints", "12"], cwd=demo.BASE_DIR, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        wait_for(lambda: "Ctrl-C" in said.read_text() or process.poll() is not None, seconds=120)
        assert "Ctrl-C" in said.read_text(), said.read_text() + logs(tmp_path)
        assert demo.answers(f"http://127.0.0.1:{port}/saude")
        assert "marina" in said.read_text()
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(timeout=20)

    assert code == 0
    assert said.read_text().endswith("Tudo parado.\n")
    demo.refuse_taken(port)
    with demo.only_one(tmp_path):  # no child is left, for each would hold the lock
        pass


def logs(home) -> str:
    return "\n".join(f"== {log.name}\n{log.read_text()[-2000:]}" for log in sorted((home / "logs").glob("*.log")))


def wait_for(condition, *, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)

"""`make run`: the whole product on this machine, against a sandbox of the portal, in a database of its own.

Plain Python: it prepares the environment before Django exists, then runs everything as child processes.
All it keeps is under `var/demo`; remove that directory and the next start begins anew.
"""

import argparse
import errno
import fcntl
import http.client
import os
import secrets
import socket
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from backoffice.runner import Child, ChildDied, Stopped, Supervisor

BASE_DIR = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, "-u", str(BASE_DIR / "manage.py")]
HOST = "127.0.0.1"


class CannotStart(Exception):  # noqa: N818 - its text is all there is to say
    """Why the demo does not start, and the remedy, for people."""


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    home = options.home.resolve()
    try:
        with only_one(home), Supervisor() as supervisor:
            run(supervisor, home=home, port=port_number(options.port), complaints=options.complaints)
    except Stopped:
        print("\nTudo parado.")
        return 0
    except (CannotStart, ChildDied, TimeoutError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


def run(supervisor: Supervisor, *, home: Path, port: int, complaints: int) -> None:
    """Runs until something ends it: raises Stopped, ChildDied, CannotStart or TimeoutError."""
    started = time.monotonic()
    refuse_taken(port)
    env = environment(home, port=port)
    sandbox = start_sandbox(supervisor, home=home, port=port, env=env, complaints=complaints)
    logs = home / "logs"
    supervisor.run_to_end(Child("preparo", [*MANAGE, "prepare_demo", "--sandbox", sandbox], logs / "preparo.log", env))

    address = f"http://{HOST}:{port}"
    gunicorn = ["-m", "gunicorn", "backoffice.wsgi", "--bind", f"{HOST}:{port}", "--worker-class", "gthread"]
    gunicorn += ["--workers", "2", "--threads", "4", "--graceful-timeout", "3", "--no-control-socket"]
    supervisor.start(Child("aplicação", [sys.executable, *gunicorn], logs / "aplicacao.log", env))
    supervisor.start(Child("tarefas", [*MANAGE, "qcluster"], logs / "tarefas.log", env))
    supervisor.wait_until(lambda: answers(address + "/saude"), what="A aplicação", seconds=60)

    print(f"\nPronto em {time.monotonic() - started:.0f} s. Abra   {address}")
    print(f"Sandbox do portal (falhas, consumidor): {sandbox}/_controle")
    print(f"Registros em {logs}. Ctrl-C para tudo.\n", flush=True)
    supervisor.wait()


def start_sandbox(supervisor: Supervisor, *, home: Path, port: int, env: dict, complaints: int) -> str:
    """The sandbox's address, once it answers."""
    sandbox_port = free_port(prefer=port + 1)
    address = f"http://{HOST}:{sandbox_port}"
    command = [sys.executable, "-u", "-m", "backoffice.sandbox", "--port", str(sandbox_port)]
    command += ["--state", str(home / "sandbox"), "--complaints", str(complaints)]
    supervisor.start(Child("sandbox", command, home / "logs" / "sandbox.log", env))
    supervisor.wait_until(lambda: answers(address + "/_controle/api/health"), what="O sandbox", seconds=120)
    return address


# --- The environment --------------------------------------------------------------------------------------


def environment(home: Path, *, port: int) -> dict[str, str]:
    """What the children see: little of ours, and nothing of an installation's `.env` that says where data or mail goes.

    A variable set here, even empty, wins over the `.env` file.
    """
    ours = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
    return {
        **{name: os.environ[name] for name in ours if name in os.environ},
        **keys(home),
        "DJANGO_SETTINGS_MODULE": "backoffice.settings",
        "PYTHONPATH": str(BASE_DIR),
        "PYTHONUNBUFFERED": "1",
        "DEBUG": "0",
        "SECRET_KEY_FALLBACKS": "",
        "DATA_DIR": str(home),
        "DATABASE_URL": f"sqlite:///{home / 'demo.sqlite3'}",
        "STATIC_ROOT": str(home / "static"),
        "EMAIL_URL": "consolemail://",
        "PORT": str(port),
        "PUBLIC_URL": f"http://{HOST}:{port}",
        "ALLOWED_HOSTS": f"{HOST},localhost",
        "TRUSTED_PROXIES": "0",
        "LOG_LEVEL": "INFO",
    }


def keys(home: Path) -> dict[str, str]:
    """SECRET_KEY and FIELD_ENCRYPTION_KEYS of this demo, made once and kept readable by its owner only."""
    path = home / "keys.env"
    if not path.exists():
        text = (
            f"SECRET_KEY={secrets.token_urlsafe(50)}\n"
            f"FIELD_ENCRYPTION_KEYS={urlsafe_b64encode(secrets.token_bytes(32)).decode()}\n"
        )
        with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


# --- Ports and addresses ----------------------------------------------------------------------------------


def port_number(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 65534:
        raise CannotStart(f"PORT={text} não é uma porta. Use um número de 1024 a 65534: make run PORT=8010")
    return int(text)


def refuse_taken(port: int) -> None:
    """Raises CannotStart naming PORT when nothing can listen there."""
    try:
        _listen(port).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = free_port(prefer=port + 10)
            raise CannotStart(
                f"A porta {port} está ocupada. Pare quem a usa, ou escolha outra: make run PORT={other}"
            ) from None
        raise CannotStart(f"A porta {port} não pode ser usada ({error.strerror}). Ex.: make run PORT=8010") from None


def free_port(*, prefer: int) -> int:
    for port in (prefer, 0):
        try:
            with _listen(port) as listener:
                return listener.getsockname()[1]
        except (OSError, OverflowError):
            continue
    raise CannotStart("Nenhuma porta livre nesta máquina.")


def _listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # ports of connections just closed are free
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def answers(url: str) -> bool:
    """Somebody is there and is well. Never follows a redirect or a proxy."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


# --- One at a time ----------------------------------------------------------------------------------------


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Two demos in one directory would share a database and a sandbox. Raises CannotStart.

    The children inherit the lock: what an interrupted demo left behind is noticed too.
    """
    home.mkdir(parents=True, exist_ok=True)
    lock = os.open(home / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    os.set_inheritable(lock, True)  # and Child closes no descriptor
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise CannotStart(
            f"Já há uma demonstração rodando em {home}. Pare-a com Ctrl-C no terminal dela"
            f" (ou, se ele já foi fechado: kill -9 {' '.join(_holders(home)) or 'PID'})."
        ) from None
    try:
        yield
    finally:
        os.close(lock)


def _holders(home: Path) -> list[str]:
    """Processes that have the lock open, as far as this system tells."""
    lock = str(home / "lock")
    found = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(link) == lock:
                found.add(link.parts[2])
        except OSError:
            continue
    return sorted(found, key=int)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m backoffice.demo", description=__doc__.split("\n")[0])
    parser.add_argument("--port", default=os.environ.get("PORT", "8000"))
    parser.add_argument("--home", type=Path, default=BASE_DIR / "var" / "demo", help="where everything is kept")
    parser.add_argument("--complaints", type=int, default=300, help="how many the sandbox invents at its first start")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

"""`make bench`: loads complaints into SQLite and PostgreSQL, and prints what is measured beside its floor and goal.

    ROWS=5000 ROUNDS=1 python -m tests.bench --database sqlite queue complaint

Exit 0 also when goals are missed: it reports.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.bench import report
from tests.bench.goals import GOALS
from tests.bench.serving import HOST, free_port

ROOT = Path(__file__).parents[2]
DATABASES = ("sqlite", "postgresql")
JOBS = (
    "queue", "deep", "find_protocol", "find_name", "find_common", "complaint", "complaint_50", "complaint_500",
    "compose", "answer", "reading",
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    command = f"make bench ROWS={options.rows}"
    started, results = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as home:
        try:
            for name in options.database or DATABASES:
                with made(name, Path(home), keep=options.keep) as url:
                    if url:
                        results.append(measured(name, url, Path(home), options))
        except subprocess.CalledProcessError:
            print(f"A medida em {name} parou no erro acima.", file=sys.stderr)
            return 1
    if not results:
        return 1
    machine = describe_machine()
    for result in results:
        print(report.of_database(result))
    print(
        f"\n{machine['cores']} núcleos, {machine['processor']}, Python {machine['python']}, Django {machine['django']}."
    )
    print(
        f"{', '.join(result['database'] for result in results)}. {time.monotonic() - started:.0f} s. Comando: {command}"
    )
    if options.json:
        text = json.dumps(
            {"command": command, **machine, "goals": GOALS, "databases": results}, ensure_ascii=False, indent=1
        )
        options.json.write_text(text + "\n")
    return 0


def measured(name: str, url: str, home: Path, options: argparse.Namespace) -> dict:
    print(f"{name}:", file=sys.stderr, flush=True)
    result = home / f"{name}.json"
    command = [sys.executable, "-m", "tests.bench.database", "--home", str(home), "--result", str(result)]
    command += ["--rows", str(options.rows), "--rounds", str(options.rounds), "--seconds", str(options.seconds)]
    subprocess.run([*command, *options.only], env=environment(url, home), cwd=ROOT, check=True)
    return json.loads(result.read_text())


def environment(url: str, home: Path) -> dict[str, str]:
    """The product as in production, but for the address: plain http on this machine. An .env decides nothing."""
    ours = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
    port = free_port()
    return {
        **{name: os.environ[name] for name in ours if name in os.environ},
        "DJANGO_SETTINGS_MODULE": "backoffice.settings",
        "PYTHONPATH": str(ROOT),
        "DEBUG": "0",
        "SECRET_KEY": "only-for-the-bench-only-for-the-bench-only-for-the-bench",
        "SECRET_KEY_FALLBACKS": "",
        "FIELD_ENCRYPTION_KEYS": "b25seS1mb3ItdGhlLWJlbmNoLWFuZC1pdHMtcm93cyE=",
        "DATA_DIR": str(home / "data"),
        "DATABASE_URL": url,
        "STATIC_ROOT": str(home / "static"),
        "EMAIL_URL": "consolemail://",
        "PORT": str(port),
        "PUBLIC_URL": f"http://{HOST}:{port}",
        "ALLOWED_HOSTS": HOST,
        "TRUSTED_PROXIES": "0",
        "LOG_LEVEL": "WARNING",
    }


# --- Databases --------------------------------------------------------------------------------------------


@contextmanager
def made(name: str, home: Path, *, keep: bool) -> Iterator[str | None]:
    """The address of an empty database, gone afterwards; None, and the reason told, where there is none to be had."""
    with {"sqlite": _sqlite, "postgresql": _postgresql}[name](home, keep) as url:
        if url and keep:
            print(f"  fica: {url}", file=sys.stderr)
        yield url


@contextmanager
def _sqlite(home: Path, keep: bool) -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="bench-sqlite-")) if keep else home
    yield f"sqlite:///{folder / 'bench.sqlite3'}"


@contextmanager
def _postgresql(home: Path, keep: bool) -> Iterator[str | None]:
    import psycopg

    named = subprocess.run([sys.executable, "-m", "tests.postgres"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if named.returncode:
        yield None
        return
    server = urlsplit(named.stdout.strip())
    name = f"bench_{os.getpid()}"
    with psycopg.connect(urlunsplit(server._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(server._replace(path=f"/{name}"))
        finally:
            if not keep:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


# --- Words ------------------------------------------------------------------------------------------------


def describe_machine() -> dict:
    import django

    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "python": platform.python_version(),
        "django": django.__version__,
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    named = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return named or platform.machine()


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=int(os.environ.get("ROWS", "100000")), help="complaints (ROWS)")
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS", "3")), help="(ROUNDS)")
    parser.add_argument("--seconds", type=float, default=0.5, help="of each measure in a round")
    parser.add_argument("--database", action="append", choices=DATABASES, help="default: both")
    parser.add_argument("--json", type=Path, help="write everything there as well")
    parser.add_argument("--keep", action="store_true", help="leave the databases, to look into them")
    parser.add_argument(
        "only", nargs="*", choices=[*JOBS, []], metavar="JOB", help=f"default: all of {', '.join(JOBS)}"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())

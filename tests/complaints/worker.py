"""A worker of its own process over the test's database, for tests that kill it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).parent.parent.parent


def start_worker(call: str) -> subprocess.Popen:
    """Run one statement, e.g. `delivery.deliver(7)`, in another process that sees this test's database and files."""
    program = f"import django; django.setup(); from complaints.services import delivery; {call}"
    return subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment())  # noqa: S603


def environment() -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": _database_url(),
        "DATA_DIR": str(Path(settings.MEDIA_ROOT).parent),
    }


def _database_url() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    password = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    host = f"{database['HOST'] or 'localhost'}:{database['PORT'] or 5432}"
    return f"postgres://{database['USER']}{password}@{host}/{database['NAME']}"


def wait_until(condition: Callable[[], bool], *, seconds: float = 20) -> None:
    """Poll until the other process has got there. Raises AssertionError when it does not."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the other process did not get there"
        time.sleep(0.02)

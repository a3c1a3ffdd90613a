"""`python -m tests.bench.floor prepare | queries | sync | drop`: what needs the floor's own Django.

Speaks JSON on stdout.
"""

import json
import os
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.floor.settings"


def main() -> None:
    import django

    django.setup()
    act = {"prepare": prepare, "queries": queries, "sync": sync, "drop": drop}[sys.argv[1]]
    json.dump(act(*sys.argv[2:]), sys.stdout)


def prepare() -> dict:
    """Tables with the product's rows, and the session of somebody who is logged in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from tests.bench.floor import tables
    from tests.bench.floor.models import User

    tables.make()
    user = User.objects.create(username="piso", password="!")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {"sessionid": session.session_key}


def queries(session: str, acts: str) -> dict:
    """How many queries each act makes: {name: [steps]} in, {name: count} out."""
    from tests.bench.counting import queries_of

    return {
        name: queries_of(steps, {"sessionid": session}) for name, steps in json.loads(Path(acts).read_text()).items()
    }


def sync(pages: str) -> dict:
    from tests.bench.floor.sync import pages_per_second

    return {"pages_per_second": pages_per_second(json.loads(Path(pages).read_text()))}


def drop() -> None:
    from tests.bench.floor import tables

    tables.drop()


if __name__ == "__main__":
    main()

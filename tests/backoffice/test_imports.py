"""Who may import whom (CONTRIBUTING, «Who may import whom»), read from the source with ast."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPS = ("backoffice", "complaints", "logistics")
NO_NAMES = {"core", "common", "utils", "util", "helpers", "helper", "signals", "misc"}

# The rooms of an app by the first part of the module's name inside it; what is not listed is a plain module
# of the domain (deadlines, masking, filters, ...): it decides, and neither shows, writes nor speaks.
ROOMS = {
    "models": "models",
    "migrations": "migrations",
    "services": "services",
    "consumidor_gov": "clients",
    "clients": "clients",
    "views": "views",
    "urls": "views",
    "forms": "forms",
    "templatetags": "views",
    "context": "views",
    "composing": "views",  # what the composer's views show
    "tasks": "tasks",
    "management": "tasks",
    "admin": "admin",
    "apps": "apps",
}
# Inside an app: what each room may import of the same app.
MAY_IMPORT = {
    "models": {"models", "plain"},
    "migrations": {"models", "plain"},
    "plain": {"models", "plain", "values"},
    "clients": {"clients", "values"},
    "services": {"models", "plain", "services", "clients", "values"},
    "forms": {"models", "plain", "forms"},
    "views": {"models", "plain", "services", "forms", "views"},
    "tasks": {"models", "plain", "services", "tasks"},
    "admin": {"models", "plain", "services", "forms", "admin", "views"},
    "values": {"values"},
    "apps": {"admin", "tasks", "plain"},
}
# The rooms of the shell that plain Python outside Django also uses.
WITHOUT_DJANGO = ("backoffice.remote", "backoffice.sandbox", "backoffice.runner", "backoffice.demo")


def modules() -> Iterator[tuple[str, Path]]:
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imported(module: str, source: str, *, is_package: bool = False) -> Iterator[str]:
    """Every module or name imported anywhere in `source`, functions included, as absolute dotted names."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{name}.{alias.name}" for alias in node.names)


def is_in(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)


def room(name: str) -> str:
    parts = name.split(".")
    if ".consumidor_gov.records" in name:
        return "values"  # what clients return: frozen dataclasses of plain values
    return ROOMS.get(parts[1], "plain") if len(parts) > 1 else "plain"


def problem(module: str, target: str) -> str | None:
    """Why `module` may not import `target`, or None."""
    app, other = module.split(".")[0], target.split(".")[0]
    if is_in(module, "backoffice.sandbox"):
        if other in APPS and not is_in(target, "backoffice.sandbox"):
            return "the sandbox imports nothing of the product"
    elif is_in(target, "backoffice.sandbox"):
        return "nothing imports the sandbox"
    if is_in(target, "django") and (is_in(module, *WITHOUT_DJANGO) or room(module) in ("clients", "values")):
        return "this room is plain Python, without Django"
    if is_in(target, "tests") or is_in(target, "pytest"):
        return "the product does not import its tests"
    if other not in APPS:
        return None
    if app == "backoffice":
        if other != "backoffice":
            return "the shell knows no complaint and no parcel"
        if is_in(module, "backoffice.remote") and not is_in(target, "backoffice.remote"):
            return "backoffice.remote imports only itself"
        return None
    if other == "backoffice":
        if room(module) in ("clients", "values") and not is_in(target, "backoffice.remote", "backoffice.documents"):
            return "clients import backoffice.remote and nothing else of the shell"
        if room(module) in ("models", "forms", "views") and is_in(target, "backoffice.remote"):
            return "only clients and services speak to a remote"
        return None
    if app != other:
        if (app, other) == ("complaints", "logistics") and is_in(target, "logistics.services"):
            return None
        return "complaints and logistics meet in logistics.services only"
    if len(target.split(".")) < 2 or room(target) in MAY_IMPORT[room(module)]:
        return None
    return f"{room(module)} do not import {room(target)}"


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("backoffice.views", "from complaints.models import Complaint"),
        ("backoffice.remote.api", "from django.conf import settings"),
        ("backoffice.remote.api", "from backoffice.audit import record"),
        ("backoffice.sandbox.server", "from backoffice.remote.lenient_json import loads"),
        ("backoffice.sandbox.server", "import complaints.meanings"),
        ("backoffice.demo", "from backoffice.sandbox.state import State"),
        ("complaints.services.sync", "import backoffice.sandbox"),
        ("complaints.consumidor_gov.client", "from django.db import models"),
        ("complaints.consumidor_gov.client", "from complaints.models import Complaint"),
        ("complaints.consumidor_gov.records", "from django.utils import timezone"),
        ("complaints.consumidor_gov.records", "from complaints.meanings import fold"),
        ("complaints.meanings", "from complaints.consumidor_gov.parsing import read"),
        ("complaints.consumidor_gov.client", "from ..models import Complaint"),
        ("complaints.models.complaint", "from complaints.services import sync"),
        ("complaints.models.complaint", "from complaints.consumidor_gov.client import ConsumidorGov"),
        ("complaints.models.complaint", "def f():\n    from complaints.services.sync import run_import"),
        ("complaints.services.sync", "from complaints.views.queue import queue"),
        ("complaints.services.sync", "from complaints import tasks"),
        ("complaints.views.queue", "from complaints.consumidor_gov.client import ConsumidorGov"),
        ("complaints.views.queue", "from complaints import tasks"),
        ("complaints.tasks", "from complaints.views import queue"),
        ("complaints.admin.accounts", "from complaints.consumidor_gov import client"),
        ("complaints.management.commands.sync_complaints", "from complaints.consumidor_gov import client"),
        ("complaints.deadlines", "from complaints.services.sync import run_import"),
        ("complaints.views.queue", "from logistics.models import Pickup"),
        ("logistics.services.pickups", "from complaints.models import Complaint"),
        ("complaints.services.sync", "from tests.sandbox import Sandbox"),
    ],
)
def test_the_rule_sees_what_it_forbids(module, line):
    assert [name for name in imported(module, line) if problem(module, name)]


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("complaints.views.queue", "from complaints.services.assignment import take"),
        ("complaints.services.portal", "from complaints.consumidor_gov.client import ConsumidorGov"),
        ("complaints.services.portal", "from backoffice.remote.errors import RemoteError"),
        ("complaints.services.submissions", "from logistics.services import pickups"),
        ("complaints.consumidor_gov.client", "from backoffice.remote.api import RemoteAPI"),
        ("backoffice.sandbox.server", "from backoffice.sandbox.state import State"),
    ],
)
def test_the_rule_allows_the_way_down(module, line):
    assert not [name for name in imported(module, line) if problem(module, name)]


def test_every_module_imports_only_what_it_may():
    broken = [
        f"{module} imports {name}: {why}"
        for module, path in modules()
        for name in imported(module, path.read_text(), is_package=path.name == "__init__.py")
        if (why := problem(module, name))
    ]
    assert not broken, "\n".join(broken)


def test_no_module_is_a_drawer_for_anything():
    found = [module for module, _ in modules() if NO_NAMES & set(module.split("."))]
    assert not found, f"name them for their noun: {found}"


def test_the_walk_finds_the_product():
    names = {module for module, _ in modules()}
    assert {"backoffice.settings", "backoffice.remote.api", "complaints.models.complaint"} <= names

"""What `make run` does inside Django before the servers start: see backoffice/demo.py."""

import hashlib
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path

import requests
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from backoffice import installation, schedules
from backoffice.access import ADMIN, AGENT, SUPERVISOR, install_roles
from backoffice.people import User
from complaints.models import PortalAccount, SyncRun
from complaints.services.accounts import save_account, set_people
from complaints.services.people import save_person, set_groups

# user name, first and last name, role, how many accounts they see (None: all of them)
PEOPLE = (
    ("marina", "Marina", "Teixeira", AGENT, None),
    ("rafael", "Rafael", "Nogueira", AGENT, None),
    ("bruna", "Bruna", "Sampaio", AGENT, 1),
    ("claudia", "Cláudia", "Meireles", SUPERVISOR, None),
    ("sergio", "Sérgio", "Paiva", ADMIN, 0),  # sees them by role
)
# No letters or digits that look alike.
UNMISTAKABLE = "abcdefghjkmnpqrstuvwxyz23456789"


class Command(BaseCommand):
    help = (
        "Prepares the demo's database: schema, roles, people with new passwords, the sandbox's accounts, the first "
        "reading. Refuses a database that is somebody's. Used by `make run`; idempotent."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--sandbox", required=True, help="root address of a running sandbox")

    def handle(self, *, sandbox: str, **options):
        refuse_a_database_in_use()
        self.stdout.write("Preparando a demonstração")
        self._step("banco de dados", prepare_database)
        passwords = self._step("papéis e pessoas", prepare_people)
        accounts = self._step("credenciadas do sandbox", lambda: prepare_accounts(sandbox))
        release_readings()
        if any(account.synced_at is None for account in accounts):
            self.stdout.write("  primeira leitura do portal:")
            call_command("sync_complaints", stderr=sys.stdout)  # where it tells its progress
        self._step("tarefas agendadas", schedules.install)
        self._step("arquivos estáticos", collect_static)
        self._print_people(passwords)

    def _step(self, name: str, do: Callable):
        started = time.monotonic()
        result = do()
        seconds = f"{time.monotonic() - started:.1f} s".replace(".", ",")
        self.stdout.write(f"  {name + ' ':.<28} {seconds}")
        self.stdout.flush()
        return result

    def _print_people(self, passwords: dict[str, str]) -> None:
        self.stdout.write("\nPara entrar (as senhas mudam a cada início):")
        self.stdout.write(f"  {'usuário':<10} {'senha':<16} {'papel':<15} nome")
        for username, first, last, role, _ in PEOPLE:
            self.stdout.write(f"  {username:<10} {passwords[username]:<16} {role:<15} {first} {last}")


def refuse_a_database_in_use() -> None:
    """Raises CommandError where people already work: this command marks its database for ever."""
    tables = connection.introspection.table_names()
    if User._meta.db_table not in tables or installation.Installation._meta.db_table not in tables:
        return
    if not installation.is_demo() and (User.objects.exists() or PortalAccount.objects.exists()):
        raise CommandError("Este banco não é o da demonstração e já tem pessoas ou credenciadas. Nada foi feito.")


def prepare_database() -> None:
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    installation.mark_as_demo()


def prepare_people() -> dict[str, str]:
    """The demo's people, each with a new password. Returns the passwords by user name."""
    install_roles()
    groups = {group.name: group for group in Group.objects.all()}
    passwords = {}
    for username, first, last, role, _ in PEOPLE:
        person = User.objects.filter(username=username).first()
        if person is None:
            email = f"{username}@varanda.example"
            person = User(username=username, first_name=first, last_name=last, email=email, is_staff=role == ADMIN)
        passwords[username] = new_password()
        person.set_password(passwords[username])
        save_person(person=person, by=None)
        set_groups(person=person, groups=[groups[role]], by=None)
    return passwords


def new_password() -> str:
    return "-".join("".join(secrets.choice(UNMISTAKABLE) for _ in range(4)) for _ in range(3))


def prepare_accounts(sandbox: str) -> list[PortalAccount]:
    """The accounts the sandbox tells, saved with its address of today; a new one is given to its people."""
    reply = requests.get(f"{sandbox}/_controle/api/accounts", timeout=10)
    reply.raise_for_status()
    accounts = []
    for told in reply.json():
        account = PortalAccount.objects.filter(client_id=told["client_id"]).first()
        is_new = account is None
        if is_new:
            account = PortalAccount(client_id=told["client_id"], name=told["company"], is_active=True)
            account.default_cpf = told["users"][0]["cpf"]  # the one with every right
        account.environment = PortalAccount.Environment.OTHER
        account.base_url = sandbox + told["path"]
        account.code, account.client_secret = told["code"], told["client_secret"]
        save_account(account=account, by=None, typed=PortalAccount.SECRETS)
        accounts.append(account)
        if is_new:
            seeing = [name for name, _, _, _, count in PEOPLE if count is None or len(accounts) <= count]
            set_people(account=account, people=User.objects.filter(username__in=seeing), by=None)
    return accounts


def release_readings() -> None:
    """A reading that was stopped with the last demo goes on at once: its lock says that nobody else is at work."""
    SyncRun.objects.filter(state=SyncRun.State.RUNNING).update(worker="")


def collect_static() -> None:
    """collectstatic, unless nothing changed since the last time: it takes seconds."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            seen.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.exists() and stamp.read_text() == seen.hexdigest():
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(seen.hexdigest())

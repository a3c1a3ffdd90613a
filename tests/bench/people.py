"""Who works in the measured installation, and for which accounts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from backoffice import access
from backoffice.people import User
from backoffice.sandbox.consumidor_gov import situations
from backoffice.sandbox.consumidor_gov.seed.companies import COMPANIES
from complaints import meanings
from complaints.models import CatalogueEntry, PortalAccount
from tests.complaints.factories import make_cpf

USERNAME, PASSWORD = "medida", "uma-senha-so-da-medida"
NAMES = (
    "Marina Teixeira", "Rafael Nogueira", "Bruna Sampaio", "Caio Prado", "Débora Lins", "Elisa Campos",
    "Fábio Reis", "Gisele Moura", "Heitor Vasques", "Ivana Luz", "Jonas Meira", "Kelly Duarte",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Team:
    """`agents[0]` is the one whose pages are measured; like the others, an agent who was given all accounts."""

    accounts: list[PortalAccount]
    agents: list[User]


def make_team(now: datetime) -> Team:
    access.install_roles()
    accounts = [_account(number, company.trade_name, now) for number, company in enumerate(COMPANIES)]
    password = make_password(PASSWORD)
    agents = User.objects.bulk_create(
        User(
            username=USERNAME if number == 0 else f"atendente{number}",
            first_name=name.split()[0],
            last_name=name.split()[1],
            password=password,
        )
        for number, name in enumerate(NAMES)
    )
    Group.objects.get(name=access.AGENT).user_set.add(*agents)
    for account in accounts:
        account.people.set(agents)
        know_the_words(account, now)
    return Team(accounts, agents)


def _account(number: int, name: str, now: datetime) -> PortalAccount:
    return PortalAccount.objects.create(
        name=name,
        # Nothing may leave this machine, whatever is clicked.
        environment=PortalAccount.Environment.OTHER,
        base_url="https://127.0.0.1:9/portal",
        is_active=True,
        client_id=f"medida-{number}",
        code="codigo",
        client_secret="segredo",
        default_cpf=make_cpf(900_000 + number),
        last_success_at=now,
        synced_at=now - timedelta(hours=1),
        feed_read_until=now,
    )


def know_the_words(account: PortalAccount, now: datetime) -> None:
    """The lists without which nothing that is read would be understood."""
    lists = (
        (CatalogueEntry.Kind.SITUATION, situations.SITUATIONS, meanings.STAGES),
        (CatalogueEntry.Kind.MOVEMENT_TYPE, situations.MOVEMENT_TYPES, meanings.MOVEMENT_MEANINGS),
    )
    CatalogueEntry.objects.bulk_create(
        CatalogueEntry(
            account=account, kind=kind, code=str(code), text=text, meaning=known[meanings.fold(text)], read_at=now
        )
        for kind, texts, known in lists
        for code, text in texts.items()
    )

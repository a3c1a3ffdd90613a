"""Plain functions that make rows for tests. Everything has a default; say only what the test is about."""

import datetime
import itertools
import unicodedata
from zoneinfo import ZoneInfo

from django.contrib.auth.models import Group
from django.utils import timezone

from backoffice import access
from backoffice.people import User
from complaints.models import Attachment, Complaint, Movement, MovementMeaning, PortalAccount, Side, Stage

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
_number = itertools.count(1)

_SITUATIONS = {
    Stage.OPEN: ("1", "Em Aberto"),
    Stage.WITH_COMPANY: ("2", "Em Análise pelo Fornecedor"),
    Stage.WITH_MEDIATOR: ("3", "Em Análise pelo Gestor"),
    Stage.ANSWERED: ("4", "Respondida"),
    Stage.RATED: ("5", "Finalizada Avaliada"),
    Stage.NOT_RATED: ("6", "Finalizada Não Avaliada"),
    Stage.CANCELLED: ("7", "Cancelada"),
    Stage.CLOSED: ("8", "Encerrada"),
    Stage.REDIRECTED_AWAY: ("9", "Redirecionada"),
    Stage.UNKNOWN: ("77", "Situação Nova"),
}


def at(day: str, time: str = "12:00") -> datetime.datetime:
    """An instant in America/Sao_Paulo: `at("2026-11-19", "14:50")`."""
    return datetime.datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=SAO_PAULO)


def make_cpf(seed: int) -> str:
    """A valid CPF of 11 digits, always the same for a seed."""
    digits = [int(digit) for digit in f"{seed % 10**9:09d}"]
    for _ in range(2):
        weight = len(digits) + 1
        rest = sum(digit * (weight - place) for place, digit in enumerate(digits)) * 10 % 11
        digits.append(rest % 10)
    return "".join(map(str, digits))


def make_account(name: str = "", *, people=(), **fields) -> PortalAccount:
    number = next(_number)
    values = {
        "name": name or f"Varanda {number}",
        "environment": PortalAccount.Environment.TRAINING,
        "is_active": True,
        "client_id": f"client-{number}",
        "code": "code",
        "client_secret": "secret",
        "default_cpf": make_cpf(number),
    } | fields
    account = PortalAccount.objects.create(**values)
    account.people.set(people)
    return account


def make_person(role: str | None = access.AGENT, *, accounts=(), **fields) -> User:
    """A colleague of one role (None: no group at all) who sees the accounts given."""
    number = next(_number)
    values = {"username": f"pessoa{number}", "first_name": "Pessoa", "last_name": f"{number}"} | fields
    person = User.objects.create_user(password="senha-de-teste", **values)
    if role:
        if not Group.objects.filter(name=role).exists():
            access.install_roles()
        person.groups.add(Group.objects.get(name=role))
    if accounts:
        person.portal_accounts.set(accounts)
    return person


def make_complaint(account: PortalAccount | None = None, *, stage: str = Stage.WITH_COMPANY, **fields) -> Complaint:
    """A complaint, by default due in five days for us to answer; without an account it gets its own."""
    number = next(_number)
    now = timezone.now()
    situation_code, situation_text = _SITUATIONS[Stage(stage)]
    values = {
        "protocol": f"20261100{number:09d}",
        "account": account or make_account(),
        "stage": stage,
        "situation_code": situation_code,
        "situation_text": situation_text,
        "opened_at": now - datetime.timedelta(days=5),
        "deadline_on": timezone.localdate(now, SAO_PAULO) + datetime.timedelta(days=5),
        "deadline_name": "Prazo de resposta",
        "area_code": "2",
        "area_text": "Produtos Eletrodomésticos e Eletrônicos",
        "subject_code": "21",
        "subject_text": "Televisão",
        "problem_code": "211",
        "problem_text": "Produto danificado / não funciona - Dificuldade em trocar ou consertar o produto",
        "allowed_actions": ["detalhar", "complementar", "responder"],
        "consumer_name": f"Consumidora {number}",
        "consumer_cpf": make_cpf(number),
        "consumer_uf": "SP",
        "consumer_city": "São Paulo",
        "company_name": "Varanda Comércio Ltda.",
        "movement_count": 1,
        "last_movement_code": 1,
        "last_movement_at": now - datetime.timedelta(days=5),
        "last_movement_label": "Abertura",
        "read_at": now,
    } | fields
    if values.get("assignee") is not None:
        values.setdefault("assigned_at", now)
    values.setdefault("consumer_name_folded", _folded(values["consumer_name"]))
    complaint = Complaint.objects.create(**values)
    complaint.refresh_from_db()  # the generated columns
    return complaint


def make_movement(complaint: Complaint, *, code: int | None = None, **fields) -> Movement:
    """A movement after the last one made for this complaint, by default a complement of the consumer."""
    values = {
        "code": code or complaint.movements.count() + 1,
        "type_code": "2",
        "type_text": "Complemento",
        "meaning": MovementMeaning.COMPLEMENT,
        "at": timezone.now(),
        "author": complaint.consumer_name,
        "side": Side.CONSUMER,
        "texts": [{"type_code": "2", "type_text": "Complemento", "text": "Ainda não recebi."}],
        "received_at": timezone.now(),
    } | fields
    return Movement.objects.create(complaint=complaint, **values)


def make_attachment(movement: Movement, name: str = "foto.jpg", **fields) -> Attachment:
    values = {"code": str(next(_number)), "name": name, "announced_size": 1000} | fields
    return Attachment.objects.create(movement=movement, **values)


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.lower())
    return " ".join("".join(ch for ch in decomposed if not unicodedata.combining(ch)).split())

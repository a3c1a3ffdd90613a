"""`manage.py rotate_keys`: everything encrypted is rewritten with the newest key, and nothing else changes."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection

from backoffice import private_search
from backoffice.management.commands import rotate_keys
from backoffice.people import User
from complaints.models import PortalAccount

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()

pytestmark = pytest.mark.django_db


def stored(model, column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table}")
        return cursor.fetchone()[0]


@pytest.fixture
def account(settings) -> PortalAccount:
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    return PortalAccount.objects.create(
        name="Varanda", client_id="c", code="the code", client_secret="the secret", default_cpf="00100200344"
    )


def test_after_it_the_old_key_can_be_removed(settings, account):
    person = User.objects.create_user("marina", authorized_cpf="52998224725")
    key = private_search.keep(text="Maria", owner=person)
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    call_command("rotate_keys", verbosity=0)

    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    account.refresh_from_db()
    assert (account.code, account.client_secret, account.default_cpf) == ("the code", "the secret", "00100200344")
    assert User.objects.get(pk=person.pk).authorized_cpf == "52998224725"
    assert private_search.recall(key=key, owner=person) == "Maria"


def test_it_runs_again_without_harm_and_leaves_empty_values_empty(settings, account):
    User.objects.create_user("marina")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    call_command("rotate_keys", verbosity=0)
    call_command("rotate_keys", verbosity=0)

    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert PortalAccount.objects.get().code == "the code"
    assert stored(User, "authorized_cpf") == ""


def test_more_rows_than_a_batch_are_all_rewritten(settings, monkeypatch):
    settings.FIELD_ENCRYPTION_KEYS = [OLD]
    owner = User.objects.create_user("marina")
    keys = [private_search.keep(text=f"nome {number}", owner=owner) for number in range(7)]
    monkeypatch.setattr(rotate_keys, "BATCH", 3)
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    call_command("rotate_keys", verbosity=0)

    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert [private_search.recall(key=key, owner=owner) for key in keys] == [f"nome {number}" for number in range(7)]


def test_a_value_no_key_opens_is_named_and_the_others_go_on(settings, account):
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    lost = account.pk
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    owner = User.objects.create_user("marina", authorized_cpf="52998224725")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, *settings.FIELD_ENCRYPTION_KEYS]

    with pytest.raises(CommandError, match=rf"PortalAccount {lost}"):
        call_command("rotate_keys", verbosity=0)

    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert User.objects.get(pk=owner.pk).authorized_cpf == "52998224725"

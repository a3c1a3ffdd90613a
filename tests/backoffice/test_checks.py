"""The system checks that need no subprocess; those of `check --deploy` are in test_settings.py."""

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ValidationError

from backoffice import checks, installation
from complaints.models import PortalAccount


def ids(messages) -> list[str]:
    return [message.id for message in messages]


def test_our_queue_waits_long_enough_for_a_task_to_run_once():
    assert checks.waiting_tasks_run_once(None) == []


@pytest.mark.parametrize(("retry", "refused"), [(720, ["backoffice.E002"]), (721, [])])
def test_a_retry_that_a_waiting_task_outlives_is_an_error(settings, retry, refused):
    # 240 s x (1 + ceil(3 / 2)) = 720 s.
    settings.Q_CLUSTER = {"workers": 2, "queue_limit": 2, "timeout": 240, "retry": retry}
    assert ids(checks.waiting_tasks_run_once(None)) == refused


@pytest.mark.parametrize(
    ("debug", "url", "refused"),
    [
        (True, "https://sac.example.com.br", ["backoffice.E001"]),
        (True, "http://127.0.0.1:8000", []),
        (False, "https://sac.example.com.br", []),
    ],
)
def test_debug_belongs_on_one_machine(settings, debug, url, refused):
    settings.DEBUG, settings.PUBLIC_URL = debug, url
    assert ids(checks.debug_is_for_one_machine(None)) == refused


@pytest.mark.django_db
def test_a_demo_database_behind_a_public_address_is_an_error(settings):
    settings.PUBLIC_URL = "https://sac.example.com.br"
    assert "backoffice.E003" not in ids(run_checks(databases=["default"]))
    installation.mark_as_demo()
    assert "backoffice.E003" in ids(run_checks(databases=["default"]))


@pytest.mark.django_db
def test_a_demo_database_on_this_machine_is_fine(settings):
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    installation.mark_as_demo()
    assert "backoffice.E003" not in ids(run_checks(databases=["default"]))


@pytest.fixture
def production_account() -> PortalAccount:
    return PortalAccount(
        name="Varanda Eletro",
        environment=PortalAccount.Environment.PRODUCTION,
        client_id="client",
        code="code",
        client_secret="secret",
        default_cpf="52998224725",
        is_active=True,
    )


@pytest.mark.django_db
def test_a_production_account_cannot_be_activated_in_the_demo_database(production_account):
    installation.mark_as_demo()
    with pytest.raises(ValidationError) as refusal:
        production_account.full_clean()
    assert "banco de demonstração" in str(refusal.value.message_dict["is_active"])


@pytest.mark.django_db
def test_the_production_host_typed_by_hand_is_production_too(production_account):
    installation.mark_as_demo()
    address = PortalAccount.BASE_URLS[PortalAccount.Environment.PRODUCTION]
    production_account.environment = PortalAccount.Environment.OTHER
    production_account.base_url = address.replace("https://api.", "https://API.")
    with pytest.raises(ValidationError) as refusal:
        production_account.full_clean()
    assert "is_active" in refusal.value.message_dict


@pytest.mark.django_db
def test_outside_the_demo_a_production_account_is_activated(production_account):
    production_account.full_clean()
    production_account.save()
    assert PortalAccount.objects.get().is_active

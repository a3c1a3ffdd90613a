"""What `make run` puts into its database, before the servers start."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backoffice import installation
from backoffice.access import ADMIN, AGENT, SUPERVISOR
from backoffice.people import User
from complaints.models import Complaint, PortalAccount, SyncRun
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def prepare(settings, tmp_path, sandbox: Sandbox):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.SYNC_HISTORY_MONTHS = 1  # a first reading of seconds

    def run() -> str:
        said = io.StringIO()
        call_command("prepare_demo", sandbox=sandbox.url, stdout=said)
        return said.getvalue()

    return run


def passwords(said: str) -> dict[str, str]:
    return dict(re.findall(r"^  (\w+) +(\w{4}-\w{4}-\w{4}) ", said, re.MULTILINE))


def test_the_first_start_has_people_accounts_and_complaints(prepare, sandbox, settings):
    said = prepare()

    assert installation.is_demo()
    assert {person.username: person.groups.get().name for person in User.objects.all()} == {
        "marina": AGENT,
        "rafael": AGENT,
        "bruna": AGENT,
        "claudia": SUPERVISOR,
        "sergio": ADMIN,
    }
    for username, password in passwords(said).items():
        assert User.objects.get(username=username).check_password(password)
    assert len(passwords(said)) == 5
    assert [person.username for person in User.objects.filter(is_staff=True)] == ["sergio"]
    assert not User.objects.filter(is_superuser=True).exists()

    told = {account.client_id: account for account in sandbox.accounts()}
    for account in PortalAccount.objects.all():
        assert account.is_active
        assert account.base_url == told[account.client_id].base_url
        assert account.client_secret == told[account.client_id].client_secret
    assert PortalAccount.objects.count() == len(told)
    assert {one.protocol for one in Complaint.objects.all()} <= {one["protocol"] for one in sandbox.complaints()}
    assert (settings.STATIC_ROOT / "favicon.svg").exists()

    def visible(username: str) -> int:
        return Complaint.objects.visible_to(User.objects.get(username=username)).count()

    assert visible("marina") == visible("claudia") == visible("sergio") == Complaint.objects.count()
    assert 0 < visible("bruna") < Complaint.objects.count()


def test_a_second_start_changes_passwords_and_addresses_and_nothing_else(prepare, sandbox):
    first = passwords(prepare())
    sandbox.clear_calls()
    PortalAccount.objects.update(base_url="http://127.0.0.1:9/api/servico")  # the sandbox was on another port
    PortalAccount.objects.order_by("pk").first().people.clear()  # somebody's choice

    second = passwords(prepare())

    assert sandbox.calls() == []
    assert set(PortalAccount.objects.values_list("base_url", flat=True)) == {sandbox.base_url}
    assert not PortalAccount.objects.order_by("pk").first().people.exists()
    assert User.objects.count() == 5
    assert first.keys() == second.keys()
    assert not set(first.values()) & set(second.values())


def test_a_first_reading_that_was_stopped_goes_on_at_once(prepare, sandbox):
    prepare()
    account = PortalAccount.objects.order_by("pk").first()
    PortalAccount.objects.filter(pk=account.pk).update(synced_at=None)
    run = SyncRun.objects.filter(account=account, kind=SyncRun.Kind.IMPORT).get()
    SyncRun.objects.filter(pk=run.pk).update(
        state=SyncRun.State.RUNNING, finished_at=None, worker="killed", heartbeat_at=timezone.now()
    )

    prepare()

    run.refresh_from_db()
    assert run.state == SyncRun.State.DONE
    account.refresh_from_db()
    assert account.synced_at


def test_a_database_where_people_work_is_refused_untouched(prepare):
    User.objects.create_user("somebody")

    with pytest.raises(CommandError, match="não é o da demonstração"):
        prepare()

    assert not installation.is_demo()
    assert User.objects.count() == 1

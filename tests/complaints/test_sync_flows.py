"""Reading the portal across every layer: real HTTP, the sandbox as the truth, real processes that are killed."""

import threading
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django_q.models import OrmQ

from complaints import tasks
from complaints.models import CatalogueEntry, Complaint, Movement, SyncRun, UnreadableRecord
from complaints.services import fetching, sync, sync_rounds, sync_runs
from tests.complaints.portal import connect
from tests.complaints.worker import start_worker, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
State, Kind = SyncRun.State, SyncRun.Kind


@pytest.fixture
def account(sandbox):
    return connect(sandbox)


def there(sandbox, account) -> set[str]:
    return {each["protocol"] for each in sandbox.complaints(company=account.name)}


def held(account) -> set[str]:
    return set(Complaint.objects.filter(account=account).values_list("protocol", flat=True))


def movements_there(sandbox, protocols) -> set[tuple]:
    return {
        (protocol, movement["code"]) for protocol in protocols for movement in sandbox.complaint(protocol)["movements"]
    }


def movements_held() -> set[tuple]:
    return set(Movement.objects.values_list("complaint__protocol", "code"))


def later(minutes: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True)


def test_an_import_ends_with_the_portals_truth(sandbox, account):
    run = sync.run_import(account=account)
    assert (run.state, run.unreadable) == (State.DONE, 0)
    assert held(account) == there(sandbox, account)
    assert movements_held() == movements_there(sandbox, held(account))
    account.refresh_from_db()
    assert account.synced_at is not None


def test_what_happens_afterwards_comes_with_the_next_reading(sandbox, account):
    sync.run_import(account=account)
    new = sandbox.new_complaint(company=account.name)["protocol"]
    waiting = sandbox.complaints(company=account.name, situation=3)[0]["protocol"]
    sandbox.consumer_complement(waiting, "Ainda não recebi.")
    sandbox.clear_calls()
    account.refresh_from_db()
    run = sync.run_increment(account=account)
    assert (run.state, run.created, run.changed) == (State.DONE, 1, 1)
    assert len(sandbox.calls("complaint_detail")) == 2
    assert new in held(account)
    assert movements_held() == movements_there(sandbox, held(account))


@pytest.mark.parametrize("quirk", ["numbers_as_text", "nulls", "extra_fields", "key_order", "document_situations"])
def test_what_the_portal_prints_otherwise_is_read_the_same(sandbox, account, quirk):
    sync.run_import(account=account)
    before = dict(Complaint.objects.values_list("protocol", "stage"))
    sandbox.fault(quirk, times=None)
    assert sync.run_import(account=account, restart=True).state == State.DONE
    assert dict(Complaint.objects.values_list("protocol", "stage")) == before


def test_smaller_pages_than_asked_for_lose_nothing(sandbox, account):
    sandbox.fault("page_size_answered", times=None, size=2)
    sync.run_import(account=account)
    assert held(account) == there(sandbox, account)


def test_fetch_threads_never_open_the_database(sandbox, account, monkeypatch):
    opened_by = set()
    connect_really = BaseDatabaseWrapper.connect

    def connect_and_note(self):
        opened_by.add(threading.current_thread().name)
        connect_really(self)

    monkeypatch.setattr(BaseDatabaseWrapper, "connect", connect_and_note)
    sandbox.fault("unauthorized", "complaint_detail", skip=3)  # a token is renewed in the middle
    assert sync.run_import(account=account).state == State.DONE
    assert not {name for name in opened_by if name.startswith("portal")}
    account.refresh_from_db()
    assert account.last_success_at is not None
    assert held(account) == there(sandbox, account)


def test_a_token_revoked_in_the_middle_is_renewed_for_all_threads(sandbox, account):
    sync.run_catalogue(account=account, is_whole=False)
    sandbox.revoke_tokens()
    assert sync.run_import(account=account).state == State.DONE
    assert held(account) == there(sandbox, account)
    assert len(sandbox.calls("token")) == 2


def test_a_portal_that_fails_half_way_ends_the_run_and_the_next_one_goes_on(sandbox, account):
    sandbox.fault("error_500_before", "complaint_detail", times=None, skip=6)
    run = sync.run_import(account=account)
    assert run.state == State.FAILED
    assert "500" in run.words
    stored = held(account)
    assert 0 < len(stored) < len(there(sandbox, account))

    sandbox.clear_faults()
    sandbox.clear_calls()
    again = sync.run_import(account=account)
    assert (again.state, held(account)) == (State.DONE, there(sandbox, account))
    asked = {call.path.split("/")[-2] for call in sandbox.calls("complaint_detail")}
    assert len(asked & stored) < fetching.FETCHERS  # at most those that overtook the first failure


def test_refused_credentials_pause_the_account_and_no_run_hammers_the_portal(sandbox, account):
    type(account).objects.update(client_secret="errada")
    account.refresh_from_db()
    run = sync.run_import(account=account)
    account.refresh_from_db()
    assert run.state == State.FAILED
    assert account.paused_at is not None
    sandbox.clear_calls()
    assert sync.run_increment(account=account).state == State.FAILED
    assert sandbox.calls() == []


def test_a_record_that_cannot_be_read_is_set_aside_and_comes_back_by_itself(sandbox, account):
    broken = sandbox.complaints(company=account.name)[0]["protocol"]
    sandbox.fault("broken_json", "complaint_detail", protocol=broken, times=None)
    run = sync.run_import(account=account)
    assert held(account) == there(sandbox, account) - {broken} or run.state == State.FAILED
    if run.state == State.FAILED:
        run = sync.run_import(account=account)
    assert (run.state, run.unreadable) == (State.DONE, 1)
    assert UnreadableRecord.objects.get(solved_at=None).protocol == broken

    sandbox.clear_faults()
    account.refresh_from_db()
    with later(90):
        sync.run_increment(account=account)
    assert held(account) == there(sandbox, account)
    assert not UnreadableRecord.objects.filter(solved_at=None).exists()


@pytest.mark.parametrize("at", [1, 6])
def test_a_run_killed_with_signal_nine_is_taken_over_and_loses_nothing(sandbox, account, at):
    sandbox.fault("slow", "complaint_detail", times=None, skip=at, milliseconds=30_000)
    call = (
        "from complaints.services import sync, fetching; from complaints.models import PortalAccount; "
        "fetching.CHUNK = 2; "
        f"sync.run_import(account=PortalAccount.objects.get(pk={account.pk}))"
    )
    worker = start_worker(call)
    wait_until(lambda: len(sandbox.calls("complaint_detail")) > at)
    worker.kill()
    worker.wait()
    sandbox.clear_faults()
    dead = SyncRun.objects.get()
    assert dead.state == State.RUNNING
    with pytest.raises(sync.AlreadyRunning):
        sync.run_import(account=account)

    stored = held(account)
    sandbox.clear_calls()
    with later(6):
        run = sync.run_import(account=account)

    dead.refresh_from_db()
    assert (dead.state, run.state) == (State.INTERRUPTED, State.DONE)
    assert held(account) == there(sandbox, account)
    assert movements_held() == movements_there(sandbox, held(account))
    asked = {each.path.split("/")[-2] for each in sandbox.calls("complaint_detail")}
    assert not asked & stored


def test_two_processes_at_once_do_the_work_once(sandbox, account):
    sandbox.fault("slow", "situations", times=1, milliseconds=1500)
    call = (
        "from complaints.services import sync; from complaints.models import PortalAccount; "
        f"sync.run_import(account=PortalAccount.objects.get(pk={account.pk}))"
    )
    workers = [start_worker(call), start_worker(call)]
    codes = sorted(worker.wait(timeout=60) for worker in workers)
    assert codes == [0, 1]  # the other one was told AlreadyRunning
    assert SyncRun.objects.get().state == State.DONE
    assert held(account) == there(sandbox, account)


def test_rounds_read_every_account_and_go_on_until_all_is_read(sandbox):
    accounts = [connect(sandbox, company) for company in ("Varanda Celulares", "Varanda Eletro")]
    for _ in range(10):
        tasks.sync_all()
        for account in accounts:
            account.refresh_from_db()
        if all(account.synced_at for account in accounts):
            break
    for account in accounts:
        assert held(account) == there(sandbox, account)
    assert not SyncRun.objects.filter(state=State.RUNNING).exists()


def test_a_slice_that_ends_early_queues_the_rest(sandbox, account, monkeypatch):
    monkeypatch.setattr(fetching, "CHUNK", 1)
    sandbox.fault("slow", "complaint_detail", times=None, milliseconds=200)
    sync.run_catalogue(account=account, is_whole=False)
    sync_rounds.read_accounts(seconds=0.3)
    assert SyncRun.objects.get(kind=Kind.IMPORT).state == State.RUNNING
    assert OrmQ.objects.get().task["func"] == "complaints.tasks.sync_all"
    sandbox.clear_faults()
    tasks.sync_all()
    assert SyncRun.objects.get(kind=Kind.IMPORT).state == State.DONE
    assert held(account) == there(sandbox, account)


# --- the command ----------------------------------------------------------------------------------------------


def command(*arguments: str) -> str:
    said = StringIO()
    call_command("sync_complaints", *arguments, stdout=said, stderr=StringIO())
    return said.getvalue()


def test_the_command_reads_lists_and_history_first_and_then_what_is_new(sandbox, account):
    first = command()
    assert "Varanda Celulares · Cadastros: terminou" in first
    assert f"Varanda Celulares · Importação: terminou · {len(there(sandbox, account))} novas" in first
    assert "Novidades: terminou · 0 novas, 0 mudaram" in command("--account", account.name)
    assert held(account) == there(sandbox, account)


def test_the_command_reads_again_in_full_since_a_day_and_the_lists(sandbox, account):
    command()
    count = len(there(sandbox, account))
    assert f"Importação: terminou · 0 novas, 0 mudaram, {count} iguais" in command("--full")
    assert "Importação: terminou" in command("--account", str(account.pk), "--since", "2026-01-01")
    assert SyncRun.objects.order_by("-id").first().since.isoformat() == "2026-01-01"
    assert "Cadastros: terminou" in command("--catalogue")
    assert CatalogueEntry.objects.filter(kind=CatalogueEntry.Kind.PROBLEM).exists()


def test_the_command_fails_with_the_portals_words(sandbox, account):
    sandbox.fault("portal_down", "*", times=None)
    said = StringIO()
    with pytest.raises(CommandError, match="Não terminou: Varanda Celulares"):
        call_command("sync_complaints", stdout=said, stderr=StringIO())
    assert "Cadastros: falhou" in said.getvalue()


def test_the_command_refuses_an_account_that_is_read_already(sandbox, account):
    sync_runs.start(account=account, kind=Kind.IMPORT, cursor={})
    said = StringIO()
    with pytest.raises(CommandError):
        call_command("sync_complaints", stdout=said, stderr=StringIO())
    assert "Já há uma leitura em andamento" in said.getvalue()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--account", "Nenhuma"], "Não há credenciada 'Nenhuma'"),
        (["--since", "ontem"], "não é um dia"),
        ([], "Não há credenciada ativa"),
    ],
)
def test_the_command_names_what_is_wrong_with_its_arguments(arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("sync_complaints", *arguments, stdout=StringIO(), stderr=StringIO())

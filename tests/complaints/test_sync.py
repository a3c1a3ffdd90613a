"""Reading an account: everything, then what is new; stopped anywhere, gone on with, never twice at once."""

import datetime

import pytest
import time_machine
from django.utils import timezone
from django_q.models import OrmQ

from backoffice.audit import AuditEvent
from backoffice.remote.errors import CredentialsRefused, RemoteUnavailable, RemoteUncertain
from complaints.consumidor_gov.client import UnreadableRecord as PortalUnreadable
from complaints.consumidor_gov.records import Coded, Unreadable
from complaints.models import CatalogueEntry, Complaint, Movement, PortalAccount, SyncRun, UnreadableRecord
from complaints.services import fetching, importing, sync, sync_rounds, sync_runs, unreadable
from tests.complaints.factories import at, make_account, make_person
from tests.complaints.fake_portal import FakePortal
from tests.complaints.records import detail, movement, opening, summary

pytestmark = pytest.mark.django_db
NOW = at("2026-11-19", "14:50")
State, Kind = SyncRun.State, SyncRun.Kind


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch):
    monkeypatch.setattr(sync_runs, "PAUSE", 0)


@pytest.fixture
def account():
    return make_account("Varanda Móveis")


def protocol(number: int, month: str = "202611") -> str:
    return f"{month}{number:011d}"


def opened(day: str, number: int, **fields):
    """A complaint opened on that day."""
    when = at(day)
    fields.setdefault("movements", (opening(at=when),))
    return detail(protocol(number, day[:4] + day[5:7]), opened_at=when, **fields)


def imported(account, portal, **options) -> SyncRun:
    run = sync.run_import(account=account, client=portal, **options)
    account.refresh_from_db()
    return run


def increment(account, portal, **options) -> SyncRun:
    account.refresh_from_db()
    return sync.run_increment(account=account, client=portal, **options)


def held() -> set[str]:
    return set(Complaint.objects.values_list("protocol", flat=True))


# --- import ---------------------------------------------------------------------------------------------------


def test_an_import_brings_a_year_and_every_unfinished_complaint_of_any_age(account):
    new, older = opened("2026-11-18", 1), opened("2026-02-03", 2)
    ancient = opened("2024-05-05", 3)
    finished = opened("2024-05-05", 4, situation=Coded("6", "Finalizada avaliada"))
    run = imported(account, FakePortal(new, older, ancient, finished))

    assert (run.state, run.created, run.unreadable) == (State.DONE, 3, 0)
    assert held() == {new.protocol, older.protocol, ancient.protocol}
    assert account.synced_at is not None
    assert run.steps_done == run.steps_total


def test_an_import_reads_the_newest_first(account):
    portal = FakePortal(opened("2026-02-03", 2), opened("2026-11-18", 1), opened("2026-11-17", 9))
    imported(account, portal)
    assert portal.asked == [protocol(9), protocol(1), protocol(2, "202602")]


def test_an_import_twice_leaves_the_same_rows(account):
    portal = FakePortal(opened("2026-11-18", 1), opened("2026-11-10", 2))
    imported(account, portal)
    run = imported(account, portal, restart=True)
    assert (run.created, run.changed, run.unchanged) == (0, 0, 2)


def test_an_import_since_a_day_reads_only_what_was_opened_since(account):
    portal = FakePortal(opened("2026-11-18", 1), opened("2026-03-03", 2, situation=Coded("6", "Finalizada avaliada")))
    run = imported(account, portal, since=datetime.date(2026, 11, 1))
    assert (run.since, held()) == (datetime.date(2026, 11, 1), {protocol(1)})


def test_a_window_that_lists_too_much_is_cut(account, monkeypatch):
    monkeypatch.setattr(importing, "LARGEST_WINDOW", 3)
    details = [opened(f"2026-11-{day}", day) for day in (13, 14, 15, 16, 17, 18, 19)]
    run = imported(account, FakePortal(*details))
    assert (run.state, len(held())) == (State.DONE, 7)
    assert run.steps_done == run.steps_total


def test_an_import_that_the_portal_stops_keeps_its_place_and_is_gone_on_with(account):
    portal = FakePortal(opened("2026-11-18", 1), opened("2026-10-10", 2))
    portal.broken[protocol(2, "202610")] = RemoteUnavailable("O portal recusou a conexão. Nada foi enviado.")
    run = imported(account, portal)
    assert (run.state, run.words) == (State.FAILED, "O portal recusou a conexão. Nada foi enviado.")
    assert held() == {protocol(1)}
    assert account.synced_at is None

    portal.broken.clear()
    portal.asked.clear()
    again = imported(account, portal)

    assert (again.state, again.pk != run.pk) == (State.DONE, True)
    assert portal.asked == [protocol(2, "202610")]
    assert account.synced_at is not None


def test_a_page_stored_before_the_portal_failed_is_not_asked_for_again(account, monkeypatch):
    monkeypatch.setattr(fetching, "CHUNK", 2)
    portal = FakePortal(*(opened("2026-11-18", n) for n in range(1, 6)))
    portal.broken[protocol(1)] = RemoteUnavailable("Fora do ar.")
    assert imported(account, portal).state == State.FAILED
    assert held() == {protocol(n) for n in (5, 4, 3, 2)}

    portal.asked.clear()
    portal.broken.clear()
    imported(account, portal)
    assert portal.asked == [protocol(1)]


def test_work_stops_in_time_and_the_next_slice_goes_on(account):
    portal = FakePortal(*(opened(f"2026-{month:02d}-10", month) for month in range(1, 12)))
    first = imported(account, portal, seconds=0)
    assert (first.state, first.worker) == (State.RUNNING, "")

    second = sync.run_next(account=account, client=portal, seconds=60)
    assert (second.pk, second.state) == (first.pk, State.DONE)
    assert len(held()) == 11


def test_a_long_import_keeps_the_newest_days_fresh(account, clock):
    portal = FakePortal(opened("2026-11-18", 1), opened("2026-02-02", 2))
    late = opened("2026-11-19", 7, movements=(opening(at=NOW + datetime.timedelta(minutes=30)),))
    asked = portal.page_complaints

    def and_time_passes(filters, *, page, size=100):
        if filters.opened_to and filters.opened_to.month == 6 and late.protocol not in portal.details:
            portal.details[late.protocol] = late
            clock.shift(datetime.timedelta(hours=1))
        return asked(filters, page=page, size=size)

    portal.page_complaints = and_time_passes
    imported(account, portal)
    assert portal.asked == [protocol(1), late.protocol, protocol(2, "202602")]


# --- listings that lie or shift -------------------------------------------------------------------------------


def test_a_listing_that_repeats_and_loses_rows_is_read_until_nothing_is_new(account, monkeypatch):
    details = [opened("2026-11-18", n) for n in range(1, 251)]
    rows = [summary(each) for each in details]
    portal = FakePortal(*details)
    # While the first pass went from page 0 to page 2 one row moved up: it was shown twice, another never.
    moved = [*rows[:100], rows[99], *rows[100:199], *rows[200:]]
    portal.shifts = [rows, moved, rows]
    imported(account, portal, since=datetime.date(2026, 11, 15))
    assert len(held()) == 250
    assert len(portal.asked) == 250


def test_a_listing_that_never_says_where_it_ends_ends(account):
    portal = FakePortal(opened("2026-11-18", 1))
    endless = portal.page_complaints

    def again_and_again(filters, *, page, size=100):
        shown = endless(filters, page=0, size=size)
        return type(shown)(shown.items, shown.unreadable, page, size, None, False)

    portal.page_complaints = again_and_again
    assert imported(account, portal, since=datetime.date(2026, 11, 15)).state == State.DONE
    assert held() == {protocol(1)}


# --- increment ------------------------------------------------------------------------------------------------


def test_nothing_changed_asks_for_no_detail(account):
    portal = FakePortal(opened("2026-11-18", 1), opened("2026-11-19", 2))
    imported(account, portal)
    portal.asked.clear()
    run = increment(account, portal)
    assert (run.state, portal.asked) == (State.DONE, [])


def test_a_new_movement_brings_its_complaint_and_no_other(account, clock):
    old = opened("2026-06-01", 1, movements=(opening(at=at("2026-06-01")),))
    portal = FakePortal(old, opened("2026-11-18", 2))
    imported(account, portal)
    portal.asked.clear()
    clock.shift(datetime.timedelta(minutes=30))
    news = movement(2, at=timezone.now() - datetime.timedelta(minutes=5))
    portal.details[old.protocol] = opened("2026-06-01", 1, movements=(*old.movements, news))

    run = increment(account, portal)

    assert (run.state, run.changed, portal.asked) == (State.DONE, 1, [old.protocol])
    assert Movement.objects.filter(complaint__protocol=old.protocol).count() == 2
    account.refresh_from_db()
    assert timezone.now() - account.feed_read_until < datetime.timedelta(seconds=10)


def test_a_movement_that_shows_up_late_is_seen_within_the_overlap(account, clock):
    old = opened("2026-06-01", 1)
    portal = FakePortal(old)
    imported(account, portal)
    increment(account, portal)
    clock.shift(datetime.timedelta(minutes=10))
    before_last_time = movement(2, at=NOW - datetime.timedelta(minutes=2))
    portal.details[old.protocol] = opened("2026-06-01", 1, movements=(*old.movements, before_last_time))
    assert increment(account, portal).changed == 1


def test_an_opening_without_a_movement_in_the_feed_is_found_by_its_listing(account):
    portal = FakePortal()
    imported(account, portal)
    portal.details[protocol(5)] = opened("2026-11-17", 5, movements=())
    run = increment(account, portal)
    assert (run.created, held()) == (1, {protocol(5)})


def test_a_recent_complaint_whose_row_changed_is_read_again(account):
    portal = FakePortal(opened("2026-11-18", 1))
    imported(account, portal)
    portal.details[protocol(1)] = opened("2026-11-18", 1, situation=Coded("4", "Respondida"))
    assert increment(account, portal).changed == 1


def test_days_without_reading_are_caught_up(account, clock):
    portal = FakePortal()
    imported(account, portal)
    clock.shift(datetime.timedelta(days=10))
    portal.details[protocol(5)] = opened("2026-11-22", 5, movements=())
    increment(account, portal)
    assert held() == {protocol(5)}


# --- records that cannot be read ------------------------------------------------------------------------------


def unreadable_error(number: int) -> PortalUnreadable:
    return PortalUnreadable(Unreadable(protocol(number), "dataAbertura", "ausente", '{"protocolo":1}'))


def test_an_unreadable_record_is_set_aside_and_the_others_go_on(account):
    portal = FakePortal(*(opened("2026-11-18", n) for n in (1, 2, 3)))
    portal.broken[protocol(2)] = unreadable_error(2)
    run = imported(account, portal)

    assert (run.state, run.created, run.unreadable) == (State.DONE, 2, 1)
    record = UnreadableRecord.objects.get()
    assert (record.protocol, record.field, record.reason) == (protocol(2), "dataAbertura", "ausente")
    assert (record.raw, record.times) == ('{"protocolo":1}', 1)


def test_the_same_unreadable_record_is_counted_and_not_repeated(account):
    for _ in range(3):
        unreadable.set_aside(account=account, records=[unreadable_error(2).unreadable])
    assert UnreadableRecord.objects.get().times == 3


def test_rows_without_a_protocol_are_told_apart_by_their_json(account):
    for raw in ("{}", "{}", "[]"):
        unreadable.set_aside(account=account, records=[Unreadable("", "protocolo", "ausente", raw)])
    assert sorted(UnreadableRecord.objects.values_list("raw", "times")) == [("[]", 1), ("{}", 2)]


def test_a_record_that_the_portal_no_longer_gives_is_set_aside(account):
    portal = FakePortal(opened("2026-11-18", 1))
    portal.shifts = [[summary(opened("2026-11-18", n)) for n in (1, 2)]]
    run = imported(account, portal)
    assert (run.state, run.unreadable) == (State.DONE, 1)
    assert "Reclamação não encontrada." in UnreadableRecord.objects.get().reason


def test_another_record_than_the_one_asked_for_is_not_stored(account):
    portal = FakePortal(opened("2026-11-18", 1))
    portal.shifts = [[summary(opened("2026-11-18", n)) for n in (1, 2)]]
    portal.details[protocol(2)] = opened("2026-11-18", 1)
    imported(account, portal)
    assert held() == {protocol(1)}
    assert UnreadableRecord.objects.get().protocol == protocol(2)


def test_one_record_that_the_portal_fails_over_does_not_stop_the_others(account):
    portal = FakePortal(*(opened("2026-11-18", n) for n in (1, 2, 3)))
    portal.broken[protocol(2)] = RemoteUncertain("O portal respondeu com erro (HTTP 500).")
    run = imported(account, portal)
    assert (run.state, held()) == (State.DONE, {protocol(1), protocol(3)})
    assert "HTTP 500" in UnreadableRecord.objects.get().reason


def test_several_failures_in_a_row_are_the_portals_own_and_stop_the_run_once(account):
    details = [opened("2026-11-18", n) for n in range(1, 8)]
    portal = FakePortal(*details)
    for n in (2, 3, 4):
        portal.broken[protocol(n)] = RemoteUncertain("Erro 500.")
    first = imported(account, portal)
    assert (first.state, held()) == (State.FAILED, {protocol(n) for n in (7, 6, 5)})

    # The next run knows them and gets past them.
    second = imported(account, portal)
    assert (second.state, held()) == (State.DONE, {protocol(n) for n in (7, 6, 5, 1)})


def test_a_record_set_aside_is_tried_again_by_a_later_run_and_settled(account, clock):
    portal = FakePortal(opened("2026-11-18", 1))
    portal.broken[protocol(1)] = unreadable_error(1)
    imported(account, portal)
    portal.broken.clear()
    clock.shift(datetime.timedelta(hours=2))
    increment(account, portal)
    assert held() == {protocol(1)}
    assert UnreadableRecord.objects.get().solved_at is not None


def test_retry_reads_the_record_and_is_audited(account):
    portal = FakePortal(opened("2026-11-18", 1))
    unreadable.set_aside(account=account, records=[unreadable_error(1).unreadable])
    person, record = make_person(), UnreadableRecord.objects.get()

    result = unreadable.retry(record=record, by=person, client=portal)

    assert result.is_solved
    assert held() == {protocol(1)}
    record.refresh_from_db()
    assert record.solved_at is not None
    event = AuditEvent.objects.get(action=AuditEvent.Action.RECORD_RETRIED)
    assert (event.by, event.protocol, event.detail) == (person, protocol(1), {"is_solved": True})


def test_retry_of_what_is_still_unreadable_keeps_the_record_open(account):
    portal = FakePortal()
    portal.broken[protocol(1)] = unreadable_error(1)
    unreadable.set_aside(account=account, records=[unreadable_error(1).unreadable])
    result = unreadable.retry(record=UnreadableRecord.objects.get(), by=make_person(), client=portal)
    assert (result.is_solved, result.words) == (False, "Continua ilegível: ausente")
    record = UnreadableRecord.objects.get()
    assert (record.solved_at, record.times) == (None, 2)


# --- one at a time, and what stops an account ------------------------------------------------------------------


def test_two_runs_at_once_are_refused(account):
    sync_runs.start(account=account, kind=Kind.IMPORT, cursor={})
    with pytest.raises(sync.AlreadyRunning, match="desde 14:50"):
        increment(account, FakePortal())


def test_a_run_waiting_between_slices_keeps_others_away_too(account):
    assert imported(account, FakePortal(), seconds=0).worker == ""
    with pytest.raises(sync.AlreadyRunning):
        increment(account, FakePortal())


def test_another_account_may_be_read_meanwhile(account):
    sync_runs.start(account=account, kind=Kind.IMPORT, cursor={})
    assert increment(make_account(), FakePortal()).state == State.DONE


def test_a_run_without_a_sign_for_five_minutes_is_taken_over_from_its_place(account, clock):
    portal = FakePortal(opened("2026-11-18", 1), opened("2026-10-10", 2))
    cursor = importing.first_cursor(datetime.date(2026, 1, 1)) | {"to": "2026-10-31"}
    dead = sync_runs.start(account=account, kind=Kind.IMPORT, cursor=cursor, since=datetime.date(2026, 1, 1))
    clock.shift(datetime.timedelta(minutes=4))
    with pytest.raises(sync.AlreadyRunning):
        imported(account, portal)
    clock.shift(datetime.timedelta(minutes=2))

    run = imported(account, portal)

    dead.refresh_from_db()
    assert (dead.state, dead.finished_at is not None) == (State.INTERRUPTED, True)
    assert (run.state, portal.asked) == (State.DONE, [protocol(2, "202610")])


def test_a_worker_that_was_taken_over_writes_no_more(account):
    portal = FakePortal(opened("2026-11-18", 1))
    listed = portal.page_complaints

    def and_is_taken_over(filters, *, page, size=100):
        SyncRun.objects.update(worker="somebody else")
        return listed(filters, page=page, size=size)

    portal.page_complaints = and_is_taken_over
    run = imported(account, portal)
    assert (run.state, run.worker) == (State.RUNNING, "somebody else")
    assert held() == set()


def test_refused_credentials_pause_the_account(account):
    portal = FakePortal()
    portal.failing["page_complaints"] = CredentialsRefused("Código de autenticação inválido.")
    run = imported(account, portal)
    assert (run.state, run.words) == (State.FAILED, "Código de autenticação inválido.")
    assert (account.paused_at is not None, account.paused_words) == (True, "Código de autenticação inválido.")


def test_an_inactive_account_is_not_read():
    account = make_account(is_active=False, name="Varanda Pay")
    run = sync.run_increment(account=account)
    assert (run.state, run.words) == (State.FAILED, "Varanda Pay está inativa.")


def test_a_failure_of_our_own_ends_the_run_and_is_raised(account):
    portal = FakePortal()
    portal.failing["page_complaints"] = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        imported(account, portal)
    assert SyncRun.objects.get().state == State.FAILED


def test_an_interrupted_run_is_marked_and_gone_on_with(account):
    portal = FakePortal(opened("2026-11-18", 1))
    portal.failing["page_complaints"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        imported(account, portal)
    assert SyncRun.objects.get().state == State.INTERRUPTED
    portal.failing.clear()
    assert imported(account, portal).state == State.DONE


# --- what is needed next, rounds ------------------------------------------------------------------------------


def test_what_is_needed_comes_in_order_lists_import_news(account):
    portal = FakePortal()
    kinds = []
    for _ in range(4):
        account.refresh_from_db()
        kinds.append(sync.run_next(account=account, client=portal).kind)
    assert kinds == [Kind.CATALOGUE, Kind.IMPORT, Kind.INCREMENT, Kind.INCREMENT]


def test_lists_that_cannot_be_read_do_not_keep_the_complaints_away(account):
    portal = FakePortal(opened("2026-11-18", 1))
    portal.failing["procons"] = RemoteUncertain("Erro 500.")
    assert sync.run_next(account=account, client=portal).state == State.FAILED
    assert sync.run_next(account=account, client=portal).kind == Kind.IMPORT
    assert CatalogueEntry.objects.filter(kind=CatalogueEntry.Kind.SITUATION).exists()


def test_a_request_is_audited_and_goes_to_the_queue_with_ids_only(account, django_capture_on_commit_callbacks):
    person = make_person()
    with django_capture_on_commit_callbacks(execute=True):
        sync.request_sync(account=account, by=person)
    event = AuditEvent.objects.get(action=AuditEvent.Action.SYNC_REQUESTED)
    assert (event.by, event.subject) == (person, "Varanda Móveis")
    task = OrmQ.objects.get().task
    assert (task["func"], task["args"]) == ("complaints.tasks.sync_account", (account.pk, person.pk))


def test_a_round_goes_away_while_another_one_works(account, monkeypatch):
    sync_runs.start(account=make_account(), kind=Kind.IMPORT, cursor={}, is_task=True)
    sync_rounds.read_accounts(seconds=5)
    assert SyncRun.objects.count() == 1


def test_a_reading_from_the_command_line_does_not_keep_a_round_away(account):
    sync_runs.start(account=account, kind=Kind.IMPORT, cursor={})
    other = make_account(environment=PortalAccount.Environment.OTHER, base_url="https://127.0.0.1:1")
    sync_rounds.read_accounts(seconds=30)
    assert SyncRun.objects.filter(account=other, state=State.FAILED).exists()


def test_paused_and_inactive_accounts_are_left_out_of_rounds():
    make_account(is_active=False)
    make_account(paused_at=timezone.now())
    sync_rounds.read_accounts(seconds=30)
    sync_rounds.read_lists(seconds=30)
    assert not SyncRun.objects.exists()

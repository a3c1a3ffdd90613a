"""The portal's lists: their meanings, what people decide, and complaints following a change of either."""

import datetime

import pytest
import time_machine

from backoffice import schedules
from backoffice.audit import AuditEvent
from backoffice.remote.errors import RemoteUnavailable
from complaints.consumidor_gov.records import Coded, Listing, Unreadable
from complaints.models import CatalogueEntry, Complaint, Movement, MovementMeaning, PortalAccount, Side, Stage, SyncRun
from complaints.services import catalogue, derivation, ingest, sync
from tests.complaints.factories import at, make_account, make_person
from tests.complaints.fake_portal import FakePortal
from tests.complaints.records import detail, movement, opening

pytestmark = pytest.mark.django_db
READ_AT = at("2026-11-19", "14:00")
Kind = CatalogueEntry.Kind


@pytest.fixture
def account():
    return make_account("Varanda Móveis")


def store(account, *rows: tuple[str, str], kind=Kind.SITUATION, unreadable=(), read_at=READ_AT):
    listing = Listing(tuple(Coded(code, text) for code, text in rows), unreadable)
    return catalogue.store_listing(account=account, kind=kind, listing=listing, read_at=read_at)


def meanings(account) -> dict[str, str]:
    return dict(CatalogueEntry.objects.filter(account=account).values_list("code", "meaning"))


@pytest.fixture
def derived(monkeypatch):
    """What the worker would be asked to derive again; run at once."""
    done = []

    def run(path, account, kind, code, *rest, **options):
        done.append((kind, code))
        derivation.derive_again(account=PortalAccount.objects.get(pk=account), kind=kind, code=code)

    monkeypatch.setattr(catalogue, "async_task", run)
    return done


def test_rows_get_their_meaning_from_their_exact_text(account):
    assert store(account, ("1", "Aberta"), ("2", "Em análise pelo fornecedor "), ("9", "Arquivada")) == (3, 0, 0)
    assert meanings(account) == {"1": Stage.OPEN, "2": Stage.WITH_COMPANY, "9": ""}


def test_the_same_list_again_only_notes_that_it_was_read(account):
    store(account, ("1", "Aberta"))
    later = READ_AT + datetime.timedelta(days=1)
    assert store(account, ("1", "Aberta"), read_at=later) == (0, 0, 1)
    assert CatalogueEntry.objects.get().read_at == later


def test_a_row_that_leaves_the_list_is_marked_and_comes_back(account):
    store(account, ("1", "Aberta"), ("2", "Respondida"))
    store(account, ("1", "Aberta"))
    assert CatalogueEntry.objects.get(code="2").gone_at == READ_AT
    store(account, ("1", "Aberta"), ("2", "Respondida"))
    assert CatalogueEntry.objects.get(code="2").gone_at is None


def test_a_list_with_unreadable_rows_makes_nothing_leave(account):
    store(account, ("1", "Aberta"), ("2", "Respondida"))
    store(account, ("1", "Aberta"), unreadable=(Unreadable("", "codigo", "ausente", "{}"),))
    assert CatalogueEntry.objects.get(code="2").gone_at is None


def test_lists_inside_lists_do_not_disturb_each_other(account):
    for parent in ("10", "11"):
        listing = Listing((Coded("1", f"Assunto de {parent}"),))
        catalogue.store_listing(account=account, kind=Kind.SUBJECT, parent=parent, listing=listing, read_at=READ_AT)
    assert CatalogueEntry.objects.filter(kind=Kind.SUBJECT, gone_at=None).count() == 2


def test_a_persons_decision_survives_the_next_reading(account, derived):
    store(account, ("20", "Em mediação"))
    catalogue.decide_meaning(entry=CatalogueEntry.objects.get(), meaning=Stage.WITH_MEDIATOR, by=make_person())
    store(account, ("20", "Em mediação "))
    assert meanings(account) == {"20": Stage.WITH_MEDIATOR}


def test_deciding_is_audited_and_the_complaints_follow(account, derived, django_capture_on_commit_callbacks):
    strange = Coded("20", "Em mediação")
    page = [detail("20261100000000001", situation=strange), detail("20261100000000002")]
    ingest.store_details(account=account, details=page, read_at=READ_AT)
    other = make_account()
    ingest.store_details(account=other, details=[detail("20261100000000003", situation=strange)], read_at=READ_AT)
    person = make_person()

    with django_capture_on_commit_callbacks(execute=True):
        entry = CatalogueEntry.objects.get(account=account)
        catalogue.decide_meaning(entry=entry, meaning=Stage.WITH_MEDIATOR, by=person)

    stages = dict(Complaint.objects.values_list("protocol", "stage"))
    assert stages == {
        "20261100000000001": Stage.WITH_MEDIATOR,
        "20261100000000002": Stage.WITH_COMPANY,
        "20261100000000003": Stage.UNKNOWN,
    }
    event = AuditEvent.objects.get(action=AuditEvent.Action.CATALOGUE_DECIDED)
    assert (event.by, event.detail) == (
        person,
        {"account": account.pk, "before": "", "after": Stage.WITH_MEDIATOR},
    )


def test_taking_a_decision_back_returns_to_the_text(account, derived, django_capture_on_commit_callbacks):
    store(account, ("1", "Aberta"))
    entry, person = CatalogueEntry.objects.get(), make_person()
    catalogue.decide_meaning(entry=entry, meaning=Stage.CLOSED, by=person)
    catalogue.decide_meaning(entry=entry, meaning="", by=person)
    entry.refresh_from_db()
    assert (entry.meaning, entry.is_decided_by_person) == (Stage.OPEN, False)


@pytest.mark.parametrize(("kind", "meaning"), [(Kind.AREA, Stage.OPEN), (Kind.SITUATION, "resolvida")])
def test_a_meaning_that_the_list_does_not_have_is_refused(account, kind, meaning):
    store(account, ("1", "Aberta"), kind=kind)
    with pytest.raises(ValueError, match="no meaning"):
        catalogue.decide_meaning(entry=CatalogueEntry.objects.get(), meaning=meaning, by=make_person())


def test_a_code_met_before_its_list_was_read_takes_its_listed_meaning(
    account, derived, django_capture_on_commit_callbacks
):
    ingest.store_details(
        account=account, details=[detail(situation=Coded("5", "Finalizada s/ avaliação"))], read_at=READ_AT
    )
    with django_capture_on_commit_callbacks(execute=True):
        store(account, ("5", "Finalizada não avaliada"))
    complaint = Complaint.objects.get()
    assert (complaint.stage, complaint.rating) == (Stage.NOT_RATED, "not_rated")
    assert CatalogueEntry.objects.get().is_listed


def test_a_movement_type_that_is_decided_changes_movements_sides_and_the_queues_label(
    account, derived, django_capture_on_commit_callbacks
):
    strange = movement(2, "Réplica", author="Joana Silva")
    ingest.store_details(account=account, details=[detail(movements=(opening(), strange))], read_at=READ_AT)
    assert Complaint.objects.get().last_movement_label == "Réplica"
    with django_capture_on_commit_callbacks(execute=True):
        entry = CatalogueEntry.objects.get(kind=Kind.MOVEMENT_TYPE)
        catalogue.decide_meaning(entry=entry, meaning=MovementMeaning.ANSWER, by=make_person())
    second = Movement.objects.get(code=2)
    assert (second.meaning, second.side) == (MovementMeaning.ANSWER, Side.COMPANY)
    assert Complaint.objects.get().last_movement_label == "Nossa resposta"


def test_deriving_again_goes_on_where_its_time_ended(account, monkeypatch):
    monkeypatch.setattr(derivation, "BATCH", 1)
    page = [detail(f"2026110000000000{n}", situation=Coded("20", "Em mediação")) for n in range(3)]
    ingest.store_details(account=account, details=page, read_at=READ_AT)
    CatalogueEntry.objects.update(meaning=Stage.CLOSED, is_decided_by_person=True)
    after, rounds = 0, 0
    while after is not None:
        after = derivation.derive_again(account=account, kind=Kind.SITUATION, code="20", after=after, seconds=0)
        rounds += 1
    assert rounds == 4
    assert set(Complaint.objects.values_list("stage", flat=True)) == {Stage.CLOSED}


# --- runs -----------------------------------------------------------------------------------------------------


def portal_with_lists() -> FakePortal:
    portal = FakePortal()
    portal.lists |= {
        "areas": (Coded("1", "Telecomunicações"),),
        "subjects 1": (Coded("10", "Telefonia"), Coded("11", "Internet")),
        "problems 10": (Coded("100", "Cobrança"),),
        "problems 11": (Coded("100", "Cobrança"),),
        "municipalities AC": (Coded("0000001", "Acrelândia"),),
    }
    return portal


def test_the_whole_reading_goes_from_areas_to_subjects_to_problems(account):
    portal = portal_with_lists()
    run = sync.run_catalogue(account=account, is_whole=True, client=portal)
    assert (run.state, run.steps_done, run.steps_total) == (SyncRun.State.DONE, 37, 37)
    rows = CatalogueEntry.objects.filter(kind__in=[Kind.SUBJECT, Kind.PROBLEM, Kind.MUNICIPALITY])
    assert set(rows.values_list("kind", "parent", "code")) == {
        ("subject", "1", "10"),
        ("subject", "1", "11"),
        ("problem", "10", "100"),
        ("problem", "11", "100"),
        ("municipality", "AC", "0000001"),
    }
    assert run.calls == len(portal.calls) == 37


def test_a_reading_of_the_lists_that_stopped_goes_on_behind_the_last_one_read(account):
    portal = portal_with_lists()
    portal.failing["subjects 1"] = RemoteUnavailable("Fora do ar.")
    assert sync.run_catalogue(account=account, is_whole=True, client=portal).state == SyncRun.State.FAILED
    portal.failing.clear()
    portal.calls.clear()
    assert sync.run_catalogue(account=account, client=portal).state == SyncRun.State.DONE
    assert portal.calls == ["subjects 1", "problems 10", "problems 11"]


def test_the_short_lists_are_due_daily_and_the_whole_weekly(account):
    portal = portal_with_lists()
    with time_machine.travel(READ_AT, tick=False) as clock:
        assert sync.is_catalogue_due(account)
        assert sync.run_catalogue(account=account, client=portal).cursor["is_whole"] is True
        assert not sync.is_catalogue_due(account)
        clock.shift(datetime.timedelta(hours=21))
        assert sync.is_catalogue_due(account)
        assert sync.run_catalogue(account=account, client=portal).cursor["is_whole"] is False
        clock.shift(datetime.timedelta(days=7))
        assert sync.run_catalogue(account=account, client=portal).cursor["is_whole"] is True


def test_schedules_read_news_and_lists():
    declared = {schedule.func: schedule.minutes for schedule in schedules.declared()}
    assert declared["complaints.tasks.sync_all"] == 10
    assert declared["complaints.tasks.sync_catalogues"] == 60

"""Storing what was read: idempotent, complete, and only what is the portal's to say."""

import datetime
from dataclasses import replace

import pytest
from django.utils import timezone

from complaints.consumidor_gov.records import Coded, MovementText, Party
from complaints.models import (
    Attachment,
    CatalogueEntry,
    Complaint,
    ComplaintRaw,
    Movement,
    MovementMeaning,
    Side,
    Stage,
    UnreadableRecord,
)
from complaints.services import ingest
from tests.complaints.factories import at, make_account, make_person
from tests.complaints.records import attachment, detail, movement, opening

pytestmark = pytest.mark.django_db
READ_AT = at("2026-11-12", "14:00")
LATER = READ_AT + datetime.timedelta(minutes=10)


@pytest.fixture
def account():
    return make_account("Varanda Móveis")


def store(account, *details, read_at=READ_AT) -> ingest.Counts:
    return ingest.store_details(account=account, details=details, read_at=read_at)


def test_a_record_is_stored_with_all_it_says(account):
    record = detail(
        movements=(
            opening(attachments=(attachment(),)),
            movement(2, "Resposta do fornecedor", author="Varanda Móveis"),
            movement(
                3,
                "Avaliação do consumidor",
                texts=(MovementText(Coded("6", ""), "S"), MovementText(Coded("7", ""), "4")),
            ),
        ),
        situation=Coded("6", "Finalizada avaliada"),
    )
    complaint = ingest.store_detail(account=account, detail=record, read_at=READ_AT)

    assert (complaint.stage, complaint.situation_code) == (Stage.RATED, "6")
    assert (complaint.rating, complaint.score, complaint.has_prior_contact) == ("solved", 4, True)
    assert (complaint.movement_count, complaint.last_movement_code) == (3, 3)
    assert (complaint.last_movement_label, complaint.last_movement_at) == ("Avaliação", record.movements[2].at)
    assert (complaint.company_name, complaint.consumer_name_folded) == ("Varanda Móveis", "maria das gracas")
    assert complaint.consumer["emails"] == [{"value": "maria@example.com", "kind": "Pessoal", "is_main": True}]
    assert complaint.consumer["born_on"] == "1990-10-10"
    assert complaint.allowed_actions == ["complementar", "responder"]
    assert complaint.read_at == READ_AT
    assert complaint.raw.json == record.raw
    sides = list(complaint.movements.values_list("meaning", "side"))
    assert sides == [
        (MovementMeaning.OPENING, Side.CONSUMER),
        (MovementMeaning.ANSWER, Side.COMPANY),
        (MovementMeaning.RATING, Side.CONSUMER),
    ]
    stored = Attachment.objects.get()
    assert (stored.movement.code, stored.code, stored.name, stored.announced_size) == (1, "1", "nota.pdf", 1000)


def test_the_same_page_again_writes_nothing(account, django_assert_num_queries):
    page = [detail(f"2026110000000{n:04d}", movements=(opening(), movement(2))) for n in range(30)]
    assert store(account, *page) == ingest.Counts(created=30)

    with django_assert_num_queries(1):
        counts = store(account, *page, read_at=LATER)

    assert counts == ingest.Counts(unchanged=30)
    assert Complaint.objects.count() == 30
    assert Movement.objects.count() == 60


def test_a_page_costs_the_same_number_of_queries_whatever_its_size(account, django_assert_max_num_queries):
    page = [
        detail(f"2026110000000{n:04d}", movements=(opening(attachments=(attachment(),)), movement(2)))
        for n in range(100)
    ]
    with django_assert_max_num_queries(12):
        store(account, *page)


def test_json_in_another_order_is_the_same_record(account):
    store(account, detail(raw='{"a":1,"b":2}'))
    assert store(account, detail(raw='{"b":2,"a":1}'), read_at=LATER).unchanged == 1


def test_a_changed_movement_is_brought_up_to_date_and_its_first_sight_kept(account):
    store(account, detail(movements=(opening(), movement(2))))
    edited = movement(2, texts=(MovementText(Coded("5", "Interação Única"), "Editado pelo gestor"),))

    counts = store(account, detail(movements=(opening(), edited)), read_at=LATER)

    assert counts == ingest.Counts(changed=1)
    second = Movement.objects.get(code=2)
    assert second.texts[0]["text"] == "Editado pelo gestor"
    assert second.received_at == READ_AT
    assert Movement.objects.count() == 2


def test_an_attachment_that_appears_on_a_known_movement_is_added_once(account):
    store(account, detail())
    with_file = detail(movements=(opening(attachments=(attachment(),)),))
    store(account, with_file, read_at=LATER)
    store(account, replace(with_file, deadline=None), read_at=LATER + datetime.timedelta(minutes=1))
    assert Attachment.objects.get().movement.code == 1


def test_fetched_bytes_of_an_attachment_survive_a_new_reading(account):
    store(account, detail(movements=(opening(attachments=(attachment(),)),)))
    Attachment.objects.update(fetched_at=READ_AT)
    renamed = detail(movements=(opening(attachments=(attachment(name="nota-2.pdf"),)),))
    store(account, renamed, read_at=LATER)
    kept = Attachment.objects.get()
    assert (kept.name, kept.fetched_at) == ("nota-2.pdf", READ_AT)


def test_a_movement_that_the_portal_leaves_out_is_not_lost(account):
    store(account, detail(movements=(opening(), movement(2), movement(3))))
    store(account, detail(movements=(opening(), movement(3))), read_at=LATER)
    complaint = Complaint.objects.get()
    assert complaint.movements.count() == complaint.movement_count == 3


def test_another_of_our_accounts_becomes_the_holder_of_the_same_complaint(account):
    store(account, detail())
    other = make_account("Varanda Eletro")
    counts = store(other, detail(), read_at=LATER)
    assert counts == ingest.Counts(changed=1)
    assert Complaint.objects.get().account == other


def test_our_work_on_a_complaint_is_not_touched(account):
    complaint = ingest.store_detail(account=account, detail=detail(), read_at=READ_AT)
    person = make_person(accounts=[account])
    ours = {
        "assignee": person,
        "assigned_at": READ_AT,
        "submission_state": "queued",
        "submission_needs_person": True,
        "draft_by": person,
        "draft_at": READ_AT,
    }
    Complaint.objects.filter(pk=complaint.pk).update(**ours)

    ingest.store_detail(account=account, detail=detail(deadline=None), read_at=LATER)

    stored = Complaint.objects.get(pk=complaint.pk)
    assert stored.deadline_on is None
    assert {name: getattr(stored, name) for name in ours} == ours


def test_an_older_reading_never_overwrites_a_newer_one(account):
    store(account, detail(situation=Coded("4", "Respondida")), read_at=LATER)
    counts = store(account, detail(), read_at=READ_AT)
    assert counts == ingest.Counts(unchanged=1)
    assert Complaint.objects.get().stage == Stage.ANSWERED


def test_a_reading_stored_between_preparing_and_writing_is_kept(account):
    store(account, detail())
    prepared = ingest.prepare(account=account, details=[detail(deadline=None)], read_at=LATER)
    store(account, detail(situation=Coded("4", "Respondida")), read_at=LATER + datetime.timedelta(seconds=1))
    assert ingest.write(prepared) == ingest.Counts(unchanged=1)
    assert Complaint.objects.get().stage == Stage.ANSWERED


def test_asking_for_an_unchanged_record_notes_that_it_was_read(account):
    ingest.store_detail(account=account, detail=detail(), read_at=READ_AT)
    assert ingest.store_detail(account=account, detail=detail(), read_at=LATER).read_at == LATER


def test_an_unknown_code_is_kept_as_received_with_one_warning(account, caplog):
    strange = Coded("77", "Em mediação coletiva")
    page = [detail(f"2026110000000000{n}", situation=strange) for n in range(3)]
    store(account, *page)
    store(account, detail("20261100000000009", situation=strange), read_at=LATER)

    assert set(Complaint.objects.values_list("situation_text", "stage", "awaits_us")) == {
        ("Em mediação coletiva", Stage.UNKNOWN, True)
    }
    entry = CatalogueEntry.objects.get(kind=CatalogueEntry.Kind.SITUATION)
    assert (entry.code, entry.text, entry.meaning, entry.is_listed) == ("77", "Em mediação coletiva", "", False)
    assert [record.message for record in caplog.records if "77" in record.message] == [
        f"account {account.pk}: situation '77' «Em mediação coletiva» is unknown; shown as received"
    ]


def test_our_having_looked_is_not_the_last_thing_that_happened(account):
    seen = movement(2, "Visualizada pelo fornecedor", author="Varanda Móveis")
    complaint = ingest.store_detail(account=account, detail=detail(movements=(opening(), seen)), read_at=READ_AT)
    assert (complaint.last_movement_label, complaint.last_movement_code) == ("Abertura", 2)


def test_texts_longer_than_their_columns_are_cut_and_whole_in_the_raw(account):
    long = "x" * 500
    record = detail(consumer=Party(long, uf="Rio de Janeiro"), situation=Coded("3", long), raw=long)
    complaint = ingest.store_detail(account=account, detail=record, read_at=READ_AT)
    assert (len(complaint.consumer_name), len(complaint.situation_text), complaint.consumer_uf) == (200, 120, "")
    assert ComplaintRaw.objects.get().json == long


def test_attachments_without_a_code_or_with_the_same_one_do_not_stop_a_record(account):
    files = (attachment(code=""), attachment(code=""), attachment("7"), attachment("7", "outro.pdf", -1))
    store(account, detail(movements=(opening(attachments=files),)))
    assert list(Attachment.objects.order_by("code").values_list("code", "name", "announced_size")) == [
        ("7", "outro.pdf", None),
        ("?1", "nota.pdf", 1000),
        ("?2", "nota.pdf", 1000),
    ]


def test_a_record_the_database_refuses_is_named_and_the_others_are_written(account):
    impossible = detail("20261100000000002", movements=(opening(code=10**30),))
    counts = store(account, detail("20261100000000001"), impossible, detail("20261100000000003"))
    assert (counts.created, [record.protocol for record in counts.refused]) == (2, ["20261100000000002"])
    assert not Complaint.objects.filter(protocol="20261100000000002").exists()


def test_storing_a_record_settles_that_it_was_unreadable(account):
    now = timezone.now()
    UnreadableRecord.objects.create(
        account=account, protocol="20261100000000001", reason="data", raw="{}", first_seen_at=now, last_seen_at=now
    )
    ingest.store_detail(account=account, detail=detail(), read_at=READ_AT)
    assert UnreadableRecord.objects.get().solved_at == READ_AT


def test_a_record_that_cannot_be_stored_says_so(account):
    with pytest.raises(ingest.NotStorable) as caught:
        ingest.store_detail(account=account, detail=detail(movements=(opening(code=10**30),)), read_at=READ_AT)
    assert caught.value.unreadable.protocol == "20261100000000001"

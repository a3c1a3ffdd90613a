"""The admin's pages about what was read: looked at by those who may, changed only through the services."""

from contextlib import nullcontext

import pytest
from django.urls import reverse
from django.utils import timezone

from backoffice import access
from backoffice.audit import AuditEvent
from complaints.models import CatalogueEntry, Complaint, Stage, SyncRun, UnreadableRecord
from complaints.services import portal
from tests.complaints.factories import make_account, make_complaint, make_person
from tests.complaints.fake_portal import FakePortal
from tests.complaints.records import detail

pytestmark = pytest.mark.django_db
Kind = CatalogueEntry.Kind


@pytest.fixture
def account():
    return make_account("Varanda Móveis")


@pytest.fixture
def admin(client):
    client.force_login(make_person(access.ADMIN, is_staff=True))
    return client


def entry(account, kind=Kind.SITUATION, code="20", text="Em mediação", **fields) -> CatalogueEntry:
    return CatalogueEntry.objects.create(
        account=account, kind=kind, code=code, text=text, read_at=timezone.now(), **fields
    )


def record(account, protocol="20261100000000001", raw='{"protocolo": "<script>alert(1)</script>"}'):
    now = timezone.now()
    return UnreadableRecord.objects.create(
        account=account,
        protocol=protocol,
        field="dataAbertura",
        reason="ausente",
        raw=raw,
        first_seen_at=now,
        last_seen_at=now,
    )


def url(model: str, name: str, *args) -> str:
    return reverse(f"admin:complaints_{model}_{name}", args=args)


def text_of(response) -> str:
    return response.content.decode()


# --- lists ----------------------------------------------------------------------------------------------------


def test_undecided_meanings_come_first(admin, account):
    entry(account, code="1", text="Aberta", meaning=Stage.OPEN)
    entry(account, kind=Kind.AREA, code="3", text="Área sem sentido a decidir")
    entry(account, code="20", text="Em mediação")
    html = text_of(admin.get(url("catalogueentry", "changelist")))
    assert html.index("Em mediação") < html.index("Área sem sentido")
    assert "falta decidir" in html


def test_an_admin_decides_a_meaning_and_nothing_else(admin, account):
    row = entry(account)
    response = admin.post(
        url("catalogueentry", "change", row.pk),
        {"meaning": Stage.WITH_MEDIATOR, "text": "outro", "code": "99", "kind": "area"},
    )
    assert response.status_code == 302
    row.refresh_from_db()
    assert (row.meaning, row.is_decided_by_person) == (Stage.WITH_MEDIATOR, True)
    assert (row.text, row.code, row.kind) == ("Em mediação", "20", Kind.SITUATION)
    assert AuditEvent.objects.filter(action=AuditEvent.Action.CATALOGUE_DECIDED).count() == 1


def test_a_meaning_of_another_kind_of_list_is_refused_in_the_form(admin, account):
    row = entry(account, kind=Kind.MOVEMENT_TYPE)
    response = admin.post(url("catalogueentry", "change", row.pk), {"meaning": Stage.OPEN})
    assert response.status_code == 200
    row.refresh_from_db()
    assert row.meaning == ""


def test_rows_without_meanings_cannot_be_changed(admin, account):
    row = entry(account, kind=Kind.AREA)
    assert admin.post(url("catalogueentry", "change", row.pk), {"meaning": Stage.OPEN}).status_code == 403


@pytest.mark.parametrize("model", ["catalogueentry", "unreadablerecord", "syncrun", "complaint", "submission"])
def test_nothing_is_added_by_hand(admin, model):
    assert admin.get(url(model, "add")).status_code == 403


@pytest.mark.parametrize("model", ["catalogueentry", "unreadablerecord", "syncrun", "complaint", "submission"])
def test_the_lists_are_for_admins_only(client, model):
    client.force_login(make_person(access.SUPERVISOR))
    assert client.get(url(model, "changelist")).status_code == 302


# --- records set aside ----------------------------------------------------------------------------------------


def test_the_json_is_shown_as_text(admin, account):
    html = text_of(admin.get(url("unreadablerecord", "change", record(account).pk)))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html
    assert "ausente" in html


def test_json_that_is_none_is_shown_as_it_came(admin, account):
    assert "&lt;html&gt; 502" in text_of(
        admin.get(url("unreadablerecord", "change", record(account, raw="<html> 502").pk))
    )


@pytest.fixture
def there(monkeypatch):
    """The portal that the services would speak to."""
    fake = FakePortal(detail("20261100000000001"))
    monkeypatch.setattr(portal, "client_for", lambda account, **options: nullcontext(fake))
    return fake


def test_trying_again_reads_the_record_and_says_so(admin, account, there):
    row = record(account)
    response = admin.post(url("unreadablerecord", "retry", row.pk), follow=True)
    assert "Registro lido e guardado." in text_of(response)
    assert Complaint.objects.filter(protocol=row.protocol).exists()
    assert "Tentar de novo" not in text_of(response)


def test_trying_again_says_what_the_portal_said(admin, account, there):
    row = record(account, protocol="20261100000000099")
    response = admin.post(url("unreadablerecord", "retry", row.pk), follow=True)
    assert "Reclamação não encontrada." in text_of(response)
    row.refresh_from_db()
    assert row.solved_at is None


def test_several_are_tried_again_by_the_action(admin, account, there):
    rows = [record(account), record(account, protocol="20261100000000099")]
    response = admin.post(
        url("unreadablerecord", "changelist"),
        {"action": "retry_records", "_selected_action": [row.pk for row in rows]},
        follow=True,
    )
    assert "1 de 2 registros foram lidos." in text_of(response)


def test_trying_again_takes_only_post_and_an_existing_record(admin, account):
    assert admin.get(url("unreadablerecord", "retry", record(account).pk)).status_code == 405
    assert admin.post(url("unreadablerecord", "retry", 999)).status_code == 404


def test_trying_again_needs_its_own_right(client, account):
    person = make_person(access.ADMIN, is_staff=True)
    group = person.groups.get()
    group.permissions.remove(group.permissions.get(codename="retry_unreadablerecord"))
    client.force_login(person)
    assert client.post(url("unreadablerecord", "retry", record(account).pk)).status_code == 403


def test_open_records_can_be_told_from_solved_ones(admin, account):
    record(account, protocol="20261100000000001")
    UnreadableRecord.objects.filter(pk=record(account, protocol="20261100000000002").pk).update(
        solved_at=timezone.now()
    )
    html = text_of(admin.get(url("unreadablerecord", "changelist"), {"aberto": "sim"}))
    assert "20261100000000001" in html
    assert "20261100000000002" not in html


# --- runs, and rows to look up --------------------------------------------------------------------------------


def test_a_run_is_shown_with_its_place(admin, account):
    now = timezone.now()
    run = SyncRun.objects.create(
        account=account, kind="import", started_at=now, heartbeat_at=now, cursor={"to": "2026-10-01"}
    )
    assert "2026-10-01" in text_of(admin.get(url("syncrun", "change", run.pk)))
    assert admin.post(url("syncrun", "change", run.pk), {}).status_code == 403


def test_a_complaint_is_found_by_its_protocol_and_shows_no_personal_data(admin, account):
    complaint = make_complaint(account, consumer_name="Fulana de Tal", consumer_cpf="00100200344")
    html = text_of(admin.get(url("complaint", "changelist"), {"q": complaint.protocol}))
    html += text_of(admin.get(url("complaint", "change", complaint.pk)))
    assert complaint.protocol in html
    assert "Fulana" not in html
    assert "00100200344" not in html


def test_the_list_of_complaints_counts_no_further_than_needed(admin, account, django_assert_max_num_queries):
    for _ in range(3):
        make_complaint(account)
    with django_assert_max_num_queries(12):
        html = text_of(admin.get(url("complaint", "changelist"), {"q": "nada"}))
    assert "de 3" not in html

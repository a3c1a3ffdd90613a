import pytest
from django.urls import reverse

from backoffice import access, audit
from backoffice.admin import CappedPaginator
from backoffice.audit import AuditEvent
from tests.complaints.factories import make_person

pytestmark = pytest.mark.django_db
LIST = "admin:backoffice_auditevent_changelist"
PROTOCOL = "20261100004821731"


@pytest.fixture
def admin(client):
    client.force_login(make_person(access.ADMIN, is_staff=True))
    return client


def rows(response) -> list[AuditEvent]:
    return list(response.context["cl"].result_list)


def test_events_are_found_by_their_whole_protocol_masked_or_not(admin):
    event = audit.record(AuditEvent.Action.COMPLAINT_OPENED, protocol=PROTOCOL)
    audit.record(AuditEvent.Action.COMPLAINT_OPENED, protocol="20261100004821732")
    for typed in (PROTOCOL, "2026.11/00004821731"):
        assert rows(admin.get(reverse(LIST), {"q": typed})) == [event]
    assert rows(admin.get(reverse(LIST), {"q": PROTOCOL[:-1]})) == []


def test_events_are_filtered_by_action_person_and_day(admin):
    person = make_person()
    event = audit.record(AuditEvent.Action.DATA_REVEALED, by=person)
    assert rows(admin.get(reverse(LIST), {"action__exact": "data_revealed"})) == [event]
    assert rows(admin.get(reverse(LIST), {"by__id__exact": person.pk})) == [event]


def test_the_detail_is_printed_in_words_and_as_text(admin):
    event = audit.record(
        AuditEvent.Action.ACCOUNT_TESTED, subject="Varanda", is_ok=False, words="<b>não</b>", fields=["name", "x"]
    )
    html = admin.get(reverse("admin:backoffice_auditevent_change", args=[event.pk])).content.decode()
    assert "deu certo: não · palavras: &lt;b&gt;não&lt;/b&gt; · campos: nome, x" in html


def test_nobody_adds_changes_or_deletes_an_event_not_even_a_superuser(client):
    event = audit.record(AuditEvent.Action.LOGGED_OUT)
    client.force_login(make_person(None, is_staff=True, is_superuser=True))
    assert client.get(reverse("admin:backoffice_auditevent_add")).status_code == 403
    for name in ("change", "delete"):
        url = reverse(f"admin:backoffice_auditevent_{name}", args=[event.pk])
        assert client.post(url, {"post": "yes", "subject": "x"}).status_code == 403
    form = {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"}
    client.post(reverse(LIST), form)
    assert AuditEvent.objects.filter(pk=event.pk, subject="").exists()


def test_the_list_takes_a_fixed_number_of_queries(admin, django_assert_num_queries):
    for _ in range(30):
        audit.record(AuditEvent.Action.LOGGED_OUT, by=make_person())
    admin.get(reverse(LIST))
    with django_assert_num_queries(7):
        admin.get(reverse(LIST))


def test_counting_stops_where_nobody_turns_pages_any_more(db, monkeypatch):
    monkeypatch.setattr(CappedPaginator, "LONGEST", 3)
    for _ in range(5):
        audit.record(AuditEvent.Action.LOGGED_OUT)
    assert CappedPaginator(AuditEvent.objects.order_by("-id"), 2).count == 3


def test_agents_do_not_see_the_events(client):
    client.force_login(make_person(access.AGENT))
    assert client.get(reverse(LIST)).status_code in (302, 403)

"""The page of readings: what it says, whom it lets in, when it asks again and when it stops."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from backoffice import access
from backoffice.audit import AuditEvent
from complaints.models import SyncRun, UnreadableRecord
from complaints.services import sync_runs
from tests.complaints.factories import make_account, make_person

pytestmark = pytest.mark.django_db
State, Kind = SyncRun.State, SyncRun.Kind
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def account():
    return make_account("Varanda Móveis", feed_read_until=timezone.now() - timedelta(minutes=12))


@pytest.fixture
def supervisor(account):
    return make_person(access.SUPERVISOR, accounts=[account])


@pytest.fixture
def page(client, supervisor):
    client.force_login(supervisor)
    return client


def make_run(account, kind=Kind.INCREMENT, state=State.DONE, **fields) -> SyncRun:
    now = timezone.now()
    values = {"started_at": now - timedelta(minutes=2), "heartbeat_at": now, "calls": 41, "created": 3}
    if state != State.RUNNING:
        values["finished_at"] = now - timedelta(minutes=1)
    return SyncRun.objects.create(account=account, kind=kind, state=state, **(values | fields))


def shown(client, name="sync", **query) -> str:
    return client.get(reverse(name), query).content.decode()


def test_the_page_says_what_ran_and_how_far_behind_it_is(page, account):
    make_run(account, calls=41)
    make_run(account, Kind.IMPORT, State.FAILED, words="O portal não respondeu.")
    html = shown(page)
    assert "Varanda Móveis" in html
    assert "(há 12 min)" in html
    assert "Terminou" in html
    assert ">41<" in html
    assert "Falhou" in html
    assert "O portal não respondeu." in html
    assert "Nunca lida" in html


def test_only_the_newest_run_of_each_kind_is_shown(page, account):
    make_run(account, state=State.FAILED, words="De ontem.")
    make_run(account)
    assert "De ontem." not in shown(page)


def test_only_accounts_given_to_the_person_are_shown(page):
    make_account("Varanda Eletro")
    assert "Varanda Eletro" not in shown(page)


def test_the_number_of_queries_does_not_grow_with_accounts(page, supervisor, django_assert_max_num_queries):
    for number in range(5):
        other = make_account(f"Outra {number}", people=[supervisor])
        for kind in Kind:
            make_run(other, kind)
    with django_assert_max_num_queries(10):
        shown(page)


def test_unreadable_records_are_counted_and_linked_for_those_who_may_see_them(client, page, account):
    now = timezone.now()
    UnreadableRecord.objects.create(
        account=account, protocol="1", reason="x", raw="{}", first_seen_at=now, last_seen_at=now
    )
    assert "1 registro ilegível" in shown(page)
    assert "unreadablerecord" not in shown(page)
    client.force_login(make_person(access.ADMIN, is_staff=True))
    assert f"unreadablerecord/?account__id__exact={account.pk}" in shown(client)


def test_nothing_running_asks_for_nothing_more(page, account):
    make_run(account)
    assert "hx-get" not in shown(page).split('id="sync"')[1].split(">")[0]


def test_what_is_running_is_asked_for_again_ever_more_slowly_and_at_last_not(page, account):
    make_run(account, Kind.IMPORT, State.RUNNING, worker="x", words="Reclamações de novembro", steps_total=370)
    html = shown(page)
    assert "Reclamações de novembro" in html
    assert 'hx-trigger="load delay:2s"' in html
    assert '"X-Background": "1"' in html
    assert 'hx-trigger="load delay:5s"' in shown(page, "sync_progress", n="7")
    assert 'hx-trigger="load delay:15s"' in shown(page, "sync_progress", n="100")
    last = shown(page, "sync_progress", n="200")
    assert "hx-trigger" not in last.split(">")[0]
    assert "A leitura continua." in last


def test_after_asking_the_page_looks_for_the_start_and_gives_up(page, account):
    assert 'hx-trigger="load' in shown(page, "sync_progress", n="4")
    assert 'hx-trigger="load' not in shown(page, "sync_progress", n="5")


@pytest.mark.parametrize("n", ["", "x", "-1", "99999999999", "²"])
def test_a_senseless_look_number_is_the_first(page, n):
    assert page.get(reverse("sync_progress"), {"n": n}).status_code == 200


def test_a_run_without_a_sign_says_so(page, account):
    make_run(account, state=State.RUNNING, worker="x", heartbeat_at=timezone.now() - timedelta(minutes=9))
    assert "Sem sinal; será retomada" in shown(page)


def test_sync_now_queues_a_reading_and_is_audited(page, account, supervisor, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = page.post(reverse("sync_now", args=[account.pk]), **HTMX)
    assert response.status_code == 200
    assert "Leitura de Varanda Móveis pedida." in response.content.decode()
    assert 'hx-trigger="load delay:2s"' in response.content.decode()
    assert OrmQ.objects.get().task["args"] == (account.pk, supervisor.pk)
    assert AuditEvent.objects.get(action=AuditEvent.Action.SYNC_REQUESTED).by == supervisor


def test_sync_now_works_without_script(page, account):
    response = page.post(reverse("sync_now", args=[account.pk]))
    assert (response.status_code, response.url) == (302, reverse("sync"))


def test_a_paused_account_is_not_read_and_the_page_says_why(page, supervisor):
    account = make_account(
        "Varanda Pay", paused_at=timezone.now(), paused_words="Código inválido.", people=[supervisor]
    )
    response = page.post(reverse("sync_now", args=[account.pk]), **HTMX)
    assert response.status_code == 422
    assert "Código inválido." in response.content.decode()
    assert not OrmQ.objects.exists()


def test_an_account_of_others_cannot_be_read_by_its_number(page):
    assert page.post(reverse("sync_now", args=[make_account().pk])).status_code == 404


def test_sync_now_takes_only_post(page, account):
    assert page.get(reverse("sync_now", args=[account.pk])).status_code == 405


@pytest.mark.parametrize("name", ["sync", "sync_progress"])
def test_agents_are_refused(client, account, name):
    client.force_login(make_person(access.AGENT, accounts=[account]))
    assert client.get(reverse(name)).status_code == 403


def test_agents_cannot_ask_for_a_reading(client, account):
    client.force_login(make_person(access.AGENT, accounts=[account]))
    assert client.post(reverse("sync_now", args=[account.pk])).status_code == 403


def test_the_button_of_an_account_being_read_cannot_be_used_and_says_why(page, account):
    sync_runs.start(account=account, kind=Kind.IMPORT, cursor={})
    html = shown(page)
    assert 'aria-disabled="true"' in html
    assert f'id="running-{account.pk}"' in html

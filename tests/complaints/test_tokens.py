import datetime
import threading

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.utils import timezone

from backoffice.remote.errors import RemoteUnavailable
from complaints.consumidor_gov.records import IssuedToken
from complaints.models import PortalToken
from complaints.services.tokens import LEASE, WAITS, SharedTokens
from tests.complaints.factories import at, make_account

DAY = 86_400  # seconds


@pytest.fixture
def account(db):
    return make_account()


def never():
    raise AssertionError("the portal was asked for a token that was not needed")


def issues(value: str, expires_in: int = DAY):
    return lambda: IssuedToken(value, expires_in)


def kept(account) -> PortalToken:
    return PortalToken.objects.get(account=account)


def test_there_is_no_token_before_the_first_renewal(account):
    assert SharedTokens(account).current() is None


def test_a_renewed_token_is_given_to_every_later_caller(account):
    assert SharedTokens(account).renew(rejected=None, fetch=issues("first")) == "first"
    assert SharedTokens(account).current() == "first"
    assert SharedTokens(account).renew(rejected=None, fetch=never) == "first"


def test_each_account_has_its_own_token(account):
    SharedTokens(account).renew(rejected=None, fetch=issues("first"))
    assert SharedTokens(make_account()).current() is None


def test_the_token_is_stored_encrypted(account):
    SharedTokens(account).renew(rejected=None, fetch=issues("in-the-clear"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM complaints_portaltoken")
        (stored,) = cursor.fetchone()
    assert stored.startswith("enc1:")
    assert "in-the-clear" not in stored


def test_a_token_under_a_dropped_key_is_simply_renewed(account, settings):
    SharedTokens(account).renew(rejected=None, fetch=issues("old key"))
    settings.FIELD_ENCRYPTION_KEYS = ["bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleS0="]
    assert SharedTokens(account).current() is None
    assert SharedTokens(account).renew(rejected=None, fetch=issues("new key")) == "new key"


def test_a_token_ends_at_the_local_midnight_although_the_portal_says_31_hours(account):
    tokens = SharedTokens(account)
    with time_machine.travel(at("2026-11-19", "17:00"), tick=False) as now:
        tokens.renew(rejected=None, fetch=issues("thursday", 111_600))
        now.move_to(at("2026-11-19", "23:59:58"))
        assert tokens.current() == "thursday"
        now.move_to(at("2026-11-20", "00:00:00"))  # 03:00 UTC
        assert tokens.current() is None
        assert tokens.renew(rejected=None, fetch=issues("friday", 111_600)) == "friday"
        assert tokens.current() == "friday"


def test_a_token_asked_for_before_midnight_and_given_after_it_counts_as_the_day_before(account):
    with time_machine.travel(at("2026-11-19", "23:59:50"), tick=False) as now:

        def slow():
            now.move_to(at("2026-11-20", "00:00:05"))
            return IssuedToken("of which day?", 111_600)

        assert SharedTokens(account).renew(rejected=None, fetch=slow) == "of which day?"
        assert SharedTokens(account).current() is None


def test_a_token_ends_five_minutes_before_the_portal_says(account):
    tokens = SharedTokens(account)
    with time_machine.travel(at("2026-11-19", "10:00"), tick=False) as now:
        tokens.renew(rejected=None, fetch=issues("an hour", 3600))
        now.move_to(at("2026-11-19", "10:54:59"))
        assert tokens.current() == "an hour"
        now.move_to(at("2026-11-19", "10:55"))
        assert tokens.current() is None


def test_a_rejected_token_is_replaced(account):
    tokens = SharedTokens(account)
    tokens.renew(rejected=None, fetch=issues("refused"))
    assert tokens.renew(rejected="refused", fetch=issues("fresh")) == "fresh"
    assert tokens.current() == "fresh"


def test_whoever_comes_with_an_older_rejected_token_gets_the_kept_one(account):
    tokens = SharedTokens(account)
    tokens.renew(rejected=None, fetch=issues("refused"))
    tokens.renew(rejected="refused", fetch=issues("fresh"))
    assert tokens.renew(rejected="refused", fetch=never) == "fresh"


def test_a_rejected_token_is_given_to_nobody_while_it_is_being_replaced(account):
    tokens = SharedTokens(account)
    tokens.renew(rejected=None, fetch=issues("refused"))

    def fetch():
        assert SharedTokens(account).current() is None
        return IssuedToken("fresh", DAY)

    tokens.renew(rejected="refused", fetch=fetch)


def test_a_failed_renewal_keeps_nothing_and_leaves_the_next_one_free(account):
    tokens = SharedTokens(account)
    tokens.renew(rejected=None, fetch=issues("refused"))

    def down():
        raise RemoteUnavailable("fora do ar")

    with pytest.raises(RemoteUnavailable, match="fora do ar"):
        tokens.renew(rejected="refused", fetch=down)
    assert tokens.current() is None
    assert tokens.renew(rejected="refused", fetch=issues("fresh")) == "fresh"


@pytest.mark.parametrize("field", ["client_id", "code", "client_secret", "environment"])
def test_a_token_is_never_used_with_other_credentials_than_those_it_was_given_for(account, field):
    SharedTokens(account).renew(rejected=None, fetch=issues("of the old ones"))
    setattr(account, field, "production" if field == "environment" else "other")
    account.save()
    assert SharedTokens(account).current() is None
    assert SharedTokens(account).renew(rejected=None, fetch=issues("of the new ones")) == "of the new ones"


def test_a_renewal_left_behind_by_a_dead_process_is_taken_over_after_its_lease(account):
    with time_machine.travel(at("2026-11-19", "10:00"), tick=False) as now:
        PortalToken.objects.create(account=account, renewing_since=timezone.now())
        slept = []
        tokens = SharedTokens(account, sleep=slept.append)
        with pytest.raises(RemoteUnavailable) as caught:
            tokens.renew(rejected=None, fetch=never)
        assert "Nada foi enviado" in caught.value.words
        assert slept == list(WAITS)
        assert sum(slept) < 11  # bounded: a person may be waiting

        now.shift(LEASE)
        assert tokens.renew(rejected=None, fetch=issues("taken over")) == "taken over"
        assert kept(account).renewing_since is None


def test_a_renewer_that_lost_its_lease_does_not_overwrite_the_newer_token(account):
    with time_machine.travel(at("2026-11-19", "10:00"), tick=False) as now:

        def slower_than_its_lease():
            now.shift(LEASE)
            SharedTokens(account).renew(rejected=None, fetch=issues("of the other"))
            return IssuedToken("late", DAY)

        assert SharedTokens(account).renew(rejected=None, fetch=slower_than_its_lease) == "late"
        assert SharedTokens(account).current() == "of the other"


def test_a_waiter_takes_the_lease_as_soon_as_a_failed_renewer_lets_go(account):
    PortalToken.objects.create(account=account, renewing_since=timezone.now())

    def let_go(seconds):
        PortalToken.objects.filter(account=account).update(renewing_since=None)

    assert SharedTokens(account, sleep=let_go).renew(rejected=None, fetch=issues("mine")) == "mine"


@pytest.mark.django_db(transaction=True)
def test_the_portal_is_never_asked_inside_an_open_transaction():
    account = make_account()
    asked = []

    def fetch():
        asked.append(connection.in_atomic_block)
        return IssuedToken("token", DAY)

    with pytest.raises(RuntimeError), transaction.atomic():
        SharedTokens(account).renew(rejected=None, fetch=fetch)
    assert asked == []
    SharedTokens(account).renew(rejected=None, fetch=fetch)
    assert asked == [False]


@pytest.mark.django_db(transaction=True)
def test_of_many_threads_one_asks_the_portal_and_all_get_its_token():
    account = make_account()
    SharedTokens(account).renew(rejected=None, fetch=issues("refused"))
    others = 4
    somebody_waits = threading.Semaphore(0)
    renewed = threading.Event()
    asked, given, errors = [], [], []

    def wait(seconds):
        somebody_waits.release()
        assert renewed.wait(10)

    def fetch():
        asked.append(datetime.datetime.now())
        for _ in range(others):  # all the others are waiting before the portal answers
            assert somebody_waits.acquire(timeout=10)
        return IssuedToken("fresh", DAY)

    def worker():
        try:
            given.append(SharedTokens(account, sleep=wait).renew(rejected="refused", fetch=fetch))
            renewed.set()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker) for _ in range(others + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert errors == []
    assert len(asked) == 1
    assert given == ["fresh"] * (others + 1)

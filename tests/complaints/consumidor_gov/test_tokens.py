import threading
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from complaints.consumidor_gov.records import IssuedToken
from complaints.consumidor_gov.tokens import MemoryTokens, token_ends_at

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SAO_PAULO)


@pytest.mark.parametrize(
    ("issued_at", "expires_in", "ends_at"),
    [
        (at(2026, 2, 3, 17, 0, 0), 111600, at(2026, 2, 3, 23, 59, 59)),  # the document's example: 31 hours
        (at(2026, 2, 3, 10, 0, 0), 3600, at(2026, 2, 3, 10, 55, 0)),
        (at(2026, 2, 3, 23, 30, 0), 3600, at(2026, 2, 3, 23, 59, 59)),
        (at(2026, 2, 3, 0, 0, 0), 86400, at(2026, 2, 3, 23, 55, 0)),
        (datetime(2026, 2, 4, 1, 0, tzinfo=UTC), 86400, at(2026, 2, 3, 23, 59, 59)),  # still the 3rd there
    ],
)
def test_a_token_ends_five_minutes_early_or_at_the_local_midnight(issued_at, expires_in, ends_at):
    assert token_ends_at(issued_at, expires_in) == ends_at


def fetch_of(*values: str):
    tokens = iter(values)
    return lambda: IssuedToken(next(tokens), 86400)


def test_a_token_is_kept_until_it_ends():
    store = MemoryTokens()
    assert store.current() is None
    with time_machine.travel(at(2026, 2, 3, 23, 59, 58), tick=False) as clock:
        assert store.renew(rejected=None, fetch=fetch_of("a")) == "a"
        assert store.current() == "a"
        clock.shift(1)
        assert store.current() is None
        assert store.renew(rejected=None, fetch=fetch_of("b")) == "b"


def test_a_rejected_token_is_replaced_and_a_newer_one_is_kept():
    store = MemoryTokens()
    with time_machine.travel(at(2026, 2, 3, 12), tick=False):
        store.renew(rejected=None, fetch=fetch_of("a"))
        assert store.renew(rejected="a", fetch=fetch_of("b")) == "b"
        assert store.renew(rejected="a", fetch=fetch_of("never")) == "b"
        assert store.renew(rejected=None, fetch=fetch_of("never")) == "b"


def test_a_failed_fetch_keeps_what_there_was_and_the_next_one_works():
    store = MemoryTokens()
    with time_machine.travel(at(2026, 2, 3, 12), tick=False):
        with pytest.raises(StopIteration):
            store.renew(rejected=None, fetch=fetch_of())
        assert store.current() is None
        assert store.renew(rejected=None, fetch=fetch_of("a")) == "a"


def test_threads_that_find_the_same_token_rejected_renew_it_once():
    everybody, never = threading.Barrier(5), threading.Event()
    fetched, got = [], []

    def fetch():
        fetched.append(1)
        never.wait(0.05)  # long enough for another thread to come in, if it could
        return IssuedToken(f"b{len(fetched)}", 86400)

    def renew():
        everybody.wait()
        got.append(store.renew(rejected="a", fetch=fetch))

    with time_machine.travel(at(2026, 2, 3, 12)):
        store = MemoryTokens()
        store.renew(rejected=None, fetch=fetch_of("a"))
        threads = [threading.Thread(target=renew) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert got == ["b1"] * 5
    assert len(fetched) == 1


def test_a_token_hides_in_its_repr():
    assert "segredo" not in repr(IssuedToken("segredo", 60))

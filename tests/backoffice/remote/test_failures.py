"""Reasons inside the library's exceptions, with no help from our own transport."""

import pytest
import requests

from backoffice.remote.errors import RemoteUnavailable, RemoteUncertain
from backoffice.remote.failures import failure_of
from backoffice.remote.wire import Deadline, Watch
from tests.fake_http import deaf_port, refused_port


def meaning_of(url: str, **options):
    with pytest.raises(requests.RequestException) as caught:
        requests.get(url, **{"timeout": 1, **options})
    return failure_of(caught.value, name="o serviço", watch=Watch(), deadline=Deadline(90))


def test_a_refused_connection_is_recognised_by_its_reason():
    error, word = meaning_of(f"http://127.0.0.1:{refused_port()}")
    assert (type(error), word) == (RemoteUnavailable, "unreachable")


def test_a_connect_timeout_is_recognised_by_its_reason():
    with deaf_port() as port:
        error, word = meaning_of(f"http://127.0.0.1:{port}", timeout=0.1)
    assert (type(error), word) == (RemoteUnavailable, "unreachable")


def test_a_dropped_connection_is_uncertain(server):
    server.drop_after_reading()
    error, word = meaning_of(server.url)
    assert (type(error), word) == (RemoteUncertain, "dropped")


def test_what_is_not_recognised_is_uncertain():
    error, word = failure_of(
        requests.ConnectionError("something new"), name="o serviço", watch=Watch(), deadline=Deadline(90)
    )
    assert (type(error), word) == (RemoteUncertain, "dropped")

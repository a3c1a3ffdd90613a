import pytest

from backoffice.remote.api import RemoteAPI
from tests.fake_http import FakeServer


@pytest.fixture
def server():
    with FakeServer() as fake:
        yield fake


@pytest.fixture
def slept():
    """The pauses that were asked for, in seconds; none is taken."""
    return []


@pytest.fixture
def make_api(server, slept):
    """A RemoteAPI of the fake server, with other options where a test needs them."""
    made = []

    def make(**options) -> RemoteAPI:
        options = {
            "name": "o serviço",
            "base_url": server.url,
            "sleep": slept.append,
            "jitter": lambda: 0.5,
            "read_refusal": lambda reply: (str(reply.json().get("code", "")), reply.json().get("message", "")),
            **options,
        }
        made.append(RemoteAPI(**options))
        return made[-1]

    yield make
    for api in made:
        api.close()


@pytest.fixture
def api(make_api):
    return make_api()

from pathlib import Path

import pytest

from complaints.consumidor_gov.client import ConsumidorGov, Credentials
from complaints.consumidor_gov.records import IssuedToken
from complaints.consumidor_gov.tokens import MemoryTokens
from tests.fake_http import FakeServer

EXAMPLES = Path(__file__).parent / "examples"
CREDENTIALS = Credentials(client_id="id-da-credenciada", code="codigo-123", client_secret="senha & segredo")
CPF = "00100200344"
TOKEN = "b895ec3c0e14d76967b564e2fa795862"


def example(name: str) -> str:
    """An example of the API document, as printed there."""
    return (EXAMPLES / name).read_text(encoding="utf-8")


def repaired() -> str:
    """The paginated complaints, whose brackets the document breaks: `dados` opens a list and then holds keys,
    and neither the complaint nor `content` is ever closed. Nothing else is changed."""
    printed = example("complaints_paginated.json.txt")
    opened = printed.replace('"dados":[\n', '"dados":[{\n')
    return opened.replace('          "sort":null', '          }],"sort":null')


@pytest.fixture
def server():
    with FakeServer() as fake:
        yield fake


@pytest.fixture
def tokens():
    """A store that holds a good token already."""
    store = MemoryTokens()
    store.renew(rejected=None, fetch=lambda: IssuedToken(TOKEN, 86400))
    return store


@pytest.fixture
def make_client(server, tokens):
    made = []

    def make(**options) -> ConsumidorGov:
        options = {
            "base_url": server.url + "/api/servico",
            "credentials": CREDENTIALS,
            "tokens": tokens,
            "cpf": CPF,
            "sleep": lambda seconds: None,
            **options,
        }
        made.append(ConsumidorGov(**options))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client):
    return make_client()

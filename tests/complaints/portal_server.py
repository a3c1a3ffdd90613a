"""What tests of the services need to speak to a scripted portal: an account that points to it, and its replies."""

from backoffice import installation
from complaints.models import PortalAccount
from tests.complaints.factories import make_account
from tests.fake_http import FakeServer

SECRETS = {"code": "code-of-the-account-1111", "client_secret": "secret-of-the-account-2222"}


def account_at(url: str, **fields) -> PortalAccount:
    """An account of «Outro» at `url`; a loopback address makes this the demo database."""
    installation.mark_as_demo()
    values = {"environment": PortalAccount.Environment.OTHER, "base_url": url, **SECRETS} | fields
    return make_account(**values)


def give_token(server: FakeServer, value: str = "token-1", expires_in: int = 86_400) -> None:
    server.reply(json={"expires_in": expires_in, "access_token": value})


def give_situations(server: FakeServer, count: int = 3) -> None:
    rows = [{"codigo": code, "descricao": f"Situação {code}"} for code in range(1, count + 1)]
    server.reply(json={"codigoMensagem": 1, "mensagem": "Ok.", "dados": rows})


def refuse(server: FakeServer, words: str, status: int = 401) -> None:
    server.reply(status, json={"codigoMensagem": 99, "mensagem": words})

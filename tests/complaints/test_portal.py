import datetime

import pytest
import time_machine
from django.db import DatabaseError
from django.utils import timezone

from backoffice import installation
from backoffice.audit import AuditEvent
from backoffice.remote.errors import (
    CredentialsRefused,
    RemoteRejected,
    RemoteUnavailable,
    RemoteUncertain,
)
from complaints.consumidor_gov import client as consumidor_gov
from complaints.models import PortalAccount
from complaints.services import portal
from complaints.services.portal import AccountUnavailable, client_for
from tests.complaints.factories import at, make_account, make_cpf, make_person
from tests.complaints.portal_server import account_at, give_situations, give_token, refuse
from tests.fake_http import FakeServer, refused_port

pytestmark = pytest.mark.django_db
PRODUCTION = PortalAccount.Environment.PRODUCTION
OTHER = PortalAccount.Environment.OTHER


@pytest.fixture
def server():
    with FakeServer() as server:
        yield server


def fresh(account) -> PortalAccount:
    return PortalAccount.objects.get(pk=account.pk)


def refused(account, **options) -> str:
    with pytest.raises(AccountUnavailable) as caught:
        client_for(account, **options)
    return caught.value.words


# -- who may speak ---------------------------------------------------------------------------------------------


def test_the_model_and_the_client_know_the_same_addresses():
    assert PortalAccount.BASE_URLS == {
        "production": consumidor_gov.PRODUCTION_URL,
        "training": consumidor_gov.TRAINING_URL,
    }


def test_an_inactive_account_is_refused_unless_it_is_being_tested():
    account = make_account("Varanda Eletro", is_active=False)
    assert refused(account) == "Varanda Eletro está inativa."
    client_for(account, even_if_inactive=True).close()


def test_a_paused_account_is_refused_with_the_reason():
    account = make_account("Varanda Eletro", paused_at=timezone.now(), paused_words="Credencial expirada.")
    assert refused(account) == "Varanda Eletro está em pausa: Credencial expirada."
    client_for(account, even_if_inactive=True).close()


@pytest.mark.parametrize(
    "fields",
    [
        {"environment": PRODUCTION},
        {"environment": OTHER, "base_url": "https://api.consumidor.gov.br/api/servico"},
        {"environment": OTHER, "base_url": "https://API.consumidor.gov.br./outra"},
        {"environment": OTHER, "base_url": "https://api.consumidor.gov.br:8443/"},
    ],
)
def test_production_is_always_refused_in_a_demo_database_by_environment_or_by_host(fields):
    account = make_account(**fields)
    installation.mark_as_demo()
    assert "demonstração" in refused(account)
    assert "demonstração" in refused(account, even_if_inactive=True)


def test_production_is_let_through_in_a_real_database():
    client_for(make_account(environment=PRODUCTION)).close()


def test_training_is_let_through_in_a_demo_database():
    installation.mark_as_demo()
    client_for(make_account()).close()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8001",
        "https://localhost:8001",
        "https://qualquer.localhost/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://0.0.0.0/",
        "https://127.9.9.9/",
    ],
)
def test_this_machine_is_an_address_in_the_demo_database_only(url):
    account = make_account(environment=OTHER, base_url=url)
    assert "só vale na demonstração" in refused(account)
    installation.mark_as_demo()
    client_for(account).close()


@pytest.mark.parametrize(
    "url", ["http://portal.exemplo.br", "ftp://portal.exemplo.br", "https://a:b@portal.exemplo.br", ""]
)
def test_an_own_address_is_https_only_even_in_the_demo_database(url):
    account = make_account(environment=OTHER, base_url=url)
    installation.mark_as_demo()
    assert refused(account).startswith(f"{account}: ")


def test_an_account_without_a_usable_cpf_is_refused_and_the_cpf_is_not_repeated():
    words = refused(make_account(default_cpf="123456"))
    assert "CPF autorizado" in words
    assert "123456" not in words


# -- the token and whose CPF -------------------------------------------------------------------------------------


def test_the_client_speaks_under_the_accounts_cpf_with_its_token(server, settings):
    settings.PORTAL_API_VERSION = "1.7"
    account = account_at(server.url)
    give_token(server)
    give_situations(server)
    with client_for(account) as client:
        assert len(client.situations().items) == 3
    token, call = server.requests
    assert dict(token.form) == {
        "client_id": account.client_id,
        "code": account.code,
        "client_secret": account.client_secret,
        "grant_type": "client_credentials",
    }
    assert call.headers["Authorization"] == "Bearer token-1"
    assert dict(call.query) == {"versao": "1.7", "cpfAutorizado": account.default_cpf}


def test_the_client_speaks_under_the_persons_cpf_when_given(server):
    give_token(server)
    give_situations(server)
    with client_for(account_at(server.url), cpf=make_cpf(77)) as client:
        client.situations()
    assert dict(server.requests[1].query)["cpfAutorizado"] == make_cpf(77)


def test_the_switch_of_the_account_moves_the_parameters_into_the_body(server):
    account = account_at(server.url, sends_parameters_in_body=True)
    give_token(server)
    server.reply(json={"codigoMensagem": 1, "mensagem": "Ok.", "dado": {}})
    with client_for(account) as client:
        client.answer("20261100004821731", text="Resposta")
    assert server.requests[1].query == []
    assert server.requests[1].json()["cpfAutorizado"] == account.default_cpf


def test_two_clients_share_one_token(server):
    account = account_at(server.url)
    give_token(server)
    give_situations(server)
    give_situations(server)
    for _ in range(2):
        with client_for(account) as client:
            client.situations()
    assert [request.method for request in server.requests] == ["POST", "GET", "GET"]


def test_a_token_refused_in_the_middle_is_renewed_once_and_the_new_one_is_shared(server):
    account = account_at(server.url)
    give_token(server, "token-1")
    refuse(server, "Token expirado.")
    give_token(server, "token-2")
    give_situations(server)
    give_situations(server)
    with client_for(account) as client:
        client.situations()
    with client_for(account) as client:
        client.situations()
    used = [request.headers["Authorization"] for request in server.requests if request.method == "GET"]
    assert used == ["Bearer token-1", "Bearer token-2", "Bearer token-2"]
    assert fresh(account).is_in_use


# -- what is noted on the account --------------------------------------------------------------------------------


def test_a_success_is_noted_at_most_once_a_minute(server):
    account = account_at(server.url)
    give_token(server)
    for _ in range(3):
        give_situations(server)
    start = at("2026-11-19", "10:00")
    with time_machine.travel(start, tick=False) as now, client_for(account) as client:
        client.situations()
        assert fresh(account).last_success_at == start
        now.shift(59)
        client.situations()
        assert fresh(account).last_success_at == start
        now.shift(1)
        client.situations()
        assert fresh(account).last_success_at == start + datetime.timedelta(minutes=1)


def test_a_success_after_a_failure_is_noted_at_once(server):
    start = at("2026-11-19", "10:00")
    account = account_at(server.url, last_success_at=start, last_failure_at=start, failing_since=start)
    account.last_failure_at += datetime.timedelta(seconds=5)
    account.save()
    give_token(server)
    give_situations(server)
    with time_machine.travel(start + datetime.timedelta(seconds=10), tick=False):
        with client_for(account) as client:
            client.situations()
        assert not fresh(account).is_down
        assert fresh(account).down_since is None


def test_a_failure_is_noted_with_its_words_and_since_when(server):
    account = account_at(f"http://127.0.0.1:{refused_port()}")
    start = at("2026-11-19", "10:00")
    with time_machine.travel(start, tick=False) as now, client_for(account, attempts=1) as client:
        with pytest.raises(RemoteUnavailable):
            client.situations()
        now.shift(120)
        with pytest.raises(RemoteUnavailable):
            client.situations()
    noted = fresh(account)
    assert noted.is_down
    assert noted.is_in_use  # being down is no reason to pause
    assert noted.down_since == start
    assert noted.last_failure_at == start + datetime.timedelta(minutes=2)
    assert noted.last_failure_words.startswith("Sem conexão com o portal")


def test_a_read_without_reply_is_a_failure_and_a_refusal_of_one_call_is_not(server):
    account = account_at(server.url)
    give_token(server)
    refuse(server, "Reclamação não permite resposta.", status=400)
    server.reply(500, "<html>")
    with client_for(account, attempts=1) as client:
        with pytest.raises(RemoteRejected):
            client.answer("20261100004821731", text="Resposta")
        assert not fresh(account).is_down
        with pytest.raises(RemoteUncertain):
            client.situations()
        assert fresh(account).is_down


def test_what_cannot_be_noted_never_changes_the_result_of_a_call(server, monkeypatch, caplog):
    give_token(server)
    give_situations(server)
    account = account_at(server.url)

    def locked(*args, **kwargs):
        raise DatabaseError("database is locked")

    with client_for(account) as client:
        monkeypatch.setattr(portal, "_accounts", locked)
        assert len(client.situations().items) == 3
    assert "could not be noted" in caplog.text


# -- pausing ---------------------------------------------------------------------------------------------------------


def test_refused_credentials_pause_the_account_with_the_portals_words(server):
    account = account_at(server.url)
    refuse(server, "Credencial inválida.")
    with client_for(account) as client, pytest.raises(CredentialsRefused):
        client.situations()
    paused = fresh(account)
    assert paused.paused_at
    assert paused.paused_words == "Credencial inválida."
    assert not PortalAccount.objects.in_use().exists()
    assert "em pausa: Credencial inválida." in refused(paused)
    event = AuditEvent.objects.get()
    assert (event.action, event.by, event.detail["what"]) == ("account_changed", None, "paused")


def test_a_401_that_stays_after_one_renewal_pauses_the_account(server):
    account = account_at(server.url)
    give_token(server, "token-1")
    refuse(server, "Token inválido.")
    give_token(server, "token-2")
    refuse(server, "Usuário sem acesso.")
    with client_for(account) as client, pytest.raises(CredentialsRefused):
        client.situations()
    assert fresh(account).paused_words == "Usuário sem acesso."


def test_a_403_that_stays_is_about_the_call_and_pauses_nothing(server):
    account = account_at(server.url)
    give_token(server, "token-1")
    refuse(server, "CPF sem permissão.", status=403)
    give_token(server, "token-2")
    refuse(server, "CPF sem permissão.", status=403)
    with client_for(account) as client, pytest.raises(RemoteRejected):
        client.answer("20261100004821731", text="Resposta")
    assert fresh(account).is_in_use


def test_credentials_mended_meanwhile_are_not_paused_for_the_old_ones():
    old = make_account()
    PortalAccount.objects.filter(pk=old.pk).update(client_secret="mended")
    portal.pause(old, words="Credencial inválida.")
    assert fresh(old).is_in_use
    assert not AuditEvent.objects.exists()


def test_pausing_twice_keeps_the_first_instant_and_reason():
    account = make_account()
    portal.pause(account, words="primeira")
    first = fresh(account)
    portal.pause(first, words="segunda")
    assert fresh(account).paused_words == "primeira"
    assert AuditEvent.objects.count() == 1


def test_resuming_says_who_and_works_once():
    account, person = make_account(), make_person()
    portal.pause(account, words="Credencial inválida.")
    assert portal.resume(account, by=person)
    assert fresh(account).is_in_use
    assert fresh(account).paused_words == ""
    assert AuditEvent.objects.filter(by=person, action="account_changed", subject=str(account)).count() == 1
    assert not portal.resume(account, by=person)
    assert AuditEvent.objects.filter(by=person).count() == 1


def test_no_secret_reaches_the_log(server, caplog):
    caplog.set_level("DEBUG")
    account = account_at(server.url)
    give_token(server, "token-in-the-clear")
    refuse(server, f"Token token-in-the-clear de {account.client_secret} recusado.")
    give_token(server, "another-in-the-clear")
    refuse(server, f"Token another-in-the-clear de {account.client_secret} recusado.")
    with client_for(account) as client, pytest.raises(CredentialsRefused):
        client.situations()
    assert fresh(account).paused_words == "Token *** de *** recusado."
    for secret in (account.code, account.client_secret, account.default_cpf, "in-the-clear"):
        assert secret not in caplog.text

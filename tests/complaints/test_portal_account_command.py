import getpass
import io
import sys

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from backoffice import installation
from backoffice.audit import AuditEvent
from complaints.models import PortalAccount
from tests.complaints.factories import make_account, make_cpf
from tests.complaints.portal_server import SECRETS, account_at, give_situations, give_token, refuse
from tests.fake_http import FakeServer

pytestmark = pytest.mark.django_db
VARIABLES = {
    "PORTAL_CODE": SECRETS["code"],
    "PORTAL_CLIENT_SECRET": SECRETS["client_secret"],
    "PORTAL_CPF": "529.982.247-25",
}


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("portal_account", *arguments, stdout=out)
    return out.getvalue()


def fails(*arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    return str(caught.value)


@pytest.fixture(autouse=True)
def no_variables(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def variables(monkeypatch):
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def terminal(monkeypatch):
    """Somebody at a terminal who types `answers`, in order; `asked` is what they were asked."""

    class Terminal:
        answers: list[str] = []
        asked: list[str] = []

    def type_in(prompt):
        Terminal.asked.append(prompt)
        return Terminal.answers.pop(0)

    Terminal.asked = []
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(getpass, "getpass", type_in)
    return Terminal


def test_add_takes_the_secrets_from_the_environment(variables):
    out = run("add", "Varanda Eletro", "--client-id", "client-1", "--environment", "production")
    assert out == "Varanda Eletro: criada, inativa.\n"
    account = PortalAccount.objects.get()
    assert (account.environment, account.client_id) == ("production", "client-1")
    assert (account.code, account.client_secret, account.default_cpf) == (*SECRETS.values(), "52998224725")
    assert {event.by for event in AuditEvent.objects.all()} == {None}


def test_add_again_changes_nothing_and_succeeds(variables):
    arguments = ("add", "Varanda Eletro", "--client-id", "client-1", "--active")
    assert run(*arguments) == "Varanda Eletro: criada, ativa.\n"
    events = AuditEvent.objects.count()
    assert run(*arguments) == "Varanda Eletro: já estava assim.\n"
    assert (PortalAccount.objects.count(), AuditEvent.objects.count()) == (1, events)


def test_add_of_an_existing_account_brings_it_to_what_was_asked_and_keeps_its_secrets():
    make_account("Varanda Eletro", **SECRETS)
    assert run("add", "Varanda Eletro", "--client-id", "another") == "Varanda Eletro: alterada (client_id).\n"
    assert PortalAccount.objects.get().client_secret == SECRETS["client_secret"]


def test_add_asks_at_the_terminal_for_what_the_environment_does_not_say(terminal, monkeypatch):
    monkeypatch.setenv("PORTAL_CODE", SECRETS["code"])
    terminal.answers = [SECRETS["client_secret"], "52998224725"]
    run("add", "Varanda Eletro", "--client-id", "client-1")
    assert terminal.asked == ["client_secret (senha de autenticação): ", "CPF autorizado: "]
    assert PortalAccount.objects.get().client_secret == SECRETS["client_secret"]


def test_add_without_secrets_and_without_a_terminal_names_the_variables(monkeypatch):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False, raising=False)
    words = fails("add", "Varanda Eletro", "--client-id", "client-1")
    assert words.startswith("Defina PORTAL_CODE, PORTAL_CLIENT_SECRET, PORTAL_CPF")
    assert not PortalAccount.objects.exists()


def test_what_is_wrong_is_told_by_field_and_nothing_is_saved(variables, monkeypatch):
    monkeypatch.setenv("PORTAL_CPF", "52998224724")
    words = fails("add", "Varanda", "--client-id", "1", "--environment", "other", "--base-url", "http://exemplo.br")
    assert words.splitlines() == ["endereço próprio: Só https.", "CPF autorizado: CPF inválido: confira os dígitos."]
    assert "52998224724" not in words
    assert not PortalAccount.objects.exists()


def test_no_secret_is_an_argument():
    words = fails("add", "Varanda", "--client-id", "1", "--client-secret", "in-the-clear")
    assert "--client-secret" in words


def test_update_changes_only_what_is_given(monkeypatch):
    make_account("Varanda Eletro", **SECRETS)
    monkeypatch.setenv("PORTAL_CLIENT_SECRET", "a-new-secret-3333")
    out = run("update", "Varanda Eletro", "--rename", "Varanda Digital", "--parameters-in-body", "yes")
    assert out.startswith("Varanda Digital: alterada (nome, ")
    account = PortalAccount.objects.get()
    assert (account.name, account.client_secret, account.code) == (
        "Varanda Digital",
        "a-new-secret-3333",
        SECRETS["code"],
    )
    assert account.sends_parameters_in_body
    assert "a-new-secret-3333" not in out


def test_update_asks_for_secrets_on_demand_and_blank_keeps(terminal):
    make_account("Varanda Eletro", **SECRETS)
    terminal.answers = ["", "a-new-secret-3333", ""]
    run("update", "Varanda Eletro", "--ask")
    account = PortalAccount.objects.get()
    assert (account.code, account.client_secret) == (SECRETS["code"], "a-new-secret-3333")
    assert all("em branco" in prompt for prompt in terminal.asked)


def test_leaving_the_environment_other_drops_its_address():
    make_account("Varanda", environment="other", base_url="https://exemplo.br")
    run("update", "Varanda", "--environment", "training")
    assert PortalAccount.objects.get().base_url == ""


def test_activate_and_deactivate_may_be_repeated():
    make_account("Varanda", is_active=False)
    assert run("activate", "Varanda") == "Varanda: alterada (ativa).\n"
    assert run("activate", "Varanda") == "Varanda: já estava assim.\n"
    assert PortalAccount.objects.get().is_active
    assert run("deactivate", "Varanda") == "Varanda: alterada (ativa).\n"
    assert not PortalAccount.objects.get().is_active


def test_production_is_not_activated_in_the_demo_database():
    make_account("Varanda", environment="production", is_active=False)
    installation.mark_as_demo()
    assert "demonstração" in fails("activate", "Varanda")
    assert not PortalAccount.objects.get().is_active


@pytest.mark.parametrize("action", ["update", "test", "activate", "deactivate"])
def test_an_unknown_name_fails_and_says_which_there_are(action):
    make_account("Varanda Eletro")
    assert fails(action, "Varanda Eltro") == "Não há credenciada «Varanda Eltro». Há: Varanda Eletro."


def test_list_says_how_each_one_is_doing_and_no_secret():
    make_account("Boa", **SECRETS, default_cpf=make_cpf(8))
    make_account("Parada", environment="production", paused_at=timezone.now(), paused_words="Credencial inválida.")
    lines = run("list").splitlines()
    assert lines[0] == "Boa · Treinamento · Sem uso ainda"
    assert lines[1].startswith("Parada · Produção · Em pausa desde ")
    assert make_cpf(8) not in "".join(lines)


def test_test_reads_the_portal_and_succeeds():
    with FakeServer() as server:
        account_at(server.url, name="Varanda")
        give_token(server)
        give_situations(server, 9)
        assert run("test", "Varanda").startswith("Varanda: funciona. 9 situações lidas no portal. ")


def test_test_fails_with_the_portals_words_and_goes_on_to_the_others():
    with FakeServer() as server:
        account_at(server.url, name="A")
        account_at(server.url, name="B")
        account_at(server.url, name="C", is_active=False)
        refuse(server, "Credencial inválida.")
        give_token(server)
        give_situations(server)
        out = io.StringIO()
        with pytest.raises(CommandError, match=r"Sem conexão: A\."):
            call_command("portal_account", "test", "--all", stdout=out)
    first, second = out.getvalue().splitlines()
    assert first.startswith("A: não funciona. O portal não aceitou: «Credencial inválida.»")
    assert second.startswith("B: funciona.")


def test_test_of_all_fails_when_none_is_active():
    make_account(is_active=False)
    assert fails("test", "--all") == "Não há credenciada ativa."

import io

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from backoffice import installation
from backoffice.audit import AuditEvent
from backoffice.remote.errors import RemoteUncertain
from complaints.models import PortalAccount
from complaints.services import accounts, portal
from complaints.services.accounts import SendingCpf, cpf_for, save_account, set_accounts, set_people, test_connection
from complaints.services.tokens import SharedTokens
from tests.complaints.factories import make_account, make_complaint, make_cpf, make_person
from tests.complaints.portal import connect
from tests.complaints.portal_server import SECRETS, account_at, give_situations, give_token, refuse
from tests.fake_http import FakeServer, refused_port
from tests.sandbox import sandbox, sandbox_server  # noqa: F401

pytestmark = pytest.mark.django_db
CHANGED = AuditEvent.Action.ACCOUNT_CHANGED
CREDENTIALS = AuditEvent.Action.CREDENTIALS_CHANGED
TESTED = AuditEvent.Action.ACCOUNT_TESTED


def fresh(account) -> PortalAccount:
    return PortalAccount.objects.get(pk=account.pk)


def new_account(**fields) -> PortalAccount:
    values = {"name": "Varanda Eletro", "client_id": "client", "default_cpf": make_cpf(1), **SECRETS}
    return PortalAccount(**values | fields)


def problems(account) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as caught:
        save_account(account=account, by=None)
    assert not AuditEvent.objects.exists()
    return caught.value.message_dict


def events(action) -> list[dict]:
    return [event.detail for event in AuditEvent.objects.filter(action=action).order_by("id")]


# -- what is accepted --------------------------------------------------------------------------------------------


def test_a_cpf_with_wrong_digits_is_refused_and_a_masked_one_is_stored_bare():
    assert list(problems(new_account(default_cpf="529.982.247-24"))) == ["default_cpf"]
    account = new_account(default_cpf="529.982.247-25")
    save_account(account=account, by=None)
    assert fresh(account).default_cpf == "52998224725"


def test_an_own_address_belongs_to_the_environment_other_only():
    assert list(problems(new_account(base_url="https://portal.exemplo.br"))) == ["base_url"]
    assert list(problems(new_account(environment="other"))) == ["base_url"]
    save_account(account=new_account(environment="other", base_url="https://portal.exemplo.br/api"), by=None)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://portal.exemplo.br/api", "Só https."),
        ("http://127.0.0.1:9000", "Um endereço desta máquina só vale na demonstração."),
        ("https://portal.exemplo.br/?x=1", "O endereço não leva usuário, senha, «?» nem «#»."),
    ],
)
def test_an_own_address_is_https_and_not_this_machine(url, words):
    assert problems(new_account(environment="other", base_url=url)) == {"base_url": [words]}


def test_loopback_is_accepted_in_the_demo_database():
    installation.mark_as_demo()
    save_account(account=new_account(environment="other", base_url="http://127.0.0.1:9000"), by=None)


@pytest.mark.parametrize(
    "fields",
    [{"environment": "production"}, {"environment": "other", "base_url": "https://api.consumidor.gov.br/api/servico"}],
)
def test_a_production_account_is_not_activated_in_the_demo_database(fields):
    installation.mark_as_demo()
    assert list(problems(new_account(is_active=True, **fields))) == ["is_active"]
    save_account(account=new_account(**fields), by=None)


def test_an_account_with_complaints_does_not_move_to_another_environment():
    account = make_account()
    make_complaint(account)
    account.environment = "production"
    assert list(problems(account)) == ["environment"]


def test_an_account_without_complaints_may_move_to_another_environment():
    account = make_account()
    account.environment = "production"
    assert save_account(account=account, by=None) == ("environment",)


# -- saving, and what the audit says of it ------------------------------------------------------------------------


def test_a_new_account_leaves_two_rows_that_name_fields_and_hold_no_value():
    person = make_person()
    account = new_account(is_active=True)
    save_account(account=account, by=person)
    assert events(CHANGED) == [{"what": "created", "fields": ["name", "environment", "is_active"]}]
    assert events(CREDENTIALS) == [{"fields": ["client_id", "code", "client_secret", "default_cpf"]}]
    assert {event.by for event in AuditEvent.objects.all()} == {person}
    dumped = serializers.serialize("json", AuditEvent.objects.all())
    for value in (*SECRETS.values(), account.default_cpf, '"client"'):
        assert value not in dumped


def test_only_what_changed_is_named():
    account = make_account()
    account.client_secret = "a-new-secret-3333"
    assert save_account(account=account, by=None) == ("client_secret",)
    assert events(CREDENTIALS) == [{"fields": ["client_secret"]}]
    assert events(CHANGED) == []
    assert fresh(account).client_secret == "a-new-secret-3333"


def test_nothing_changed_nothing_recorded():
    assert save_account(account=make_account(), by=None) == ()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(("is_active", "what"), [(True, "activated"), (False, "deactivated")])
def test_the_switch_has_its_own_word(is_active, what):
    account = make_account(is_active=not is_active)
    account.is_active = is_active
    save_account(account=account, by=None)
    assert events(CHANGED) == [{"what": what, "fields": ["is_active"]}]


def test_saving_leaves_alone_what_the_calls_to_the_portal_noted_meanwhile():
    account = make_account()
    now = timezone.now()
    PortalAccount.objects.filter(pk=account.pk).update(last_success_at=now)
    account.name = "Outro nome"
    save_account(account=account, by=None)
    assert fresh(account).last_success_at == now


@pytest.mark.parametrize(
    ("field", "value"),
    [("client_secret", "mended-secret-3333"), ("default_cpf", make_cpf(900)), ("is_active", False)],
)
def test_mending_the_credentials_or_the_switch_ends_a_pause(field, value):
    account = make_account(paused_at=timezone.now(), paused_words="Credencial inválida.")
    setattr(account, field, value)
    save_account(account=account, by=None)
    assert account.paused_at is None
    assert fresh(account).paused_at is None
    assert {"what": "resumed"} in events(CHANGED)


def test_another_name_does_not_end_a_pause():
    account = make_account(paused_at=timezone.now(), paused_words="Credencial inválida.")
    account.name = "Outro nome"
    save_account(account=account, by=None)
    assert fresh(account).paused_at


# -- nothing in clear outside ----------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["json", "xml", "jsonl"])
def test_a_dump_holds_ciphertext_only_and_loads_again(format, tmp_path):
    account = make_account(**SECRETS)
    make_person(authorized_cpf=make_cpf(5))
    SharedTokens(account)  # a token is kept encrypted too
    account_token = account.__class__.token.related.related_model
    account_token.objects.create(account=account, value="fingerprint:token-in-the-clear")
    out = io.StringIO()
    call_command(
        "dumpdata", "complaints.portalaccount", "complaints.portaltoken", "backoffice.user", format=format, stdout=out
    )
    for secret in (*SECRETS.values(), account.default_cpf, make_cpf(5), "token-in-the-clear"):
        assert secret not in out.getvalue()
    assert out.getvalue().count("enc1:") >= 5
    file = tmp_path / f"dump.{format}"
    file.write_text(out.getvalue())
    account_token.objects.all().delete()
    PortalAccount.objects.all().delete()
    call_command("loaddata", str(file), verbosity=0)
    assert fresh(account).client_secret == SECRETS["client_secret"]


# -- people -------------------------------------------------------------------------------------------------------


def test_giving_an_account_to_people_says_who_came_and_who_went():
    marina, rafael = make_person(username="marina"), make_person(username="rafael")
    account = make_account(people=[marina])
    set_people(account=account, people=[rafael], by=marina)
    assert list(account.people.all()) == [rafael]
    assert events(CHANGED) == [{"what": "people", "added": ["rafael"], "removed": ["marina"]}]
    set_people(account=account, people=[rafael], by=marina)
    assert AuditEvent.objects.count() == 1


def test_accounts_given_from_the_persons_side_leave_the_same_trace():
    first, second, third = make_account("A"), make_account("B"), make_account("C")
    other, person = make_person(username="outra"), make_person(username="marina", accounts=[first, second])
    first.people.add(other)
    set_accounts(person=person, accounts=[second, third], by=None)
    assert set(person.portal_accounts.all()) == {second, third}
    assert list(first.people.all()) == [other]
    rows = {event.subject: event.detail for event in AuditEvent.objects.all()}
    assert rows == {
        "A": {"what": "people", "added": [], "removed": ["marina"]},
        "C": {"what": "people", "added": ["marina"], "removed": []},
    }


def test_a_person_sends_under_their_own_cpf_when_they_have_one():
    account = make_account(default_cpf="52998224725")
    assert cpf_for(make_person(), account) == SendingCpf("52998224725", "account")
    assert cpf_for(make_person(authorized_cpf=make_cpf(9)), account) == SendingCpf(make_cpf(9), "person")
    assert cpf_for(make_person(), account).masked == "***.982.247-**"


# -- testing the connection -----------------------------------------------------------------------------------------


@pytest.fixture
def server():
    with FakeServer() as server:
        yield server


def test_a_test_asks_for_a_new_token_although_one_is_kept(server):
    account = account_at(server.url)
    give_token(server, "kept")
    give_situations(server)
    with accounts.portal.client_for(account) as client:
        client.situations()
    give_token(server, "asked for")
    give_situations(server, 9)
    report = test_connection(account=account, by=None)
    assert report.is_ok
    assert report.situations == 9
    assert server.requests[-1].headers["Authorization"] == "Bearer asked for"
    assert SharedTokens(account).current() == "kept"


def test_a_test_of_an_inactive_or_paused_account_works_and_changes_neither(server):
    account = account_at(server.url, is_active=False, paused_at=timezone.now(), paused_words="Antes.")
    give_token(server)
    give_situations(server)
    assert test_connection(account=account, by=None).is_ok
    assert not fresh(account).is_active
    assert fresh(account).paused_words == "Antes."
    assert fresh(account).last_success_at


def test_refused_credentials_are_told_in_the_portals_words(server):
    account = account_at(server.url)
    refuse(server, "Credencial inválida para a credenciada.")
    report = test_connection(account=account, by=None)
    assert not report.is_ok
    assert report.situations is None
    assert report.words == "O portal não aceitou: «Credencial inválida para a credenciada.»"
    assert fresh(account).paused_at  # it was in use, and would go on being refused


def test_a_new_account_is_not_paused_by_its_first_test(server):
    account = account_at(server.url, is_active=False)
    refuse(server, "Credencial inválida.")
    test_connection(account=account, by=None)
    assert not fresh(account).paused_at
    assert fresh(account).last_failure_words == "Credencial inválida."


def test_a_portal_that_is_down_is_told_as_that():
    account = account_at(f"http://127.0.0.1:{refused_port()}")
    report = test_connection(account=account, by=None)
    assert not report.is_ok
    assert report.words.startswith("Sem conexão com o portal")
    assert fresh(account).is_in_use


def test_production_is_not_even_tested_from_a_demo_database():
    installation.mark_as_demo()
    report = test_connection(account=make_account(environment="production"), by=None)
    assert not report.is_ok
    assert "demonstração" in report.words


def test_a_test_is_recorded_with_its_outcome_and_no_secret(server):
    person = make_person()
    account = account_at(server.url)
    refuse(server, f"O segredo {account.client_secret} não vale para {account.default_cpf}.")
    test_connection(account=account, by=person)
    event = AuditEvent.objects.get(action=TESTED)
    assert event.by == person
    assert event.detail["is_ok"] is False
    assert event.detail["words"] == "O portal não aceitou: «O segredo *** não vale para ***.»"


# -- against the sandbox of the portal -----------------------------------------------------------------------------


def sandbox_account(sandbox, **fields) -> PortalAccount:  # noqa: F811
    given = sandbox.account()
    values = {
        "client_id": given.client_id,
        "code": given.code,
        "client_secret": given.client_secret,
        "default_cpf": given.cpf,
    }
    return account_at(given.base_url, **values | fields)


def test_the_sandbox_lets_the_right_credentials_in(sandbox):  # noqa: F811
    account = sandbox_account(sandbox)
    report = test_connection(account=account, by=None)
    assert report.is_ok, report.words
    assert report.situations > 0
    assert fresh(account).last_success_at


def test_the_sandbox_refuses_a_wrong_secret_in_its_own_words(sandbox):  # noqa: F811
    report = test_connection(account=sandbox_account(sandbox, client_secret="a-wrong-secret"), by=None)
    assert not report.is_ok
    assert report.words.startswith("O portal não aceitou: «")


def test_the_sandbox_refuses_a_cpf_that_is_not_of_the_account(sandbox):  # noqa: F811
    report = test_connection(account=sandbox_account(sandbox, default_cpf=make_cpf(123)), by=None)
    assert not report.is_ok
    assert report.words.startswith("O portal não aceitou: «")


def test_a_token_the_sandbox_revoked_is_renewed_without_anybody_noticing(sandbox):  # noqa: F811
    account = sandbox_account(sandbox)
    with accounts.portal.client_for(account) as client:
        client.situations()
        first = SharedTokens(account).current()
        sandbox.revoke_tokens()
        client.situations()
    assert SharedTokens(account).current() not in (None, first)
    assert fresh(account).is_in_use


# -- secrets stay where they were typed for ----------------------------------------------------------------------


def test_kept_secrets_do_not_follow_an_account_to_another_address():
    account = new_account(environment="other", base_url="https://portal.exemplo.br/api")
    save_account(account=account, by=None)
    account.base_url = "https://evil.example/api"
    with pytest.raises(ValidationError) as caught:
        save_account(account=account, by=None)
    assert caught.value.message_dict == {"base_url": ["Mudou o endereço: informe code e client_secret de novo."]}
    assert fresh(account).base_url == "https://portal.exemplo.br/api"
    save_account(account=account, by=None, typed=PortalAccount.SECRETS)
    assert fresh(account).base_url == "https://evil.example/api"


@pytest.mark.django_db(transaction=True)
def test_one_unreadable_record_or_lost_reply_of_a_write_does_not_call_the_portal_down(sandbox):  # noqa: F811
    account = connect(sandbox)
    protocol = sandbox.new_complaint()["protocol"]
    sandbox.fault("broken_json", "complaint_detail")
    sandbox.fault("error_500_after", "answer")
    with portal.client_for(account) as client:
        for call in (lambda: client.complaint(protocol), lambda: client.answer(protocol, text="Olá.")):
            with pytest.raises(RemoteUncertain):
                call()
            assert not fresh(account).is_down
        sandbox.fault("html_503", "complaint_detail", times=None)
        with pytest.raises(RemoteUncertain):
            client.complaint(protocol)
    assert fresh(account).is_down

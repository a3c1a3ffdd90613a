import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from backoffice import access, installation
from backoffice.audit import AuditEvent
from complaints.models import PortalAccount
from tests.complaints.factories import make_account, make_cpf, make_person
from tests.complaints.portal_server import SECRETS, account_at, give_situations, give_token, refuse
from tests.fake_http import FakeServer

pytestmark = pytest.mark.django_db
LIST = "admin:complaints_portalaccount_changelist"


def changes():
    """The audit rows, less the log-in of whoever acts."""
    return AuditEvent.objects.exclude(action=AuditEvent.Action.LOGGED_IN)


def page(name: str, account) -> str:
    return reverse(f"admin:complaints_portalaccount_{name}", args=[account.pk])


@pytest.fixture
def admin_person(db):
    return make_person(access.ADMIN, username="admin", is_staff=True)


@pytest.fixture
def admin(client, admin_person):
    client.force_login(admin_person)
    return client


@pytest.fixture
def server():
    with FakeServer() as server:
        yield server


def typed(account=None, **changes) -> dict:
    """What the form sends: what stands in it, and blank secrets."""
    values = {"name": "Varanda Eletro", "environment": "training", "base_url": "", "client_id": "client-1"}
    if account:
        values = {name: getattr(account, name) for name in values}
        if account.is_active:
            values["is_active"] = "on"
    return values | {"code": "", "client_secret": "", "default_cpf": ""} | changes


def fresh(account) -> PortalAccount:
    return PortalAccount.objects.get(pk=account.pk)


def errors(response) -> dict:
    assert response.status_code == 200
    return response.context["adminform"].form.errors


# -- the form ------------------------------------------------------------------------------------------------------


def test_a_new_account_is_saved_with_its_secrets_and_people(admin, admin_person):
    person = make_person()
    form = typed(**SECRETS, default_cpf="529.982.247-25", people=[person.pk])
    assert admin.post(reverse("admin:complaints_portalaccount_add"), form).status_code == 302
    account = PortalAccount.objects.get()
    assert (account.code, account.client_secret) == (SECRETS["code"], SECRETS["client_secret"])
    assert account.default_cpf == "52998224725"
    assert list(account.people.all()) == [person]
    assert not account.is_active
    assert set(changes().values_list("action", "by")) == {
        ("account_changed", admin_person.pk),
        ("credentials_changed", admin_person.pk),
    }


def test_a_new_account_needs_every_secret(admin):
    response = admin.post(reverse("admin:complaints_portalaccount_add"), typed())
    assert set(errors(response)) == {"code", "client_secret", "default_cpf"}


def test_blank_secrets_keep_what_is_stored(admin):
    account = make_account(**SECRETS)
    response = admin.post(page("change", account), typed(account, name="Outro nome"))
    assert response.status_code == 302
    saved = fresh(account)
    assert saved.name == "Outro nome"
    assert (saved.code, saved.client_secret, saved.default_cpf) == (*SECRETS.values(), account.default_cpf)
    assert not changes().filter(action="credentials_changed").exists()


def test_a_secret_typed_in_replaces_the_stored_one_without_its_blanks(admin):
    account = make_account(**SECRETS)
    admin.post(page("change", account), typed(account, client_secret=" a-new-secret-3333 \n"))
    assert fresh(account).client_secret == "a-new-secret-3333"
    assert fresh(account).code == SECRETS["code"]


def test_the_page_shows_how_secrets_end_and_never_the_secrets(admin):
    account = make_account(**SECRETS, default_cpf="52998224725")
    html = admin.get(page("change", account)).content.decode()
    assert "termina em …1111" in html
    assert "termina em …2222" in html
    assert "***.982.247-**" in html
    for secret in (*SECRETS.values(), "52998224725", "529.982.247-25"):
        assert secret not in html


def test_of_a_short_secret_not_even_the_end_is_shown(admin):
    html = admin.get(page("change", make_account(code="abc12345", client_secret="x" * 12))).content.decode()
    assert "2345" not in html
    assert "termina em …xxxx" in html


def test_what_was_typed_is_not_printed_back_with_an_error(admin):
    account = make_account(**SECRETS)
    form = typed(account, name="", client_secret="a-new-secret-3333", default_cpf="52998224725")
    html = admin.post(page("change", account), form).content.decode()
    assert "a-new-secret-3333" not in html
    assert "52998224725" not in html


def test_a_wrong_cpf_is_refused(admin):
    account = make_account()
    response = admin.post(page("change", account), typed(account, default_cpf="529.982.247-24"))
    assert errors(response)["default_cpf"] == ["CPF inválido: confira os dígitos."]


def test_the_forms_rules_are_the_accounts(admin):
    installation.mark_as_demo()
    account = make_account(is_active=False)
    production = typed(account, environment="production", is_active="on")
    assert set(errors(admin.post(page("change", account), production))) == {"is_active"}
    plain = typed(account, environment="other", base_url="http://portal.exemplo.br")
    assert errors(admin.post(page("change", account), plain))["base_url"] == ["Só https."]


def test_the_history_names_fields_and_holds_no_value(admin):
    account = make_account(**SECRETS)
    admin.post(
        page("change", account),
        typed(account, client_secret="a-new-secret-3333", default_cpf="52998224725", name="Outro nome"),
    )
    entry = LogEntry.objects.get()
    assert "client_secret" in entry.get_change_message()
    assert "Code" not in entry.get_change_message()
    for value in ("a-new-secret-3333", "52998224725", *SECRETS.values(), account.default_cpf):
        assert value not in entry.change_message + entry.object_repr


def test_secrets_left_blank_are_not_in_the_history(admin):
    account = make_account(**SECRETS)
    admin.post(page("change", account), typed(account, name="Outro nome"))
    assert "client_secret" not in LogEntry.objects.get().get_change_message()


def test_an_account_is_switched_off_and_never_deleted(admin):
    account = make_account()
    assert admin.post(page("delete", account), {"post": "yes"}).status_code == 403
    assert fresh(account)


def test_whoever_may_only_look_sees_no_secret_at_all(client):
    looker = make_person(None, is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_portalaccount"))
    client.force_login(looker)
    account = make_account(**SECRETS)
    html = client.get(page("change", account)).content.decode()
    assert account.client_id in html
    assert "Testar conexão" not in html
    for secret in (*SECRETS.values(), account.default_cpf):
        assert secret not in html
    assert client.post(page("test", account)).status_code == 403


# -- the list ------------------------------------------------------------------------------------------------------


def test_the_list_says_how_each_account_is_doing_and_deciphers_nothing(admin, settings):
    now = timezone.now()
    make_account("Parada", paused_at=now, paused_words="Credencial inválida.")
    make_account("Desligada", is_active=False)
    make_account("Caída", last_failure_at=now, failing_since=now, last_failure_words="Sem conexão.")
    make_account("Boa", last_success_at=now)
    settings.FIELD_ENCRYPTION_KEYS = ["bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleS0="]  # none of the old ones
    html = admin.get(reverse(LIST)).content.decode()
    states = re.findall(r'class="field-state">(.*?)</td>', html)
    assert [state.split(" desde ")[0].split(",")[0] for state in states] == [
        "Em uso",
        "Sem contato",
        "Inativa",
        "Em pausa",
    ]
    assert "Credencial inválida." in html


def test_paused_accounts_are_resumed_from_the_list(admin, admin_person):
    paused = make_account(paused_at=timezone.now(), paused_words="Credencial inválida.")
    other = make_account()
    form = {"action": "resume_accounts", "_selected_action": [paused.pk, other.pk]}
    response = admin.post(reverse(LIST), form, follow=True)
    assert f"Retomadas: {paused}." in response.content.decode()
    assert fresh(paused).is_in_use
    assert changes().get().by == admin_person


# -- the buttons ---------------------------------------------------------------------------------------------------


def test_the_button_tests_the_connection_and_shows_how_it_went(admin, admin_person, server):
    account = account_at(server.url)
    assert page("test", account) in admin.get(page("change", account)).content.decode()
    give_token(server)
    give_situations(server, 9)
    response = admin.post(page("test", account), follow=True)
    assert response.redirect_chain == [(page("change", account), 302)]
    assert "9 situações lidas no portal." in response.content.decode()
    assert changes().get(action="account_tested").by == admin_person


def test_the_button_shows_the_portals_own_words_as_text(admin, server):
    account = account_at(server.url)
    refuse(server, "Credencial <b>inválida</b>.")
    html = admin.post(page("test", account), follow=True).content.decode()
    assert "O portal não aceitou: «Credencial &lt;b&gt;inválida&lt;/b&gt;.»" in html


def test_a_paused_account_has_a_button_to_resume_it(admin):
    account = make_account(paused_at=timezone.now(), paused_words="Credencial inválida.")
    assert page("resume", account) in admin.get(page("change", account)).content.decode()
    assert admin.post(page("resume", account)).status_code == 302
    assert fresh(account).is_in_use
    assert page("resume", account) not in admin.get(page("change", account)).content.decode()


def test_saving_new_credentials_says_that_the_pause_is_over(admin):
    account = make_account(paused_at=timezone.now(), paused_words="Credencial inválida.")
    form = typed(account, client_secret="a-new-secret-3333")
    html = admin.post(page("change", account), form, follow=True).content.decode()
    assert f"{account} saiu da pausa." in html


@pytest.mark.parametrize("name", ["test", "resume"])
def test_the_buttons_are_posts_on_an_account_that_exists_by_somebody_who_may(client, admin_person, name):
    account = make_account()
    url = page(name, account)
    client.force_login(make_person(access.SUPERVISOR, is_staff=True))
    assert client.post(url).status_code == 403
    client.force_login(admin_person)
    assert client.get(url).status_code == 405
    account.pk = 999_999
    assert client.post(page(name, account)).status_code == 404


def test_nobody_outside_the_staff_reaches_the_accounts(client):
    client.force_login(make_person(access.AGENT))
    assert client.get(reverse(LIST)).status_code == 302


def test_cpf_of_the_account_is_not_a_stranger_to_the_form(admin):
    account = make_account(default_cpf=make_cpf(3))
    admin.post(page("change", account), typed(account, default_cpf=make_cpf(4)))
    assert fresh(account).default_cpf == make_cpf(4)
    assert changes().get(action="credentials_changed").detail == {"fields": ["default_cpf"]}

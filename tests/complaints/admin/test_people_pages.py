import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse

from backoffice import access
from backoffice.audit import AuditEvent
from backoffice.people import User
from tests.complaints.factories import make_account, make_cpf, make_person

pytestmark = pytest.mark.django_db
LIST = "admin:backoffice_user_changelist"
NEW = "admin:backoffice_user_add"


def changes():
    """The audit rows, less the log-in of whoever acts."""
    return AuditEvent.objects.exclude(action=AuditEvent.Action.LOGGED_IN)


def page(person, name: str = "backoffice_user_change") -> str:
    return reverse(f"admin:{name}", args=[person.pk])


@pytest.fixture
def admin_person(db):
    return make_person(access.ADMIN, username="admin", is_staff=True)


@pytest.fixture
def admin(client, admin_person):
    client.force_login(admin_person)
    return client


def typed(person, **changes) -> dict:
    values = {
        "username": person.username,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "is_active": "on",
        "groups": [group.pk for group in person.groups.all()],
        "accounts": [account.pk for account in person.portal_accounts.all()],
        "authorized_cpf": "",
    }
    return values | changes


def fresh(person) -> User:
    return User.objects.get(pk=person.pk)


def test_a_person_gets_a_group_accounts_and_a_cpf(admin, admin_person):
    person, account = make_person(None, username="marina"), make_account("Varanda Eletro")
    group = Group.objects.get(name=access.SUPERVISOR)
    form = typed(person, groups=[group.pk], accounts=[account.pk], authorized_cpf="529.982.247-25")
    assert admin.post(page(person), form).status_code == 302
    assert fresh(person).authorized_cpf == "52998224725"
    assert list(person.groups.all()) == [group]
    assert list(person.portal_accounts.all()) == [account]
    rows = {event.action: (event.by, event.subject, event.detail) for event in changes().all()}
    assert rows == {
        "credentials_changed": (admin_person, str(person), {"fields": ["authorized_cpf"]}),
        "person_changed": (admin_person, str(person), {"what": "groups", "added": ["Supervisão"], "removed": []}),
        "account_changed": (admin_person, "Varanda Eletro", {"what": "people", "added": ["marina"], "removed": []}),
    }
    entry = LogEntry.objects.get()
    assert "52998224725" not in entry.change_message
    assert "529.982" not in entry.change_message


def test_a_blank_cpf_keeps_the_stored_one_and_the_box_erases_it(admin):
    person = make_person(authorized_cpf="52998224725")
    html = admin.get(page(person)).content.decode()
    assert "***.982.247-**" in html
    assert "52998224725" not in html
    admin.post(page(person), typed(person))
    assert fresh(person).authorized_cpf == "52998224725"
    admin.post(page(person), typed(person, forgets_cpf="on"))
    assert fresh(person).authorized_cpf == ""


def test_a_new_cpf_and_the_box_at_once_are_refused(admin):
    person = make_person(authorized_cpf="52998224725")
    response = admin.post(page(person), typed(person, forgets_cpf="on", authorized_cpf=make_cpf(7)))
    assert "forgets_cpf" in response.context["adminform"].form.errors
    assert fresh(person).authorized_cpf == "52998224725"


def test_a_wrong_cpf_is_refused(admin):
    person = make_person()
    response = admin.post(page(person), typed(person, authorized_cpf="11111111111"))
    assert response.context["adminform"].form.errors == {"authorized_cpf": ["CPF inválido: confira os dígitos."]}


def test_nothing_changed_leaves_no_audit_row(admin):
    person = make_person(accounts=[make_account()], authorized_cpf=make_cpf(3))
    admin.post(page(person), typed(person))
    assert not changes().exists()


def test_a_new_person_may_log_in_and_nothing_more(admin):
    form = {
        "username": "rafael",
        "first_name": "Rafael",
        "last_name": "Lima",
        "email": "",
        "password1": "uma senha comprida 1",
        "password2": "uma senha comprida 1",
    }
    assert admin.post(reverse(NEW), form).status_code == 302
    person = User.objects.get(username="rafael")
    assert person.check_password("uma senha comprida 1")
    assert not person.is_staff
    assert not person.groups.exists()
    assert changes().get().detail["what"] == "created"


def test_no_page_offers_single_permissions(admin):
    assert "user_permissions" not in admin.get(page(make_person())).content.decode()


def test_who_is_not_a_superuser_makes_none(admin, admin_person):
    assert "is_superuser" not in admin.get(page(admin_person)).content.decode()
    admin.post(page(admin_person), typed(admin_person, is_staff="on", is_superuser="on"))
    assert not fresh(admin_person).is_superuser


def test_who_is_not_a_superuser_takes_no_superusers_place(admin):
    root = make_person(None, username="root", is_staff=True, is_superuser=True, authorized_cpf="52998224725")
    html = admin.get(page(root)).content.decode()
    assert "52998224725" not in html
    assert root.password not in html
    assert admin.post(page(root), typed(root, username="mine")).status_code == 403
    password = {"password1": "uma senha comprida 1", "password2": "uma senha comprida 1"}
    assert admin.post(page(root, "auth_user_password_change"), password).status_code == 403
    assert fresh(root).username == "root"


def test_a_superuser_makes_another_one(client):
    client.force_login(make_person(None, is_staff=True, is_superuser=True))
    person = make_person()
    client.post(page(person), typed(person, is_staff="on", is_superuser="on"))
    assert fresh(person).is_superuser
    assert changes().get().detail == {"what": "changed", "fields": ["is_staff", "is_superuser"]}


def test_a_password_set_by_somebody_else_is_recorded(admin, admin_person):
    person = make_person()
    url = page(person, "auth_user_password_change")
    form = {"password1": "uma senha comprida 1", "password2": "outra senha comprida", "usable_password": "true"}
    admin.post(url, form)
    assert not changes().exists()
    admin.post(url, form | {"password2": "uma senha comprida 1"})
    assert fresh(person).check_password("uma senha comprida 1")
    event = changes().get()
    assert (event.action, event.by, event.subject) == ("password_changed", admin_person, str(person))


def test_a_person_is_made_inactive_and_never_deleted(admin):
    person = make_person()
    assert admin.post(page(person, "backoffice_user_delete"), {"post": "yes"}).status_code == 403


def test_the_list_takes_the_same_queries_for_any_number_of_people(admin, django_assert_num_queries):
    for _ in range(12):
        make_person(accounts=[make_account()])
    admin.get(reverse(LIST))
    with django_assert_num_queries(11):
        html = admin.get(reverse(LIST)).content.decode()
    assert "Atendente" in html


def test_agents_have_no_way_in(client):
    client.force_login(make_person(access.AGENT))
    assert client.get(reverse(LIST)).status_code == 302

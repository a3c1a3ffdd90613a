import pytest
import time_machine
from django.conf import settings as product
from django.test import Client
from django.urls import reverse

from backoffice.audit import AuditEvent
from tests.backoffice.shell.conftest import PASSWORD

WRONG = "Usuário ou senha não conferem. Depois de 5 tentativas, há uma pausa de 15 minutos."
THURSDAY = "2026-11-19T17:52:00+00:00"  # 14:52 in São Paulo


def enter(client, username="rafael.okuda", password=PASSWORD, **data):
    return client.post("/entrar/", {"username": username, "password": password, **data})


def test_logging_in_leads_to_the_home_page(client, rafael):
    response = enter(client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(rafael.pk)


def test_logging_in_leads_back_to_the_page_asked_for(client, rafael, sample_pages):
    asked = client.get("/amostra/?layout=work")
    assert asked["Location"] == "/entrar/?next=/amostra/%3Flayout%3Dwork"
    page = client.get(asked["Location"])
    assert 'name="next" value="/amostra/?layout=work"' in page.content.decode()
    assert enter(client, next="/amostra/?layout=work")["Location"] == "/amostra/?layout=work"


@pytest.mark.parametrize(
    "target",
    [
        "https://outro.example/",
        "//outro.example/",
        "/\\outro.example",
        "javascript:alert(1)",
        "http:///outro.example",
    ],
)
def test_login_never_leads_to_another_site(client, rafael, target):
    assert enter(client, next=target)["Location"] == "/"


def test_login_never_leads_to_the_login_page_in_a_circle(client, rafael):
    client.force_login(rafael)
    assert client.get("/entrar/?next=/entrar/")["Location"] == "/"


@pytest.mark.parametrize("username", ["rafael.okuda", "ninguem"])
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(client, rafael, username):
    response = enter(client, username=username, password="errada")
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count(WRONG) == 1
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_password_error"' in page
    assert "errada" not in page


def test_an_inactive_person_cannot_log_in(client, rafael):
    rafael.is_active = False
    rafael.save()
    assert WRONG in enter(client).content.decode()


def test_the_fifth_wrong_password_starts_a_pause_that_even_the_right_one_waits_for(client, rafael):
    with time_machine.travel(THURSDAY, tick=False) as clock:
        for _ in range(4):
            assert enter(client, password="errada").status_code == 422
        fifth = enter(client, password="errada")
        assert fifth.status_code == 429
        assert "Você pode tentar de novo às 15:07." in fifth.content.decode()
        assert fifth["Retry-After"] == "900"
        clock.shift(60)
        assert enter(client).status_code == 429
        clock.shift(15 * 60 + 1)
        assert enter(client).status_code == 302


def test_the_pause_is_of_one_name_at_one_address(client, rafael, marina):
    for _ in range(5):
        enter(client, password="errada")
    assert enter(client, username="marina.tavares").status_code == 302


def test_the_pause_holds_for_coming_back_and_for_the_login_page_together(client, rafael):
    script = {"HTTP_X_REQUESTED_WITH": "backoffice"}
    for _ in range(4):
        client.post("/entrar/de-novo/", {"username": "rafael.okuda", "password": "errada"}, **script)
    response = client.post("/entrar/de-novo/", {"username": "rafael.okuda", "password": "errada"}, **script)
    assert response.status_code == 429
    assert response.json()["error"].startswith("Foram 5 tentativas sem sucesso.")
    assert enter(client).status_code == 429


def test_coming_back_answers_who_is_logged_in(client, rafael):
    response = client.post("/entrar/de-novo/", {"username": "rafael.okuda", "password": PASSWORD})
    assert (response.status_code, response.json()) == (200, {"user": rafael.pk})
    assert client.session["_auth_user_id"] == str(rafael.pk)


@pytest.mark.parametrize(("password", "words"), [("errada", WRONG), ("", "Este campo é obrigatório.")])
def test_coming_back_with_a_wrong_password_says_so(client, rafael, password, words):
    response = client.post("/entrar/de-novo/", {"username": "rafael.okuda", "password": password})
    assert (response.status_code, response.json()) == (422, {"error": words})


def test_coming_back_needs_the_csrf_token(rafael):
    strict = Client(enforce_csrf_checks=True)
    data = {"username": "rafael.okuda", "password": PASSWORD}
    assert strict.post("/entrar/de-novo/", data).status_code == 403
    strict.get("/entrar/")
    token = strict.cookies[product.CSRF_COOKIE_NAME].value
    assert strict.post("/entrar/de-novo/", data, HTTP_X_CSRFTOKEN=token).status_code == 200


@pytest.mark.parametrize("address", ["/entrar/de-novo/", "/sair/", "/tema/"])
def test_what_changes_something_takes_only_post(signed_in, address):
    assert signed_in.get(address).status_code == 405


def test_logging_out_ends_the_session_and_leads_to_the_login_page(signed_in):
    assert signed_in.post("/sair/")["Location"] == "/entrar/"
    assert signed_in.get("/amostra/").status_code == 302


def test_the_admin_uses_the_same_login_page(client, rafael):
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/entrar/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/entrar/?next=/admin/"
    client.force_login(rafael)
    refused = client.get("/admin/", follow=True)
    assert refused.status_code == 403
    assert "A administração é de quem tem esse papel." in refused.content.decode()


def test_the_admin_stays_usable_for_staff(client, rafael):
    rafael.is_staff = rafael.is_superuser = True
    rafael.save()
    client.force_login(rafael)
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/login/")["Location"] == "/admin/"


# --- passwords ---


def test_changing_the_password_keeps_this_session_and_ends_the_others(signed_in, rafael):
    other = Client()
    other.force_login(rafael)
    new = {"old_password": PASSWORD, "new_password1": "jardim-de-maio-77", "new_password2": "jardim-de-maio-77"}
    assert signed_in.post("/senha/", new)["Location"] == "/"
    assert signed_in.get("/amostra/").status_code == 200
    assert other.get("/amostra/").status_code == 302
    assert AuditEvent.objects.get(action="password_changed").detail == {"how": "changed"}


@pytest.mark.parametrize(
    "change",
    [
        {"old_password": "errada", "new_password1": "jardim-de-maio-77", "new_password2": "jardim-de-maio-77"},
        {"old_password": PASSWORD, "new_password1": "12345678901", "new_password2": "12345678901"},
        {"old_password": PASSWORD, "new_password1": "jardim-de-maio-77", "new_password2": "outra-de-maio-77"},
    ],
)
def test_a_refused_new_password_changes_nothing(signed_in, rafael, change):
    assert signed_in.post("/senha/", change).status_code == 422
    rafael.refresh_from_db()
    assert rafael.check_password(PASSWORD)
    assert not AuditEvent.objects.filter(action="password_changed").exists()


def test_changing_the_password_is_not_for_outsiders(client):
    assert client.get("/senha/")["Location"] == "/entrar/?next=/senha/"


def test_a_forgotten_password_is_set_again_by_e_mail(client, rafael, mailoutbox):
    assert client.post("/senha/esqueci/", {"email": rafael.email})["Location"] == "/senha/esqueci/enviado/"
    assert client.get("/senha/esqueci/enviado/").status_code == 200
    (mail,) = mailoutbox
    assert mail.subject == "Link para trocar a sua senha"
    assert mail.body.startswith("Você pediu para trocar a senha")
    link = next(line for line in mail.body.splitlines() if line.startswith(product.PUBLIC_URL))
    form = client.get(link.removeprefix(product.PUBLIC_URL), follow=True)
    assert "Nova senha" in form.content.decode()
    address = form.redirect_chain[-1][0]
    assert client.post(address, {"new_password1": "a", "new_password2": "a"}).status_code == 422
    new = {"new_password1": "jardim-de-maio-77", "new_password2": "jardim-de-maio-77"}
    assert client.post(address, new)["Location"] == "/senha/nova/pronta/"
    assert client.get("/senha/nova/pronta/").status_code == 200
    assert enter(client, password="jardim-de-maio-77").status_code == 302
    event = AuditEvent.objects.get(action="password_changed")
    assert (event.by, event.detail) == (rafael, {"how": "reset"})
    used = client.get(link.removeprefix(product.PUBLIC_URL))
    assert "Este link já não vale" in used.content.decode()


def test_asking_for_an_unknown_address_says_the_same_and_sends_nothing(client, rafael, mailoutbox):
    assert client.post("/senha/esqueci/", {"email": "x@y.example"})["Location"] == "/senha/esqueci/enviado/"
    assert mailoutbox == []


def test_an_address_that_is_none_is_refused(client, db):
    assert client.post("/senha/esqueci/", {"email": "sem arroba"}).status_code == 422


# --- audit ---


def test_logging_in_out_and_failing_leave_audit_rows(client, rafael):
    enter(client)
    client.post("/sair/")
    enter(client, password="errada")
    rows = list(AuditEvent.objects.order_by("id").values_list("action", "by", "subject", "ip"))
    assert rows == [
        ("logged_in", rafael.pk, "", "127.0.0.1"),
        ("logged_out", rafael.pk, "", "127.0.0.1"),
        ("login_failed", None, "rafael.okuda", "127.0.0.1"),
    ]


def test_a_name_that_does_not_exist_is_not_kept(client, rafael):
    enter(client, username="minha-senha-no-campo-errado", password="x")
    event = AuditEvent.objects.get()
    assert (event.action, event.subject, event.detail) == ("login_failed", "", {"known": False, "locked": False})
    assert "minha-senha" not in str(event.detail)


def test_every_page_before_login_opens_for_everybody(client, db):
    for name in ("login", "password_reset", "password_reset_done", "password_reset_complete"):
        assert client.get(reverse(name)).status_code == 200

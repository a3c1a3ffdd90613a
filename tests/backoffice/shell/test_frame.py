import re
from html.parser import HTMLParser

import pytest
from django import forms
from django.conf import settings as product
from django.template.loader import render_to_string
from django.test import Client
from django.urls import get_resolver, reverse

from backoffice.audit import AuditEvent

BEFORE_LOGIN = ["/entrar/", "/senha/esqueci/", "/senha/esqueci/enviado/", "/senha/nova/pronta/", "/senha/nova/x/y/"]
AFTER_LOGIN = ["/amostra/", "/amostra/?layout=work", "/atalhos/", "/senha/", "/amostra/proibida/", "/nada/"]


class Inline(HTMLParser):
    """Collects what a strict policy would refuse."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        if (tag == "script" and "src" not in names) or tag == "style":
            self.found.append(tag)
        self.found += [name for name in names if name == "style" or name.startswith(("on", "hx-on"))]
        self.found += [value for value in names.values() if value and value.lower().startswith("javascript:")]
        source = names.get("src") or (names.get("href") if tag == "link" else None)
        if source and not source.startswith("/"):
            self.found.append(source)


def inline(response) -> list[str]:
    parser = Inline()
    parser.feed(response.content.decode())
    return parser.found


@pytest.mark.parametrize("address", BEFORE_LOGIN)
def test_no_page_before_login_has_inline_script_or_style(client, db, address):
    response = client.get(address)
    assert "<html" in response.content.decode()
    assert inline(response) == []


@pytest.mark.parametrize("address", AFTER_LOGIN)
def test_no_page_after_login_has_inline_script_or_style(signed_in, address):
    response = signed_in.get(address)
    assert 'id="session-dialog"' in response.content.decode()
    assert inline(response) == []


def test_the_walk_would_find_what_it_looks_for():
    parser = Inline()
    parser.feed('<script>1</script><p style="x" onclick="y"></p><link href="https://cdn.example/x.css">')
    assert parser.found == ["script", "style", "onclick", "https://cdn.example/x.css"]


@pytest.mark.parametrize("address", ["/entrar/", "/saude", "/nada/"])
def test_the_content_security_policy_is_exactly_ours(client, db, address):
    sent = client.get(address)["Content-Security-Policy"]
    assert sorted(part.strip() for part in sent.split(";")) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "script-src 'self'",
        "style-src 'self'",
    ]
    assert "unsafe" not in sent


def test_liveness_needs_neither_login_nor_database(client):
    response = client.get("/saude")
    assert (response.status_code, response.content) == (200, b"ok")
    assert client.post("/saude").status_code == 405


def test_home_leads_to_the_queue(signed_in):
    assert signed_in.get("/")["Location"] == reverse("queue")


def test_home_is_not_for_outsiders(client):
    assert client.get("/")["Location"] == "/entrar/?next=/"


@pytest.mark.parametrize("address", ["/entrar/", "/saude", "/nada/"])
def test_every_answer_has_a_request_id_and_is_not_for_search_engines(client, db, address):
    first, second = client.get(address), client.get(address)
    assert re.fullmatch(r"[0-9a-f]{8}", first["X-Request-ID"])
    assert first["X-Request-ID"] != second["X-Request-ID"]
    assert first["X-Robots-Tag"] == "noindex, nofollow"


def views(patterns=None, prefix=""):
    for pattern in patterns if patterns is not None else get_resolver("backoffice.urls").url_patterns:
        if getattr(pattern, "namespace", None) == "admin":
            continue
        if hasattr(pattern, "url_patterns"):
            yield from views(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern.callback


def test_only_these_addresses_open_without_login():
    everything = dict(views())
    assert len(everything) > 15
    assert {path for path, view in everything.items() if not getattr(view, "login_required", True)} == {
        "saude",
        "entrar/",
        "entrar/de-novo/",
        "senha/esqueci/",
        "senha/esqueci/enviado/",
        "senha/nova/<uidb64>/<token>/",
        "senha/nova/pronta/",
        "admin/login/",
    }


# --- the frame ---


def test_the_navigation_shows_what_the_person_may_open(signed_in, rafael):
    page = signed_in.get("/amostra/").content.decode()
    assert reverse("queue") in page
    assert reverse("sync") not in page
    assert reverse("admin:index") not in page
    rafael.is_staff = rafael.is_superuser = True
    rafael.save()
    page = signed_in.get("/amostra/").content.decode()
    assert reverse("sync") in page
    assert reverse("admin:index") in page


def test_nothing_in_the_frame_warns_where_every_account_is_production(signed_in):
    page = signed_in.get("/amostra/").content.decode()
    assert "bo-environment" not in page
    assert "data-strip" not in page


def test_a_page_has_one_heading_its_landmarks_and_a_way_past_the_navigation(signed_in):
    page = signed_in.get("/amostra/").content.decode()
    assert page.count("<h1") == 1
    assert page.count("<main") == 1
    assert 'href="#main"' in page
    assert 'lang="pt-BR"' in page
    assert 'aria-live="polite"' in page
    assert 'role="alert"' in page


# --- preferences ---


@pytest.mark.parametrize("theme", ["", "light", "dark"])
def test_the_theme_is_kept_and_drawn_by_the_server(signed_in, rafael, theme):
    response = signed_in.post("/tema/", {"theme": theme, "next": "/amostra/"})
    assert response["Location"] == "/amostra/"
    rafael.refresh_from_db()
    assert rafael.theme == theme
    html = re.search(r"<html[^>]*>", signed_in.get("/amostra/").content.decode())[0]
    assert (f'data-theme="{theme}"' in html) is bool(theme)


def test_a_script_that_sets_the_theme_gets_no_page(signed_in):
    assert signed_in.post("/tema/", {"theme": "dark"}, HTTP_X_REQUESTED_WITH="backoffice").status_code == 204


def test_an_unknown_theme_is_refused(signed_in, rafael):
    assert signed_in.post("/tema/", {"theme": "solar"}).status_code == 400
    rafael.refresh_from_db()
    assert rafael.theme == ""


@pytest.mark.parametrize("address", ["/tema/", "/atalhos/"])
def test_a_preference_never_leads_to_another_site(signed_in, address):
    response = signed_in.post(address, {"theme": "dark", "next": "https://outro.example/"})
    assert response["Location"] == "/"


def test_single_keys_can_be_switched_off_and_on(signed_in, rafael):
    assert 'data-single-keys="on"' in signed_in.get("/amostra/").content.decode()
    signed_in.post("/atalhos/", {})
    page = signed_in.get("/amostra/").content.decode()
    assert 'data-single-keys="off"' in page
    assert "Atalhos de uma tecla desligados." in page
    signed_in.post("/atalhos/", {"enabled": "on"})
    assert 'data-single-keys="on"' in signed_in.get("/amostra/").content.decode()


@pytest.mark.parametrize("address", ["/tema/", "/atalhos/"])
def test_preferences_are_not_for_outsiders(client, address):
    assert client.post(address)["Location"].startswith("/entrar/")


# --- errors ---


def test_an_unknown_address_says_so_in_the_frame(signed_in):
    response = signed_in.get("/nada/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "Esta página não existe, ou você não tem acesso a ela." in page
    assert "bo-nav" in page
    assert response["X-Request-ID"] in page


def test_an_unknown_address_shows_no_navigation_to_an_outsider(client, db):
    page = client.get("/nada/").content.decode()
    assert "Página não encontrada" in page
    assert "bo-nav" not in page


def test_a_refusal_gives_its_reason(signed_in):
    assert "Peça à supervisão." in signed_in.get("/amostra/proibida/").content.decode()
    response = signed_in.get("/amostra/proibida-com-motivo/")
    assert response.status_code == 403
    assert "Só a supervisão reenvia." in response.content.decode()


def test_a_script_gets_the_words_of_an_error_and_no_page(signed_in):
    response = signed_in.get("/amostra/proibida-com-motivo/", HTTP_HX_REQUEST="true")
    assert (response.status_code, response.content.decode()) == (403, "Só a supervisão reenvia.")


def test_a_failure_is_told_without_its_detail_and_without_the_database(client, sample_pages, caplog):
    client.raise_request_exception = False
    response = client.get("/amostra/quebrada/")  # no `db` fixture: a query would fail the test
    page = response.content.decode()
    assert response.status_code == 500
    assert "O que estava salvo continua salvo." in page
    assert response["X-Request-ID"] in page
    assert "123.456.789-09" not in page
    assert inline(response) == []
    assert f"pedido {response['X-Request-ID']}: RuntimeError em amostra/quebrada/" in caplog.text


def test_a_form_without_its_token_is_refused_in_words(rafael, sample_pages):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(rafael)
    response = strict.post("/amostra/salvar/", {"text": "x"})
    assert response.status_code == 403
    assert "Esta tela ficou aberta tempo demais" in response.content.decode()
    rafael.refresh_from_db()
    assert rafael.first_name == "Rafael"


def test_cookies_are_for_this_site_only(client, rafael):
    client.post("/entrar/", {"username": "rafael.okuda", "password": "varanda-de-ipe-2026"})
    cookie = client.cookies[product.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert AuditEvent.objects.count() == 1


# --- forms ---


class Sample(forms.Form):
    name = forms.CharField(label="Nome", help_text="Como no documento")
    phone = forms.CharField(label="Telefone", required=False)
    text = forms.CharField(label="Texto", widget=forms.Textarea)
    uf = forms.ChoiceField(label="UF", choices=[("BA", "BA")])
    agree = forms.BooleanField(label="Concordo")


def test_a_field_has_its_label_above_and_its_help_and_error_below_and_named():
    drawn = Sample({}).as_div()
    assert '<label class="bo-label" for="id_name">Nome</label>' in drawn
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'id="id_name_helptext">Como no documento' in drawn
    assert 'id="id_name_error"' in drawn
    assert drawn.count("(opcional)") == 1
    for css in ("bo-input is-invalid", "bo-textarea is-invalid", "bo-select is-invalid", "bo-check is-invalid"):
        assert f'class="{css}"' in drawn
    assert "Este campo é obrigatório." in drawn


def test_a_summary_links_to_the_fields_only_when_more_than_three_are_wrong():
    many = render_to_string("forms/_errors.html", {"form": Sample({})})
    assert "4 campos precisam de atenção" in many
    assert '<a href="#id_name">Nome</a>' in many
    few = render_to_string("forms/_errors.html", {"form": Sample({"name": "x", "text": "x"})})
    assert few.strip() == ""

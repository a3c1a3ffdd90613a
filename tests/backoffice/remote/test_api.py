"""RemoteAPI against a real server: what is sent, what each reply and each failure means, what is logged."""

import logging
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from backoffice.remote.authorization import FixedAuthorization
from backoffice.remote.errors import (
    CredentialsRefused,
    RemoteError,
    RemoteRejected,
    RemoteUnavailable,
    RemoteUncertain,
)
from tests.fake_http import deaf_port, refused_port


def put(api, **parts):
    return api.write("POST", "/coisas/{code}", values={"code": "7"}, **parts)


def get(api, **parts):
    return api.read("GET", "/coisas/{code}", values={"code": "7"}, **parts)


class Renewable:
    """An Authorization that counts its renewals; what it raises is set by the test."""

    def __init__(self, failure: RemoteError | None = None) -> None:
        self.renewals = 0
        self.failure = failure

    def current(self):
        return {"Authorization": "Bearer token-velho"}

    def renewed(self, refused):
        assert refused == {"Authorization": "Bearer token-velho"}
        self.renewals += 1
        if self.failure:
            raise self.failure
        return {"Authorization": "Bearer token-novo"}


# -- what is sent ------------------------------------------------------------------------------------------


def test_a_write_sends_its_parts_and_returns_the_reply(server, make_api):
    server.reply(201, json={"ok": "sim"})
    api = make_api(base_url=server.url + "/base/", headers={"X-Key": "k"})
    reply = api.write(
        "POST",
        "/coisas/{code}",
        values={"code": "a/b ç"},
        query=[("q", "é"), ("q", "2")],
        headers={"X-Also": "1"},
        json={"texto": "ção", "anexos": []},
    )
    assert (reply.status, reply.json()) == (201, {"ok": "sim"})
    [sent] = server.requests
    assert (sent.method, sent.path) == ("POST", "/base/coisas/a%2Fb%20%C3%A7")
    assert sent.query == [("q", "é"), ("q", "2")]
    assert (sent.headers["X-Key"], sent.headers["X-Also"]) == ("k", "1")
    assert sent.headers["Host"] == f"127.0.0.1:{server.port}"
    assert sent.body == '{"texto":"ção","anexos":[]}'.encode()


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_value_that_would_bend_the_path_is_refused_before_any_call(server, api, value):
    with pytest.raises(ValueError, match="code is empty or dots only"):
        api.read("GET", "/coisas/{code}/x", values={"code": value})
    assert server.requests == []


@pytest.mark.parametrize(
    "base_url",
    ["http://api.exemplo.gov.br", "ftp://127.0.0.1", "https://", "https://a:b@exemplo.br", "https://x.br/?a=1", "x"],
)
def test_a_base_url_is_https_or_loopback_and_bare(make_api, base_url):
    with pytest.raises(ValueError, match="base URL"):
        make_api(base_url=base_url)


def test_cookies_are_not_kept(server, api):
    server.reply(headers={"Set-Cookie": "ARRAffinity=abc; Path=/"})
    server.reply()
    get(api)
    get(api)
    assert "Cookie" not in server.requests[1].headers


def test_proxies_and_netrc_of_the_environment_are_ignored(server, api, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{refused_port()}")
    server.reply()
    get(api)
    assert "Authorization" not in server.requests[0].headers


def test_reads_share_a_connection_and_each_write_has_its_own(server, api):
    for _ in range(4):
        server.reply()
    get(api), put(api), put(api), get(api)
    assert [sent.connection for sent in server.requests] == [1, 2, 3, 1]


# -- the table of meanings ---------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 204])
def test_any_2xx_is_returned(server, api, status):
    server.reply(status)
    assert put(api).status == status


@pytest.mark.parametrize("status", [400, 404, 409, 413, 422])
def test_other_4xx_is_rejected_with_their_words_and_code(server, api, status):
    server.reply(status, json={"code": 12, "message": "Prazo expirado"})
    with pytest.raises(RemoteRejected) as no:
        put(api)
    assert (no.value.status, no.value.code, no.value.words) == (status, "12", "Prazo expirado")


@pytest.mark.parametrize("body", [b"", b"<html>nope</html>", b"x" * 200_000])
def test_a_rejection_that_cannot_be_read_stays_a_rejection(server, api, body):
    server.reply(400, body)
    with pytest.raises(RemoteRejected, match="HTTP 400"):
        put(api)


def test_a_rejection_whose_body_breaks_off_stays_a_rejection(server, api):
    server.cut_short(status=400)
    with pytest.raises(RemoteRejected, match="HTTP 400"):
        put(api)


@pytest.mark.parametrize("status", [302, 304, 408, 500, 502, 503])
def test_408_5xx_and_redirects_leave_a_write_uncertain_and_unrepeated(server, api, slept, status):
    server.reply(status, headers={"Location": server.url + "/elsewhere"})
    with pytest.raises(RemoteUncertain, match=f"HTTP {status}"):
        put(api)
    assert len(server.requests) == 1
    assert slept == []


def test_a_server_error_shows_their_words_too(server, api):
    server.reply(500, json={"message": "Erro interno"})
    with pytest.raises(RemoteUncertain, match='HTTP 500 na comunicação com o serviço: "Erro interno"'):
        put(api)


def test_429_means_not_now_and_says_how_long(server, api):
    server.reply(429, headers={"Retry-After": "120"})
    with pytest.raises(RemoteUnavailable) as later:
        put(api)
    assert later.value.retry_after == 120
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), (" 7 ", 7), ("9" * 50, 86400), ("soon", None), ("-3", None), ("", None)],
)
def test_retry_after_in_seconds(server, api, header, seconds):
    server.reply(429, headers={"Retry-After": header})
    with pytest.raises(RemoteUnavailable) as later:
        put(api)
    assert later.value.retry_after == seconds


def test_retry_after_as_a_date(server, api):
    server.reply(429, headers={"Retry-After": format_datetime(datetime.now(UTC) + timedelta(minutes=2))})
    with pytest.raises(RemoteUnavailable) as later:
        put(api)
    assert 110 < later.value.retry_after <= 120


# -- never connected, or dropped after sending -------------------------------------------------------------


def test_a_refused_connection_is_unavailable(make_api):
    with pytest.raises(RemoteUnavailable, match="recusada.*Nada foi enviado"):
        put(make_api(base_url=f"http://127.0.0.1:{refused_port()}"))


def test_an_unknown_host_is_unavailable(make_api, monkeypatch):
    def unknown(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(RemoteUnavailable, match="endereço não foi encontrado"):
        put(make_api(base_url="https://portal.invalid"))


def test_a_connect_timeout_is_unavailable(make_api):
    with deaf_port() as port, pytest.raises(RemoteUnavailable, match="não houve resposta a tempo"):
        put(make_api(base_url=f"http://127.0.0.1:{port}", connect_timeout=0.1))


@pytest.mark.parametrize("fault", ["drop_before_reading", "never_read"])
def test_a_tls_handshake_that_fails_is_unavailable_for_no_request_has_left(server, make_api, fault):
    getattr(server, fault)()
    with pytest.raises(RemoteUnavailable, match="Nada foi enviado"):
        put(make_api(base_url=f"https://127.0.0.1:{server.port}", connect_timeout=0.2))


def test_a_peer_that_speaks_no_tls_is_unavailable(make_api):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        api = make_api(base_url=f"https://127.0.0.1:{listener.getsockname()[1]}", connect_timeout=1)

        def answer():
            peer, _ = listener.accept()
            with peer:
                peer.recv(1)
                peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                peer.recv(10_000)

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(RemoteUnavailable, match="conexão segura não foi aceita"):
            put(api)


@pytest.mark.parametrize("fault", ["drop_before_reading", "drop_after_reading", "cut_short"])
def test_a_connection_lost_after_it_opened_is_uncertain(server, api, fault):
    getattr(server, fault)()
    with pytest.raises(RemoteUncertain, match="caiu antes da resposta completa"):
        put(api, json={"texto": "x" * 100_000})


def test_a_read_timeout_is_uncertain(server, make_api):
    server.hang()
    with pytest.raises(RemoteUncertain, match="Sem resposta a tempo"):
        get(make_api(read_timeout=0.1, attempts=1))


def test_a_header_that_cannot_be_sent_is_unavailable_and_not_shown(server, api):
    for value in ("linha\nquebrada", "aspas “curvas”"):
        with pytest.raises(RemoteUnavailable, match="não pôde ser montado") as error:
            put(api, headers={"X-Key": value})
        assert value not in str(error.value)


def test_a_reply_longer_than_allowed_is_uncertain(server, make_api):
    server.reply(body=b"x" * 300_000)
    with pytest.raises(RemoteUncertain):
        put(make_api(max_body=100_000))


def test_errors_do_not_drag_the_address_along(make_api):
    with pytest.raises(RemoteUnavailable) as error:
        put(make_api(base_url=f"http://127.0.0.1:{refused_port()}"), query=[("cpf", "00100200344")])
    assert error.value.__context__ is None
    assert error.value.__cause__ is None
    assert "00100200344" not in repr(error.value)


# -- the wall limit ----------------------------------------------------------------------------------------

HEADERS_DRIP = b"HTTP/1.1 200 OK\r\nX-Slow:"
BODY_DRIP = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
ENDLESS_DRIP = b"HTTP/1.1 200 OK\r\n\r\n"


@pytest.mark.parametrize("start", [HEADERS_DRIP, BODY_DRIP, ENDLESS_DRIP])
def test_a_write_ends_at_its_limit_even_while_bytes_trickle_in(server, make_api, start):
    server.drip(start)
    started = time.monotonic()
    with pytest.raises(RemoteUncertain, match="Sem resposta completa em 0 s"):
        put(make_api(limit=0.3))
    assert 0.25 < time.monotonic() - started < 2


def test_a_silent_server_holds_a_write_no_longer_than_its_limit(server, make_api):
    server.hang()
    started = time.monotonic()
    with pytest.raises(RemoteUncertain):
        put(make_api(limit=0.3))
    assert 0.25 < time.monotonic() - started < 2


def test_a_server_that_does_not_read_holds_a_large_write_no_longer_than_its_limit(server, make_api):
    server.never_read()
    started = time.monotonic()
    with pytest.raises(RemoteUncertain):
        put(make_api(limit=0.3), json={"anexo": "x" * 30_000_000})
    assert 0.25 < time.monotonic() - started < 2


def test_sending_may_take_longer_than_connecting(server, make_api):
    """The library sends under its connect time-out, which would cut large attachments off."""
    server.slow_to_read(0.4)
    server.reply()
    put(make_api(connect_timeout=0.2), json={"anexo": "x" * 20_000_000})
    assert len(server.requests[0].body) > 20_000_000


def test_the_limit_covers_the_repeat_after_a_renewal(server, make_api):
    server.reply(401)
    server.hang()
    started = time.monotonic()
    with pytest.raises(RemoteUncertain):
        put(make_api(limit=0.3, authorization=Renewable()))
    assert time.monotonic() - started < 2


def test_a_call_made_for_the_token_ends_with_the_call_that_needed_it(server, make_api):
    class AsksTheServer(Renewable):
        def current(self):
            server.closing.wait(0.3)
            return {"Authorization": api.write("POST", "/token", authorized=False).json()}

    server.hang()
    api = make_api(limit=0.5, authorization=AsksTheServer())
    started = time.monotonic()
    with pytest.raises(RemoteUnavailable):
        put(api)
    assert time.monotonic() - started < 0.75  # not 0.3 + 0.5


def test_time_used_up_before_the_request_leaves_is_unavailable(server, make_api):
    class Slow(Renewable):
        def current(self):
            server.closing.wait(0.15)
            return {"Authorization": "Bearer t"}

    with pytest.raises(RemoteUnavailable, match="antes do envio"):
        put(make_api(limit=0.1, authorization=Slow()))
    assert server.requests == []


# -- reads are repeated ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        lambda server: server.reply(503),
        lambda server: server.reply(408),
        lambda server: server.reply(429),
        lambda server: server.drop_after_reading(),
        lambda server: server.drop_before_reading(),
        lambda server: server.cut_short(),
    ],
)
def test_a_read_is_repeated_with_growing_pauses(server, api, slept, fault):
    fault(server)
    fault(server)
    server.reply(json=[1])
    assert get(api).json() == [1]
    assert slept == [0.5, 1.0]


def test_a_read_gives_up_after_its_attempts(server, api, slept):
    for _ in range(3):
        server.reply(503)
    with pytest.raises(RemoteUncertain):
        get(api)
    assert len(server.requests) == 3
    assert len(slept) == 2


def test_pauses_are_jittered(server, make_api, slept):
    server.reply(503)
    server.reply()
    get(make_api(jitter=lambda: 1.0))
    assert slept == [0.75]


@pytest.mark.parametrize("status", [429, 503])
def test_a_read_waits_as_long_as_retry_after_says(server, api, slept, status):
    server.reply(status, headers={"Retry-After": "9"})
    server.reply()
    get(api)
    assert slept == [9]


def test_a_read_told_to_wait_long_gives_up_at_once_and_says_how_long(server, api, slept):
    server.reply(429, headers={"Retry-After": "600"})
    with pytest.raises(RemoteUnavailable) as later:
        get(api)
    assert later.value.retry_after == 600
    assert slept == []


def test_a_read_does_not_wait_past_its_limit(server, make_api, slept):
    server.reply(503)
    with pytest.raises(RemoteUncertain):
        get(make_api(limit=0.4))
    assert slept == []


@pytest.mark.parametrize("status", [400, 404])
def test_a_rejected_read_is_not_repeated(server, api, slept, status):
    server.reply(status)
    with pytest.raises(RemoteRejected):
        get(api)
    assert slept == []


# -- who is calling ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", [get, put])
@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_token_is_renewed_once_and_the_call_repeated(server, make_api, call, status):
    server.reply(status)
    server.reply(json="ok")
    authorization = Renewable()
    assert call(make_api(authorization=authorization)).json() == "ok"
    assert authorization.renewals == 1
    assert [sent.headers["Authorization"] for sent in server.requests] == ["Bearer token-velho", "Bearer token-novo"]


def test_the_repeat_of_a_write_has_its_own_connection(server, make_api):
    server.reply(401)
    server.reply()
    put(make_api(authorization=Renewable()))
    assert [sent.connection for sent in server.requests] == [1, 2]


@pytest.mark.parametrize("call", [get, put])
def test_still_401_means_the_credentials_are_refused(server, make_api, call, slept):
    server.reply(403)
    server.reply(401, json={"message": "Token inválido"})
    with pytest.raises(CredentialsRefused, match="Token inválido"):
        call(make_api(authorization=Renewable()))
    assert slept == []


def test_still_403_is_a_rejection_with_their_words(server, make_api):
    server.reply(401)
    server.reply(403, json={"code": 9, "message": "CPF 001.002.003-44 sem permissão"})
    with pytest.raises(RemoteRejected) as no:
        put(make_api(authorization=Renewable()))
    assert (no.value.status, no.value.words) == (403, "CPF *** sem permissão")


@pytest.mark.parametrize(
    ("failure", "raised"),
    [
        (RemoteUncertain("token perdido"), RemoteUnavailable),
        (RemoteUnavailable("fora"), RemoteUnavailable),
        (RemoteRejected(400, "", "segredo inválido"), CredentialsRefused),
        (CredentialsRefused("não"), CredentialsRefused),
    ],
)
def test_a_renewal_that_fails_never_makes_the_write_uncertain(server, make_api, failure, raised):
    server.reply(401)
    with pytest.raises(RemoteError) as error:
        put(make_api(authorization=Renewable(failure)))
    assert type(error.value) is raised
    assert error.value.words == failure.words
    assert len(server.requests) == 1


def test_a_fixed_key_has_nothing_to_renew(server, make_api):
    api = make_api(authorization=FixedAuthorization({"X-Api-Key": "chave-fixa"}))
    server.reply(401)
    with pytest.raises(CredentialsRefused, match="HTTP 401"):
        put(api)
    server.reply(403)
    with pytest.raises(RemoteRejected):
        put(api)
    assert [sent.headers["X-Api-Key"] for sent in server.requests] == ["chave-fixa"] * 2


def test_a_service_may_say_403_for_a_refused_key(server, make_api):
    refused = lambda reply: reply.status in (401, 403)  # noqa: E731
    api = make_api(authorization=FixedAuthorization({"X-Api-Key": "k"}), refuses_account=refused)
    server.reply(403)
    with pytest.raises(CredentialsRefused):
        put(api)


def test_a_service_may_ask_for_a_new_token_by_a_code_of_its_own(server, make_api):
    server.reply(400, json={"message": "GTW-008: Token não válido"})
    server.reply(json="ok")
    authorization = Renewable()
    api = make_api(authorization=authorization, wants_new_token=lambda reply: b"GTW-" in reply.body)
    assert put(api).json() == "ok"
    assert authorization.renewals == 1


# -- what is logged ----------------------------------------------------------------------------------------


def test_one_line_a_call_with_method_template_status_and_time_and_nothing_else(server, make_api, caplog):
    caplog.set_level(logging.DEBUG)
    server.reply(200, json={"nome": "Maria"}, headers={"X-Reply": "do-servidor"})
    api = make_api(authorization=FixedAuthorization({"Authorization": "Bearer token-secreto"}))
    put(api, query=[("cpfAutorizado", "00100200344")], headers={"cpf": "00100200344"}, json={"texto": "olá"})
    [line] = [record.getMessage() for record in caplog.records]
    method, template, status, milliseconds, unit = line.split()
    assert (method, template, status, unit) == ("POST", "/coisas/{code}", "200", "ms")
    assert int(milliseconds) >= 0


def test_the_librarys_own_warnings_do_not_print_the_address(server, api, caplog):
    caplog.set_level(logging.DEBUG)
    server.drip(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nthis is no header\r\n\r\n")
    put(api, query=[("cpf", "00100200344")])
    assert [record.name for record in caplog.records] == ["backoffice.remote"]


def test_failures_are_logged_as_one_word(server, make_api, caplog):
    caplog.set_level(logging.DEBUG)
    server.reply(503)
    server.drop_after_reading()
    server.hang()
    with pytest.raises(RemoteUncertain):
        get(make_api(read_timeout=0.1), query=[("cpf", "00100200344")])
    assert [record.getMessage().split()[2] for record in caplog.records] == ["503", "dropped", "timed-out"]


def test_their_words_never_show_our_token_or_secrets(server, make_api):
    api = make_api(
        authorization=FixedAuthorization({"Authorization": "Bearer token-secreto"}), secrets=("senha-da-conta",)
    )
    server.reply(400, json={"message": "token-secreto e senha-da-conta não conferem"})
    with pytest.raises(RemoteRejected) as no:
        put(api)
    assert no.value.words == "*** e *** não conferem"

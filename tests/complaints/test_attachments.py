"""Files of a complaint: asked of the portal once, shown as pictures, downloaded as inert bytes."""

import io

import pypdfium2
import pytest
from django.urls import reverse
from PIL import Image

from backoffice import access
from backoffice.audit import AuditEvent
from backoffice.files import StoredFile, store
from complaints.models import Attachment
from complaints.services import attachments
from tests.complaints.factories import make_account, make_attachment, make_complaint, make_movement, make_person
from tests.complaints.portal import agent_of, answerable, connect

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def png(size=(60, 40)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, "PNG")
    return written.getvalue()


def pdf_of_two() -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(2):
        document.new_page(595, 842)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


PDF_OF_TWO = pdf_of_two()


def attached(content: bytes | None = None, name: str = "foto.png", **fields) -> Attachment:
    """An attachment, already fetched when there is content."""
    complaint = make_complaint()
    stored = store(name=name, content=content) if content is not None else None
    return make_attachment(make_movement(complaint), name, stored=stored, **fields)


def colleague(attachment: Attachment):
    return make_person(accounts=[attachment.movement.complaint.account])


@pytest.fixture
def login(client):
    def as_colleague(attachment):
        client.force_login(colleague(attachment))
        return client

    return as_colleague


def url(name: str, attachment: Attachment, *more) -> str:
    return reverse(name, args=[attachment.pk, *more])


def events(action=AuditEvent.Action.FILE_DOWNLOADED):
    return AuditEvent.objects.filter(action=action)


# --- Who may ------------------------------------------------------------------------------------------------

READS = [("attachment", ()), ("attachment_preview", ()), ("attachment_page", (1,)), ("attachment_thumbnail", ())]


@pytest.mark.parametrize(("name", "more"), READS)
def test_a_person_of_another_account_finds_no_file(client, name, more):
    attachment = attached(png())
    client.force_login(make_person(accounts=[make_account()]))
    assert client.get(url(name, attachment, *more)).status_code == 404
    assert not events().exists()


def test_a_person_of_another_account_cannot_have_it_fetched(client):
    attachment = attached()
    client.force_login(make_person(accounts=[make_account()]))
    assert client.post(url("attachment_fetch", attachment)).status_code == 404


@pytest.mark.parametrize(("name", "more"), READS)
def test_a_person_without_a_role_is_refused(client, name, more):
    attachment = attached(png())
    client.force_login(make_person(None, accounts=[attachment.movement.complaint.account]))
    assert client.get(url(name, attachment, *more)).status_code == 403


@pytest.mark.parametrize(("name", "more"), READS)
def test_reading_takes_no_post_and_a_file_that_is_not_there_is_not_found(login, name, more):
    attachment = attached(png())
    client = login(attachment)
    assert client.post(url(name, attachment, *more)).status_code == 405
    attachment.delete()
    assert client.get(reverse(name, args=[999_999, *more])).status_code == 404


def test_fetching_takes_no_get(login):
    attachment = attached()
    assert login(attachment).get(url("attachment_fetch", attachment)).status_code == 405


# --- Download -----------------------------------------------------------------------------------------------


def test_download_is_inert_private_named_and_recorded(login):
    content = png()
    attachment = attached(content, "laudo assistência (1) «ção».png")
    client = login(attachment)
    response = client.get(url("attachment", attachment))
    assert b"".join(response.streaming_content) == content
    assert response["Content-Type"] == "image/png"
    assert response["Content-Length"] == str(len(content))
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''laudo%20assist%C3%AAncia%20%281%29%20%C2%AB%C3%A7%C3%A3o%C2%BB.png"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in response["Cache-Control"]
    assert "private" in response["Cache-Control"]
    event = events().get()
    assert event.protocol == attachment.movement.complaint.protocol
    assert event.detail == {"how": "download"}
    assert "laudo" not in event.subject


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("fatura.pdf", b"<!doctype html><html><script>alert(1)</script></html>"),
        ("desenho.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("nota.xml", b'<?xml version="1.0"?><x xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></x>'),
        ("foto.png.html", b"<script>alert(1)</script>"),
    ],
)
def test_active_content_is_neither_shown_nor_named_as_what_it_is(login, name, content):
    attachment = attached(content, name)
    client = login(attachment)
    response = client.get(url("attachment", attachment))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    panel = client.get(url("attachment_preview", attachment)).content.decode()
    assert "Sem prévia, baixe o arquivo." in panel
    assert "alert(1)" not in panel
    assert "<img" not in panel
    assert client.get(url("attachment_page", attachment, 1)).status_code == 404
    assert client.get(url("attachment_thumbnail", attachment)).status_code == 404


def test_a_name_that_lies_about_its_end_or_place_is_cleaned_for_the_download(login):
    attachment = attached(b"MZ", "../../etc/foto\u202egnp.exe\r\nX-Evil: 1")
    response = login(attachment).get(url("attachment", attachment))
    assert "X-Evil" not in response.headers
    assert ".." not in response["Content-Disposition"]
    assert "%E2%80%AE" not in response["Content-Disposition"].upper()


# --- Preview ------------------------------------------------------------------------------------------------


def test_preview_shows_our_picture_and_is_recorded(login):
    attachment = attached(png())
    client = login(attachment)
    panel = client.get(url("attachment_preview", attachment), headers=HTMX)
    html = panel.content.decode()
    assert url("attachment_page", attachment, 1) in html
    assert "<html" not in html
    assert events().get().detail == {"how": "preview"}
    picture = client.get(url("attachment_page", attachment, 1))
    content = b"".join(picture.streaming_content)
    assert Image.open(io.BytesIO(content)).size == (60, 40)
    assert picture["Content-Type"] == "image/webp"
    assert picture["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in picture["Cache-Control"]


def test_preview_is_a_page_of_its_own_without_script(login):
    attachment = attached(png())
    html = login(attachment).get(url("attachment_preview", attachment)).content.decode()
    assert "<html" in html
    assert reverse("complaint", args=[attachment.movement.complaint.protocol]) in html


def test_turning_pages_keeps_the_panel_or_the_page_it_stands_on(login):
    attachment = attached(PDF_OF_TWO, "laudo.pdf")
    client = login(attachment)
    address = url("attachment_preview", attachment)
    inside = HTMX | {"HX-Target": "attachment-content"}
    over = client.get(address, {"pagina": 2}, headers=inside | {"HX-Current-URL": "http://testserver/reclamacoes/1/"})
    assert "<dialog" not in over.content.decode()
    assert "Página 2 de 2" in over.content.decode()
    assert "Fechar" in over.content.decode()
    alone = client.get(address, {"pagina": 2}, headers=inside | {"HX-Current-URL": f"http://testserver{address}"})
    assert "Voltar à reclamação" in alone.content.decode()
    assert events().count() == 2


@pytest.mark.parametrize("page", ["2", "0", "-1", "x", "²", "99999"])
def test_a_page_that_is_not_there_is_not_found(login, page):
    attachment = attached(png())
    assert login(attachment).get(url("attachment_preview", attachment), {"pagina": page}).status_code == 404


def test_a_size_other_than_announced_is_told(login):
    content = png()
    different = attached(content, announced_size=879_394)
    assert (
        f"879394 bytes) e mandou {len(content)} B"
        in login(different).get(url("attachment_preview", different)).content.decode()
    )
    for same in (attached(content, announced_size=len(content)), attached(content, announced_size=None)):
        assert "anunciou" not in login(same).get(url("attachment_preview", same)).content.decode()


def test_a_file_still_at_the_portal_is_asked_for_only_on_purpose(login, sandbox):
    sandbox.clear_calls()
    attachment = attached(announced_size=2048)
    client = login(attachment)
    response = client.get(url("attachment", attachment))
    assert response.status_code == 302
    assert response.url == url("attachment_preview", attachment)
    html = client.get(response.url).content.decode()
    assert url("attachment_fetch", attachment) in html
    assert "2 kB, segundo o portal" in html
    assert client.get(url("attachment_page", attachment, 1)).status_code == 404
    assert sandbox.calls() == []
    assert not events().exists()


# --- From the portal, over HTTP -----------------------------------------------------------------------------


@pytest.fixture
def portal_attachment(sandbox):
    account = connect(sandbox)
    complaint = answerable(sandbox, account, files={"foto da tela.png": png()})
    sandbox.clear_calls()
    return Attachment.objects.get(movement__complaint=complaint)


def test_fetch_keeps_the_bytes_and_asks_the_portal_once(sandbox, portal_attachment):
    person = agent_of(portal_attachment.movement.complaint.account)
    stored = attachments.fetch(attachment=portal_attachment, by=person)
    assert stored.read() == png()
    assert (stored.name, stored.content_type, stored.by) == ("foto da tela.png", "image/png", person)
    assert attachments.fetch(attachment=portal_attachment, by=person) == stored
    assert len(sandbox.calls("attachment")) == 1
    portal_attachment.refresh_from_db()
    assert portal_attachment.fetched_at is not None


def test_a_file_lost_from_the_disk_is_asked_for_again(client, sandbox, portal_attachment):
    stored = attachments.fetch(attachment=portal_attachment, by=None)
    stored.content.storage.delete(stored.content.name)
    client.force_login(make_person(accounts=[portal_attachment.movement.complaint.account]))
    assert client.get(reverse("attachment", args=[portal_attachment.pk])).status_code == 302
    again = attachments.fetch(attachment=portal_attachment, by=None)
    assert again.pk != stored.pk
    assert again.sha256 == stored.sha256


def test_the_second_of_two_at_once_gets_the_first_ones_file_and_leaves_none_behind(
    portal_attachment, monkeypatch, settings
):
    person = agent_of(portal_attachment.movement.complaint.account)
    first = store(name="foto da tela.png", content=png())
    really_store = attachments.files.store

    def slowly(**given):
        # Between our call to the portal and our writing, a colleague's request finished.
        Attachment.objects.filter(pk=portal_attachment.pk).update(stored=first)
        return really_store(**given)

    monkeypatch.setattr(attachments.files, "store", slowly)
    assert attachments.fetch(attachment=portal_attachment, by=person) == first
    assert list(StoredFile.objects.all()) == [first]
    kept = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert len(kept) == 1


def test_fetching_through_the_page_shows_the_picture_and_mends_the_tile(client, portal_attachment):
    client.force_login(agent_of(portal_attachment.movement.complaint.account))
    html = client.post(url("attachment_fetch", portal_attachment), headers=HTMX).content.decode()
    assert url("attachment_page", portal_attachment, 1) in html
    assert f'id="anexo-{portal_attachment.pk}-corpo" hx-swap-oob="true"' in html
    assert url("attachment_thumbnail", portal_attachment) in html
    response = client.post(url("attachment_fetch", portal_attachment))
    assert response.url == url("attachment_preview", portal_attachment)


@pytest.mark.parametrize("fault", ["refused", "forbidden", "broken_json"])
def test_a_failure_is_told_with_a_way_to_try_again_and_keeps_nothing(client, sandbox, portal_attachment, fault):
    client.force_login(agent_of(portal_attachment.movement.complaint.account))
    sandbox.fault(fault, "attachment", times=None)
    response = client.post(url("attachment_fetch", portal_attachment), headers=HTMX)
    html = response.content.decode()
    assert response.status_code == 200
    assert "Não deu para buscar o anexo:" in html
    whole = client.post(url("attachment_fetch", portal_attachment)).content.decode()
    assert "Não deu para buscar o anexo:" in whole
    assert '<dialog class="bo-dialog bo-attachment" id="attachment" open' in whole
    assert "Tentar de novo" in html
    assert 'hx-trigger="load' not in html
    assert not StoredFile.objects.exists()
    sandbox.clear_faults()
    assert "<img" in client.post(url("attachment_fetch", portal_attachment), headers=HTMX).content.decode()


def test_an_account_that_may_not_speak_says_so(client, portal_attachment):
    account = portal_attachment.movement.complaint.account
    account.is_active = False
    account.save(update_fields=["is_active"])
    client.force_login(agent_of(account))
    html = client.post(url("attachment_fetch", portal_attachment), headers=HTMX).content.decode()
    assert "Varanda Celulares está inativa." in html


def test_an_attachment_without_a_code_says_why_it_cannot_be_fetched():
    attachment = attached(code="?1")
    with pytest.raises(attachments.FetchFailed, match="não deu código"):
        attachments.fetch(attachment=attachment, by=make_person(access.AGENT))

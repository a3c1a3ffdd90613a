"""axe finds nothing, on every page, in both themes, wide and narrow."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from backoffice import access
from backoffice.outbox import State
from complaints.models import Complaint, SubmissionEvent
from complaints.models.submission import Kind
from complaints.services import drafts
from tests.browser.conftest import PDF, log_in
from tests.complaints.factories import make_complaint, make_movement, make_person
from tests.complaints.test_submission_views import make_submission

WIDE, NARROW = {"width": 1366, "height": 900}, {"width": 390, "height": 844}
THEMES = [("light", WIDE), ("dark", WIDE), ("light", NARROW), ("dark", NARROW)]


@pytest.fixture
def pages(account, agent, complaint) -> dict[str, str]:
    """Every page of the product in a telling state, by name."""
    drafts.save_draft(
        complaint=complaint, kind=Kind.ANSWER, by=agent, text="Prezada Ivonete, ligue (83) 98841-2217.", base_revision=0
    )
    drafts.save_draft(complaint=complaint, kind=Kind.ANSWER, by=agent, text="Outra versão", base_revision=0, tab="b")
    drafts.add_file(complaint=complaint, kind=Kind.ANSWER, by=agent, name="nota.pdf", content=PDF)
    doubtful = make_complaint(account)
    make_movement(doubtful, code=2, side="company", meaning="answer")
    in_doubt = make_submission(doubtful, agent, State.UNCERTAIN, needs_person=True)
    absent = make_submission(make_complaint(account), agent, State.ABSENT, needs_person=True, readings=3)
    for kind in (SubmissionEvent.Kind.UNCERTAIN, SubmissionEvent.Kind.ABSENT):
        absent.events.create(at=timezone.now(), kind=kind, facts={"movement_count": 3})
    stopped = make_submission(make_complaint(account), agent, State.STOPPED)
    news = make_movement(stopped.complaint, code=2)
    difference = {"movements": [news.code], "situation_seen": "Em Aberto", "situation_now": "Em Análise pelo Gestor"}
    stopped.events.create(at=timezone.now(), kind=SubmissionEvent.Kind.STOPPED, facts=difference)
    sent = make_submission(make_complaint(account), agent, State.SENT, movement_code=4)
    return {
        "queue": reverse("queue"),
        "queue, every filter": reverse("queue_filters"),
        "queue, empty": reverse("queue") + "?prazo=vencida",
        "complaint": reverse("complaint", args=[complaint.protocol]),
        "answer": reverse("answer", args=[complaint.protocol]),
        "discard": reverse("answer_discard", args=[complaint.protocol]),
        "submissions": reverse("submissions"),
        "submission in doubt": reverse("submission", args=[in_doubt.pk]),
        "submission absent": reverse("submission", args=[absent.pk]),
        "submission stopped": reverse("submission", args=[stopped.pk]),
        "submission sent": reverse("submission", args=[sent.pk]),
        "readings": reverse("sync"),
        "password": reverse("password_change"),
        "no such page": "/nao-existe/",
    }


@pytest.mark.parametrize(("theme", "size"), THEMES)
def test_axe_finds_nothing(page: Page, live_server, account, pages, theme, size):
    supervisor = make_person(access.SUPERVISOR, accounts=[account], username="helena")
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=theme)
    log_in(page, live_server.url, supervisor.username)
    found = {}
    for name, address in pages.items():
        page.goto(live_server.url + address)
        violations = findings(page)
        if violations:
            found[name] = violations
    assert found == {}


def test_axe_finds_nothing_on_the_confirmation(desk: Page, live_server, complaint):
    desk.goto(live_server.url + reverse("answer", args=[complaint.protocol]))
    desk.get_by_label("Texto da resposta").fill("Devolvemos o valor.")
    desk.get_by_role("button", name="Enviar resposta").click()
    desk.get_by_role("dialog").get_by_role("heading").wait_for()
    assert findings(desk) == []


@pytest.mark.parametrize(("theme", "size"), THEMES)
def test_axe_finds_nothing_beside_a_changed_complaint(desk: Page, live_server, complaint, theme, size):
    desk.set_viewport_size(size)
    desk.emulate_media(color_scheme=theme)
    desk.goto(live_server.url + reverse("answer", args=[complaint.protocol]))
    text = desk.get_by_label("Texto da resposta")
    text.fill("Devolvemos o valor.")
    code = complaint.last_movement_code + 1
    make_movement(complaint, code=code)
    Complaint.objects.filter(pk=complaint.pk).update(last_movement_code=code)
    text.press("Control+Enter")
    heading = desk.get_by_role("heading", name="A reclamação mudou enquanto você escrevia")
    expect(heading).to_be_focused()
    expect(heading).to_be_in_viewport()
    assert findings(desk) == []
    assert desk.evaluate("document.documentElement.scrollWidth") <= size["width"]


def findings(page: Page) -> list[str]:
    """What axe objects to, each with the first place it found it in."""
    return [
        f"{violation['id']}: {violation['nodes'][0]['html'][:160]}"
        for violation in Axe().run(page).response["violations"]
    ]

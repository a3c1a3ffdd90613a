"""A real browser on a real server: people log in, a worker process runs beside, the portal is the sandbox."""

import signal
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from complaints.models import Complaint
from tests.complaints.factories import make_person
from tests.complaints.portal import answerable, connect
from tests.complaints.worker import ROOT, environment

PASSWORD = "senha-de-teste"
TEXT = "Prezada consumidora,\n\nDevolvemos o valor integral em até duas faturas.\n\nAtenciosamente,\nEquipe Varanda"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)

expect.set_options(timeout=10_000)


@pytest.fixture
def account(transactional_db, sandbox):
    return connect(sandbox)


@pytest.fixture
def agent(account):
    return make_person(accounts=[account], username="rafael", first_name="Rafael", last_name="Okuda")


@pytest.fixture
def complaint(sandbox, account) -> Complaint:
    return answerable(
        sandbox, account, name="Ivonete Ferraz Lima", text="Comprei um celular e a tela tem linhas verdes."
    )


@pytest.fixture
def problems(page: Page):
    """What the browser itself complained of: script errors and refused resources. Empty at the end of a test."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if message.type == "error" else None)
    return found


@pytest.fixture
def desk(page: Page, live_server, agent, problems) -> Page:
    """The agent's browser, logged in, at the queue."""
    page.set_viewport_size({"width": 1366, "height": 900})
    log_in(page, live_server.url, agent.username)
    return page


def log_in(page: Page, address: str, username: str) -> None:
    page.goto(f"{address}/")
    page.get_by_label("Usuário").fill(username)
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("heading", name="Fila", level=1)).to_be_visible()


@pytest.fixture
def worker(live_server):
    """The task cluster as in production: its own processes, over the same database."""
    cluster = subprocess.Popen(  # noqa: S603
        [sys.executable, "manage.py", "qcluster"],
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    yield cluster
    cluster.send_signal(signal.SIGTERM)
    try:
        cluster.wait(timeout=20)
    except subprocess.TimeoutExpired:
        cluster.kill()
        cluster.wait()

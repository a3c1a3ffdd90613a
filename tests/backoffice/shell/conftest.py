"""What the tests of the shell share: two people, and pages of their own to try it on."""

from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

PASSWORD = "varanda-de-ipe-2026"
SAMPLES = Path(__file__).resolve().parent / "templates"


@pytest.fixture
def rafael(db):
    return get_user_model().objects.create_user(
        "rafael.okuda", "rafael@varanda.example", PASSWORD, first_name="Rafael", last_name="Okuda"
    )


@pytest.fixture
def marina(db):
    return get_user_model().objects.create_user("marina.tavares", "marina@varanda.example", PASSWORD)


@pytest.fixture
def sample_pages(settings):
    settings.ROOT_URLCONF = "tests.backoffice.shell.pages"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], SAMPLES]}]


@pytest.fixture
def signed_in(client, rafael, sample_pages):
    client.force_login(rafael)
    return client

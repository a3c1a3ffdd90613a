"""A missing or wrong variable stops the start with its name and the remedy."""

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).parents[2]
GOOD = {
    "SECRET_KEY": "abcdefghij" * 6,
    "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "ENV_FILE": "",
    "DEBUG": "0",
    "PUBLIC_URL": "https://sac.example.com.br",
    "ALLOWED_HOSTS": "sac.example.com.br",
    "TRUSTED_PROXIES": "1",
    "DATABASE_URL": "postgres://sac:senha@127.0.0.1:5432/sac",
    "EMAIL_URL": "smtp+tls://sac:senha@mail.example.com.br:587",
}


def load(monkeypatch, **changed: str) -> dict:
    """The settings module run from its source with this environment."""
    monkeypatch.setattr(os, "environ", {})
    monkeypatch.setattr("environ.Env.ENVIRON", {**GOOD, **changed})
    return runpy.run_path(str(ROOT / "backoffice/settings.py"))


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("SECRET_KEY", "", "token_urlsafe"),
        ("FIELD_ENCRYPTION_KEYS", "", "Fernet.generate_key"),
        ("FIELD_ENCRYPTION_KEYS", "short", "Fernet.generate_key"),
        ("FIELD_ENCRYPTION_KEYS", ",", "Fernet.generate_key"),
        ("DEBUG", "maybe", "DEBUG=1 ou DEBUG=0"),
        ("PUBLIC_URL", "sac.example.com.br", "https://"),
        ("PORT", "eight", "PORT=8000"),
        ("PORT", "0", "PORT=8000"),
        ("TRUSTED_PROXIES", "-1", "TRUSTED_PROXIES=0"),
        ("DATABASE_URL", "mysql://root@127.0.0.1/sac", "postgres://"),
        ("DATABASE_URL", "not an address", "postgres://"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL=INFO"),
        ("EMAIL_URL", "pigeon://sac", "smtp+tls://"),
        ("SESSION_IDLE_MINUTES", "0", "SESSION_IDLE_MINUTES=60"),
        ("SESSION_HOURS", "twelve", "SESSION_HOURS=12"),
        ("ANSWER_MAX_CHARACTERS", "0", "ANSWER_MAX_CHARACTERS=3000"),
        ("ATTACHMENT_MAX_FILES", "-1", "ATTACHMENT_MAX_FILES=5"),
        ("ATTACHMENT_MAX_BYTES", "2 MB", "ATTACHMENT_MAX_BYTES=2097152"),
        ("SEND_WALL_SECONDS", "1", "SEND_WALL_SECONDS=90"),
        ("SEND_WALL_SECONDS", "500", "120"),
        ("SETTLE_READINGS", "0", "SETTLE_READINGS=3"),
        ("SETTLE_MINUTES", "an hour", "SETTLE_MINUTES=60"),
        ("SYNC_HISTORY_MONTHS", "0", "SYNC_HISTORY_MONTHS=12"),
        ("SYNC_EVERY_MINUTES", "0", "SYNC_EVERY_MINUTES=10"),
    ],
)
def test_a_wrong_variable_is_named_with_its_remedy(monkeypatch, name, value, remedy):
    with pytest.raises(ImproperlyConfigured) as refusal:
        load(monkeypatch, **{name: value})
    assert name in str(refusal.value)
    assert remedy in str(refusal.value)


def test_a_wrong_key_is_not_repeated_in_the_message(monkeypatch):
    with pytest.raises(ImproperlyConfigured) as refusal:
        load(monkeypatch, FIELD_ENCRYPTION_KEYS="almost-a-secret")
    assert "almost-a-secret" not in str(refusal.value)


def test_an_https_address_makes_everything_secure(monkeypatch):
    settings = load(monkeypatch)
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["CSRF_COOKIE_SECURE"]
    assert settings["SECURE_SSL_REDIRECT"]
    assert settings["SECURE_HSTS_SECONDS"] > 0
    assert settings["SESSION_COOKIE_NAME"].startswith("__Host-")
    assert settings["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert settings["CSRF_TRUSTED_ORIGINS"] == ["https://sac.example.com.br"]


def test_sqlite_waits_its_turn_and_holds_foreign_keys(monkeypatch):
    database = load(monkeypatch, DATABASE_URL="sqlite:////srv/sac.sqlite3")["DATABASES"]["default"]
    assert database["NAME"] == "/srv/sac.sqlite3"
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert "foreign_keys=ON" in database["OPTIONS"]["init_command"]


def run_manage(*arguments: str, **changed: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "backoffice.settings", **GOOD, **changed},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_deploy_check_is_clean_with_production_settings():
    result = run_manage("check", "--deploy", "--fail-level", "DEBUG")
    assert result.returncode == 0, result.stderr
    assert "0 silenced" in result.stdout


def test_the_deploy_check_warns_where_mail_goes_nowhere_and_the_proxy_is_unknown():
    result = run_manage("check", "--deploy", "--fail-level", "WARNING", EMAIL_URL="consolemail://", TRUSTED_PROXIES="0")
    assert result.returncode == 1
    assert "backoffice.W001" in result.stderr
    assert "backoffice.W002" in result.stderr


def test_debug_on_a_public_address_is_an_error():
    result = run_manage("check", DEBUG="1")
    assert result.returncode == 1
    assert "backoffice.E001" in result.stderr


def test_a_missing_variable_stops_a_command_with_its_name():
    result = run_manage("migrate", SECRET_KEY="")
    assert result.returncode != 0
    assert "Falta a variável SECRET_KEY" in result.stderr.splitlines()[-1]

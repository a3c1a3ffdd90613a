"""An account at a remote service: where it is, with which secrets, and how it has been answering."""

import ipaddress
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models

from backoffice import installation

# The addresses backoffice.remote speaks plain http to.
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class RemoteAccount(models.Model):
    """What every account has. Children add their secrets as EncryptedTextFields and name them in `SECRETS`, and
    in `CREDENTIALS` everything that proves who is calling."""

    class Environment(models.TextChoices):
        PRODUCTION = "production", "Produção"
        TRAINING = "training", "Treinamento"
        OTHER = "other", "Outro"

    SECRETS: tuple[str, ...] = ()
    CREDENTIALS: tuple[str, ...] = ()
    # Addresses of the documented environments, by Environment value.
    BASE_URLS: dict[str, str] = {}

    name = models.CharField("nome", max_length=80, unique=True)
    environment = models.CharField("ambiente", max_length=12, choices=Environment, default=Environment.TRAINING)
    base_url = models.URLField(
        "endereço próprio", blank=True, default="", help_text="Só para o ambiente «Outro»; https."
    )
    is_active = models.BooleanField("ativa", default=False)
    paused_at = models.DateTimeField("pausada em", null=True, blank=True, editable=False)
    paused_words = models.CharField("por que parou", max_length=300, blank=True, default="", editable=False)
    last_success_at = models.DateTimeField("último sucesso", null=True, blank=True, editable=False)
    last_failure_at = models.DateTimeField("última falha", null=True, blank=True, editable=False)
    last_failure_words = models.CharField("palavras da falha", max_length=300, blank=True, default="", editable=False)
    # Of the first failure since the last success.
    failing_since = models.DateTimeField("falhando desde", null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def is_production(self) -> bool:
        return self.environment == self.Environment.PRODUCTION

    @property
    def is_down(self) -> bool:
        """The last thing we know is a failure."""
        return bool(self.last_failure_at and (not self.last_success_at or self.last_failure_at > self.last_success_at))

    @property
    def down_since(self):
        """Since when there have been only failures; None while the last call went well."""
        return (self.failing_since or self.last_failure_at) if self.is_down else None

    @property
    def is_in_use(self) -> bool:
        """A person switched it on, and no refused credentials have stopped it."""
        return self.is_active and not self.paused_at

    @property
    def address(self) -> str:
        """Base URL of the environment, without a trailing slash."""
        return (self.BASE_URLS.get(self.environment) or self.base_url).rstrip("/")

    def clean(self):
        super().clean()
        errors = self.problems()
        if errors:
            raise ValidationError(errors)

    def problems(self) -> dict[str, str]:
        """What is wrong with this row, by field. Children add theirs."""
        errors = {}
        if self.environment == self.Environment.OTHER:
            problem = address_problem(self.base_url, loopback_allowed=installation.is_demo())
            if problem:
                errors["base_url"] = problem
        elif self.base_url:
            errors["base_url"] = "O endereço é o do ambiente escolhido. Deixe em branco ou escolha «Outro»."
        if self.is_active and self.points_to_production() and installation.is_demo():
            errors["is_active"] = "Este é o banco de demonstração: uma conta de produção não pode ser ativada aqui."
        return errors

    def points_to_production(self) -> bool:
        """Also true for «Outro» with the production host typed by hand."""
        production = _host(self.BASE_URLS.get(self.Environment.PRODUCTION, ""))
        return self.is_production or (bool(production) and _host(self.address) == production)


def address_problem(url: str, *, loopback_allowed: bool) -> str:
    """Why this base URL is refused, or "". https only; plain http just for this machine itself, in the demo."""
    try:
        parts = urlsplit(url)
        host = _host(url)
        parts.port  # noqa: B018  (raises when it is no port)
    except ValueError:
        return "Endereço inválido."
    if not host or parts.scheme not in ("http", "https"):
        return "Informe o endereço completo, com https://."
    if parts.username or parts.password or parts.query or parts.fragment:
        return "O endereço não leva usuário, senha, «?» nem «#»."
    if _is_this_machine(host) and not loopback_allowed:
        return "Um endereço desta máquina só vale na demonstração."
    if parts.scheme == "https" or host in LOOPBACK:
        return ""
    return "Só https."


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".")


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    # ::ffff:127.0.0.1 is 127.0.0.1, and 0.0.0.0 connects to this machine too.
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or address.is_unspecified

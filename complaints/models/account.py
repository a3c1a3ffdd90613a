"""The company's accounts on the portal (credenciadas)."""

from django.conf import settings
from django.db import models

from backoffice import documents
from backoffice.accounts import RemoteAccount
from backoffice.encryption import EncryptedTextField


class PortalAccountQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The accounts whose complaints this person may see."""
        if user.has_perm("complaints.view_every_account"):
            return self
        return self.filter(people=user)

    def in_use(self):
        """Switched on, and not stopped by refused credentials."""
        return self.filter(is_active=True, paused_at=None)

    def without_secrets(self):
        """For lists: nothing is deciphered until it is asked for."""
        return self.defer("code", "client_secret", "default_cpf")


class PortalAccount(RemoteAccount):
    SECRETS = ("code", "client_secret")
    CREDENTIALS = ("client_id", "code", "client_secret", "default_cpf")
    # The API document, «Abaixo temos os ambientes».
    BASE_URLS = {
        RemoteAccount.Environment.PRODUCTION: "https://api.consumidor.gov.br/api/servico",
        RemoteAccount.Environment.TRAINING: "https://api-treinamento.consumidor.gov.br/api/servico",
    }

    client_id = models.CharField("client_id", max_length=120)
    code = EncryptedTextField("code (código de autenticação)")
    client_secret = EncryptedTextField("client_secret (senha de autenticação)")
    default_cpf = EncryptedTextField(
        "CPF autorizado",
        help_text="Usuário ativo da credenciada; vale para leituras e para quem não tem o seu.",
    )
    sends_parameters_in_body = models.BooleanField(
        "parâmetros no corpo dos POST",
        default=False,
        help_text="versao e cpfAutorizado: o documento da API se contradiz. Ligue só se o portal recusar o outro modo.",
    )
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="portal_accounts", verbose_name="pessoas"
    )
    synced_at = models.DateTimeField("lida por inteiro em", null=True, blank=True, editable=False)
    feed_read_until = models.DateTimeField("trâmites lidos até", null=True, blank=True, editable=False)

    objects = PortalAccountQuerySet.as_manager()

    class Meta:
        verbose_name = "credenciada"
        verbose_name_plural = "credenciadas"
        ordering = ["name"]
        permissions = [("view_every_account", "Vê as reclamações de todas as credenciadas")]

    def problems(self) -> dict[str, str]:
        errors = super().problems()
        self.default_cpf = documents.bare(self.default_cpf or "")
        if self.default_cpf and not documents.is_cpf(self.default_cpf):
            errors["default_cpf"] = "CPF inválido: confira os dígitos."
        if self.pk and self._left_its_environment() and self.complaints.exists():
            # Its complaints and how far it was read belong to the other environment.
            errors["environment"] = "Já há reclamações lidas neste ambiente. Crie outra credenciada para o novo."
        return errors

    def _left_its_environment(self) -> bool:
        before = type(self).objects.filter(pk=self.pk).values_list("environment", flat=True).first()
        return before is not None and before != self.environment


class PortalToken(models.Model):
    """The token all processes share (see services.tokens). `renewing_since` is the lease of the one who renews.

    `value` is `fingerprint of the credentials:token`, or "".
    """

    account = models.OneToOneField(PortalAccount, models.CASCADE, primary_key=True, related_name="token")
    value = EncryptedTextField(blank=True, default="")
    ends_at = models.DateTimeField(null=True)
    renewing_since = models.DateTimeField(null=True)

"""Who did what, when, to which complaint. Rows are only ever added.

A service records its event in the transaction of the change itself. `detail` holds facts, never personal data.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone


class AuditEvent(models.Model):
    class Action(models.TextChoices):
        LOGGED_IN = "logged_in", "Entrou"
        LOGGED_OUT = "logged_out", "Saiu"
        LOGIN_FAILED = "login_failed", "Tentativa de entrar sem sucesso"
        PASSWORD_CHANGED = "password_changed", "Trocou a senha"
        COMPLAINT_OPENED = "complaint_opened", "Abriu a reclamação"
        DATA_REVEALED = "data_revealed", "Revelou dados pessoais"
        COMPLAINT_TAKEN = "complaint_taken", "Assumiu"
        COMPLAINT_ASSIGNED = "complaint_assigned", "Atribuiu"
        COMPLAINT_REFRESHED = "complaint_refreshed", "Atualizou pelo portal"
        FILE_DOWNLOADED = "file_downloaded", "Baixou ou viu um arquivo"
        DRAFT_DISCARDED = "draft_discarded", "Descartou o rascunho"
        SUBMISSION_QUEUED = "submission_queued", "Mandou enviar"
        SUBMISSION_CHANGED = "submission_changed", "Envio mudou de estado"
        SUBMISSION_SETTLED = "submission_settled", "Resolveu um envio à mão"
        ACCOUNT_CHANGED = "account_changed", "Alterou uma credenciada"
        ACCOUNT_TESTED = "account_tested", "Testou a conexão"
        CREDENTIALS_CHANGED = "credentials_changed", "Trocou credenciais"
        PERSON_CHANGED = "person_changed", "Alterou uma pessoa"
        SYNC_REQUESTED = "sync_requested", "Pediu leitura do portal"
        RECORD_RETRIED = "record_retried", "Tentou de novo um registro ilegível"
        CATALOGUE_DECIDED = "catalogue_decided", "Decidiu o sentido de um código"

    at = models.DateTimeField("quando", default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="quem"
    )
    action = models.CharField("ação", max_length=32, choices=Action)
    protocol = models.CharField("protocolo", max_length=20, blank=True, default="")
    subject = models.CharField("sobre", max_length=120, blank=True, default="")
    detail = models.JSONField("detalhe", default=dict, blank=True)
    ip = models.GenericIPAddressField("endereço", null=True, blank=True)

    class Meta:
        verbose_name = "registro de auditoria"
        verbose_name_plural = "registros de auditoria"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["protocol", "id"], name="audit_by_protocol"),
            models.Index(fields=["by", "-id"], name="audit_by_person"),
            models.Index(fields=["at"], name="audit_by_instant"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} · {self.subject or self.protocol}"

    def save(self, *args, **kwargs):
        if self.pk is not None:
            raise TypeError("um registro de auditoria não se altera")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise TypeError("um registro de auditoria não se apaga")


def record(
    action: str,
    *,
    by=None,
    by_id=None,
    protocol: str = "",
    subject: str = "",
    ip: str | None = None,
    **detail,
) -> AuditEvent:
    """Add one event. Call it inside the transaction of what it tells. `by` is a person, or `by_id` their key."""
    return AuditEvent.objects.create(
        action=action, by_id=by.pk if by else by_id, protocol=protocol, subject=subject, ip=ip, detail=detail
    )

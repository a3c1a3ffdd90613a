"""What we send to the portal: one row, one act, exactly once (see backoffice.outbox)."""

import hashlib
import json
from collections.abc import Sequence

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from backoffice import outbox
from backoffice.encryption import EncryptedTextField
from backoffice.files import StoredFile
from complaints.models.account import PortalAccount


class Kind(models.TextChoices):
    ANSWER = "answer", "Resposta"
    COMPLEMENT = "complement", "Complemento"
    REFUSAL = "refusal", "Recusa"
    REDIRECTION = "redirection", "Redirecionamento"


# The `rel` of each kind in a record's `acoes` (API document, «Consultas de Reclamações»).
ACTION_OF_KIND = {
    Kind.ANSWER: "responder",
    Kind.COMPLEMENT: "complementar",
    Kind.REFUSAL: "analise_procon",
    Kind.REDIRECTION: "redirecionar",
}


def payload_hash(text: str, stored_files: Sequence[StoredFile]) -> str:
    """What exactly leaves: the text and, in order, each file's name and content."""
    parts = [text, [[stored.name, stored.sha256] for stored in stored_files]]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


class SubmissionQuerySet(outbox.OutgoingWriteQuerySet):
    def needing_a_person(self):
        """In doubt; or not accepted or stopped, unread by their author, and not made good by a later answer."""
        answered_since = Submission.objects.filter(
            complaint=OuterRef("complaint"), pk__gt=OuterRef("pk"), kind=Kind.ANSWER, state=outbox.State.SENT
        )
        return self.filter(
            Q(state__in=outbox.MAYBE_THERE)
            | Q(state__in=(outbox.State.REJECTED, outbox.State.STOPPED), acknowledged_at=None) & ~Exists(answered_since)
        )

    def visible_to(self, user):
        if user.has_perm("complaints.view_every_account"):
            return self
        return self.filter(complaint__account__in=PortalAccount.objects.visible_to(user).values("pk"))


class Submission(outbox.OutgoingWrite):
    complaint = models.ForeignKey("complaints.Complaint", models.PROTECT, related_name="submissions")
    account = models.ForeignKey("complaints.PortalAccount", models.PROTECT, related_name="+")
    kind = models.CharField("tipo", max_length=12, choices=Kind)
    text = models.TextField("texto")
    payload_hash = models.CharField("conferência", max_length=64)
    cpf = EncryptedTextField("CPF autorizado usado")
    accepted_findings = models.JSONField("dados declarados como nossos", default=list, blank=True)
    # What the author had in front of them.
    seen_movement_code = models.PositiveIntegerField("maior trâmite visto")
    seen_situation = models.CharField("situação vista", max_length=120, blank=True, default="")
    # The highest movement before our first call: ours, if it arrived, is above.
    baseline_code = models.PositiveIntegerField("maior trâmite antes", null=True, blank=True)
    movement_code = models.PositiveIntegerField("trâmite", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="confirmado por",
    )
    # The author saw that it was not accepted or was stopped.
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta(outbox.OutgoingWrite.Meta):
        abstract = False
        verbose_name = "envio"
        verbose_name_plural = "envios"
        permissions = [("settle_submission", "Resolve um envio de resultado desconhecido")]
        indexes = [
            models.Index(fields=["state", "not_before"], name="submission_due"),
            models.Index(fields=["by", "state", "-id"], name="submission_mine"),
            models.Index(fields=["complaint", "-id"], name="submission_of_complaint"),
        ]
        constraints = [
            *outbox.OutgoingWrite.Meta.constraints,
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(state__in=outbox.PENDING),
                name="one_pending_submission_per_complaint",
            ),
            models.UniqueConstraint(
                fields=["complaint"],
                condition=Q(kind=Kind.ANSWER, state__in=(*outbox.PENDING, outbox.State.SENT)),
                name="one_live_final_answer_per_complaint",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.complaint_id}"

    @property
    def fingerprint(self) -> str:
        """Short form of the payload's hash, for people to compare."""
        return f"{self.payload_hash[:4]}-{self.payload_hash[4:8]}"


class SubmissionFile(models.Model):
    submission = models.ForeignKey(Submission, models.CASCADE, related_name="files")
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]


class SubmissionEvent(models.Model):
    """The evidence: each step of a submission, when it happened, in whose words."""

    class Kind(models.TextChoices):
        QUEUED = "queued", "Entrou na fila"
        CLAIMED = "claimed", "Reservado para envio"
        CALL_STARTED = "call_started", "Chamada começou"
        SENT = "sent", "O portal confirmou"
        REJECTED = "rejected", "O portal não aceitou"
        STOPPED = "stopped", "Parado antes de sair"
        REQUEUED = "requeued", "Nada saiu; volta à fila"
        UNCERTAIN = "uncertain", "A resposta do portal se perdeu"
        READING_ABSENT = "reading_absent", "Leitura: não consta"
        READING_AMBIGUOUS = "reading_ambiguous", "Leitura: algo parecido"
        READING_FAILED = "reading_failed", "Leitura não conta"
        FOUND = "found", "Leitura: encontrado"
        ABSENT = "absent", "Não consta no portal"
        CONFIRMED = "confirmed", "Recebimento confirmado"
        SENT_AGAIN = "sent_again", "Mandado de novo"
        WITHDRAWN = "withdrawn", "Cancelado antes de sair"
        NUMBERED = "numbered", "Número do trâmite conhecido"

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="events")
    at = models.DateTimeField("quando")
    kind = models.CharField("o quê", max_length=20, choices=Kind)
    attempt = models.PositiveIntegerField("tentativa", default=0)
    words = models.TextField("palavras", blank=True, default="")
    facts = models.JSONField("fatos", default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["id"]

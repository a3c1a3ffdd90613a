"""What somebody is writing. A draft belongs to one person; nobody else's save can touch it."""

from django.conf import settings
from django.db import models

from backoffice.files import StoredFile
from complaints.models.submission import Kind


class Draft(models.Model):
    """The row outlives what was in it: sent or thrown away, it is emptied and its revision goes on.

    A page still open on an older revision therefore never passes for a newer one.
    """

    complaint = models.ForeignKey("complaints.Complaint", models.CASCADE, related_name="drafts")
    kind = models.CharField("tipo", max_length=12, choices=Kind)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="drafts")
    text = models.TextField("texto", blank=True, default="")
    # Grows with every save; a save that builds on an older one is kept as a version and overwrites nothing.
    revision = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField("salvo em")
    # Personal-data findings the author declared to be the company's own: [{"kind": …, "value": …}].
    accepted_findings = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = "rascunho"
        verbose_name_plural = "rascunhos"
        constraints = [
            models.UniqueConstraint(fields=["complaint", "kind", "owner"], name="one_draft_per_person_and_kind")
        ]

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.files.all()


class DraftVersion(models.Model):
    """A text that would have been overwritten."""

    class Cause(models.TextChoices):
        OTHER_TAB = "other_tab", "outra aba"
        CAME_BACK = "came_back", "voltou de um envio"
        REPLACED = "replaced", "trocado por outra versão"

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="versions")
    text = models.TextField("texto")
    cause = models.CharField("por quê", max_length=10, choices=Cause)
    saved_at = models.DateTimeField("salvo em")
    # The page that goes on saving it: a stale tab keeps one version, not one each three seconds.
    tab = models.CharField(max_length=32, blank=True, default="")

    class Meta:
        ordering = ["-saved_at", "-id"]


class DraftFile(models.Model):
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    added_at = models.DateTimeField("anexado em", auto_now_add=True)

    class Meta:
        ordering = ["id"]

"""What happened to a complaint on the portal: trâmites and their attachments."""

from django.db import models

from backoffice.files import StoredFile
from complaints.models.catalogue import MovementMeaning


class Side(models.TextChoices):
    CONSUMER = "consumer", "Consumidor(a)"
    COMPANY = "company", "Empresa"
    MEDIATOR = "mediator", "Gestor"
    SYSTEM = "system", "Sistema"
    UNKNOWN = "unknown", "Desconhecido"


class Movement(models.Model):
    complaint = models.ForeignKey("complaints.Complaint", models.CASCADE, related_name="movements")
    code = models.PositiveIntegerField("código")  # a sequence inside the complaint
    type_code = models.CharField("código do tipo", max_length=20)
    type_text = models.CharField("tipo", max_length=120)
    meaning = models.CharField("sentido", max_length=16, choices=MovementMeaning, default=MovementMeaning.UNKNOWN)
    at = models.DateTimeField("quando")
    author = models.CharField("autor", max_length=200, blank=True, default="")
    side = models.CharField("lado", max_length=8, choices=Side, default=Side.UNKNOWN)
    # [{"type_code": "3", "type_text": "Descrição da reclamação", "text": "…"}], in the portal's order.
    texts = models.JSONField("textos", default=list)
    received_at = models.DateTimeField("soubemos em")

    class Meta:
        verbose_name = "trâmite"
        verbose_name_plural = "trâmites"
        ordering = ["complaint_id", "code"]
        constraints = [models.UniqueConstraint(fields=["complaint", "code"], name="one_movement_per_code")]

    def __str__(self) -> str:
        return f"{self.code} {self.type_text}"


class Attachment(models.Model):
    """An attachment of a movement. Its bytes are fetched when somebody asks, and then kept."""

    movement = models.ForeignKey(Movement, models.CASCADE, related_name="attachments")
    code = models.CharField("código", max_length=20)
    name = models.CharField("nome", max_length=255)
    announced_size = models.PositiveBigIntegerField("tamanho anunciado", null=True, blank=True)
    stored = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    fetched_at = models.DateTimeField("baixado em", null=True, blank=True)

    class Meta:
        verbose_name = "anexo"
        verbose_name_plural = "anexos"
        ordering = ["movement_id", "id"]
        constraints = [models.UniqueConstraint(fields=["movement", "code"], name="one_attachment_per_code")]

    def __str__(self) -> str:
        return self.name

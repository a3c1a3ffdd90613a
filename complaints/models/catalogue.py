"""The portal's own lists (cadastros básicos), as each account receives them.

Codes contradict each other between tables of the API document, so meaning comes from the exact normalised text
of a row; a row with an unknown text waits for an admin's decision.
"""

from django.db import models


class MovementMeaning(models.TextChoices):
    OPENING = "opening", "Abertura"
    SEEN = "seen", "Visualizada"
    ANSWER = "answer", "Resposta"
    COMPLEMENT = "complement", "Complemento"
    RATING = "rating", "Avaliação"
    REFUSAL = "refusal", "Recusa"
    REDIRECTION = "redirection", "Redirecionamento"
    DEADLINE_PASSED = "deadline_passed", "Prazo expirado"
    CLOSING = "closing", "Finalização"
    UNKNOWN = "unknown", "Desconhecido"


class CatalogueEntry(models.Model):
    class Kind(models.TextChoices):
        SITUATION = "situation", "Situação"
        PURCHASE_CHANNEL = "purchase_channel", "Como comprou"
        MOVEMENT_TYPE = "movement_type", "Tipo de trâmite"
        TEXT_TYPE = "text_type", "Tipo de texto"
        PROCON = "procon", "Procon"
        SUBSIDIARY = "subsidiary", "Empresa do grupo"
        MUNICIPALITY = "municipality", "Município"
        AREA = "area", "Área"
        SUBJECT = "subject", "Assunto"
        PROBLEM = "problem", "Problema"

    account = models.ForeignKey("complaints.PortalAccount", models.CASCADE, related_name="catalogue")
    kind = models.CharField("lista", max_length=16, choices=Kind)
    # The area of a subject, the subject of a problem, the UF of a municipality.
    parent = models.CharField("dentro de", max_length=20, blank=True, default="")
    code = models.CharField("código", max_length=20)
    text = models.CharField("texto", max_length=300)
    # A Stage for situations, a MovementMeaning for movement types; "" for the rest and for the undecided.
    meaning = models.CharField("sentido", max_length=20, blank=True, default="")
    # False: met in a record, and in no list of the portal.
    is_listed = models.BooleanField("consta da lista do portal", default=True)
    is_decided_by_person = models.BooleanField("decidido por uma pessoa", default=False)
    read_at = models.DateTimeField("lido em")
    gone_at = models.DateTimeField("saiu da lista em", null=True, blank=True)

    class Meta:
        verbose_name = "item de cadastro"
        verbose_name_plural = "cadastros do portal"
        ordering = ["kind", "parent", "text"]
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "parent", "code"], name="one_entry_per_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

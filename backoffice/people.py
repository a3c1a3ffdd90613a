"""The people who log in."""

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models

from backoffice import documents
from backoffice.encryption import EncryptedTextField


class User(AbstractUser):
    """A colleague. Rights come from the groups of `backoffice.access`; accounts are given one by one."""

    class Theme(models.TextChoices):
        SYSTEM = "", "Como o sistema"
        LIGHT = "light", "Claro"
        DARK = "dark", "Escuro"

    authorized_cpf = EncryptedTextField(
        "CPF autorizado no portal",
        blank=True,
        default="",
        help_text="O ministério vê este CPF no que a pessoa envia. Em branco, vale o da credenciada.",
    )
    theme = models.CharField("tema", max_length=5, choices=Theme, blank=True, default=Theme.SYSTEM)
    has_single_key_shortcuts = models.BooleanField("atalhos de uma tecla", default=True)

    class Meta(AbstractUser.Meta):
        verbose_name = "pessoa"
        verbose_name_plural = "pessoas"

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def clean(self):
        super().clean()
        self.authorized_cpf = documents.bare(self.authorized_cpf or "")
        if self.authorized_cpf and not documents.is_cpf(self.authorized_cpf):
            raise ValidationError({"authorized_cpf": "CPF inválido: confira os dígitos."})

    @property
    def initials(self) -> str:
        words = str(self).replace(".", " ").split()
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"

    @property
    def tint(self) -> int:
        """One of the six avatar tints, the same on every page."""
        return (self.pk or 0) % 6

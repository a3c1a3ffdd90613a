"""Searches by CPF, name or free text, kept on the server.

Personal data never stands in an address: the address carries the key, which only its owner can use.
"""

import secrets

from django.conf import settings
from django.db import models

from backoffice.encryption import EncryptedTextField


def _new_key() -> str:
    return secrets.token_urlsafe(16)


class PrivateSearch(models.Model):
    key = models.CharField(max_length=32, primary_key=True, default=_new_key, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    text = EncryptedTextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "busca guardada"
        verbose_name_plural = "buscas guardadas"


def keep(*, text: str, owner) -> str:
    """Keep the text searched for and return the key that stands for it in an address."""
    return PrivateSearch.objects.create(text=text, owner=owner).key


def recall(*, key: str, owner) -> str | None:
    """The text behind a key, or None when the key is not this person's."""
    found = PrivateSearch.objects.filter(key=key, owner=owner).first()
    return found.text if found else None

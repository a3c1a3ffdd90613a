"""Text encrypted at rest with rotatable keys (FIELD_ENCRYPTION_KEYS, newest first).

Decryption happens when a row is read; `manage.py rotate_keys` rewrites every row with the newest key.
"""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import FieldError
from django.core.signals import setting_changed
from django.db import models
from django.dispatch import receiver

PREFIX = "enc1:"


@lru_cache(maxsize=1)
def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])


@receiver(setting_changed)
def _forget_keys(*, setting, **kwargs):
    if setting == "FIELD_ENCRYPTION_KEYS":
        _fernet.cache_clear()


class UndecipherableValue(ValueError):
    """The stored value is not encrypted, or none of the keys decrypts it."""


class EncryptedTextField(models.TextField):
    """A TextField whose column holds ciphertext. It cannot be filtered on, and dumps carry the ciphertext."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        if value in (None, ""):
            return value
        return PREFIX + _fernet().encrypt(value.encode()).decode()

    def from_db_value(self, value, expression, connection):
        if value in (None, ""):
            return value
        if not value.startswith(PREFIX):
            raise UndecipherableValue(f"{self}: o valor no banco não está cifrado")
        try:
            return _fernet().decrypt(value[len(PREFIX) :].encode()).decode()
        except InvalidToken as exc:
            raise UndecipherableValue(f"{self}: nenhuma chave de FIELD_ENCRYPTION_KEYS decifra este valor") from exc

    def value_to_string(self, obj):
        # What dumpdata writes: never the plain text.
        return self.get_prep_value(self.value_from_object(obj))

    def to_python(self, value):
        # What loaddata reads: the ciphertext written by value_to_string.
        if isinstance(value, str) and value.startswith(PREFIX):
            return self.from_db_value(value, None, None)
        return super().to_python(value)

    def get_lookup(self, name):
        if name != "isnull":
            raise FieldError(f"{self}: campo cifrado não aceita '{name}'")
        return super().get_lookup(name)

"""Small words of the complaint's page."""

from pathlib import PurePath

from django import template

from backoffice.files import size_in_words
from complaints import masking
from complaints.timeline import File

register = template.Library()

_SHORT_TYPES = {"application/pdf": "PDF", "image/jpeg": "JPG", "image/png": "PNG", "image/gif": "GIF"}
_ICONS = {"PDF": "file-type-pdf", "JPG": "photo", "JPEG": "photo", "PNG": "photo", "GIF": "photo", "ZIP": "file-zip"}

register.filter("cnpj", masking.readable_cnpj)
register.filter("cep", masking.readable_cep)


@register.filter
def size(value: int | None) -> str:
    """ "412 kB"; empty when nobody said how much."""
    return "" if value is None else size_in_words(value)


@register.filter
def short_type(file: File) -> str:
    """By the content once it is here; until then by the name, as announced."""
    return _SHORT_TYPES.get(file.content_type) or PurePath(file.name).suffix.lstrip(".").upper()[:5] or "arquivo"


@register.filter
def file_icon(file: File) -> str:
    return _ICONS.get(short_type(file), "file")

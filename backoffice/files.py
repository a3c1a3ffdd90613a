"""Files we keep: uploads into drafts, and attachments fetched from a service. Content is immutable."""

import hashlib
import uuid
from pathlib import PurePath

import filetype
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models


def _path(instance: "StoredFile", filename: str) -> str:
    # The person's file name is data, never a path.
    return f"{instance.pk.hex[:2]}/{instance.pk.hex}"


class StoredFile(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    content = models.FileField(upload_to=_path)
    name = models.CharField("nome", max_length=255)
    size = models.PositiveIntegerField("tamanho em bytes")
    content_type = models.CharField("tipo pelo conteúdo", max_length=100)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "arquivo"
        verbose_name_plural = "arquivos"

    def __str__(self) -> str:
        return self.name

    def read(self) -> bytes:
        with self.content.open("rb") as file:
            return file.read()

    def is_there(self) -> bool:
        """Whether the bytes are still where the row says."""
        return self.content.storage.exists(self.content.name)

    @property
    def is_image(self) -> bool:
        return self.content_type in ("image/jpeg", "image/png", "image/gif", "image/webp")

    @property
    def is_pdf(self) -> bool:
        return self.content_type == "application/pdf"

    @property
    def can_preview(self) -> bool:
        return self.is_image or self.is_pdf

    @property
    def size_words(self) -> str:
        return size_in_words(self.size)

    @property
    def short_type(self) -> str:
        """What people call it: PDF, JPG, or the extension of an unknown type."""
        known = {"application/pdf": "PDF", "image/jpeg": "JPG", "image/png": "PNG", "image/gif": "GIF"}
        return known.get(self.content_type) or PurePath(self.name).suffix.lstrip(".").upper()[:5] or "arquivo"


def sniff_type(content: bytes) -> str:
    """Media type by the first bytes; `application/octet-stream` when they tell nothing."""
    kind = filetype.guess(content[:8192])
    return kind.mime if kind else "application/octet-stream"


def clean_name(name: str) -> str:
    """A file name without path, control or bidirectional-override characters, 255 at most, extension kept."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(
        ch for ch in name if ch.isprintable() and ch not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    name = name.strip(" .") or "arquivo"
    if len(name) > 255:
        suffix = PurePath(name).suffix[:20]
        name = name[: 255 - len(suffix)] + suffix
    return name


def store(*, name: str, content: bytes, by=None) -> StoredFile:
    """Write the bytes and their row. The type is told by the content, never by the name."""
    stored = StoredFile(
        name=clean_name(name),
        size=len(content),
        content_type=sniff_type(content),
        sha256=hashlib.sha256(content).hexdigest(),
        by=by,
    )
    stored.content.save("content", ContentFile(content), save=False)
    stored.save(force_insert=True)
    return stored


def size_in_words(size: int) -> str:
    """Decimal comma, kB and MB as people read them."""
    if size < 1024:
        return f"{size} B"
    if size < 1024 * 1024:
        return f"{round(size / 1024)} kB"
    return f"{size / (1024 * 1024):.1f}".replace(".", ",").removesuffix(",0") + " MB"

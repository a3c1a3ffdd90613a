"""Attachments of the portal's movements: their bytes are fetched when somebody asks, and then kept."""

from django.utils import timezone

from backoffice import audit, files
from backoffice.files import StoredFile
from backoffice.remote.errors import RemoteError
from complaints.models import Attachment
from complaints.services import portal

FETCH_SECONDS = 45.0  # a person watches


class FetchFailed(Exception):
    """The portal did not give the file. `words` is Portuguese, for the screen."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def fetch(*, attachment: Attachment, by) -> StoredFile:
    """The stored file, asked of the portal the first time.

    Two people at once may both ask; one file is kept and both get it. Raises FetchFailed; nothing is kept then.
    """
    attachment = Attachment.objects.select_related("stored", "movement__complaint__account").get(pk=attachment.pk)
    forget_lost_bytes(attachment)
    if attachment.stored is not None:
        return attachment.stored
    movement = attachment.movement
    complaint = movement.complaint
    if not attachment.code.isalnum():
        raise FetchFailed("O portal não deu código a este anexo, e sem código ele não se baixa.")
    try:
        with portal.client_for(complaint.account, limit=FETCH_SECONDS) as client:
            received = client.attachment(complaint.protocol, movement.code, attachment.code)
    except (portal.AccountUnavailable, RemoteError) as error:
        raise FetchFailed(error.words) from error
    stored = files.store(name=attachment.name or received.name, content=received.content, by=by)
    kept = Attachment.objects.filter(pk=attachment.pk, stored=None).update(stored=stored, fetched_at=timezone.now())
    if kept:
        return stored
    _drop(stored)
    return StoredFile.objects.get(pk=Attachment.objects.values_list("stored", flat=True).get(pk=attachment.pk))


def forget_lost_bytes(attachment: Attachment) -> None:
    """A disk restored from an older copy may lack a file; the portal still has it, so it counts as not fetched."""
    if attachment.stored is not None and not attachment.stored.is_there():
        Attachment.objects.filter(pk=attachment.pk, stored=attachment.stored).update(stored=None, fetched_at=None)
        attachment.stored = None


def record_view(*, attachment: Attachment, by, how: str, ip: str | None = None) -> None:
    """`how`: "download" or "preview". The file's name may hold personal data, so its number stands for it."""
    audit.record(
        audit.AuditEvent.Action.FILE_DOWNLOADED,
        by=by,
        protocol=attachment.movement.complaint.protocol,
        subject=f"trâmite {attachment.movement.code}, anexo {attachment.code}",
        ip=ip,
        how=how,
    )


def _drop(stored: StoredFile) -> None:
    """Another request was first: nobody else knows this row yet."""
    stored.content.delete(save=False)
    stored.delete()

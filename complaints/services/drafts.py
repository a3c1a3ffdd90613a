"""Drafts: what somebody is writing, kept on the server while they type. Nothing typed is ever overwritten."""

from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from backoffice import audit, files
from complaints.models import Complaint, Draft, DraftFile, DraftVersion


@dataclass(frozen=True)
class Saved:
    """`draft` is what the server holds now. `is_stale`: the text came from an older page and was kept as a version."""

    draft: Draft
    is_stale: bool = False


class FileRefused(Exception):
    """A file the portal would not take. The message is for the person."""


def find_draft(*, complaint: Complaint, kind: str, owner) -> Draft | None:
    return Draft.objects.filter(complaint=complaint, kind=kind, owner=owner).first()


def save_draft(*, complaint: Complaint, kind: str, by, text: str, base_revision: int, tab: str = "") -> Saved:
    """Keep `text` as this person's draft, if it builds on the revision the server holds.

    Otherwise another tab saved meanwhile: this text becomes a version beside the draft (one per tab) and nothing
    is overwritten. Saving an unchanged text writes nothing.
    """
    now = timezone.now()
    with transaction.atomic():
        draft, is_new = Draft.objects.get_or_create(
            complaint=complaint,
            kind=kind,
            owner=by,
            defaults={"text": text, "revision": 1, "saved_at": now},
        )
        if is_new:
            _show_on_complaint(draft)
            return Saved(draft)
        if draft.text == text:
            return Saved(draft)
        updated = Draft.objects.filter(pk=draft.pk, revision=base_revision).update(
            text=text, revision=F("revision") + 1, saved_at=now
        )
        draft.refresh_from_db()
        if updated:
            _show_on_complaint(draft)
            return Saved(draft)
        if text.strip():
            DraftVersion.objects.update_or_create(
                draft=draft,
                cause=DraftVersion.Cause.OTHER_TAB,
                tab=tab,
                defaults={"text": text, "saved_at": now},
            )
        return Saved(draft, is_stale=True)


def use_version(*, version: DraftVersion, by) -> Draft:
    """Make a kept version the draft's text; the present text is kept as a version in its place."""
    now = timezone.now()
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=version.draft_id, owner=by)
        if draft.text.strip():
            draft.versions.create(text=draft.text, cause=DraftVersion.Cause.REPLACED, saved_at=draft.saved_at)
        draft.text, draft.revision, draft.saved_at = version.text, draft.revision + 1, now
        draft.save(update_fields=["text", "revision", "saved_at"])
        version.delete()
        _show_on_complaint(draft)
    return draft


def drop_version(*, version: DraftVersion, by) -> None:
    DraftVersion.objects.filter(pk=version.pk, draft__owner=by).delete()


def discard(*, draft: Draft, by) -> None:
    """Throw the draft away with its versions and files. It cannot be recovered, and the page says so."""
    with transaction.atomic():
        audit.record(audit.AuditEvent.Action.DRAFT_DISCARDED, by=by, protocol=draft.complaint.protocol)
        remove(draft)


def remove(draft: Draft) -> None:
    """Delete the row and forget it on the complaint. Files stay stored: a submission may have taken them."""
    complaint_id = draft.complaint_id
    draft.delete()
    newest = Draft.objects.filter(complaint_id=complaint_id).order_by("-saved_at").first()
    Complaint.objects.filter(pk=complaint_id).update(
        draft_by=newest.owner_id if newest else None, draft_at=newest.saved_at if newest else None
    )


def restore(*, complaint: Complaint, kind: str, owner, text: str, stored_files: list[files.StoredFile]) -> Draft:
    """Bring back what did not leave. Runs inside the caller's transaction.

    If the owner has begun another text meanwhile, ours becomes a version beside it.
    """
    now = timezone.now()
    draft, is_new = Draft.objects.get_or_create(
        complaint=complaint, kind=kind, owner=owner, defaults={"text": text, "revision": 1, "saved_at": now}
    )
    if not is_new and draft.text != text:
        if draft.text.strip():
            draft.versions.create(text=text, cause=DraftVersion.Cause.CAME_BACK, saved_at=now)
        else:
            draft.text, draft.revision, draft.saved_at = text, draft.revision + 1, now
            draft.save(update_fields=["text", "revision", "saved_at"])
    present = set(draft.files.values_list("stored_id", flat=True))
    DraftFile.objects.bulk_create(
        DraftFile(draft=draft, stored=file) for file in stored_files if file.pk not in present
    )
    _show_on_complaint(draft)
    return draft


def declare_own(*, draft: Draft, kind: str, value: str, by) -> None:
    """The author says that a finding is the company's own datum. Kept with what is sent."""
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(pk=draft.pk, owner=by)
        item = {"kind": kind, "value": value}
        if item not in draft.accepted_findings:
            draft.accepted_findings = [*draft.accepted_findings, item]
            draft.save(update_fields=["accepted_findings"])


# --- Files ------------------------------------------------------------------------------------------------


def limits_in_words() -> str:
    """ "PDF, JPG e PNG, até 2 MB cada" from the settings."""
    names = [kind.upper() for kind in settings.ATTACHMENT_TYPES if kind != "jpeg"]
    listed = f"{', '.join(names[:-1])} e {names[-1]}" if len(names) > 1 else names[0]
    return f"{listed}, até {files.size_in_words(settings.ATTACHMENT_MAX_BYTES)} cada"


_TYPES_OF_EXTENSION = {
    "pdf": {"application/pdf"},
    "jpg": {"image/jpeg"},
    "jpeg": {"image/jpeg"},
    "png": {"image/png"},
    "gif": {"image/gif"},
}


def file_problem(*, name: str, content: bytes) -> str:
    """Why this file cannot go, in words for the person, or ""."""
    extension = PurePath(name).suffix.lower().lstrip(".")
    if extension not in settings.ATTACHMENT_TYPES:
        return f"O portal aceita {limits_in_words()}."
    if not content:
        return "O arquivo está vazio."
    if len(content) > settings.ATTACHMENT_MAX_BYTES:
        return f"Tem {files.size_in_words(len(content))}. O portal aceita {limits_in_words()}."
    expected = _TYPES_OF_EXTENSION.get(extension)
    if expected and files.sniff_type(content) not in expected:
        return f"O nome termina em .{extension}, mas o conteúdo não é {extension.upper()}."
    return ""


def add_file(*, complaint: Complaint, kind: str, by, name: str, content: bytes) -> DraftFile:
    """Store a file and tie it to the draft (made if there is none). Raises FileRefused; nothing is kept then."""
    name = files.clean_name(name)
    problem = file_problem(name=name, content=content)
    if problem:
        raise FileRefused(problem)
    draft = find_draft(complaint=complaint, kind=kind, owner=by)
    if draft and draft.files.count() >= settings.ATTACHMENT_MAX_FILES:
        raise FileRefused(f"Já são {settings.ATTACHMENT_MAX_FILES} arquivos, o máximo.")
    stored = files.store(name=name, content=content, by=by)
    with transaction.atomic():
        draft, _ = Draft.objects.get_or_create(
            complaint=complaint, kind=kind, owner=by, defaults={"saved_at": timezone.now()}
        )
        _show_on_complaint(draft)
        return draft.files.create(stored=stored)


def remove_file(*, draft_file: DraftFile, by) -> None:
    DraftFile.objects.filter(pk=draft_file.pk, draft__owner=by).delete()


def drafts_of(*, complaint: Complaint, kind: str) -> list[Draft]:
    """Everybody's drafts of one kind, the newest first: one's own, and "Marina também tem um rascunho"."""
    return list(Draft.objects.filter(complaint=complaint, kind=kind).select_related("owner").order_by("-saved_at"))


def _show_on_complaint(draft: Draft) -> None:
    Complaint.objects.filter(pk=draft.complaint_id).update(draft_by=draft.owner_id, draft_at=draft.saved_at)

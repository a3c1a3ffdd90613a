"""Drafts: what somebody is writing, kept on the server while they type. Nothing typed is ever overwritten."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
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
        if updated:
            draft.text, draft.revision, draft.saved_at = text, base_revision + 1, now
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
        # As it is now: the tab that keeps it may have gone on writing.
        version = draft.versions.get(pk=version.pk)
        if draft.text.strip():
            draft.versions.create(text=draft.text, cause=DraftVersion.Cause.REPLACED, saved_at=draft.saved_at)
        _write(draft, text=version.text, now=now)
        version.delete()
        _show_on_complaint(draft)
    return draft


def drop_version(*, version: DraftVersion, by) -> None:
    DraftVersion.objects.filter(pk=version.pk, draft__owner=by).delete()


def discard(*, draft: Draft, by) -> None:
    """Throw the draft away with its versions and files. It cannot be recovered, and the page says so."""
    with transaction.atomic():
        audit.record(audit.AuditEvent.Action.DRAFT_DISCARDED, by=by, protocol=draft.complaint.protocol)
        draft.versions.all().delete()
        _empty(draft)


def consume(*, complaint: Complaint, kind: str, owner, text: str, stored_files: Sequence[files.StoredFile]) -> None:
    """The draft has become a submission: empty it, unless it has changed since. Other tabs' versions stay.

    Runs inside the caller's transaction.
    """
    draft = Draft.objects.select_for_update().filter(complaint=complaint, kind=kind, owner=owner).first()
    if draft is None or draft.text != text:
        return
    if [link.stored_id for link in draft.files.all()] == [stored.pk for stored in stored_files]:
        _empty(draft)


def restore(
    *,
    complaint: Complaint,
    kind: str,
    owner,
    text: str,
    stored_files: Sequence[files.StoredFile],
    accepted_findings: Sequence[dict] = (),
) -> Draft:
    """Bring back what did not leave. Runs inside the caller's transaction.

    If the owner has begun another text meanwhile, ours becomes a version beside it.
    """
    now = timezone.now()
    draft, _ = Draft.objects.select_for_update().get_or_create(
        complaint=complaint, kind=kind, owner=owner, defaults={"saved_at": now}
    )
    if not draft.text.strip():
        draft.accepted_findings = list(accepted_findings)
        _write(draft, text=text, now=now)
    elif draft.text != text:
        draft.versions.create(text=text, cause=DraftVersion.Cause.CAME_BACK, saved_at=now)
    present = set(draft.files.values_list("stored_id", flat=True))
    DraftFile.objects.bulk_create(
        DraftFile(draft=draft, stored=stored) for stored in stored_files if stored.pk not in present
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
        link = draft.files.create(stored=stored)
        _show_on_complaint(draft)
    return link


def remove_file(*, draft_file: DraftFile, by) -> None:
    with transaction.atomic():
        DraftFile.objects.filter(pk=draft_file.pk, draft__owner=by).delete()
        _show_on_complaint(draft_file.draft)


def drafts_of(*, complaint: Complaint, kind: str) -> list[Draft]:
    """Everybody's drafts of one kind, the newest first: one's own, and "Marina também tem um rascunho"."""
    return list(Draft.objects.filter(complaint=complaint, kind=kind).select_related("owner").order_by("-saved_at"))


def _write(draft: Draft, *, text: str, now) -> None:
    draft.text, draft.revision, draft.saved_at = text, draft.revision + 1, now
    draft.save(update_fields=["text", "revision", "saved_at", "accepted_findings"])


def _empty(draft: Draft) -> None:
    """Files stay stored: a submission may have taken them."""
    draft.files.all().delete()
    draft.accepted_findings = []
    _write(draft, text="", now=timezone.now())
    _show_on_complaint(draft)


def _show_on_complaint(draft: Draft) -> None:
    """The draft with something in it that was saved last, by anybody, in the row the queue is drawn from."""
    newest = draft
    if not draft.text:
        has_something = ~Q(text="") | Q(files__isnull=False)
        others = Draft.objects.filter(has_something, complaint_id=draft.complaint_id)
        newest = others.order_by("-saved_at").first()
    Complaint.objects.filter(pk=draft.complaint_id).update(
        draft_by=newest.owner_id if newest else None, draft_at=newest.saved_at if newest else None
    )

"""The way of a submission to the portal: `backoffice.outbox` with what is ours about it.

Runs in the worker. Each function is safe to call any number of times.
"""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django_q.tasks import async_task

from backoffice import audit, outbox
from backoffice.outbox import Change, Reading, State
from backoffice.remote.errors import CredentialsRefused, RemoteUnavailable, RemoteUncertain
from complaints import receipts
from complaints.consumidor_gov.records import OutgoingFile
from complaints.models import Complaint, Movement, Side, Submission, SubmissionEvent
from complaints.models.complaint import AWAITING_ANSWER
from complaints.models.submission import ACTION_OF_KIND, Kind, payload_hash
from complaints.services import drafts, evidence, portal
from complaints.services.ingest import NotStorable, store_detail

# The client's method for each kind that leaves from here.
SENDERS = {Kind.ANSWER: "answer", Kind.COMPLEMENT: "complement", Kind.REFUSAL: "refuse"}


class PortalOutbox(outbox.Outbox):
    model = Submission

    def prepare(self, write: Submission) -> dict:
        """Re-read the record and stop if the case is no longer the one the author answered."""
        complaint, movements = self.read(write)
        if write.kind not in SENDERS:
            raise outbox.Stop(f"{write.get_kind_display()} ainda não sai por aqui.")
        if write.maybe_sent_at:
            self._check_earlier_call(write, movements)
        self._check_files(write)
        self._check_case(write, complaint, movements)
        if write.maybe_sent_at:
            # What came after the first call may be ours: the baseline stays where it was.
            return {}
        return {"baseline_code": max((movement.code for movement in movements), default=0)}

    def _check_earlier_call(self, write: Submission, movements: list[Movement]) -> None:
        """A person had it sent again; since then it may have shown up, or something that looks like it."""
        reading = receipts.look_for(write, movements, file_count=write.files.count())
        if reading.found is not None:
            raise outbox.FoundThere(**reading.found)
        decision = write.events.filter(kind=SubmissionEvent.Kind.SENT_AGAIN).last()
        known = decision.facts.get("seen_codes", []) if decision else []
        if set(reading.facts.get("movement_codes", [])) - set(known):
            raise outbox.Stop(reading.ambiguous, **reading.facts)

    def _check_files(self, write: Submission) -> None:
        stored_files = [link.stored for link in write.files.select_related("stored")]
        for stored in stored_files:
            try:
                intact = hashlib.sha256(stored.read()).hexdigest() == stored.sha256
            except OSError:
                intact = False
            if not intact:
                raise outbox.Stop(f"O arquivo {stored.name} não está mais como foi confirmado. Anexe-o de novo.")
        if payload_hash(write.text, stored_files) != write.payload_hash:
            raise outbox.Stop("O texto ou os arquivos não são os que foram confirmados.")

    def _check_case(self, write: Submission, complaint: Complaint, movements: list[Movement]) -> None:
        if not complaint.allows(ACTION_OF_KIND[write.kind]):
            raise outbox.Stop(
                "O portal já não permite esta ação. Nada saiu.",
                situation_seen=write.seen_situation,
                situation_now=complaint.situation_text,
            )
        if write.kind != Kind.COMPLEMENT and complaint.stage not in AWAITING_ANSWER:
            raise outbox.Stop(
                "A situação da reclamação mudou. Nada saiu.",
                situation_seen=write.seen_situation,
                situation_now=complaint.situation_text,
            )
        news = [
            movement.code
            for movement in movements
            if movement.code > write.seen_movement_code
            and movement.side in (Side.CONSUMER, Side.MEDIATOR, Side.UNKNOWN)
        ]
        if news:
            raise outbox.Stop("Há novidade na reclamação desde que você escreveu. Nada saiu.", movements=news)

    def call(self, write: Submission) -> dict:
        files = [
            OutgoingFile(name=link.stored.name, content=link.stored.read())
            for link in write.files.select_related("stored")
        ]
        with self._client(write) as client:
            send = getattr(client, SENDERS[write.kind])
            receipt = send(write.complaint.protocol, text=write.text, files=files, cpf=write.cpf)
        return {
            "receipt_code": receipt.code,
            "receipt_type": receipt.type.text if receipt.type else "",
            "receipt_at": receipt.at.isoformat() if receipt.at else "",
        }

    def read_back(self, write: Submission) -> Reading:
        _, movements = self.read(write)
        return receipts.look_for(write, movements, file_count=write.files.count())

    def paused(self, write: Submission, error: CredentialsRefused) -> None:
        portal.pause(write.account, words=error.words)

    def recorded(self, write: Submission, change: Change) -> None:
        by_id = change.facts.get("by")
        evidence.note(write, change.kind, words=change.words, facts=change.facts, by_id=by_id)
        columns = {}
        if change.kind in ("found", "confirmed") and change.facts.get("movement_code"):
            columns["movement_code"] = change.facts["movement_code"]
        if change.kind == "confirmed":
            columns["confirmed_by_id"] = by_id
        if columns:
            Submission.objects.filter(pk=write.pk).update(**columns)
            write.refresh_from_db()
        if write.state in (State.REJECTED, State.STOPPED, State.WITHDRAWN):
            drafts.restore(
                complaint=write.complaint,
                kind=write.kind,
                owner=write.by,
                text=write.text,
                stored_files=[link.stored for link in write.files.select_related("stored")],
                accepted_findings=write.accepted_findings,
            )
        evidence.show_on_complaint(write)
        if change.kind in _AUDITED:
            settled_by_hand = change.kind in ("confirmed", "sent_again", "withdrawn")
            audit.record(
                audit.AuditEvent.Action.SUBMISSION_SETTLED
                if settled_by_hand
                else audit.AuditEvent.Action.SUBMISSION_CHANGED,
                by_id=by_id,
                protocol=write.complaint.protocol,
                subject=write.get_kind_display(),
                submission=write.pk,
                state=write.state,
                attempt=write.attempt,
            )
        if change.kind == "sent":
            # The reply's number is no proof (the document's examples always print 1): look at the record.
            transaction.on_commit(lambda: async_task("complaints.tasks.number_submission", write.pk))

    # --- reading ---

    def _client(self, write: Submission):
        try:
            return portal.client_for(write.account, limit=settings.SEND_WALL_SECONDS)
        except portal.AccountUnavailable as error:
            raise RemoteUnavailable(error.words) from error

    def read(self, write: Submission) -> tuple[Complaint, list[Movement]]:
        """The record as it is now, stored like every reading, with its movements. Raises RemoteError."""
        asked_at = timezone.now()
        with self._client(write) as client:
            detail = client.complaint(write.complaint.protocol)
        try:
            complaint = store_detail(account=write.account, detail=detail, read_at=asked_at)
        except NotStorable as error:
            raise RemoteUncertain("O registro do portal não pôde ser guardado.") from error
        write.complaint = complaint
        return complaint, list(complaint.movements.prefetch_related("attachments"))


_AUDITED = {
    "sent",
    "found",
    "rejected",
    "stopped",
    "uncertain",
    "absent",
    "confirmed",
    "sent_again",
    "withdrawn",
}
OUTBOX = PortalOutbox()


def deliver(pk: int) -> None:
    OUTBOX.deliver(pk)


def sweep() -> None:
    """Everything that time brings: what the sync has found meanwhile, lost rows, due rows, readings."""
    _look_at_what_was_stored()
    OUTBOX.sweep()


def _look_at_what_was_stored() -> None:
    """The sync, or a person's refresh, may have stored the very movement a submission waits for."""
    recent = timezone.now() - timedelta(days=7)
    unnumbered = Q(state=State.SENT, movement_code=None, confirmed_by=None, sent_at__gte=recent)
    has_news = Q(complaint__last_movement_code__gt=F("baseline_code"))
    waiting = Submission.objects.filter(has_news, unnumbered | Q(state__in=outbox.MAYBE_THERE))
    for submission in waiting.select_related("complaint"):
        if submission.state == State.SENT:
            number(submission)
            continue
        movements = list(submission.complaint.movements.prefetch_related("attachments"))
        reading = receipts.look_for(submission, movements, file_count=submission.files.count())
        if reading.found is not None:
            OUTBOX.found_here(submission, reading.found)


def number(submission: Submission) -> None:
    """Give a sent submission the number of its movement, once the record shows it."""
    movements = list(submission.complaint.movements.prefetch_related("attachments"))
    reading = receipts.look_for(submission, movements, file_count=submission.files.count())
    if reading.found is None:
        return
    code = reading.found["movement_code"]
    with transaction.atomic():
        if not Submission.objects.filter(pk=submission.pk, state=State.SENT, movement_code__isnull=True).update(
            movement_code=code
        ):
            return
        submission.refresh_from_db()
        evidence.note(submission, SubmissionEvent.Kind.NUMBERED, facts=reading.found)
        evidence.show_on_complaint(submission)


def read_and_number(pk: int) -> None:
    """Read the record once after a send, so that the new movement is seen and numbered."""
    submission = Submission.objects.select_related("complaint", "account").get(pk=pk)
    if submission.movement_code:
        return
    OUTBOX.read(submission)
    number(submission)

"""Sending to the portal: what may be queued, and what a person decides about it. The way there: `delivery`."""

from collections.abc import Sequence

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django_q.tasks import async_task

from backoffice import audit, outbox
from backoffice.files import StoredFile
from backoffice.outbox import State
from complaints import badges, personal_data
from complaints.models import Complaint, Side, Submission, SubmissionEvent, SubmissionFile
from complaints.models.submission import ACTION_OF_KIND, Kind, payload_hash
from complaints.services import drafts, evidence
from complaints.services.accounts import cpf_for
from complaints.services.delivery import OUTBOX


class NotSendable(Exception):
    """Why nothing was queued: one sentence per reason, in words for the person."""

    def __init__(self, *reasons: str):
        super().__init__(" ".join(reasons))
        self.reasons = reasons


# --- Queueing ---------------------------------------------------------------------------------------------


def consumer_data(complaint: Complaint) -> personal_data.ConsumerData:
    """What the public-text check should recognise of this consumer."""
    party = complaint.consumer
    return personal_data.ConsumerData(
        name=complaint.consumer_name,
        cpf=complaint.consumer_cpf,
        emails=tuple(contact["value"] for contact in party.get("emails", ())),
        phones=tuple(contact["value"] for contact in party.get("phones", ())),
        street=party.get("street", ""),
    )


def holding_the_place(*, complaint: Complaint, kind: str) -> Submission | None:
    """The submission beside which no other may leave: one on its way or in doubt, or the answer already given."""
    held = Q(state__in=outbox.PENDING)
    if kind == Kind.ANSWER:
        held |= Q(kind=Kind.ANSWER, state=State.SENT)
    return complaint.submissions.filter(held).select_related("by").order_by("-pk").first()


def problems_of(
    *,
    complaint: Complaint,
    kind: str,
    text: str,
    stored_files: Sequence[StoredFile],
    unanswered_findings: Sequence[personal_data.Finding],
    holder: Submission | None,
) -> list[str]:
    """Everything that keeps this from leaving, all at once; empty when it may leave. A past deadline is no reason."""
    reasons = []
    if holder:
        reasons.append(_in_the_way(holder))
    elif not complaint.allows(ACTION_OF_KIND[kind]):
        reasons.append("O portal já não permite responder esta reclamação. Nada saiu.")
    if not complaint.account.is_active:
        reasons.append(f"A credenciada {complaint.account} está desativada. Fale com a administração.")
    if not text.strip():
        reasons.append("Escreva a resposta.")
    if len(text) > settings.ANSWER_MAX_CHARACTERS:
        reasons.append(f"O texto tem {len(text)} caracteres; o portal aceita {settings.ANSWER_MAX_CHARACTERS}.")
    if len(stored_files) > settings.ATTACHMENT_MAX_FILES:
        reasons.append(f"São {len(stored_files)} arquivos; o máximo é {settings.ATTACHMENT_MAX_FILES}.")
    reasons.extend(
        f"{finding.sentence} A resposta é pública e não pode ser corrigida depois." for finding in unanswered_findings
    )
    return reasons


def findings_in(*, complaint: Complaint, kind: str, text: str, accepted: Sequence[dict]) -> list[personal_data.Finding]:
    """Personal data nobody has accounted for. Only an answer is public."""
    if kind != Kind.ANSWER:
        return []
    return personal_data.without(personal_data.find(text, consumer_data(complaint)), accepted)


def _in_the_way(holder: Submission) -> str:
    when = badges.when(holder.sent_at or holder.queued_at)
    if holder.state == State.SENT:
        return f"{holder.by} enviou {_A_KIND[holder.kind]} {when}. O seu texto continua no rascunho."
    return f"{holder.by} mandou {_A_KIND[holder.kind]} {when}: {holder.get_state_display()}."


_A_KIND = {
    Kind.ANSWER: "a resposta",
    Kind.COMPLEMENT: "um complemento",
    Kind.REFUSAL: "a recusa",
    Kind.REDIRECTION: "o redirecionamento",
}


def submit(
    *,
    complaint: Complaint,
    kind: str,
    text: str,
    by,
    stored_files: Sequence[StoredFile] = (),
    accepted_findings: Sequence[dict] = (),
    seen_movement_code: int | None = None,
) -> Submission:
    """Freeze text and files and queue them. Raises NotSendable; then nothing was queued and the draft is untouched.

    `seen_movement_code` is the highest movement the author had in front of them: later words of the consumer or
    the mediator stop the send. The author's draft is consumed; it comes back if the send does not happen.
    """
    reasons = problems_of(
        complaint=complaint,
        kind=kind,
        text=text,
        stored_files=stored_files,
        unanswered_findings=findings_in(complaint=complaint, kind=kind, text=text, accepted=accepted_findings),
        holder=holding_the_place(complaint=complaint, kind=kind),
    )
    if reasons:
        raise NotSendable(*reasons)
    seen = complaint.last_movement_code if seen_movement_code is None else seen_movement_code
    submission = Submission(
        complaint=complaint,
        account=complaint.account,
        kind=kind,
        text=text,
        by=by,
        cpf=cpf_for(by, complaint.account).value,
        payload_hash=payload_hash(text, stored_files),
        accepted_findings=list(accepted_findings),
        seen_movement_code=min(seen, complaint.last_movement_code),
        seen_situation=complaint.situation_text,
    )
    try:
        with transaction.atomic():
            submission.save(force_insert=True)
            SubmissionFile.objects.bulk_create(
                SubmissionFile(submission=submission, stored=stored) for stored in stored_files
            )
            evidence.note(submission, SubmissionEvent.Kind.QUEUED, by=by)
            drafts.consume(complaint=complaint, kind=kind, owner=by, text=text, stored_files=stored_files)
            evidence.show_on_complaint(submission, is_newest=True)
            audit.record(
                audit.AuditEvent.Action.SUBMISSION_QUEUED,
                by=by,
                protocol=complaint.protocol,
                subject=submission.get_kind_display(),
                submission=submission.pk,
                fingerprint=submission.fingerprint,
            )
            transaction.on_commit(lambda: nudge(submission.pk))
    except IntegrityError:
        # Somebody was faster: the database allows one.
        holder = holding_the_place(complaint=complaint, kind=kind)
        raise NotSendable(_in_the_way(holder) if holder else "Outra pessoa acabou de enviar.") from None
    return submission


def nudge(pk: int) -> None:
    """Ask a worker to look now. If this is lost, the sweep finds the row within a minute."""
    async_task("complaints.tasks.deliver_submission", pk)


# --- What a person decides ----------------------------------------------------------------------------------


def confirm_received(*, submission: Submission, movement_code: int, by) -> bool:
    """Way out 1: this movement is it. Returns False when the row is no longer in doubt.

    Raises NotSendable when the movement is not ours to choose.
    """
    movement = submission.complaint.movements.filter(code=movement_code, side=Side.COMPANY).first()
    if movement is None or movement.code <= (submission.baseline_code or 0):
        raise NotSendable("Escolha um trâmite nosso, posterior ao envio.")
    facts = {"movement_code": movement.code, "movement_at": movement.at.isoformat()}
    return OUTBOX.confirm_received(submission, by=by, facts=facts)


def send_again(*, submission: Submission, reason: str, by) -> bool:
    """Way out 2: it is not there, the same text and files once more. The record is read again before it leaves.

    Raises NotSendable without a reason, and as long as nobody has looked since the doubt began.
    """
    if not reason.strip():
        raise NotSendable("Diga por que é certo que o envio não chegou.")
    if not submission.readings and not submission.needs_person:
        raise NotSendable("Espere ao menos uma conferência no portal antes de reenviar.")
    # Movements like ours that the person had in front of them and decided were not it.
    seen = submission.complaint.movements.filter(side=Side.COMPANY, code__gt=submission.baseline_code or 0)
    facts = {"seen_codes": list(seen.values_list("code", flat=True))}
    done = OUTBOX.send_again(submission, by=by, reason=reason.strip(), facts=facts)
    if done:
        transaction.on_commit(lambda: nudge(submission.pk))
    return done


def give_back(*, submission: Submission, reason: str, by) -> bool:
    """Way out 3, once absence is proved: do not send it again; the text returns to its author's draft."""
    if not reason.strip():
        raise NotSendable("Diga por que o envio não será refeito.")
    return OUTBOX.give_back(submission, by=by, reason=reason.strip())


def withdraw(*, submission: Submission, by) -> bool:
    """Take it back while it is in the queue and no call of it was ever begun. The text returns to the draft."""
    return OUTBOX.withdraw(submission, by=by)


def acknowledge(*, submission: Submission, by) -> None:
    """The author has seen that it did not leave; it no longer counts as pending."""
    Submission.objects.filter(
        pk=submission.pk, by=by, state__in=(State.REJECTED, State.STOPPED), acknowledged_at__isnull=True
    ).update(acknowledged_at=timezone.now())

"""What the pages about submissions show: steps, evidence, the list by urgency."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from backoffice.outbox import MAYBE_THERE, State
from complaints import badges
from complaints.models import Complaint, Side, Submission, SubmissionEvent

EventKind = SubmissionEvent.Kind

# Seconds between two looks at the state, by how long the page has been waiting.
POLLS = ((20, 2), (120, 5), (3600, 15))


@dataclass(frozen=True)
class Step:
    """A dot on the line queued - sending - sent. `status`: done, now, ahead, failed or unknown."""

    text: str
    status: str


@dataclass(frozen=True)
class Fact:
    """One line of the evidence."""

    at: datetime
    text: str
    detail: str
    tone: str  # "" or a badge tone


@dataclass(frozen=True)
class ListRow:
    submission: Submission
    badge: badges.Badge
    when: str
    next_step: str


def context(submission: Submission, *, by) -> dict:
    is_in_doubt = submission.state in MAYBE_THERE
    return {
        "submission": submission,
        "complaint": submission.complaint,
        "steps": steps(submission),
        "facts": facts(submission),
        "files": [link.stored for link in submission.files.select_related("stored")],
        "is_in_doubt": is_in_doubt,
        "poll_seconds": poll_seconds(submission),
        "candidates": candidates(submission) if is_in_doubt else [],
        "next_complaint": next_in_my_queue(submission.complaint, by),
    }


def poll_seconds(submission: Submission, now: datetime | None = None) -> int | None:
    """How long until the page asks again; None when the state is final or only a person moves it."""
    if submission.is_final and (submission.state != State.SENT or submission.movement_code):
        return None
    waited = ((now or timezone.now()) - submission.queued_at).total_seconds()
    return next((seconds for limit, seconds in POLLS if waited < limit), None)


def steps(submission: Submission) -> list[Step]:
    state = submission.state
    queued = timezone.localtime(submission.queued_at)
    if state == State.QUEUED:
        return [Step(f"Na fila desde {queued:%H:%M:%S}", "now"), Step("Enviando", "ahead"), Step("Enviado", "ahead")]
    first = Step(f"Na fila às {queued:%H:%M:%S}", "done")
    if state == State.SENDING:
        return [first, Step("Enviando", "now"), Step("Enviado", "ahead")]
    if state == State.SENT:
        sent = timezone.localtime(submission.sent_at)
        number = f" · trâmite n.º {submission.movement_code}" if submission.movement_code else ""
        return [first, Step("Enviando", "done"), Step(f"Enviado às {sent:%H:%M:%S}{number}", "done")]
    if state in MAYBE_THERE:
        return [first, Step("Enviando", "done"), Step(badges.of_submission(submission).text, "unknown")]
    return [first, Step(badges.of_submission(submission).text, "failed")]


def facts(submission: Submission) -> list[Fact]:
    """The evidence in order, in people's words."""
    readings = 0
    told = []
    for event in submission.events.select_related("by"):
        if event.kind in (EventKind.READING_ABSENT, EventKind.ABSENT, EventKind.READING_AMBIGUOUS, EventKind.FOUND):
            readings += 1
        told.append(_fact(event, readings))
    return told


def _fact(event: SubmissionEvent, readings: int) -> Fact:
    text, tone = _SENTENCES.get(event.kind, (event.get_kind_display(), ""))
    detail = event.words
    number = event.facts.get("movement_code")
    if event.kind in (EventKind.READING_ABSENT, EventKind.ABSENT):
        count = event.facts.get("movement_count")
        detail = f"{readings}ª leitura: {count} trâmites, nenhum é o nosso" if count is not None else detail
    elif number:
        detail = f"trâmite n.º {number}" + (f" · {event.words}" if event.words else "")
    if event.by:
        detail = f"por {event.by}" + (f" · {detail}" if detail else "")
    return Fact(event.at, text.format(n=readings), detail, tone)


_SENTENCES = {
    EventKind.QUEUED: ("Entrou na fila", ""),
    EventKind.CLAIMED: ("Reservado: a reclamação é relida antes de sair", ""),
    EventKind.CALL_STARTED: ("Enviamos ao portal", "blue"),
    EventKind.SENT: ("O portal confirmou o recebimento", "green"),
    EventKind.REJECTED: ("O portal não aceitou. Nada foi registrado", "red"),
    EventKind.STOPPED: ("Parado antes de sair. Nada saiu", "amber"),
    EventKind.REQUEUED: ("Nada saiu. Volta à fila", ""),
    EventKind.UNCERTAIN: ("O resultado se perdeu no caminho", "violet"),
    EventKind.READING_ABSENT: ("Lemos o portal: não consta", "violet"),
    EventKind.READING_AMBIGUOUS: ("Lemos o portal: há algo parecido", "violet"),
    EventKind.READING_FAILED: ("Leitura que não conta", ""),
    EventKind.FOUND: ("Lemos o portal: o envio está lá", "green"),
    EventKind.ABSENT: ("Não consta no portal", "violet"),
    EventKind.CONFIRMED: ("Recebimento confirmado", "green"),
    EventKind.SENT_AGAIN: ("Mandado de novo, o mesmo texto", "blue"),
    EventKind.WITHDRAWN: ("Cancelado antes de sair", ""),
    EventKind.NUMBERED: ("O trâmite apareceu no detalhe", "green"),
}


def candidates(submission: Submission) -> list:
    """Our side's movements after the send: one of them may be it."""
    return list(
        submission.complaint.movements.filter(side=Side.COMPANY, code__gt=submission.baseline_code or 0).order_by(
            "-code"
        )
    )


def next_in_my_queue(complaint: Complaint, person) -> Complaint | None:
    """The most urgent complaint of this person that still waits for an answer."""
    return (
        Complaint.objects.awaiting_answer()
        .filter(assignee=person, submission_state__in=("", State.REJECTED, State.STOPPED, State.WITHDRAWN))
        .exclude(pk=complaint.pk)
        .select_related("account")
        .order_by("queue_on", "id")
        .first()
    )


def overview(user) -> dict:
    """Groups of the list, each capped; what needs a person is never cut silently."""
    rows = Submission.objects.visible_to(user).select_related("complaint", "account", "by", "confirmed_by")
    needing = list(rows.needing_a_person().order_by("complaint__queue_on", "-pk")[:201])
    under_way = list(rows.filter(state__in=(State.QUEUED, State.SENDING)).order_by("queued_at", "pk")[:201])
    since = timezone.now() - timedelta(hours=24)
    closed = list(
        rows.filter(state__in=(State.SENT, State.WITHDRAWN), closed_at__gte=since).order_by("-closed_at", "-pk")[:101]
    )
    return {
        "needing": [_row(row) for row in needing[:200]],
        "needing_more": len(needing) > 200,
        "under_way": [_row(row) for row in under_way[:200]],
        "under_way_more": len(under_way) > 200,
        "closed": [_row(row) for row in closed[:100]],
        "closed_more": len(closed) > 100,
    }


def _row(submission: Submission) -> ListRow:
    badge = badges.of_submission(submission, is_portal_down=submission.account.is_down)
    state = submission.state
    if state == State.QUEUED:
        later = submission.not_before > timezone.now()
        next_step = f"tenta de novo às {badges.clock(submission.not_before)}" if later else "sai na vez"
        return ListRow(submission, badge, f"na fila às {badges.clock(submission.queued_at)}", next_step)
    if state == State.SENDING:
        return ListRow(submission, badge, f"desde {badges.clock(submission.claimed_at)}", "")
    if state in MAYBE_THERE:
        reading = submission.next_reading_at
        next_step = f"próxima conferência {badges.clock(reading)}" if reading else "espera uma decisão"
        return ListRow(submission, badge, f"enviado às {badges.clock(submission.maybe_sent_at)}", next_step)
    when = f"às {badges.clock(submission.closed_at)}"
    next_step = "texto de volta no rascunho" if state in (State.REJECTED, State.STOPPED) else ""
    return ListRow(submission, badge, when, next_step)

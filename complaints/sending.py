"""What the pages about submissions show: state, steps, evidence, ways out, the list by urgency."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf

from django.utils import timezone

from backoffice.outbox import MAYBE_THERE, State
from complaints import badges, news, outcome
from complaints.models import Complaint, Side, Submission, SubmissionEvent

EventKind = SubmissionEvent.Kind

# Seconds between two looks at the state, by how long the page has been waiting.
POLLS = ((20, 2), (120, 5), (3600, 15), (inf, 60))
# After «Conferir agora»: so many quick looks, so far apart.
HURRY, HURRY_SECONDS = 12, 3
# A number that has not appeared by then is not looked for any more.
NUMBERED_WITHIN = timedelta(days=7)


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
    difference: news.Difference = field(default_factory=news.Difference)


@dataclass(frozen=True)
class ListRow:
    submission: Submission
    badge: badges.Badge
    when: str
    next_step: str


def context(submission: Submission, *, by, hurry: int = 0) -> dict:
    """`hurry`: quick looks still to be made, because somebody asked for a reading."""
    now = timezone.now()
    events = list(submission.events.select_related("by"))
    is_in_doubt = submission.state in MAYBE_THERE
    may_settle = by.has_perm("complaints.settle_submission")
    found = candidates(submission) if is_in_doubt else []
    return {
        "submission": submission,
        "complaint": submission.complaint,
        "noun": outcome.noun(submission),
        "headline": outcome.headline(submission),
        "explanation": outcome.explanation(
            submission, may_settle=may_settle, watched=watched(submission, events), now=now
        ),
        "payload_title": outcome.payload_title(submission),
        "audience": badges.of_audience(submission.kind),
        "steps": steps(submission),
        "facts": facts(submission, events),
        "files": [link.stored for link in submission.files.select_related("stored")],
        "is_in_doubt": is_in_doubt,
        "may_settle": may_settle,
        "may_withdraw": submission.state == State.QUEUED
        and not submission.maybe_sent_at
        and (may_settle or submission.by_id == by.pk),
        "is_unread": not submission.readings and not submission.needs_person,
        "candidates": found,
        "version": version(submission, events[-1].pk if events else 0),
        "ways_out": ways_out(submission, found),
        "hurry": hurry,
        "poll_seconds": poll_seconds(submission, now, hurry=hurry),
    }


def version(submission: Submission, last_event: int) -> str:
    """What a page shows, in short: the part that changes is asked for again when this has changed."""
    return f"{submission.state}.{submission.attempt}.{last_event}"


def present_version(submission: Submission) -> str:
    return version(submission, submission.events.values_list("pk", flat=True).last() or 0)


def ways_out(submission: Submission, found: list) -> str:
    """The same for what a person may decide: as long as it holds, nobody's half-written reason is touched."""
    if submission.state not in MAYBE_THERE:
        return ""
    is_read = bool(submission.readings or submission.needs_person)
    return ".".join(map(str, [submission.state, submission.attempt, int(is_read), *(one.code for one in found)]))


def watched(submission: Submission, events: list[SubmissionEvent]) -> timedelta | None:
    """From the last call whose outcome is not known to the last reading that did not find it."""
    readings = [event.at for event in events if event.kind in (EventKind.READING_ABSENT, EventKind.ABSENT)]
    began = submission.call_started_at or submission.maybe_sent_at
    return readings[-1] - began if readings and began and readings[-1] > began else None


def poll_seconds(submission: Submission, now: datetime | None = None, *, hurry: int = 0) -> int | None:
    """How long until the page asks again; None once nothing more can change."""
    now = now or timezone.now()
    if submission.is_final:
        awaits_number = submission.state == State.SENT and not submission.movement_code
        if not awaits_number or now - submission.sent_at > NUMBERED_WITHIN:
            return None
    if hurry:
        return HURRY_SECONDS
    waited = (now - submission.queued_at).total_seconds()
    return next(seconds for limit, seconds in POLLS if waited < limit)


def steps(submission: Submission) -> list[Step]:
    state = submission.state
    if state == State.QUEUED:
        since = badges.clock(submission.queued_at)
        return [Step(f"Na fila desde {since}", "now"), Step("Enviando", "ahead"), Step("Enviado", "ahead")]
    first = Step(f"Na fila {badges.when(submission.queued_at)}", "done")
    if state == State.SENDING:
        return [first, Step("Enviando", "now"), Step("Enviado", "ahead")]
    if state == State.SENT:
        number = f" · trâmite n.º {submission.movement_code}" if submission.movement_code else ""
        return [first, Step("Enviando", "done"), Step(f"Enviado {badges.when(submission.sent_at)}{number}", "done")]
    if state in MAYBE_THERE:
        return [first, Step("Enviando", "done"), Step(badges.of_submission(submission).text, "unknown")]
    return [first, Step(badges.of_submission(submission).text, "failed")]


def facts(submission: Submission, events: list[SubmissionEvent]) -> list[Fact]:
    """The evidence in order, in people's words."""
    codes = {code for event in events for code in event.facts.get("movements", ())}
    movements = list(submission.complaint.movements.filter(code__in=codes).order_by("code")) if codes else []
    readings = 0
    told = []
    for event in events:
        if event.kind in _READINGS:
            readings += 1
        told.append(_fact(event, readings, news.kept_in(event.facts, movements)))
    return told


_READINGS = (EventKind.READING_ABSENT, EventKind.ABSENT, EventKind.READING_AMBIGUOUS, EventKind.FOUND)


def _fact(event: SubmissionEvent, readings: int, difference: news.Difference) -> Fact:
    text, tone = _SENTENCES.get(event.kind, (event.get_kind_display(), ""))
    if event.kind == EventKind.WITHDRAWN and event.words:
        # With a reason: it was given up after it may have left.
        text = "Não será refeito: volta ao rascunho"
    detail = event.words
    number = event.facts.get("movement_code")
    if event.kind in (EventKind.READING_ABSENT, EventKind.ABSENT):
        count = event.facts.get("movement_count")
        if count == 1:
            detail = f"{readings}ª leitura: 1 trâmite, que não é o nosso"
        elif count is not None:
            detail = f"{readings}ª leitura: {count} trâmites, nenhum é o nosso"
    elif number:
        detail = f"trâmite n.º {number}" + (f" · {event.words}" if event.words else "")
    if event.by:
        detail = f"por {event.by}" + (f" · {detail}" if detail else "")
    return Fact(event.at, text, detail, tone, difference)


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
    """The most urgent complaint of this person, among those they still see, that waits for an answer."""
    return (
        Complaint.objects.visible_to(person)
        .awaiting_answer()
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
        next_step = f"tenta de novo {badges.when(submission.not_before)}" if later else "sai na vez"
        return ListRow(submission, badge, f"na fila {badges.when(submission.queued_at)}", next_step)
    if state == State.SENDING:
        return ListRow(submission, badge, f"desde {badges.clock(submission.claimed_at)}", "")
    if state in MAYBE_THERE:
        reading = submission.next_reading_at
        next_step = f"próxima conferência {badges.when(reading)}" if reading else "espera uma decisão"
        return ListRow(submission, badge, f"mandado {badges.when(submission.maybe_sent_at)}", next_step)
    next_step = "texto de volta no rascunho" if state in (State.REJECTED, State.STOPPED) else ""
    return ListRow(submission, badge, badges.when(submission.closed_at), next_step)

"""What a badge says: one fact about our own work, in the words of the product, never more than is known."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from backoffice.outbox import State
from complaints.models.complaint import Complaint, Rating
from complaints.models.submission import Kind, Submission


@dataclass(frozen=True, slots=True)
class Badge:
    tone: str  # accent, red, orange, amber, green, blue, violet, grey
    icon: str
    text: str


REJECTED = Badge("red", "ban", "Não aceito pelo portal")
STOPPED = Badge("amber", "hand-stop", "Parado: a reclamação mudou")
ABSENT = Badge("violet", "zoom-question", "Não consta no portal")
CHECKING = Badge("violet", "help-octagon", "Resultado desconhecido · conferindo")
UNDECIDED = Badge("violet", "help-octagon", "Resultado desconhecido")
SENDING = Badge("blue", "loader-2", "Enviando")
WITHDRAWN = Badge("grey", "player-stop", "Cancelado antes de sair")
# Given up after a call that may have arrived: nobody can say that nothing left.
GIVEN_BACK = Badge("grey", "player-stop", "Não reenviado")
CONFIRMED = Badge("green", "user-check", "Recebido, confirmado por uma pessoa")
PUBLIC_FINAL = Badge("accent", "world", "Pública, final e única")
PRIVATE = Badge("grey", "lock", "Privado")

_FIXED = {
    State.SENDING: SENDING,
    State.REJECTED: REJECTED,
    State.STOPPED: STOPPED,
    State.ABSENT: ABSENT,
    State.WITHDRAWN: WITHDRAWN,
}


def clock(at: datetime, now: datetime | None = None) -> str:
    """`13:58` today, `18/11 13:58` on another day of this year, with the year otherwise."""
    return f"{_day(at, now)} {timezone.localtime(at):%H:%M}".lstrip()


def instant(at: datetime, now: datetime | None = None) -> str:
    """The same to the second, for evidence."""
    return f"{_day(at, now)} {timezone.localtime(at):%H:%M:%S}".lstrip()


def when(at: datetime, now: datetime | None = None) -> str:
    """The same inside a sentence: `às 13:58`, `em 18/11, às 13:58`."""
    day, time = _day(at, now), f"às {timezone.localtime(at):%H:%M}"
    return f"em {day}, {time}" if day else time


def _day(at: datetime, now: datetime | None) -> str:
    """ "" today."""
    local, today = timezone.localtime(at), timezone.localtime(now or timezone.now())
    if local.date() == today.date():
        return ""
    return f"{local:%d/%m}" if local.year == today.year else f"{local:%d/%m/%Y}"


def of_state(
    state: str,
    *,
    at: datetime | None = None,
    movement_code: int | None = None,
    needs_person: bool = False,
    attempt: int = 0,
    is_portal_down: bool = False,
    confirmed_by: str = "",
    may_have_left: bool = False,
    now: datetime | None = None,
) -> Badge:
    """The badge of a submission's state. `at` is when it was sent, in the state SENT."""
    if state == State.QUEUED:
        if is_portal_down:
            return Badge("grey", "clock", "Na fila · portal fora do ar")
        return Badge("grey", "clock", f"Na fila · {attempt + 1}ª tentativa" if attempt else "Na fila")
    if state == State.UNCERTAIN:
        return UNDECIDED if needs_person else CHECKING
    if state == State.SENT:
        if confirmed_by:
            return Badge("green", "user-check", f"Recebido, confirmado por {confirmed_by}")
        if movement_code:
            return Badge("green", "circle-check", f"Enviado · trâmite n.º {movement_code}, {clock(at, now)}")
        return Badge("green", "circle-check", f"Enviado {when(at, now)}")
    if state == State.WITHDRAWN and may_have_left:
        return GIVEN_BACK
    return _FIXED[State(state)]


def of_submission(submission: Submission, *, is_portal_down: bool = False, now: datetime | None = None) -> Badge:
    """Needs `confirmed_by` loaded with the row (select_related) to stay free of queries."""
    return of_state(
        submission.state,
        at=submission.sent_at,
        movement_code=submission.movement_code,
        needs_person=submission.needs_person,
        attempt=submission.attempt,
        is_portal_down=is_portal_down,
        confirmed_by=str(submission.confirmed_by) if submission.confirmed_by_id else "",
        may_have_left=submission.maybe_sent_at is not None,
        now=now,
    )


def of_audience(kind: str) -> Badge:
    """Who reads what a submission of this kind says. Only an answer is published."""
    return PUBLIC_FINAL if kind == Kind.ANSWER else PRIVATE


def of_draft(saved_at: datetime, *, owner_name: str = "", now: datetime | None = None) -> Badge:
    """`owner_name` is empty on one's own draft."""
    text = (
        f"Rascunho de {owner_name}, {clock(saved_at, now)}" if owner_name else f"Rascunho salvo {when(saved_at, now)}"
    )
    return Badge("grey", "pencil", text)


def of_rating(complaint: Complaint) -> Badge | None:
    if complaint.rating == Rating.NOT_RATED:
        return Badge("grey", "minus", "Não avaliada")
    score = f" · nota {complaint.score}" if complaint.score else ""
    if complaint.rating == Rating.SOLVED:
        return Badge("green", "thumb-up", f"Resolvida{score}")
    if complaint.rating == Rating.NOT_SOLVED:
        return Badge("red", "thumb-down", f"Não resolvida{score}")
    return None


def of_row(complaint: Complaint, *, draft_owner_name: str = "", is_portal_down: bool = False, now=None) -> Badge | None:
    """The one badge of a queue row: what is on its way, else the newest of draft and past submission."""
    state = complaint.submission_state
    if complaint.draft_at and (
        not state or (state in (State.SENT, State.WITHDRAWN) and complaint.draft_at > complaint.submission_at)
    ):
        return of_draft(complaint.draft_at, owner_name=draft_owner_name, now=now)
    if not state or state == State.WITHDRAWN:
        return None
    if state == State.SENT and complaint.submission_is_confirmed:
        return CONFIRMED
    return of_state(
        state,
        at=complaint.submission_at,
        movement_code=complaint.submission_movement_code,
        needs_person=complaint.submission_needs_person,
        is_portal_down=is_portal_down,
        now=now,
    )

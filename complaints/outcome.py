"""What the page of a submission says of its state: headline, explanation, what is shown below. Pure.

Only what is known is said: of a submission that may have left nobody says that nothing left.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from backoffice.outbox import State
from complaints.badges import when
from complaints.models import Submission
from complaints.models.submission import Kind


@dataclass(frozen=True, slots=True)
class Noun:
    """What is sent, with its article: "A resposta", "O complemento"."""

    word: str
    article: str  # "a" or "o", which is also the ending of what is said about it
    in_full: str

    @property
    def named(self) -> str:
        return f"{self.article.upper()} {self.word}"


NOUNS = {
    Kind.ANSWER: Noun("resposta", "a", "resposta final"),
    Kind.COMPLEMENT: Noun("complemento", "o", "complemento"),
    Kind.REFUSAL: Noun("recusa", "a", "recusa"),
    Kind.REDIRECTION: Noun("redirecionamento", "o", "redirecionamento"),
}

# Of these a screen reader speaks at once.
URGENT = (State.REJECTED, State.STOPPED, State.UNCERTAIN, State.ABSENT)


def noun(submission: Submission) -> Noun:
    return NOUNS[Kind(submission.kind)]


def headline(submission: Submission) -> str:
    what = noun(submission)
    state = submission.state
    if state == State.SENT and submission.confirmed_by:
        return f"Recebimento confirmado por {submission.confirmed_by}"
    if state == State.WITHDRAWN and submission.maybe_sent_at:
        return "O envio não será refeito"
    return {
        State.QUEUED: f"{what.named} está na fila",
        State.SENDING: f"{what.named} está sendo enviad{what.article}",
        State.SENT: f"{what.named} foi enviad{what.article}",
        State.REJECTED: "O portal não aceitou",
        State.STOPPED: "O envio parou antes de sair",
        State.WITHDRAWN: "O envio foi cancelado antes de sair",
        State.ABSENT: f"{what.named} não consta no portal",
        State.UNCERTAIN: f"Não sabemos se {what.article} {what.word} chegou ao portal",
    }[State(state)]


def explanation(submission: Submission, *, may_settle: bool, watched: timedelta | None, now: datetime) -> str:
    """`watched`: from the doubt to the last reading that counts; None when nobody has read yet."""
    state = submission.state
    if state == State.QUEUED:
        return _queued(submission, now)
    if state == State.SENDING:
        return "Você pode sair desta página: o envio continua."
    if state == State.SENT:
        what = noun(submission)
        if submission.movement_code:
            return f"O portal mostra {what.article} {what.word} como trâmite n.º {submission.movement_code}."
        return "O portal confirmou. O número do trâmite aparece assim que for lido no detalhe."
    if state == State.REJECTED:
        return f"O portal não aceitou: “{submission.words}”. Nada foi registrado. O texto voltou para o rascunho."
    if state == State.STOPPED:
        return f"{submission.words} O texto voltou para o rascunho."
    if state == State.WITHDRAWN:
        if submission.maybe_sent_at:
            return "O envio não constava no portal, e alguém decidiu não refazê-lo. O texto voltou para o rascunho."
        return "Nada saiu. O texto voltou para o rascunho."
    if state == State.ABSENT:
        return f"{_readings(submission, watched)} e o envio não está lá. {_whose_decision(may_settle)}"
    reading = submission.next_reading_at
    coming = f" Próxima conferência {when(reading, now)}." if reading else ""
    return f"Não enviamos de novo enquanto não soubermos.{coming}"


def _queued(submission: Submission, now: datetime) -> str:
    if submission.maybe_sent_at:
        before = "O portal é relido antes: se o envio estiver lá, nada sai de novo."
        return (
            f"{submission.words} Tentamos {when(submission.not_before, now)}. {before}" if submission.words else before
        )
    if submission.words:
        return f"{submission.words} Nada saiu; tentamos de novo {when(submission.not_before, now)}."
    own = noun(submission).article
    return f"Sai sozinh{own}, na vez del{'a' if own == 'a' else 'e'}. Você pode sair desta página: o envio continua."


def _readings(submission: Submission, watched: timedelta | None) -> str:
    times = "1 vez" if submission.readings == 1 else f"{submission.readings} vezes"
    return f"Lemos o portal {times}" + (f" em {duration(watched)}" if watched is not None else "")


def _whose_decision(may_settle: bool) -> str:
    whose = "sua" if may_settle else "da supervisão"
    return f"Reenviar é decisão {whose}: o mesmo texto, uma vez."


def duration(span: timedelta) -> str:
    """`42 min`, `1 h 05`, `2 h`."""
    hours, minutes = divmod(max(int(span.total_seconds() // 60), 1), 60)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes:02d}" if minutes else f"{hours} h"


def payload_title(submission: Submission) -> str:
    if submission.state in (State.QUEUED, State.SENDING):
        return "O que vai sair"
    has_left = submission.maybe_sent_at or submission.state not in (State.STOPPED, State.WITHDRAWN)
    return "O que foi mandado" if has_left else "O que não saiu"

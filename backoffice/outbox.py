"""The one road for everything that must happen exactly once on a remote server.

None of these servers has an idempotency key, so a call whose reply was lost is never repeated: the remote is
asked first. The row is the queue; a background task is only a nudge and may run twice or never.

    QUEUED -claim-> SENDING -mark-> (call) -record-> SENT | REJECTED | QUEUED again | UNCERTAIN
                       \\-prepare says no-> STOPPED
    UNCERTAIN -read back-> SENT | ABSENT        ABSENT, UNCERTAIN -a person-> SENT | QUEUED | WITHDRAWN

Every step is one conditional UPDATE on (state, attempt): whoever does not hold the attempt changes nothing.
"""

import logging
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from backoffice.remote.errors import CredentialsRefused, RemoteError, RemoteRejected, RemoteUnavailable

logger = logging.getLogger(__name__)


class State(models.TextChoices):
    QUEUED = "queued", "na fila"
    SENDING = "sending", "enviando"
    SENT = "sent", "enviado"
    REJECTED = "rejected", "não aceito"
    STOPPED = "stopped", "parado"
    UNCERTAIN = "uncertain", "resultado desconhecido"
    ABSENT = "absent", "não consta"
    WITHDRAWN = "withdrawn", "retirado"


# Something may still leave, or may have left: no second one beside it.
PENDING = (State.QUEUED, State.SENDING, State.UNCERTAIN, State.ABSENT)
FINAL = (State.SENT, State.REJECTED, State.STOPPED, State.WITHDRAWN)
# The call may have reached the other side.
MAYBE_THERE = (State.UNCERTAIN, State.ABSENT)
ANY = Q()


class OutgoingWriteQuerySet(models.QuerySet):
    def due(self, now: datetime):
        """Queued and allowed to leave, oldest first."""
        return self.filter(state=State.QUEUED, not_before__lte=now).order_by("queued_at", "id")

    def abandoned(self, now: datetime):
        """Claimed by a worker that did not come back."""
        return self.filter(state=State.SENDING, claimed_at__lt=now - timedelta(seconds=settings.SEND_ABANDONED_SECONDS))

    def to_read_back(self, now: datetime):
        return self.filter(state=State.UNCERTAIN, next_reading_at__lte=now).order_by("next_reading_at", "id")


class OutgoingWrite(models.Model):
    """State of one write. Children add what is sent; their payload is frozen when the row is queued."""

    state = models.CharField("estado", max_length=10, choices=State, default=State.QUEUED)
    attempt = models.PositiveIntegerField("tentativa", default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="quem mandou")
    queued_at = models.DateTimeField("na fila desde", default=timezone.now)
    not_before = models.DateTimeField("não sai antes de", default=timezone.now)
    claimed_at = models.DateTimeField("reservado em", null=True, blank=True)
    call_started_at = models.DateTimeField("chamada começou em", null=True, blank=True)
    sent_at = models.DateTimeField("enviado em", null=True, blank=True)
    closed_at = models.DateTimeField("encerrado em", null=True, blank=True)
    # Set once a call may have arrived and kept for good: what came after it may be ours.
    maybe_sent_at = models.DateTimeField("pode ter saído em", null=True, blank=True)
    readings = models.PositiveSmallIntegerField("leituras sem achar", default=0)
    next_reading_at = models.DateTimeField("próxima leitura", null=True, blank=True)
    needs_person = models.BooleanField("precisa de alguém", default=False)
    words = models.TextField("palavras", blank=True, default="")  # theirs when rejected, else why it waits

    objects = OutgoingWriteQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.SENT, sent_at__isnull=False) | (~Q(state=State.SENT) & Q(sent_at__isnull=True)),
                name="%(class)s_sent_has_its_instant",
            ),
            models.CheckConstraint(
                condition=Q(state__in=FINAL, closed_at__isnull=False)
                | (~Q(state__in=FINAL) & Q(closed_at__isnull=True)),
                name="%(class)s_final_has_its_instant",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SENDING) | Q(claimed_at__isnull=False),
                name="%(class)s_sending_was_claimed",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.QUEUED) | Q(call_started_at__isnull=True),
                name="%(class)s_queued_has_not_left",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=MAYBE_THERE) | Q(maybe_sent_at__isnull=False),
                name="%(class)s_unknown_may_have_left",
            ),
        ]

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING

    @property
    def is_final(self) -> bool:
        return self.state in FINAL


# --- What the steps report --------------------------------------------------------------------------------


class Stop(Exception):
    """`prepare` found that the write must not leave. `reason` is shown; `difference` is kept as evidence."""

    def __init__(self, reason: str, **difference):
        super().__init__(reason)
        self.reason = reason
        self.difference = difference


class FoundThere(Exception):
    """`prepare` found that an earlier attempt did arrive: nothing more may leave."""

    def __init__(self, **facts):
        super().__init__("already there")
        self.facts = facts


@dataclass(frozen=True)
class Change:
    """One fact about a write, handed to `Outbox.recorded` inside the transaction that stores it."""

    kind: str  # an EventKind of the child, e.g. "claimed", "sent", "reading_absent"
    words: str = ""
    facts: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """What reading the remote back told: found (with facts), ambiguous (a person must look at it), or neither."""

    found: dict | None = None
    ambiguous: str = ""
    facts: dict = field(default_factory=dict)


def retry_delay(attempt: int) -> timedelta:
    """How long a write waits when nothing could be sent: 30 s, 1, 2, 4, 8 and then 10 minutes."""
    return min(timedelta(seconds=30 * 2 ** min(max(attempt - 1, 0), 5)), timedelta(minutes=10))


class Outbox(ABC):
    """The steps, for one kind of write. A child says how to prepare, call and read back; it never sets states."""

    model: type[OutgoingWrite]

    # --- what a child provides ---

    @abstractmethod
    def prepare(self, write: OutgoingWrite) -> dict:
        """Look before leaving. Returns the columns to store together with the mark that the call begins.

        Raises Stop, FoundThere or a RemoteError. Nothing may leave here.
        """

    @abstractmethod
    def call(self, write: OutgoingWrite) -> dict:
        """The one call. Returns the facts of the receipt; raises RemoteError."""

    @abstractmethod
    def read_back(self, write: OutgoingWrite) -> Reading:
        """Ask the remote whether it is there. Raises RemoteError; such a reading does not count."""

    @abstractmethod
    def recorded(self, write: OutgoingWrite, change: Change) -> None:
        """Keep evidence, audit and whatever shows the state elsewhere. Runs inside the step's transaction."""

    def paused(self, write: OutgoingWrite, error: CredentialsRefused) -> None:  # noqa: B027  (a hook that may stay empty)
        """The account's credentials were refused. Runs inside the step's transaction; most tell an admin."""

    # --- the road ---

    def deliver(self, pk) -> None:
        """Take one queued write all the way. Safe to call any number of times, from any number of workers."""
        attempt = self._claim(pk)
        if attempt is None:
            return
        write = self.model.objects.get(pk=pk)
        try:
            marks = self.prepare(write)
        except Stop as stop:
            self._did_not_leave(write, State.STOPPED, Change("stopped", stop.reason, stop.difference))
            return
        except FoundThere as found:
            self._close(write, State.SENT, Change("found", facts=found.facts))
            return
        except CredentialsRefused as error:
            self._requeue(write, error)
            return
        except RemoteRejected as error:
            # They refuse to show it: nothing left, and a person should know their words.
            self._did_not_leave(write, State.STOPPED, Change("stopped", error.words))
            return
        except RemoteError as error:
            self._requeue(write, error)
            return
        except Exception:  # nothing has left yet, whatever it was
            logger.exception("write %s %s: unexpected error before the call", self.model.__name__, pk)
            self._requeue(write, RemoteUnavailable("Erro inesperado antes do envio. Nada saiu."))
            return
        if not self._mark(write, marks):
            return
        try:
            facts = self.call(write)
        except (RemoteUnavailable, CredentialsRefused) as error:
            self._requeue(write, error)
        except RemoteRejected as error:
            self._did_not_leave(write, State.REJECTED, Change("rejected", error.words))
        except Exception as error:
            # RemoteUncertain, and anything nobody thought of: it may be there.
            if not isinstance(error, RemoteError):
                logger.exception("write %s %s: unexpected error during the call", self.model.__name__, pk)
            words = error.words if isinstance(error, RemoteError) else "Erro inesperado durante o envio."
            self._doubt(write, Change("uncertain", words))
        else:
            self._close(write, State.SENT, Change("sent", facts=facts))

    def sweep(self) -> None:
        """Pick up what was lost: dead workers' rows, missed nudges, and readings that are due.

        One row's trouble is logged and never keeps the others waiting. No step begins that could outlive the task:
        what is left waits for the next sweep.
        """
        longest_step = 2 * settings.SEND_WALL_SECONDS + 10
        ends_at = monotonic() + settings.Q_CLUSTER["timeout"] - longest_step
        rows = self.model.objects
        for step, waiting in (
            (self._recover, rows.abandoned),
            (self.deliver, rows.due),
            (self.settle, rows.to_read_back),
        ):
            for pk in list(waiting(timezone.now()).values_list("pk", flat=True)):
                if monotonic() > ends_at:
                    return
                try:
                    step(pk)
                except Exception:  # one row never keeps the others waiting
                    logger.exception("sweep: %s %s", self.model.__name__, pk)

    def _recover(self, pk) -> None:
        write = self.model.objects.abandoned(timezone.now()).filter(pk=pk).first()
        if write is None:
            return
        if write.call_started_at:
            self._doubt(write, Change("uncertain", "O processo que enviava parou no meio da chamada."))
            return
        self._step(
            write,
            Change("requeued", "O processo que ia enviar parou antes da chamada; nada saiu."),
            where=Q(call_started_at__isnull=True),  # it may have come back to life since it was looked at
            state=State.QUEUED,
            claimed_at=None,
            not_before=timezone.now(),
        )

    def settle(self, pk) -> None:
        """One reading of an UNCERTAIN or ABSENT write, decided when the evidence is enough."""
        write = self.model.objects.filter(pk=pk, state__in=MAYBE_THERE).first()
        if write is None:
            return
        now = timezone.now()
        try:
            reading = self.read_back(write)
        except Exception as error:
            if isinstance(error, CredentialsRefused):
                with transaction.atomic():
                    self.paused(write, error)
            if not isinstance(error, RemoteError):
                logger.exception("write %s %s: unexpected error while reading back", self.model.__name__, pk)
            words = error.words if isinstance(error, RemoteError) else "Erro inesperado durante a leitura."
            self._step(
                write,
                Change("reading_failed", words),
                next_reading_at=now + timedelta(minutes=5) if write.state == State.UNCERTAIN else None,
            )
            return
        if reading.found is not None:
            self._close(write, State.SENT, Change("found", facts=reading.found))
        elif reading.ambiguous:
            self._step(
                write,
                Change("reading_ambiguous", reading.ambiguous, reading.facts),
                needs_person=True,
                next_reading_at=now + timedelta(minutes=30) if write.state == State.UNCERTAIN else None,
            )
        elif write.state == State.ABSENT:
            self._step(write, Change("reading_absent", facts=reading.facts), readings=F("readings") + 1)
        else:
            self._absent_once_more(write, reading, now)

    def _absent_once_more(self, write: OutgoingWrite, reading: Reading, now: datetime) -> None:
        readings = write.readings + 1
        if readings >= settings.SETTLE_READINGS and now >= self._proved_at(write):
            self._step(
                write,
                Change("absent", facts=reading.facts),
                state=State.ABSENT,
                readings=readings,
                next_reading_at=None,
                needs_person=True,
            )
            return
        self._step(
            write,
            Change("reading_absent", facts=reading.facts),
            readings=readings,
            next_reading_at=self.next_reading(write, readings, now),
        )

    def next_reading(self, write: OutgoingWrite, readings: int, now: datetime) -> datetime:
        """Readings spread over the settling time; the last one at its very end."""
        if readings + 1 >= settings.SETTLE_READINGS:
            return max(self._proved_at(write), now + timedelta(minutes=2))
        return now + timedelta(minutes=settings.SETTLE_MINUTES) / settings.SETTLE_READINGS

    @staticmethod
    def _proved_at(write: OutgoingWrite) -> datetime:
        """Until then an absence may still be a late arrival. Counted from the last call, not the first."""
        return (write.call_started_at or write.maybe_sent_at) + timedelta(minutes=settings.SETTLE_MINUTES)

    def found_here(self, write: OutgoingWrite, facts: dict) -> bool:
        """Something else read the remote and stored what this write was waiting for."""
        return self._close(write, State.SENT, Change("found", facts=facts), only=MAYBE_THERE)

    # --- what a person decides ---

    def confirm_received(self, write: OutgoingWrite, *, by, facts: dict) -> bool:
        """A person says that it is there. False when the row is no longer in doubt."""
        return self._close(write, State.SENT, Change("confirmed", facts=facts | {"by": by.pk}), only=MAYBE_THERE)

    def send_again(self, write: OutgoingWrite, *, by, reason: str, facts: dict) -> bool:
        """A person says that it is not there: the same payload, once. `prepare` looks again before it leaves."""
        now = timezone.now()
        return self._step(
            write,
            Change("sent_again", reason, facts | {"by": by.pk}),
            only=MAYBE_THERE,
            state=State.QUEUED,
            claimed_at=None,
            call_started_at=None,
            queued_at=now,
            not_before=now,
            readings=0,
            next_reading_at=None,
            needs_person=False,
        )

    def give_back(self, write: OutgoingWrite, *, by, reason: str) -> bool:
        """A person gives up a write that was proved absent."""
        change = Change("withdrawn", reason, {"by": by.pk})
        return self._close(write, State.WITHDRAWN, change, only=(State.ABSENT,))

    def withdraw(self, write: OutgoingWrite, *, by) -> bool:
        """Take a write back. Only from the queue, before anything could have left: an earlier call counts too."""
        if write.maybe_sent_at:
            return False
        return self._close(write, State.WITHDRAWN, Change("withdrawn", facts={"by": by.pk}), only=(State.QUEUED,))

    # --- steps: each one conditional update and its record, in one transaction ---

    def _claim(self, pk) -> int | None:
        now = timezone.now()
        with transaction.atomic():
            taken = self.model.objects.filter(pk=pk, state=State.QUEUED, not_before__lte=now).update(
                state=State.SENDING, attempt=F("attempt") + 1, claimed_at=now, words=""
            )
            if not taken:
                return None
            write = self.model.objects.get(pk=pk)
            self.recorded(write, Change("claimed"))
        return write.attempt

    def _mark(self, write: OutgoingWrite, marks: dict) -> bool:
        return self._step(write, Change("call_started"), call_started_at=timezone.now(), **marks)

    def _requeue(self, write: OutgoingWrite, error: RemoteError) -> bool:
        now = timezone.now()
        seconds = getattr(error, "retry_after", None)
        delay = max(timedelta(seconds=seconds or 0), retry_delay(write.attempt))
        with transaction.atomic():
            if isinstance(error, CredentialsRefused):
                self.paused(write, error)
            return self._step(
                write,
                Change("requeued", error.words),
                state=State.QUEUED,
                claimed_at=None,
                call_started_at=None,
                not_before=now + delay,
                words=error.words,
            )

    def _did_not_leave(self, write: OutgoingWrite, state: State, change: Change) -> bool:
        """This attempt did not get there. An earlier one may have: then the doubt remains, with what was said now."""
        if write.maybe_sent_at:
            return self._doubt(write, Change("uncertain", change.words, change.facts))
        return self._close(write, state, change)

    def _doubt(self, write: OutgoingWrite, change: Change) -> bool:
        now = timezone.now()
        started = write.call_started_at or now
        return self._step(
            write,
            change,
            state=State.UNCERTAIN,
            maybe_sent_at=write.maybe_sent_at or started,
            readings=0,
            next_reading_at=now + timedelta(minutes=2),
            words=change.words,
        )

    def _close(
        self, write: OutgoingWrite, state: State, change: Change, *, only: Iterable[State] | None = None
    ) -> bool:
        now = timezone.now()
        sent_at = None
        if state == State.SENT:
            # The remote's own instant where we read it there; else that of the call it answered.
            there_at = change.facts.get("movement_at")
            sent_at = datetime.fromisoformat(there_at) if there_at else write.call_started_at or now
        return self._step(
            write,
            change,
            only=only,
            state=state,
            closed_at=now,
            sent_at=sent_at,
            next_reading_at=None,
            needs_person=False,
            words=change.words,
        )

    def _step(
        self, write: OutgoingWrite, change: Change, *, only: Iterable[State] | None = None, where: Q = ANY, **values
    ) -> bool:
        """Change the row only if it still is where `write` was read: same attempt, same state (or one of `only`)."""
        states = tuple(only) if only is not None else (write.state,)
        with transaction.atomic():
            held = self.model.objects.filter(where, pk=write.pk, attempt=write.attempt, state__in=states)
            if not held.update(**values):
                logger.warning("%s %s: «%s» came too late, nothing changed", self.model.__name__, write.pk, change.kind)
                return False
            write.refresh_from_db()
            self.recorded(write, change)
        return True

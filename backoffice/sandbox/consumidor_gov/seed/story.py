"""The life of one seeded complaint, told in movements that lie in the past."""

import random
from datetime import date, datetime, timedelta

from backoffice.sandbox.consumidor_gov import situations as s
from backoffice.sandbox.consumidor_gov.bodies import File
from backoffice.sandbox.consumidor_gov.changes import MEDIATOR_DAYS, RATING_DAYS, add_movement, move_to
from backoffice.sandbox.consumidor_gov.seed import reply_texts as words
from backoffice.sandbox.consumidor_gov.seed.companies import COMPANIES
from backoffice.sandbox.consumidor_gov.seed.files import usual_file
from backoffice.sandbox.consumidor_gov.seed.openings import ANSWER_DAYS, Opening, open_complaint

# Share of each life among the seeded complaints.
SHARES = {
    "open": 14,
    "with_company": 22,
    "at_mediator": 4,
    "returned": 4,
    "redirected": 4,
    "expired": 2,
    "answered": 11,
    "rated": 17,
    "not_rated": 14,
    "cancelled": 5,
    "closed": 3,
}
# Days from today to the deadline of a complaint that awaits its answer: many are due at once.
DUE_IN = (-2, -1, -1, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10)

_SYSTEM = "Sistema"
_NO_DETAIL = (s.TEXT_SYSTEM, "(Sem Detalhes)")  # L578-L581


class Story:
    """Writes one complaint's past, from its opening to `now`."""

    def __init__(self, db, dice: random.Random, now: datetime, mediator_names: dict[str, str]):
        self.db, self.dice, self.now = db, dice, now
        # Hours have dice of their own: how often they are thrown depends on the hour of seeding,
        # and everything else should not.
        self.hours = random.Random(dice.random())  # noqa: S311
        self.mediator_names = mediator_names

    def tell(self, life: str, opening: Opening) -> str:
        """Returns the protocol."""
        self.opening = opening
        getattr(self, f"_{life}")()
        return self.protocol

    # Lives

    def _open(self) -> None:
        self._begin(self._due())

    def _with_company(self) -> None:
        self._begin(self._due())
        self._viewed()
        for _ in range(self.dice.choices((0, 1, 2, 4), (35, 35, 20, 10))[0]):
            self._complement()
        if self.dice.random() < 0.06:
            self._mediator_says(self.dice.choice(words.MEDIATOR_MESSAGES), s.MOVEMENT_COMPLEMENT)

    def _at_mediator(self) -> None:
        refused = self._day(-self.dice.randint(0, MEDIATOR_DAYS - 1))
        self._begin(refused - timedelta(days=self.dice.randint(1, 8)) + timedelta(days=ANSWER_DAYS))
        self._viewed(before=refused)
        self._refused(refused)

    def _returned(self) -> None:
        away, due = self.dice.randint(2, 11), self._day(self.dice.choice((-1, 0, 1, 1, 2, 4, 6)))
        opened = due - timedelta(days=ANSWER_DAYS + away)
        refused = opened + timedelta(days=2)
        self._begin(due - timedelta(days=away))
        self._viewed(before=refused)
        self._refused(refused)
        self._decided(refused + timedelta(days=away), words.MEDIATOR_REJECTED, s.WITH_COMPANY)
        self._set_deadline(due)

    def _redirected(self) -> None:
        """Opened against another company of the group, now here."""
        target = self.opening.company
        source = self.dice.choice([company for company in COMPANIES if company is not target])
        self._begin(self._due())
        text = self.dice.choice(words.REDIRECTIONS).format(destino=target.trade_name)
        self._move(s.MOVEMENT_REDIRECTED, "company", source.trade_name, [(s.TEXT_INTERACTION, text)], hours=30)
        if self.dice.random() < 0.4:
            self._viewed()

    def _expired(self) -> None:
        """Not answered in time: the actions are gone, the consumer may still rate."""
        due = self._day(-self.dice.randint(3, 8))
        self._begin(due)
        self._viewed()
        self._expire(due)

    def _answered(self, before: int = 0, keep: bool = True) -> None:
        """Answered up to 19 days ago, or (for what follows) at least `before` days ago."""
        answered = self._day(-self.dice.randint(0, RATING_DAYS - 1) if keep else -before)
        took = self.dice.choice((1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 10, 10, 10))
        self._begin(answered - timedelta(days=took) + timedelta(days=ANSWER_DAYS))
        self._viewed(before=answered)
        for _ in range(self.dice.choices((0, 1, 2), (55, 30, 15))[0]):
            self._complement(before=answered)
        answer = self._answer_text()
        files = [usual_file(self.dice)] if self.dice.random() < 0.25 else []
        at = self._move(
            s.MOVEMENT_ANSWER, "company", self._company, [(s.TEXT_INTERACTION, answer)], on=answered, files=files
        )
        ends = f"{at + timedelta(days=RATING_DAYS):%Y-%m-%d}"
        move_to(self.db, self.protocol, s.ANSWERED, ends, s.DEADLINE_RATING)

    def _rated(self) -> None:
        self._answered(before=self._age(3), keep=False)
        score = self.dice.choices((1, 2, 3, 4, 5), (30, 8, 12, 18, 32))[0]
        resolved = score >= 3 if self.dice.random() < 0.93 else score < 3
        texts = [(s.TEXT_RESOLVED, "S" if resolved else "N"), (s.TEXT_SCORE, str(score))]
        if self.dice.random() < 0.7:
            texts.append((s.TEXT_INTERACTION, self.dice.choice(words.COMMENTS[score])))
        self._move(s.MOVEMENT_RATING, "consumer", self.opening.consumer_name, texts, hours=60)
        self._finish(s.RATED, rating=1 if resolved else 2, score=score)

    def _not_rated(self) -> None:
        if self.dice.random() < 0.06:  # never answered
            due = self._day(-self._age(31))
            self._begin(due)
            self._expire(due)
        else:
            self._answered(before=self._age(RATING_DAYS + 2), keep=False)
        over = self._last.date() + timedelta(days=RATING_DAYS + 1)
        self._move(s.MOVEMENT_FINISHED, "system", _SYSTEM, [_NO_DETAIL], on=over)
        self._finish(s.NOT_RATED, rating=3)

    def _cancelled(self) -> None:
        refused = self._day(-self._age(16))
        self._begin(refused - timedelta(days=self.dice.randint(1, 8)) + timedelta(days=ANSWER_DAYS))
        self._refused(refused)
        decided = refused + timedelta(days=self.dice.randint(1, 13))
        self._decided(decided, words.MEDIATOR_UPHELD, s.CANCELLED)

    def _closed(self) -> None:
        """Refused, and not analysed by the gestor within its 15 days."""
        refused = self._day(-self._age(MEDIATOR_DAYS + 2))
        self._begin(refused - timedelta(days=self.dice.randint(1, 8)) + timedelta(days=ANSWER_DAYS))
        self._refused(refused)
        over = refused + timedelta(days=MEDIATOR_DAYS + 1)
        self._move(s.MOVEMENT_FINISHED, "system", _SYSTEM, [_NO_DETAIL], on=over)
        self._finish(s.CLOSED)

    # Steps

    @property
    def _company(self) -> str:
        return self.opening.company.trade_name

    def _day(self, offset: int) -> date:
        return self.now.date() + timedelta(days=offset)

    def _due(self) -> date:
        return self._day(self.dice.choice(DUE_IN))

    def _age(self, at_least: int) -> int:
        """Days ago, recent ones more often, up to eleven months."""
        return at_least + int(320 * self.dice.random() ** 2)

    def _begin(self, deadline: date) -> None:
        """Opened ten days before the first deadline; now and then Senacon grants fifteen."""
        days = 15 if self.dice.random() < 0.06 else ANSWER_DAYS
        opened = deadline - timedelta(days=days)
        self._last = self._moment(min(opened, self.now.date()))
        self.protocol = open_complaint(self.db, self.opening, self._last, deadline)

    def _moment(self, day: date) -> datetime:
        """Some time that day, by day rather than by night, with an hour left for what follows."""
        at = datetime.combine(day, datetime.min.time(), self.now.tzinfo) + timedelta(
            seconds=int(self.hours.triangular(6 * 3600, 24 * 3600 - 1, 14 * 3600))
        )
        latest = self.now - timedelta(hours=1)
        if at <= latest:
            return at
        midnight = self.now.replace(hour=0, minute=0, second=0)
        span = max((latest - midnight).total_seconds(), 1800)  # just after midnight: late last evening
        return latest - timedelta(seconds=int(span * self.hours.random()))

    def _after_last(self, hours: float | None, on: date | None) -> datetime:
        """After the movement before it, and before now."""
        at = self._moment(on) if on else self._last + timedelta(hours=self.hours.uniform(0.2, hours))
        if not self._last < at < self.now:
            limit = self.now if not on or on >= self.now.date() else self._moment(on) + timedelta(hours=5)
            limit = max(limit, self._last + timedelta(hours=1))
            span = (min(limit, self.now) - self._last).total_seconds()
            at = self._last + timedelta(seconds=span * self.hours.uniform(0.1, 0.4))
        return at.replace(microsecond=0)

    def _move(
        self,
        movement_type: int,
        side: str,
        author: str,
        texts: list[tuple[int, str]],
        *,
        hours: float = 48,
        on: date | None = None,
        files: list[File] = (),
    ) -> datetime:
        at = self._after_last(hours, on)
        add_movement(self.db, self.protocol, movement_type, at, side=side, author=author, texts=texts, files=files)
        self._last = at
        return at

    def _viewed(self, before: date | None = None) -> None:
        hours = 20 if before is None else 6
        self._move(s.MOVEMENT_VIEWED, "system", self._company, [_NO_DETAIL], hours=hours)
        self._set_situation(s.WITH_COMPANY)

    def _complement(self, before: date | None = None) -> None:
        by_company = self.dice.random() < 0.5
        side, author, texts = (
            ("company", self._company, words.COMPANY_COMPLEMENTS)
            if by_company
            else ("consumer", self.opening.consumer_name, words.CONSUMER_COMPLEMENTS)
        )
        files = [usual_file(self.dice)] if self.dice.random() < (0.15 if by_company else 0.45) else []
        self._move(
            s.MOVEMENT_COMPLEMENT,
            side,
            author,
            [(s.TEXT_INTERACTION, self.dice.choice(texts))],
            hours=40 if before is None else 10,
            files=files,
        )

    def _refused(self, on: date) -> None:
        files = [usual_file(self.dice)] if self.dice.random() < 0.4 else []
        text = (s.TEXT_INTERACTION, self.dice.choice(words.REFUSALS))
        at = self._move(s.MOVEMENT_REFUSED, "company", self._company, [text], on=on, files=files)
        ends = f"{at + timedelta(days=MEDIATOR_DAYS):%Y-%m-%d}"
        move_to(self.db, self.protocol, s.AT_MEDIATOR, ends, s.DEADLINE_MEDIATOR)
        self._update("refused_on = ?", f"{at:%Y-%m-%d}")

    def _decided(self, on: date, text: str, situation: int) -> None:
        self._mediator_says(text, s.MOVEMENT_MEDIATOR, on=on)
        move_to(self.db, self.protocol, situation)

    def _mediator_says(self, text: str, movement_type: int, on: date | None = None) -> None:
        author = self.mediator_names[self.opening.mediator]
        self._move(movement_type, "mediator", author, [(s.TEXT_INTERACTION, text)], on=on)

    def _expire(self, due: date) -> None:
        self._move(s.MOVEMENT_EXPIRED, "system", _SYSTEM, [_NO_DETAIL], on=due + timedelta(days=1))
        self._update("is_expired = 1, situation = ?", s.WITH_COMPANY)

    def _answer_text(self) -> str:
        template = self.dice.choice(words.ANSWERS)
        return template.format(
            nome=self.opening.consumer_name.split()[0],
            loja=self._company,
            solucao=self.dice.choice(words.SOLUTIONS),
            decisao=self.dice.choice(words.DECISIONS),
        )

    def _finish(self, situation: int, rating: int | None = None, score: int | None = None) -> None:
        move_to(self.db, self.protocol, situation)
        self._update("rating = ?, score = ?", rating, score)

    def _set_deadline(self, due: date) -> None:
        self._update(
            "deadline = ?, running_deadline = ?, running_deadline_name = ?",
            due.isoformat(),
            due.isoformat(),
            s.DEADLINE_ANSWER,
        )

    def _set_situation(self, situation: int) -> None:
        self._update("situation = ?", situation)

    def _update(self, assignments: str, *values) -> None:
        self.db.execute(
            f"UPDATE complaints SET {assignments} WHERE protocol = ?",  # noqa: S608
            (*values, self.protocol),
        )

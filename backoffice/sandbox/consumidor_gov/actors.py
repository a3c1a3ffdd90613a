"""Playing the others: what consumers and the gestor do at the portal, without the company's API."""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

from backoffice.sandbox.consumidor_gov import situations as s
from backoffice.sandbox.consumidor_gov.bodies import File
from backoffice.sandbox.consumidor_gov.changes import add_movement, move_to
from backoffice.sandbox.consumidor_gov.seed.companies import COMPANIES
from backoffice.sandbox.consumidor_gov.seed.openings import ANSWER_DAYS, insert_consumer, open_complaint
from backoffice.sandbox.consumidor_gov.seed.people import draw_consumer
from backoffice.sandbox.consumidor_gov.seed.plant import ProblemChoice, draw_opening


class ActorMistake(ValueError):
    """What was asked for cannot happen at the portal; the text, in Portuguese, says why."""


class Actors:
    def __init__(self, state, clock):
        self.state, self.clock = state, clock

    def new_complaint(
        self,
        *,
        company: str | None = None,
        cpf: str | None = None,
        name: str | None = None,
        text: str | None = None,
        request: str | None = None,
        deadline: str | None = None,
        files: list[File] | None = None,
    ) -> str:
        """Open a complaint; what is not given is invented. Returns the protocol.

        `company` is a code or a trade name; a known `cpf` makes it that consumer's; `deadline` is
        an ISO date, ten days from now when not given. Raises ActorMistake.
        """
        now = self.clock.now()
        chosen = _company(company)
        dice = random.Random(f"{now} {self.state.setting('protocol_number')}")  # noqa: S311
        day = _day(deadline) if deadline else now.date() + timedelta(days=ANSWER_DAYS)
        with self.state.transaction() as db:
            consumer = self._consumer(db, dice, now, cpf, name)
            mediator = db.execute(
                "SELECT code FROM mediators WHERE uf = ? ORDER BY code", (consumer["uf"],)
            ).fetchone()["code"]
            opening = draw_opening(
                dice, ProblemChoice(db), chosen, (consumer["id"], consumer["name"]), mediator, now.date()
            )
            opening.complaint = text or opening.complaint
            opening.request = request or opening.request
            if files is not None:
                opening.files = files
            return open_complaint(db, opening, now, day)

    def _consumer(self, db, dice: random.Random, now: datetime, cpf: str | None, name: str | None):
        find = "SELECT id, name, uf FROM consumers WHERE {} = ?"
        known = db.execute(find.format("cpf"), (cpf,)).fetchone() if cpf else None
        if known:
            return known
        if cpf and not (cpf.isascii() and cpf.isdigit() and len(cpf) == 11):
            raise ActorMistake("O CPF tem onze algarismos, sem pontos.")
        drawn = draw_consumer(dice, now.date(), name=name)
        while db.execute(find.format("cpf"), (drawn.cpf,)).fetchone():
            drawn = draw_consumer(dice, now.date(), name=name)
        if cpf:
            drawn = replace(drawn, cpf=cpf)
        return db.execute(find.format("id"), (insert_consumer(db, drawn),)).fetchone()

    def consumer_complement(self, protocol: str, text: str, files: list[File] = ()) -> int:
        """While the answer is awaited. Returns the movement's code."""
        complaint = self._complaint(protocol)
        if complaint["situation"] not in (s.OPEN, s.WITH_COMPANY):
            raise ActorMistake("O consumidor só complementa enquanto a resposta é aguardada.")
        return self._move(
            complaint,
            s.MOVEMENT_COMPLEMENT,
            "consumer",
            complaint["consumer_name"],
            [(s.TEXT_INTERACTION, text)],
            files,
        )

    def mediator_message(self, protocol: str, text: str) -> int:
        """A note of the gestor in the complaint, which changes nothing else."""
        complaint = self._complaint(protocol)
        return self._move(
            complaint,
            s.MOVEMENT_COMPLEMENT,
            "mediator",
            complaint["mediator_name"],
            [(s.TEXT_INTERACTION, text)],
        )

    def mediator_decision(self, protocol: str, upheld: bool, text: str | None = None) -> int:
        """On a refusal: upheld cancels; not upheld returns it, the days away added to the deadline."""
        complaint = self._complaint(protocol)
        if complaint["situation"] != s.AT_MEDIATOR:
            raise ActorMistake("O gestor só decide sobre uma reclamação que lhe foi encaminhada.")
        now = self.clock.now()
        text = text or ("Recusa procedente." if upheld else "Recusa improcedente.")
        with self.state.transaction() as db:
            code = self._move(
                complaint,
                s.MOVEMENT_MEDIATOR,
                "mediator",
                complaint["mediator_name"],
                [(s.TEXT_INTERACTION, text)],
            )
            if upheld:
                move_to(db, protocol, s.CANCELLED)
                return code
            away = now.date() - date.fromisoformat(complaint["refused_on"])
            self._set_deadline(db, protocol, date.fromisoformat(complaint["deadline"]) + away)
            db.execute("UPDATE complaints SET situation = ? WHERE protocol = ?", (s.WITH_COMPANY, protocol))
        return code

    def rate(self, protocol: str, resolved: bool, score: int, comment: str = "") -> int:
        """The consumer's evaluation, which ends the complaint."""
        complaint = self._complaint(protocol)
        if complaint["situation"] != s.ANSWERED and not complaint["is_expired"]:
            raise ActorMistake("O consumidor só avalia depois da resposta ou do fim do prazo.")
        if score not in range(1, 6):
            raise ActorMistake("A nota vai de 1 a 5.")
        texts = [(s.TEXT_RESOLVED, "S" if resolved else "N"), (s.TEXT_SCORE, str(score))]
        if comment:
            texts.append((s.TEXT_INTERACTION, comment))
        with self.state.transaction() as db:
            code = self._move(complaint, s.MOVEMENT_RATING, "consumer", complaint["consumer_name"], texts)
            move_to(db, protocol, s.RATED)
            db.execute(
                "UPDATE complaints SET rating = ?, score = ? WHERE protocol = ?",
                (1 if resolved else 2, score, protocol),
            )
        return code

    def move_deadline(self, protocol: str, deadline: str) -> None:
        """Senacon moves the company's deadline (an ISO date); no movement tells of it."""
        if self._complaint(protocol)["situation"] not in (s.OPEN, s.WITH_COMPANY):
            raise ActorMistake("Só muda o prazo de uma reclamação que aguarda resposta.")
        with self.state.transaction() as db:
            self._set_deadline(db, protocol, _day(deadline))

    def expire(self, protocol: str) -> int:
        """The portal closes the time for answering: the actions are gone."""
        complaint = self._complaint(protocol)
        if complaint["situation"] not in (s.OPEN, s.WITH_COMPANY) or complaint["is_expired"]:
            raise ActorMistake("Só expira o prazo de uma reclamação que aguarda resposta.")
        with self.state.transaction() as db:
            texts = [(s.TEXT_SYSTEM, "(Sem Detalhes)")]
            code = self._move(complaint, s.MOVEMENT_EXPIRED, "system", "Sistema", texts)
            db.execute(
                "UPDATE complaints SET is_expired = 1, situation = ? WHERE protocol = ?",
                (s.WITH_COMPANY, protocol),
            )
        return code

    def _complaint(self, protocol: str):
        found = self.state.row(
            "SELECT c.*, k.name AS consumer_name, m.name AS mediator_name FROM complaints c"
            " JOIN consumers k ON k.id = c.consumer JOIN mediators m ON m.code = c.mediator WHERE protocol = ?",
            (protocol,),
        )
        if found is None:
            raise ActorMistake("Reclamação não encontrada.")
        return found

    def _move(
        self, complaint, movement_type: int, side: str, author: str, texts: list[tuple[int, str]], files=()
    ) -> int:
        with self.state.transaction() as db:
            return add_movement(
                db,
                complaint["protocol"],
                movement_type,
                self.clock.now(),
                side=side,
                author=author,
                texts=texts,
                files=files,
            )

    def _set_deadline(self, db, protocol: str, day: date) -> None:
        db.execute(
            "UPDATE complaints SET deadline = ?, running_deadline = ?, running_deadline_name = ? WHERE protocol = ?",
            (day.isoformat(), day.isoformat(), s.DEADLINE_ANSWER, protocol),
        )


def _company(wanted: str | None):
    if not wanted:
        return COMPANIES[0]
    for company in COMPANIES:
        if wanted in (company.code, company.trade_name):
            return company
    raise ActorMistake(f"Empresa desconhecida: {wanted}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ActorMistake(f"Data inválida: {text}") from None

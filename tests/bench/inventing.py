"""One complaint after the other, with all that belongs to it, as tuples of database values."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from django.db import connection
from django.utils import timezone

from backoffice.audit import AuditEvent
from backoffice.outbox import State
from complaints import meanings
from complaints.models import (
    Attachment,
    Complaint,
    Draft,
    Movement,
    MovementMeaning,
    Side,
    Stage,
    Submission,
    SubmissionEvent,
)
from complaints.models.submission import Kind
from tests.bench import figures
from tests.bench.copying import stamper
from tests.bench.figures import Drawn
from tests.bench.people import Team
from tests.bench.writing import Pools, make_pools
from tests.complaints.factories import make_cpf

LONG = (50, 500)  # movements of the complaints with long histories
LONG_EACH = 20  # at most
DAY = timedelta(days=1)

# One in ten is open; the split is ours (the open data holds finished ones only).
STAGES = {
    Stage.OPEN: 0.04,
    Stage.WITH_COMPANY: 0.06,
    Stage.WITH_MEDIATOR: 0.01,
    Stage.ANSWERED: 0.04,
    Stage.CANCELLED: 0.01,
    "finished": 0.84,
}
OPEN_STAGES = (Stage.OPEN, Stage.WITH_COMPANY)
SITUATIONS = {
    Stage.OPEN: ("1", "Em aberto"),
    Stage.WITH_MEDIATOR: ("2", "Em análise pelo gestor"),
    Stage.WITH_COMPANY: ("3", "Em análise pelo fornecedor"),
    Stage.ANSWERED: ("4", "Respondida"),
    Stage.RATED: ("6", "Finalizada avaliada"),
    Stage.NOT_RATED: ("7", "Finalizada não avaliada"),
    Stage.CANCELLED: ("8", "Cancelada"),
}
TYPES = {
    MovementMeaning.OPENING: ("1", "Abertura da reclamação"),
    MovementMeaning.SEEN: ("2", "Visualizada pelo fornecedor"),
    MovementMeaning.ANSWER: ("3", "Resposta do fornecedor"),
    MovementMeaning.RATING: ("4", "Avaliação do consumidor"),
    MovementMeaning.CLOSING: ("5", "Reclamação finalizada"),
    MovementMeaning.COMPLEMENT: ("6", "Complemento da reclamação"),
    MovementMeaning.REFUSAL: ("8", "Recusado"),
}
# Five movements each, the last one by how it stands.
LAST = {
    Stage.OPEN: (MovementMeaning.COMPLEMENT, Side.CONSUMER),
    Stage.WITH_COMPANY: (MovementMeaning.COMPLEMENT, Side.CONSUMER),
    Stage.WITH_MEDIATOR: (MovementMeaning.REFUSAL, Side.COMPANY),
    Stage.ANSWERED: (MovementMeaning.ANSWER, Side.COMPANY),
    Stage.RATED: (MovementMeaning.RATING, Side.CONSUMER),
    Stage.NOT_RATED: (MovementMeaning.CLOSING, Side.SYSTEM),
    Stage.CANCELLED: (MovementMeaning.CLOSING, Side.SYSTEM),
}
BEGINNING = (
    (MovementMeaning.OPENING, Side.CONSUMER),
    (MovementMeaning.SEEN, Side.COMPANY),
    (MovementMeaning.COMPLEMENT, Side.COMPANY),
)
TEXT_TYPES = {
    "1": "Indicador de contato com o fornecedor",
    "3": "Descrição da reclamação",
    "4": "Pedido da reclamação",
    "5": "Interação Única",
    "6": "Reclamação resolvida",
    "7": "Índice de satisfação do consumidor",
    "9": "Texto do Sistema",
}


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COLUMNS = {
    Complaint: _names(
        "id protocol account_id situation_code situation_text opened_at deadline_on deadline_name "
        "area_code area_text subject_code subject_text problem_code problem_text purchase_channel_code "
        "purchase_channel_text allowed_actions consumer_name consumer_cpf consumer_uf consumer_city consumer "
        "company_name company mediator stage consumer_name_folded has_prior_contact rating score movement_count "
        "last_movement_code last_movement_at last_movement_label detail_hash read_at assignee_id assigned_at "
        "submission_state submission_at submission_movement_code draft_by_id draft_at"
    ),
    Movement: _names("id complaint_id code type_code type_text meaning at author side texts received_at"),
    Attachment: _names("movement_id code name announced_size"),
    Draft: _names("complaint_id kind owner_id text revision saved_at"),
    Submission: _names(
        "id complaint_id account_id kind text by_id state attempt queued_at not_before claimed_at call_started_at "
        "sent_at closed_at maybe_sent_at payload_hash cpf seen_movement_code seen_situation baseline_code "
        "movement_code"
    ),
    SubmissionEvent: _names("submission_id at kind attempt facts"),
    AuditEvent: _names("at by_id action protocol detail"),
}


class Inventor:
    """Draws complaint after complaint. Rows are tuples of database values, made without models for speed."""

    def __init__(self, dice: Random, rows: int, team: Team, now: datetime) -> None:
        self.dice, self.rows, self.team, self.now = dice, rows, team, now.astimezone(UTC)
        self.pools: Pools = make_pools(dice, rows=rows, today=timezone.localdate())
        self.stamp = stamper()
        self.folded = [meanings.fold(consumer.name) for consumer in self.pools.consumers]
        self.parties = [_party(consumer) for consumer in self.pools.consumers]
        drawn = partial(Drawn.from_table, dice)
        self.stage, self.rating, self.channel = drawn(STAGES), drawn(figures.RATINGS), drawn(figures.PURCHASE_CHANNELS)
        self.uf, self.answered_after = drawn(figures.UF), drawn(figures.ANSWER_DAYS)
        self.rated_after, self.age = drawn(figures.RATING_DAYS), drawn(figures.open_ages())
        self.topic = Drawn(dice, *figures.topics())
        self.channels = {name: str(place) for place, name in enumerate(figures.PURCHASE_CHANNELS, start=1)}
        self.consumers_of: dict[str, list[int]] = defaultdict(list)
        for place, consumer in enumerate(self.pools.consumers):
            self.consumers_of[consumer.city.uf].append(place)
        self.movement = self.submission = 0
        self.open_ids: list[tuple[int, str]] = []
        self.cpf_text = Submission._meta.get_field("cpf").get_db_prep_save(make_cpf(1), connection)
        self.texts: dict[tuple, str] = {}  # JSON of texts that come again

    def batch(self, first: int, end: int) -> dict:
        self.tables: dict[type, list[tuple]] = {model: [] for model in COLUMNS}
        for pk in range(first, end):
            self._complaint(pk)
        return self.tables

    # --- one complaint ---

    def _complaint(self, pk: int) -> None:
        dice, account = self.dice, self.team.accounts[pk % len(self.team.accounts)]
        stage, solved, score = self.stage.next(), None, None
        if stage == "finished":
            solved, score = self.rating.next()
            stage = Stage.RATED if solved else Stage.NOT_RATED
        is_open = stage in OPEN_STAGES
        opened, ends = self._dates(stage)
        uf = self.uf.next()
        place = dice.choice(self.consumers_of.get(uf) or range(len(self.parties)))
        consumer, topic, channel = self.pools.consumers[place], self.topic.next(), self.channel.next()
        protocol = f"{opened:%Y%m}{pk * 7919:011d}"
        history = self._history(pk, stage, opened, ends, consumer.name, topic.problem[1], (solved, score))
        assignee = dice.choice(self.team.agents).pk if dice.random() < (0.55 if is_open else 0.9) else None
        assigned = self.stamp(opened + (ends - opened) / 5) if assignee else None
        submission = self._submission(pk, account.pk, stage, assignee, history, SITUATIONS[stage][1])
        draft = self._draft(pk, assignee, ends) if is_open and not submission[0] and dice.random() < 0.05 else None
        if assignee:
            taken = (assigned, assignee, AuditEvent.Action.COMPLAINT_TAKEN.value, protocol, "{}")
            opened_by = (assigned, assignee, AuditEvent.Action.COMPLAINT_OPENED.value, protocol, "{}")
            self.tables[AuditEvent] += [opened_by, taken]
        if is_open and not submission[0] and not draft:
            self.open_ids.append((pk, consumer.name))
        meaning, side = LAST[stage]
        self.tables[Complaint].append(
            (
                pk,
                protocol,
                account.pk,
                *SITUATIONS[stage],
                self.stamp(opened),
                (opened - timedelta(hours=3) + 10 * DAY).date().isoformat(),
                "Prazo para resposta do fornecedor" if is_open else "",
                *topic.area,
                *topic.subject,
                *topic.problem,
                self.channels[channel],
                channel,
                '["detalhar", "complementar", "responder", "analise_procon"]' if is_open else '["detalhar"]',
                consumer.name,
                # One in seven has complained before.
                make_cpf(dice.randrange(pk) if dice.random() < 1 / 7 else pk),
                uf,
                consumer.city.name,
                self.parties[place],
                account.name,
                "{}",
                "{}",
                stage.value,
                self.folded[place],
                dice.random() < figures.ASKED_THE_COMPANY_FIRST,
                {"S": "solved", "N": "not_solved"}.get(solved, "not_rated" if stage == Stage.NOT_RATED else ""),
                score,
                len(history),
                len(history),
                history[-1],
                meanings.label_of(meaning, side, TYPES[meaning][1]),
                hashlib.md5(protocol.encode(), usedforsecurity=False).hexdigest(),
                self.stamp(self.now),
                assignee,
                assigned,
                *submission,
                *(draft or (None, None)),
            )
        )

    def _dates(self, stage: str) -> tuple[datetime, datetime]:
        """When it was opened, and until when things happened to it."""
        of_day = timedelta(seconds=self.dice.randrange(86_400))
        if stage in OPEN_STAGES:
            # A few are late: up to three days beyond their ten.
            days = self.age.next() if self.dice.random() > 0.03 else self.dice.randint(11, 13)
            return self.now - days * DAY - of_day / 2, self.now
        if stage in (Stage.ANSWERED, Stage.WITH_MEDIATOR):
            opened = self.now - self.dice.randint(11, 30) * DAY - of_day
            return opened, min(opened + self.answered_after.next() * DAY + of_day / 3, self.now)
        opened = self.now - self.dice.randint(31, 365) * DAY - of_day
        return opened, opened + (self.answered_after.next() + self.rated_after.next()) * DAY + of_day / 3

    def _history(self, pk, stage, opened, ends, author, problem, rating) -> list[str]:
        """Write its five movements; their instants, oldest first."""
        fourth = (MovementMeaning.ANSWER, Side.COMPANY)
        if stage in OPEN_STAGES or stage in (Stage.ANSWERED, Stage.WITH_MEDIATOR, Stage.CANCELLED):
            fourth = (MovementMeaning.COMPLEMENT, Side.CONSUMER)
        steps = (*BEGINNING, fourth, LAST[stage])
        instants = [self.stamp(opened + (ends - opened) * share) for share in (0, 0.1, 0.3, 0.5, 0.9)]
        for code, ((meaning, side), at) in enumerate(zip(steps, instants, strict=True), start=1):
            self._move(pk, code, meaning, side, at, author, self._texts(meaning, side, problem, rating))
        if self.dice.random() < 0.3:
            opening = self.movement - len(steps) + 1
            self.tables[Attachment].append((opening, "1", "comprovante.pdf", 84_213))
        return instants

    def _move(self, pk, code, meaning, side, at, author, texts) -> None:
        self.movement += 1
        who = {Side.CONSUMER: author, Side.COMPANY: "Varanda", Side.SYSTEM: "Sistema"}[side]
        self.tables[Movement].append(
            (self.movement, pk, code, *TYPES[meaning], meaning.value, at, who, side.value, texts, at)
        )

    def _texts(self, meaning, side, problem, rating) -> str:
        dice, pools = self.dice, self.pools
        if meaning == MovementMeaning.OPENING:
            story, request = dice.choice(pools.stories(problem))
            return self._json(("1", "S"), ("3", story), ("4", request))
        if meaning == MovementMeaning.RATING:
            solved, score = rating
            return self._json(("6", solved), ("7", str(score)), ("5", dice.choice(pools.comments[score])))
        if meaning == MovementMeaning.ANSWER:
            return self._json(("5", dice.choice(pools.answers)))
        if meaning == MovementMeaning.COMPLEMENT:
            return self._json(
                ("5", dice.choice(pools.consumer_words if side == Side.CONSUMER else pools.company_words))
            )
        if meaning == MovementMeaning.REFUSAL:
            return self._json(("5", dice.choice(pools.refusals)))
        return self._json(("9", "(sem detalhes)"))

    def _json(self, *texts: tuple[str, str]) -> str:
        if texts not in self.texts:
            self.texts[texts] = json.dumps(
                [{"type_code": code, "type_text": TEXT_TYPES[code], "text": text} for code, text in texts]
            )
        return self.texts[texts]

    # --- our work on it ---

    def _draft(self, pk: int, assignee: int | None, ends: datetime) -> tuple[int, str]:
        owner, at = assignee or self.dice.choice(self.team.agents).pk, self.stamp(ends - timedelta(hours=2))
        self.tables[Draft].append((pk, Kind.ANSWER.value, owner, self.dice.choice(self.pools.answers), 3, at))
        return owner, at

    def _submission(self, pk, account, stage, assignee, history, situation) -> tuple:
        """(state, instant, movement) of what was sent through us: a fifth of the answers, and a few in trouble."""
        draw = self.dice.random()
        if stage in (Stage.ANSWERED, Stage.RATED, Stage.NOT_RATED) and draw < 0.2:
            state, at, number = State.SENT, history[4 if stage == Stage.ANSWERED else 3], 4
        elif stage in OPEN_STAGES and draw < 0.01:
            state, at, number = self.dice.choice((State.QUEUED, State.REJECTED, State.UNCERTAIN)), history[4], None
        else:
            return "", None, None
        self.submission += 1
        called = None if state == State.QUEUED else at
        self.tables[Submission].append(
            (
                self.submission,
                pk,
                account,
                Kind.ANSWER.value,
                self.dice.choice(self.pools.answers),
                assignee or self.team.agents[1].pk,
                state.value,
                0 if state == State.QUEUED else 1,
                at,
                at,
                called,
                called,
                at if state == State.SENT else None,
                at if state in (State.SENT, State.REJECTED) else None,
                at if state in (State.SENT, State.UNCERTAIN) else None,
                "0" * 64,
                self.cpf_text,
                3,
                situation,
                3,
                number,
            )
        )
        kinds = SubmissionEvent.Kind
        steps = [kinds.QUEUED] if state == State.QUEUED else [kinds.QUEUED, kinds.CLAIMED, kinds.CALL_STARTED, state]
        self.tables[SubmissionEvent] += [(self.submission, at, str(step.value), 1, "{}") for step in steps]
        return state.value, at, number

    # --- long histories ---

    def long_histories(self) -> Iterator[tuple]:
        """Movements for the first open complaints that nobody has begun to answer, up to 50 or 500 in all."""
        self.tables = {Movement: []}
        for place, (pk, author) in enumerate(self.open_ids[: len(LONG) * max(1, min(LONG_EACH, self.rows // 500))]):
            count = LONG[place % len(LONG)]
            for code in range(6, count + 1):
                side = Side.CONSUMER if code % 2 else Side.COMPANY
                texts = self._texts(MovementMeaning.COMPLEMENT, side, "", ())
                self._move(pk, code, MovementMeaning.COMPLEMENT, side, self.stamp(self.now), author, texts)
            Complaint.objects.filter(pk=pk).update(movement_count=count, last_movement_code=count)
        return iter(self.tables[Movement])


def _party(consumer) -> str:
    """As Complaint.consumer holds it."""
    emails = [{"value": entry["email"], "kind": "Pessoal", "is_main": entry["principal"]} for entry in consumer.emails]
    phones = [
        {"value": entry["ddd"] + entry["telefone"], "kind": "Celular", "is_main": False} for entry in consumer.phones
    ]
    return json.dumps(
        {
            "name": consumer.name,
            "document": "",
            "trade_name": "",
            "identification": "",
            "born_on": consumer.born_on.isoformat(),
            "emails": emails,
            "phones": phones,
            "uf": consumer.city.uf,
            "city": consumer.city.name,
            "street": consumer.street,
            "district": consumer.district,
            "number_complement": consumer.extra,
            "cep": consumer.cep,
        }
    )

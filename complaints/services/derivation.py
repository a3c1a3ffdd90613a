"""Deriving again what follows from a code's meaning, after that meaning has changed.

Runs in the worker, in batches, each in one short transaction; safe to run twice or beside a sync.
"""

import time

from django.db import transaction
from django.db.models import Case, F, Value, When

from complaints import meanings
from complaints.consumidor_gov.records import Coded
from complaints.models import CatalogueEntry, Complaint, Movement, PortalAccount, Stage
from complaints.models.complaint import Rating
from complaints.services import catalogue, complaint_rows

BATCH = 200
DERIVED_COLUMNS = ("last_movement_at", "last_movement_label")


def derive_again(*, account: PortalAccount, kind: str, code: str, after: int = 0, seconds: float = 150) -> int | None:
    """Give the complaints that use this code the stage, or the movements' meaning, that it has now.

    Works through the account's complaints above the id `after`, for about `seconds`. Returns where to go on, or
    None when all are done.
    """
    ends = time.monotonic() + seconds
    work = {
        CatalogueEntry.Kind.SITUATION: _derive_stages,
        CatalogueEntry.Kind.MOVEMENT_TYPE: _derive_movements,
    }[kind]
    vocabulary = catalogue.vocabulary_of(account)
    complaints = Complaint.objects.filter(account=account).order_by("pk")
    if kind == CatalogueEntry.Kind.SITUATION:
        complaints = complaints.filter(situation_code=code)
    while True:
        batch = list(complaints.filter(pk__gt=after).values_list("pk", flat=True)[:BATCH])
        if not batch:
            return None
        work(batch, code, account, vocabulary)
        after = batch[-1]
        if time.monotonic() >= ends:
            return after


def _derive_stages(batch: list[int], code: str, account, vocabulary) -> None:
    rows = Complaint.objects.filter(pk__in=batch, situation_code=code)
    for text in set(rows.values_list("situation_text", flat=True)):
        stage = vocabulary.stage_of(Coded(code, text))
        unrated = Rating.NOT_RATED if stage == Stage.NOT_RATED else ""
        rating = Case(When(rating__in=(Rating.SOLVED, Rating.NOT_SOLVED), then=F("rating")), default=Value(unrated))
        # One statement, so that a row the sync has moved on meanwhile is not touched.
        rows.filter(situation_text=text).exclude(stage=stage).update(stage=stage, rating=rating)


def _derive_movements(batch: list[int], code: str, account, vocabulary) -> None:
    using = Movement.objects.filter(complaint__in=batch, type_code=code).values("complaint")
    if not using.exists():
        return
    with transaction.atomic():
        complaints = list(Complaint.objects.select_for_update().filter(pk__in=using).order_by("protocol"))
        history: dict[int, list[Movement]] = {complaint.pk: [] for complaint in complaints}
        for movement in Movement.objects.filter(complaint__in=history).order_by("complaint", "code"):
            history[movement.complaint_id].append(movement)
        for complaint in complaints:
            _derive(complaint, history[complaint.pk], account, vocabulary)
        movements = [movement for entries in history.values() for movement in entries]
        Movement.objects.bulk_update(movements, ["meaning", "side"], batch_size=BATCH)
        Complaint.objects.bulk_update(complaints, DERIVED_COLUMNS)


def _derive(complaint: Complaint, movements: list[Movement], account, vocabulary) -> None:
    for movement in movements:
        movement.meaning = vocabulary.meaning_of(Coded(movement.type_code, movement.type_text))
    names = complaint_rows.names_of(
        account,
        vocabulary,
        consumer=complaint.consumer_name,
        company=(complaint.company.get("name", ""), complaint.company.get("trade_name", "")),
        mediator=(complaint.mediator.get("name", ""), complaint.mediator.get("trade_name", "")),
        movements=[(meanings.MovementMeaning(movement.meaning), movement.author) for movement in movements],
    )
    for movement in movements:
        movement.side = meanings.side_of(meanings.MovementMeaning(movement.meaning), movement.author, names)
    derived = complaint_rows.derived_from(complaint.stage, movements)
    for name in DERIVED_COLUMNS:
        setattr(complaint, name, derived[name])

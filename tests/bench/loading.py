"""Fills an empty database with complaints as a company of this size has them. The same numbers give the same rows.

The raw JSON of the records is left out: no page reads it, and it would be most of the bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from django.db import connection
from django.utils import timezone

from complaints.models import (
    Complaint,
    Movement,
    Submission,
)
from tests.bench.copying import copy_in, follow_the_keys, gather_statistics, trusting
from tests.bench.inventing import COLUMNS, Inventor
from tests.bench.people import Team, make_team

BATCH = 10_000
INDEXES_LATER = 20_000  # rows from which building the indexes at the end is quicker


@dataclass(frozen=True, slots=True)
class Loaded:
    team: Team
    complaints: int
    movements: int


def load(rows: int, *, seed: int = 2014, tell: Callable[[str], None] = lambda words: None) -> Loaded:
    """Write `rows` complaints with all that belongs to them. Raises ValueError when the database holds any already."""
    if Complaint.objects.exists():
        raise ValueError("the bench fills empty databases only")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -262144")  # KiB, for this connection
    now = timezone.now().replace(microsecond=0)
    team = make_team(now)
    inventor = Inventor(Random(seed), rows, team, now)
    later = Complaint._meta.indexes if rows >= INDEXES_LATER else ()
    for index in later:
        with connection.schema_editor() as editor:
            editor.remove_index(Complaint, index)
    with trusting():
        for first in range(1, rows + 1, BATCH):
            for model, tuples in inventor.batch(first, min(first + BATCH, rows + 1)).items():
                copy_in(model, COLUMNS[model], tuples)
            tell(f"{min(first + BATCH - 1, rows):,} reclamações".replace(",", "."))
        copy_in(Movement, COLUMNS[Movement], inventor.long_histories())
    follow_the_keys(Complaint, Movement, Submission)
    for index in later:
        with connection.schema_editor() as editor:
            editor.add_index(Complaint, index)
    gather_statistics(*COLUMNS)
    return Loaded(team, rows, inventor.movement)

"""Recurring work, declared in code: each app's `tasks.SCHEDULES` is what the database is brought to."""

from dataclasses import dataclass
from importlib import import_module

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import module_has_submodule
from django_q.models import Schedule as Row


@dataclass(frozen=True, slots=True)
class Schedule:
    """`func` is the dotted path of a task without arguments; it runs every `minutes`."""

    name: str
    func: str
    minutes: int


def declared() -> list[Schedule]:
    """Every app's schedules, by name. Raises ValueError when two bear the same name."""
    found: dict[str, Schedule] = {}
    for app in apps.get_app_configs():
        if not module_has_submodule(app.module, "tasks"):
            continue
        for schedule in getattr(import_module(f"{app.name}.tasks"), "SCHEDULES", ()):
            if isinstance(schedule, Schedule):
                if schedule.name in found:
                    raise ValueError(f"two schedules are called {schedule.name!r}")
                found[schedule.name] = schedule
    return [found[name] for name in sorted(found)]


@transaction.atomic
def install() -> tuple[int, int, int]:
    """Create, update and remove rows so that they say what `declared` says: (created, updated, removed).

    Idempotent: a row that is right keeps its next run. Only rows whose task is ours are ever removed.
    """
    wanted = declared()
    created = updated = 0
    for schedule in wanted:
        row = Row.objects.filter(name=schedule.name).order_by("pk").first()
        values = {"func": schedule.func, "schedule_type": Row.MINUTES, "minutes": schedule.minutes, "repeats": -1}
        if row is None:
            Row.objects.create(name=schedule.name, next_run=timezone.now(), **values)
            created += 1
        elif any(getattr(row, name) != value for name, value in values.items()):
            Row.objects.filter(pk=row.pk).update(next_run=timezone.now(), **values)
            updated += 1
    rows = Row.objects.filter(name__in=[schedule.name for schedule in wanted])
    kept = {row.name: row.pk for row in rows.order_by("-pk")}  # of doubles, the oldest
    ours = [row for row in Row.objects.all() if _is_ours(row.func)]
    removed, _ = Row.objects.filter(pk__in=[row.pk for row in ours if row.pk not in kept.values()]).delete()
    return created, updated, removed


def _is_ours(func: str) -> bool:
    return any(func.startswith(f"{app.name}.tasks.") for app in apps.get_app_configs())

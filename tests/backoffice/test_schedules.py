"""Recurring work is declared in code and installed idempotently."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.utils import timezone
from django_q.models import Schedule as Row

from backoffice import schedules
from complaints import tasks

pytestmark = pytest.mark.django_db


def declare(monkeypatch, *entries: schedules.Schedule) -> None:
    monkeypatch.setattr(tasks, "SCHEDULES", list(entries))


def entry(name="Ler", func="complaints.tasks.sync_all", minutes=10) -> schedules.Schedule:
    return schedules.Schedule(name, func, minutes)


def rows() -> set[tuple]:
    return set(Row.objects.values_list("name", "func", "minutes", "schedule_type", "repeats"))


def test_every_declared_task_exists():
    for schedule in schedules.declared():
        module, name = schedule.func.rsplit(".", 1)
        assert callable(getattr(import_module(module), name))
        assert schedule.minutes > 0


def test_install_brings_the_rows_to_what_is_declared(monkeypatch):
    declare(monkeypatch, entry(), entry("Conferir", "complaints.tasks.sweep_submissions", 1))
    assert schedules.install() == (2, 0, 0)
    assert rows() == {
        ("Ler", "complaints.tasks.sync_all", 10, "I", -1),
        ("Conferir", "complaints.tasks.sweep_submissions", 1, "I", -1),
    }


def test_install_again_changes_nothing_and_keeps_the_next_run(monkeypatch):
    declare(monkeypatch, entry())
    schedules.install()
    next_run = timezone.now() + timedelta(minutes=7)
    Row.objects.update(next_run=next_run)
    assert schedules.install() == (0, 0, 0)
    assert Row.objects.get().next_run == next_run


def test_a_changed_rhythm_is_taken_over(monkeypatch):
    declare(monkeypatch, entry())
    schedules.install()
    declare(monkeypatch, entry(minutes=30))
    assert schedules.install() == (0, 1, 0)
    assert Row.objects.get().minutes == 30


def test_what_is_no_longer_declared_is_removed_and_what_is_not_ours_stays(monkeypatch):
    declare(monkeypatch, entry(), entry("Velho", "complaints.tasks.sync_catalogues", 60))
    schedules.install()
    Row.objects.create(name="De outrem", func="math.sqrt", schedule_type="I", minutes=5)
    declare(monkeypatch, entry())
    assert schedules.install() == (0, 0, 1)
    assert set(Row.objects.values_list("name", flat=True)) == {"Ler", "De outrem"}


def test_a_double_is_removed(monkeypatch):
    declare(monkeypatch, entry())
    schedules.install()
    Row.objects.create(name="Ler", func="complaints.tasks.sync_all", schedule_type="I", minutes=10, repeats=-1)
    assert schedules.install() == (0, 0, 1)
    assert Row.objects.count() == 1


def test_two_schedules_of_one_name_are_refused(monkeypatch):
    declare(monkeypatch, entry(), entry(minutes=3))
    with pytest.raises(ValueError, match="two schedules"):
        schedules.install()

"""What is run after each migrate: the groups, and the scheduled tasks. Both may run any number of times."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.utils.module_loading import import_string
from django_q.models import Schedule

from backoffice.access import ADMIN, AGENT, ROLES, SUPERVISOR

pytestmark = pytest.mark.django_db


def permissions(name: str) -> set[str]:
    group = Group.objects.get(name=name)
    return {f"{one.content_type.app_label}.{one.codename}" for one in group.permissions.select_related("content_type")}


def test_every_role_gets_exactly_what_the_code_says():
    call_command("install_roles", verbosity=0)
    assert {name: permissions(name) for name in ROLES} == ROLES


def test_a_permission_added_by_hand_is_taken_back():
    call_command("install_roles", verbosity=0)
    Group.objects.get(name=AGENT).permissions.add(*Group.objects.get(name=ADMIN).permissions.all())
    call_command("install_roles", verbosity=0)
    assert permissions(AGENT) == ROLES[AGENT]
    assert Group.objects.count() == len(ROLES)


def test_a_supervisor_may_all_that_an_agent_may():
    assert ROLES[AGENT] < ROLES[SUPERVISOR]


def test_schedules_are_installed_once_and_point_to_something():
    call_command("install_schedules", verbosity=0)
    first = list(Schedule.objects.order_by("pk").values_list("pk", "name", "func"))
    call_command("install_schedules", verbosity=0)

    assert list(Schedule.objects.order_by("pk").values_list("pk", "name", "func")) == first
    assert first
    for _, _, func in first:
        assert callable(import_string(func))

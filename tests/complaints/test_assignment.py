"""Taking and assigning: one person at a time, only people who can work on it, and every change on record."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from backoffice import access
from backoffice.audit import AuditEvent
from complaints.models import Complaint
from complaints.services import assignment
from tests.complaints.factories import make_account, make_complaint, make_person

pytestmark = pytest.mark.django_db


def events(complaint) -> list[tuple]:
    return list(AuditEvent.objects.filter(protocol=complaint.protocol).order_by("id").values_list("action", "by"))


def test_take_puts_the_person_on_it_and_records_it():
    complaint = make_complaint()
    agent = make_person(accounts=[complaint.account])

    assert assignment.take(complaint=complaint, by=agent) is True

    complaint.refresh_from_db()
    assert complaint.assignee == agent
    assert complaint.assigned_at is not None
    assert events(complaint) == [("complaint_taken", agent.pk)]


def test_take_never_takes_from_a_colleague_and_tells_who_has_it():
    marina = make_person(first_name="Marina", last_name="Torres")
    complaint = make_complaint(assignee=marina)
    stale = Complaint.objects.get(pk=complaint.pk)
    stale.assignee = None  # a page read before Marina took it

    with pytest.raises(assignment.AlreadyTaken, match="Marina Torres") as refused:
        assignment.take(complaint=stale, by=make_person())

    assert refused.value.holder == marina
    assert stale.assignee == marina
    assert events(complaint) == []


def test_taking_ones_own_again_changes_and_records_nothing():
    agent = make_person()
    complaint = make_complaint(assignee=agent)
    since = complaint.assigned_at

    assert assignment.take(complaint=complaint, by=agent) is False
    assert complaint.assigned_at == since
    assert events(complaint) == []


def test_take_needs_the_right():
    complaint = make_complaint()

    with pytest.raises(PermissionDenied):
        assignment.take(complaint=complaint, by=make_person(access.ADMIN))

    complaint.refresh_from_db()
    assert complaint.assignee is None


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_take_at_once_exactly_one_has_it():
    complaint = make_complaint()
    people = [make_person(), make_person()]
    results = {}
    together = threading.Barrier(2)

    def click(person):
        try:
            mine = Complaint.objects.get(pk=complaint.pk)
            together.wait(timeout=10)
            results[person.pk] = assignment.take(complaint=mine, by=person)
        except assignment.AlreadyTaken as refused:
            results[person.pk] = refused.holder.pk
        finally:
            connection.close()

    clicks = [threading.Thread(target=click, args=[person]) for person in people]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()

    complaint.refresh_from_db()
    winner = complaint.assignee_id
    (loser,) = {person.pk for person in people} - {winner}
    assert results == {winner: True, loser: winner}
    assert events(complaint) == [("complaint_taken", winner)]


def test_assign_moves_a_complaint_from_one_person_to_another():
    account = make_account()
    before, after = make_person(accounts=[account]), make_person(accounts=[account])
    supervisor = make_person(access.SUPERVISOR, accounts=[account])
    complaint = make_complaint(account, assignee=before)

    assert assignment.assign(complaint=complaint, to=after, by=supervisor) is True

    assert complaint.assignee == after
    event = AuditEvent.objects.get(action="complaint_assigned")
    assert (event.by, event.detail) == (supervisor, {"to": after.pk, "before": before.pk})


def test_assign_to_nobody_leaves_it_for_whoever_takes_it():
    account = make_account()
    complaint = make_complaint(account, assignee=make_person(accounts=[account]))

    assignment.assign(complaint=complaint, to=None, by=make_person(access.SUPERVISOR))

    assert (complaint.assignee, complaint.assigned_at) == (None, None)


def test_assigning_to_the_same_person_changes_and_records_nothing():
    agent = make_person()
    complaint = make_complaint(assignee=agent)

    assert assignment.assign(complaint=complaint, to=agent, by=make_person(access.SUPERVISOR)) is False
    assert events(complaint) == []


def test_assign_needs_the_right():
    account = make_account()
    complaint = make_complaint(account)
    agent = make_person(accounts=[account])

    with pytest.raises(PermissionDenied):
        assignment.assign(complaint=complaint, to=agent, by=agent)

    complaint.refresh_from_db()
    assert complaint.assignee is None


@pytest.mark.parametrize(
    "who",
    [
        lambda account: make_person(accounts=[make_account()]),  # sees another account only
        lambda account: make_person(accounts=[account], is_active=False),
        lambda account: make_person(role=None, accounts=[account]),  # sees it, may not answer
        lambda account: make_person(access.ADMIN),  # sees every account, may not answer
    ],
)
def test_assign_refuses_people_who_could_not_work_on_it(who):
    account = make_account()
    complaint = make_complaint(account)

    with pytest.raises(assignment.CannotBeAssigned):
        assignment.assign(complaint=complaint, to=who(account), by=make_person(access.SUPERVISOR))

    complaint.refresh_from_db()
    assert complaint.assignee is None
    assert events(complaint) == []


def test_people_to_choose_from_are_those_who_see_the_account_and_may_answer():
    account = make_account()
    agent = make_person(accounts=[account], first_name="Bruno")
    supervisor = make_person(access.SUPERVISOR, accounts=[account, make_account()], first_name="Ana")
    owner = make_person(role=None, is_superuser=True, first_name="Zoe")
    make_person(accounts=[make_account()])
    make_person(access.ADMIN)

    assert list(assignment.assignable_people(make_complaint(account))) == [supervisor, agent, owner]

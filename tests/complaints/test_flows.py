"""Whole ways across every layer: a real worker process, the real signal, the sandbox as the truth."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from backoffice.outbox import State
from complaints.models import Submission
from complaints.models.submission import Kind
from complaints.services import delivery, submissions
from tests.complaints.portal import agent_of, answerable, connect, movements_there
from tests.complaints.worker import start_worker, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "Prezada consumidora, o valor foi devolvido."


@pytest.fixture
def account(sandbox):
    return connect(sandbox)


@pytest.fixture
def submission(sandbox, account) -> Submission:
    complaint = answerable(sandbox, account)
    return submissions.submit(complaint=complaint, kind=Kind.ANSWER, text=TEXT, by=agent_of(account))


def answers_there(sandbox, submission) -> list[dict]:
    return [movement for movement in movements_there(sandbox, submission.complaint) if movement["type"] == 3]


def sweep_after(submission: Submission, minutes: float) -> None:
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True):
        delivery.sweep()
    submission.refresh_from_db()


def test_worker_killed_before_the_mark_sends_nothing_and_the_sweep_sends_once(sandbox, submission):
    sandbox.fault("slow", "complaint_detail", milliseconds=20_000)
    worker = start_worker(f"delivery.deliver({submission.pk})")
    wait_until(lambda: Submission.objects.get().state == State.SENDING)
    worker.kill()
    worker.wait()
    submission.refresh_from_db()
    assert (submission.state, submission.call_started_at) == (State.SENDING, None)
    assert not sandbox.calls("answer")

    sandbox.clear_faults()
    sweep_after(submission, 20)

    assert submission.state == State.SENT
    assert len(answers_there(sandbox, submission)) == 1


def test_worker_killed_during_the_call_is_never_repeated_and_is_found(sandbox, submission):
    sandbox.fault("timeout_after", "answer")
    worker = start_worker(f"delivery.deliver({submission.pk})")
    wait_until(lambda: bool(answers_there(sandbox, submission)))
    worker.kill()
    worker.wait()

    sweep_after(submission, 20)
    assert submission.state == State.UNCERTAIN
    sweep_after(submission, 23)

    assert submission.state == State.SENT
    assert submission.movement_code == answers_there(sandbox, submission)[0]["code"]
    assert len(sandbox.calls("answer")) == 1


def test_two_worker_processes_on_one_row_send_once(sandbox, submission):
    workers = [start_worker(f"delivery.deliver({submission.pk})") for _ in range(2)]
    assert [worker.wait(timeout=60) for worker in workers] == [0, 0]
    submission.refresh_from_db()
    assert submission.state == State.SENT
    assert len(sandbox.calls("answer")) == 1


def test_the_tokens_midnight_in_the_middle_of_the_night_shift(sandbox, submission):
    """The token of yesterday is not even tried: it ended at 23:59:59."""
    before = sandbox.call_counts().get("token", 0)
    tomorrow = timezone.localtime() + timedelta(days=1)
    with time_machine.travel(tomorrow.replace(hour=0, minute=0, second=5), tick=True):
        sandbox.set_clock(timezone.localtime())
        delivery.deliver(submission.pk)
    submission.refresh_from_db()
    assert submission.state == State.SENT
    assert sandbox.call_counts()["token"] == before + 1
    assert all(call.status == 200 for call in sandbox.calls("answer"))


def test_a_token_revoked_between_looking_and_sending_is_renewed_once(sandbox, submission):
    sandbox.fault("unauthorized", "answer")
    delivery.deliver(submission.pk)
    submission.refresh_from_db()
    assert submission.state == State.SENT
    assert [call.status for call in sandbox.calls("answer")] == [401, 200]

"""One answer's way to the portal, over real HTTP, through everything that can happen to it."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from backoffice import files, outbox
from backoffice.audit import AuditEvent
from backoffice.outbox import State
from complaints.models import Complaint, Draft, Submission
from complaints.models.submission import Kind
from complaints.services import delivery, drafts, portal, submissions
from tests.complaints.factories import make_person
from tests.complaints.portal import agent_of, answerable, connect, movements_there, read
from tests.sandbox import Sandbox

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "Prezada consumidora,\n\nDevolvemos o valor em até duas faturas.\n\nAtenciosamente,\nEquipe Varanda"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def _impatient(settings):
    settings.SEND_WALL_SECONDS = 1


@pytest.fixture
def account(sandbox: Sandbox):
    return connect(sandbox)


@pytest.fixture
def agent(account):
    return agent_of(account)


@pytest.fixture
def complaint(sandbox, account):
    return answerable(sandbox, account)


def queue(complaint: Complaint, by, *, text: str = TEXT, names: tuple[str, ...] = ()) -> Submission:
    stored_files = [files.store(name=name, content=PDF, by=by) for name in names]
    return submissions.submit(complaint=complaint, kind=Kind.ANSWER, text=text, by=by, stored_files=stored_files)


def answers_there(sandbox: Sandbox, complaint: Complaint) -> list[dict]:
    return [movement for movement in movements_there(sandbox, complaint) if movement["type"] == 3]


def settle_after(submission: Submission, minutes: float) -> None:
    """What the scheduled sweep does once that much time has gone by."""
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True):
        delivery.sweep()
    submission.refresh_from_db()


# --- The good road ----------------------------------------------------------------------------------------


def test_deliver_sends_text_and_files_byte_for_byte(sandbox, complaint, agent):
    submission = queue(complaint, agent, names=("nota fiscal é.pdf", "laudo.pdf"))
    delivery.deliver(submission.pk)

    submission.refresh_from_db()
    assert submission.state == State.SENT
    [there] = answers_there(sandbox, complaint)
    assert [text["text"] for text in there["texts"]] == [TEXT]
    assert [attachment["name"] for attachment in there["attachments"]] == ["nota fiscal é.pdf", "laudo.pdf"]
    [call] = sandbox.calls("answer")
    assert list(call.body) == ["texto", "anexos"]


def test_number_is_shown_only_once_the_detail_showed_the_movement(sandbox, complaint, agent):
    submission = queue(complaint, agent)
    delivery.deliver(submission.pk)
    submission.refresh_from_db()
    assert submission.movement_code is None

    delivery.read_and_number(submission.pk)

    submission.refresh_from_db()
    assert submission.movement_code == answers_there(sandbox, complaint)[0]["code"]
    complaint.refresh_from_db()
    assert (complaint.submission_state, complaint.submission_movement_code) == (State.SENT, submission.movement_code)


def test_deliver_sends_under_the_authors_own_cpf_when_they_have_one(sandbox, complaint, agent, account):
    agent.authorized_cpf = sandbox.account().users[1].cpf
    agent.save()
    delivery.deliver(queue(complaint, agent).pk)
    [call] = sandbox.calls("answer")
    assert call.query["cpfAutorizado"] == agent.authorized_cpf != account.default_cpf


def test_deliver_twice_sends_once(sandbox, complaint, agent):
    submission = queue(complaint, agent)
    for _ in range(3):
        delivery.deliver(submission.pk)
    assert len(answers_there(sandbox, complaint)) == 1
    assert len(sandbox.calls("answer")) == 1


def test_deliver_sends_once_when_two_workers_claim(sandbox, complaint, agent):
    submission = queue(complaint, agent)
    start = threading.Barrier(2)

    def work():
        start.wait()
        try:
            delivery.deliver(submission.pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    submission.refresh_from_db()
    assert (submission.state, submission.attempt) == (State.SENT, 1)
    assert len(sandbox.calls("answer")) == 1


# --- Looking before leaving -------------------------------------------------------------------------------


def test_deliver_stops_when_the_consumer_wrote_meanwhile(sandbox, complaint, agent):
    submission = queue(complaint, agent)
    sandbox.consumer_complement(complaint.protocol, "Já resolveram, obrigada.")
    delivery.deliver(submission.pk)

    submission.refresh_from_db()
    assert submission.state == State.STOPPED
    assert not sandbox.calls("answer")
    assert Draft.objects.get(owner=agent).text == TEXT
    assert complaint.movements.filter(texts__0__text="Já resolveram, obrigada.").exists()


def test_deliver_stops_when_the_action_is_gone(sandbox, complaint, agent, account):
    submission = queue(complaint, agent)
    with portal.client_for(account) as client:
        client.answer(complaint.protocol, text="Respondida na tela do portal.")
    delivery.deliver(submission.pk)

    submission.refresh_from_db()
    assert submission.state == State.STOPPED
    assert "não permite" in submission.words
    assert len(answers_there(sandbox, complaint)) == 1


def test_a_moved_deadline_does_not_stop_a_send(sandbox, complaint, agent):
    submission = queue(complaint, agent)
    sandbox.move_deadline(complaint.protocol, complaint.deadline_on + timedelta(days=3))
    delivery.deliver(submission.pk)
    submission.refresh_from_db()
    assert submission.state == State.SENT


def test_a_file_that_changed_on_disk_stops_a_send(sandbox, complaint, agent):
    submission = queue(complaint, agent, names=("laudo.pdf",))
    stored = submission.files.get().stored
    with open(stored.content.path, "wb") as file:
        file.write(b"%PDF-other")
    delivery.deliver(submission.pk)
    submission.refresh_from_db()
    assert submission.state == State.STOPPED
    assert not sandbox.calls("answer")


# --- What the portal says -------------------------------------------------------------------------------


def test_rejected_keeps_their_words_and_brings_the_draft_back(sandbox, complaint, agent):
    drafts.save_draft(complaint=complaint, kind=Kind.ANSWER, by=agent, text=TEXT, base_revision=0)
    link = drafts.add_file(complaint=complaint, kind=Kind.ANSWER, by=agent, name="laudo.pdf", content=PDF)
    submission = submissions.submit(
        complaint=complaint, kind=Kind.ANSWER, text=TEXT, by=agent, stored_files=[link.stored]
    )
    assert Draft.objects.get(owner=agent).is_empty
    sandbox.fault("refused", "answer", message="Usuário sem permissão para anexar.")
    delivery.deliver(submission.pk)

    submission.refresh_from_db()
    assert (submission.state, submission.words) == (State.REJECTED, "Usuário sem permissão para anexar.")
    draft = Draft.objects.get(owner=agent)
    assert draft.text == TEXT
    assert [link.stored.name for link in draft.files.all()] == ["laudo.pdf"]
    assert not answers_there(sandbox, complaint)


@pytest.mark.parametrize("fault", ["too_many", "reset_before_connect"])
def test_nothing_left_means_back_to_the_queue(sandbox, complaint, agent, account, fault):
    submission = queue(complaint, agent)
    if fault == "too_many":
        sandbox.fault("too_many", "answer", retry_after=120)
    else:
        account.base_url = "http://127.0.0.1:9/api/servico"  # nobody listens there
        account.save()
    delivery.deliver(submission.pk)

    submission.refresh_from_db()
    assert (submission.state, submission.attempt) == (State.QUEUED, 1)
    assert submission.not_before > timezone.now() + timedelta(seconds=20)
    assert submission.call_started_at is None
    assert not answers_there(sandbox, complaint)


def test_429_waits_at_least_as_long_as_they_ask(sandbox, complaint, agent):
    submission = queue(complaint, agent)
    sandbox.fault("too_many", "answer", retry_after=1200)
    delivery.deliver(submission.pk)
    submission.refresh_from_db()
    assert submission.not_before > timezone.now() + timedelta(seconds=1100)


def test_401_in_the_middle_renews_the_token_and_sends_once(sandbox, complaint, agent):
    submission = queue(complaint, agent)
    sandbox.fault("unauthorized", "answer")
    delivery.deliver(submission.pk)
    submission.refresh_from_db()
    assert submission.state == State.SENT
    assert len(answers_there(sandbox, complaint)) == 1


def test_refused_credentials_pause_the_account_and_keep_the_row_queued(sandbox, complaint, agent, account):
    submission = queue(complaint, agent)
    account.client_secret = "wrong"
    account.save()
    sandbox.revoke_tokens()
    delivery.deliver(submission.pk)
    submission.refresh_from_db()
    account.refresh_from_db()
    assert submission.state == State.QUEUED
    assert account.paused_at


# --- Not knowing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["timeout_after", "error_500_after", "reset_after", "truncated", "broken_json"])
def test_lost_reply_after_commit_is_found_and_settled_with_one_movement(sandbox, complaint, agent, fault):
    submission = queue(complaint, agent, names=("laudo.pdf",))
    sandbox.fault(fault, "answer")
    delivery.deliver(submission.pk)
    submission.refresh_from_db()
    assert submission.state == State.UNCERTAIN
    assert len(answers_there(sandbox, complaint)) == 1

    settle_after(submission, 3)

    assert submission.state == State.SENT
    assert submission.movement_code == answers_there(sandbox, complaint)[0]["code"]
    assert len(sandbox.calls("answer")) == 1


@pytest.mark.parametrize("fault", ["timeout_before", "error_500_before", "reset_before"])
def test_lost_reply_before_commit_is_proved_absent_and_never_sent_by_itself(sandbox, complaint, agent, fault):
    submission = queue(complaint, agent)
    sandbox.fault(fault, "answer")
    delivery.deliver(submission.pk)
    submission.refresh_from_db()
    assert submission.state == State.UNCERTAIN

    settle_after(submission, 3)
    settle_after(submission, 30)
    assert (submission.state, submission.readings) == (State.UNCERTAIN, 2)
    settle_after(submission, 65)

    assert (submission.state, submission.needs_person) == (State.ABSENT, True)
    assert len(sandbox.calls("answer")) == 1


def test_three_readings_within_minutes_prove_nothing(sandbox, complaint, agent):
    submission = queue(complaint, agent)
    sandbox.fault("timeout_before", "answer")
    delivery.deliver(submission.pk)
    for _ in range(4):
        delivery.OUTBOX.settle(submission.pk)
    submission.refresh_from_db()
    assert submission.state == State.UNCERTAIN


def test_failed_readings_do_not_count(sandbox, complaint, agent):
    submission = queue(complaint, agent)
    sandbox.fault("timeout_before", "answer")
    delivery.deliver(submission.pk)
    sandbox.fault("html_503", "complaint_detail", times=None)
    for minutes in (3, 30, 65, 90):
        settle_after(submission, minutes)
    assert (submission.state, submission.readings) == (State.UNCERTAIN, 0)


def test_late_commit_is_never_doubled(sandbox, complaint, agent, account):
    supervisor = make_person("Supervisão", accounts=[account])
    submission = queue(complaint, agent)
    sandbox.fault("late_commit", "answer", seconds=600)
    delivery.deliver(submission.pk)
    submission.refresh_from_db()
    assert submission.state == State.UNCERTAIN
    # One reading finds nothing, and a person is too quick: it is sent again; meanwhile it arrives.
    settle_after(submission, 3)
    assert submissions.send_again(submission=submission, reason="Não está no portal.", by=supervisor)
    sandbox.advance_clock(601)
    delivery.deliver(submission.pk)

    submission.refresh_from_db()
    assert submission.state == State.SENT
    assert len(answers_there(sandbox, complaint)) == 1
    assert len(sandbox.calls("answer")) == 1


def test_text_altered_in_passing_is_still_ours(sandbox, complaint, agent):
    text = "Prezado cliente,\n\nO valor de R$ 10 & o frete <serão> devolvidos.  "
    submission = queue(complaint, agent, text=text)
    sandbox.fault("altered_text", "answer")
    sandbox.fault("timeout_after", "answer")
    delivery.deliver(submission.pk)
    settle_after(submission, 3)
    assert submission.state == State.SENT


def test_an_answer_given_elsewhere_is_not_ours(sandbox, complaint, agent, account):
    submission = queue(complaint, agent)
    sandbox.fault("timeout_before", "answer")
    delivery.deliver(submission.pk)
    with portal.client_for(account) as client:
        client.answer(complaint.protocol, text="Outra resposta, pela tela do portal.")
    for minutes in (3, 30, 65, 130):
        settle_after(submission, minutes)

    assert (submission.state, submission.needs_person) == (State.UNCERTAIN, True)
    assert submission.events.filter(kind="reading_ambiguous").exists()


def test_a_person_confirms_which_movement_it_was(sandbox, complaint, agent, account):
    supervisor = make_person("Supervisão", accounts=[account])
    submission = queue(complaint, agent)
    sandbox.fault("timeout_before", "answer")
    delivery.deliver(submission.pk)
    with portal.client_for(account) as client:
        client.answer(complaint.protocol, text="Editada.")
    settle_after(submission, 3)
    code = answers_there(sandbox, complaint)[0]["code"]

    assert submissions.confirm_received(submission=submission, movement_code=code, by=supervisor)

    submission.refresh_from_db()
    assert (submission.state, submission.confirmed_by, submission.movement_code) == (State.SENT, supervisor, code)
    assert AuditEvent.objects.filter(action="submission_settled", by=supervisor).exists()


def test_the_consumers_movement_cannot_be_confirmed_as_ours(sandbox, complaint, agent, account):
    submission = queue(complaint, agent)
    sandbox.fault("timeout_before", "answer")
    delivery.deliver(submission.pk)
    there = sandbox.consumer_complement(complaint.protocol, "Alguém aí?")
    settle_after(submission, 3)
    with pytest.raises(submissions.NotSendable):
        submissions.confirm_received(
            submission=submission, movement_code=there["movements"][-1]["code"], by=make_person("Supervisão")
        )


def test_send_again_after_absence_sends_the_same_once(sandbox, complaint, agent, account):
    supervisor = make_person("Supervisão", accounts=[account])
    submission = queue(complaint, agent)
    sandbox.fault("timeout_before", "answer")
    delivery.deliver(submission.pk)
    for minutes in (3, 30, 65):
        settle_after(submission, minutes)
    assert submission.state == State.ABSENT

    assert submissions.send_again(submission=submission, reason="Três leituras sem nada.", by=supervisor)
    delivery.deliver(submission.pk)

    submission.refresh_from_db()
    assert (submission.state, submission.attempt) == (State.SENT, 2)
    assert [text["text"] for text in answers_there(sandbox, complaint)[0]["texts"]] == [TEXT]


# --- After a person's decision the earlier call still counts ----------------------------------------------------


@pytest.fixture
def supervisor(account):
    return make_person("Supervisão", accounts=[account])


def doubtful(sandbox, complaint, agent, *, fault="timeout_before", **params) -> Submission:
    """In doubt, and read once without a find."""
    submission = queue(complaint, agent)
    sandbox.fault(fault, "answer", **params)
    delivery.deliver(submission.pk)
    settle_after(submission, 3)
    assert (submission.state, submission.readings) == (State.UNCERTAIN, 1)
    return submission


def test_nobody_sends_again_before_anybody_has_looked(sandbox, complaint, agent, supervisor):
    submission = queue(complaint, agent)
    sandbox.fault("timeout_before", "answer")
    delivery.deliver(submission.pk)
    submission.refresh_from_db()
    with pytest.raises(submissions.NotSendable, match="ao menos uma conferência"):
        submissions.send_again(submission=submission, reason="Pressa.", by=supervisor)


def test_what_may_have_left_is_not_withdrawn_from_the_queue(sandbox, complaint, agent, supervisor):
    submission = doubtful(sandbox, complaint, agent)
    submissions.send_again(submission=submission, reason="Não está lá.", by=supervisor)
    submission.refresh_from_db()
    assert not submissions.withdraw(submission=submission, by=agent)
    submission.refresh_from_db()
    assert submission.state == State.QUEUED


@pytest.mark.parametrize("fault", ["refused", "forbidden"])
def test_a_refusal_of_the_second_call_does_not_deny_the_first(sandbox, complaint, agent, supervisor, fault):
    submission = doubtful(sandbox, complaint, agent)
    submissions.send_again(submission=submission, reason="Não está lá.", by=supervisor)
    sandbox.fault(fault, "answer", times=3)
    delivery.deliver(submission.pk)
    submission.refresh_from_db()
    assert submission.state == State.UNCERTAIN
    assert not Draft.objects.exclude(text="").exists()


def test_an_edited_arrival_of_the_first_call_keeps_the_second_from_leaving(
    sandbox, complaint, agent, account, supervisor
):
    submission = doubtful(sandbox, complaint, agent)
    submissions.send_again(submission=submission, reason="Não está lá.", by=supervisor)
    with portal.client_for(account) as client:
        client.answer(complaint.protocol, text=TEXT.replace("duas", "2"))
    delivery.deliver(submission.pk)
    submission.refresh_from_db()
    assert submission.state == State.UNCERTAIN
    assert len(answers_there(sandbox, complaint)) == 1


def test_a_second_doubt_is_proved_by_its_own_hour(sandbox, complaint, agent, supervisor):
    submission = doubtful(sandbox, complaint, agent)
    with time_machine.travel(timezone.now() + timedelta(minutes=50), tick=True):
        submissions.send_again(submission=submission, reason="Não está lá.", by=supervisor)
        sandbox.fault("timeout_before", "answer")
        delivery.deliver(submission.pk)
    for minutes in (53, 75, 100):
        settle_after(submission, minutes)
    assert (submission.state, submission.readings) == (State.UNCERTAIN, 2)
    settle_after(submission, 115)
    assert submission.state == State.ABSENT


def test_a_proved_absence_can_be_given_up_and_the_text_comes_back(sandbox, complaint, agent, supervisor):
    submission = doubtful(sandbox, complaint, agent)
    assert not submissions.give_back(submission=submission, reason="Vamos ligar.", by=supervisor)
    for minutes in (30, 65):
        settle_after(submission, minutes)
    assert submissions.give_back(submission=submission, reason="Vamos ligar.", by=supervisor)
    submission.refresh_from_db()
    assert (submission.state, Draft.objects.get(owner=agent).text) == (State.WITHDRAWN, TEXT)


def test_what_the_sync_has_stored_settles_a_doubt_without_another_call(sandbox, complaint, agent, account):
    submission = queue(complaint, agent)
    sandbox.fault("timeout_after", "answer")
    delivery.deliver(submission.pk)
    sandbox.fault("html_503", "complaint_detail", times=None)
    settle_after(submission, 3)
    assert submission.state == State.UNCERTAIN
    sandbox.clear_faults()
    read(account, complaint.protocol)
    sandbox.clear_calls()

    delivery.sweep()

    submission.refresh_from_db()
    assert submission.state == State.SENT
    assert not sandbox.calls()


def test_sent_at_is_when_this_call_was_made(sandbox, complaint, agent, supervisor):
    submission = doubtful(sandbox, complaint, agent)
    later = timezone.now() + timedelta(minutes=50)
    with time_machine.travel(later, tick=True):
        submissions.send_again(submission=submission, reason="Não está lá.", by=supervisor)
        delivery.deliver(submission.pk)
    submission.refresh_from_db()
    assert submission.state == State.SENT
    assert submission.sent_at >= later


# --- Long nights, wrong clocks, rows that make trouble ----------------------------------------------------------


def test_waiting_never_grows_past_ten_minutes_nor_breaks():
    assert [outbox.retry_delay(attempt).total_seconds() for attempt in (0, 1, 2, 5, 6, 1000)] == [
        30,
        30,
        60,
        480,
        600,
        600,
    ]


def test_a_clock_set_back_does_not_make_an_old_reading_pass_for_new(sandbox, complaint, agent):
    submission = queue(complaint, agent)
    Complaint.objects.filter(pk=complaint.pk).update(read_at=timezone.now() + timedelta(hours=3))
    sandbox.consumer_complement(complaint.protocol, "Já resolveram, obrigada.")
    delivery.deliver(submission.pk)
    submission.refresh_from_db()
    assert submission.state == State.STOPPED
    assert not sandbox.calls("answer")


def test_one_row_in_trouble_does_not_keep_the_others_waiting(sandbox, account, agent):
    first, second = (queue(answerable(sandbox, account), agent) for _ in range(2))
    for submission in (first, second):
        sandbox.fault("timeout_after", "answer", protocol=submission.complaint.protocol)
        delivery.deliver(submission.pk)
    # The first one's account cannot even be asked, in a way nobody planned for.
    broken = connect(sandbox, "Varanda Pay")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE complaints_portalaccount SET code = 'not encrypted' WHERE id = %s", [broken.pk])
    Submission.objects.filter(pk=first.pk).update(account=broken)
    settle_after(second, 3)
    first.refresh_from_db(fields=["state"])
    assert (first.state, second.state) == (State.UNCERTAIN, State.SENT)


# --- Workers that die -------------------------------------------------------------------------------------


class Killed(BaseException):
    """Stands for SIGKILL: nothing of the process runs after it. (The real signal: test_flows.)"""


def test_worker_killed_before_the_mark_leaves_nothing_and_the_row_returns(sandbox, complaint, agent, monkeypatch):
    submission = queue(complaint, agent)
    monkeypatch.setattr(delivery.PortalOutbox, "_mark", lambda *args: (_ for _ in ()).throw(Killed))
    with pytest.raises(Killed):
        delivery.deliver(submission.pk)
    monkeypatch.undo()

    settle_after(submission, 1)
    assert submission.state == State.SENDING  # it may still be alive
    settle_after(submission, 20)

    assert (submission.state, submission.attempt) == (State.SENT, 2)
    assert len(answers_there(sandbox, complaint)) == 1


def test_worker_killed_after_the_mark_is_in_doubt_and_read_back(sandbox, complaint, agent, monkeypatch):
    submission = queue(complaint, agent)
    monkeypatch.setattr(delivery.PortalOutbox, "_close", lambda *args, **kwargs: (_ for _ in ()).throw(Killed))
    with pytest.raises(Killed):
        delivery.deliver(submission.pk)
    monkeypatch.undo()
    settle_after(submission, 20)
    assert submission.state == State.UNCERTAIN
    settle_after(submission, 23)
    assert submission.state == State.SENT
    assert len(answers_there(sandbox, complaint)) == 1


def test_a_worker_slower_than_the_sweep_changes_nothing_afterwards(sandbox, complaint, agent):
    submission = queue(complaint, agent)
    slow = Submission.objects.get(pk=submission.pk)
    delivery.OUTBOX._claim(slow.pk)
    slow.refresh_from_db()
    settle_after(submission, 20)  # the sweep took it and sent it
    assert submission.state == State.SENT
    assert not delivery.OUTBOX._mark(slow, {})
    submission.refresh_from_db()
    assert submission.state == State.SENT


# --- What the database holds ------------------------------------------------------------------------------


def test_one_pending_submission_per_complaint(complaint, agent, account):
    queue(complaint, agent)
    colleague = agent_of(account)
    with pytest.raises(submissions.NotSendable, match="mandou a resposta"):
        queue(complaint, colleague, text="Outra resposta")
    first = Submission.objects.get()
    first.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_one_live_final_answer_per_complaint(sandbox, complaint, agent, account):
    delivery.deliver(queue(complaint, agent).pk)
    complaint.refresh_from_db()
    second = Submission.objects.get()
    second.pk = None
    second.state, second.sent_at, second.closed_at = State.QUEUED, None, None
    second.call_started_at = None
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save(force_insert=True)


@pytest.mark.parametrize(
    "columns",
    [
        {"state": State.SENT, "closed_at": timezone.now()},
        {"state": State.REJECTED},
        {"state": State.SENDING},
        {"state": State.UNCERTAIN},
        {"state": State.QUEUED, "call_started_at": timezone.now()},
    ],
)
def test_states_and_instants_come_in_pairs(complaint, agent, columns):
    submission = queue(complaint, agent)
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.filter(pk=submission.pk).update(**columns)


# --- Queueing ---------------------------------------------------------------------------------------------


def test_withdraw_takes_it_back_before_it_leaves(sandbox, complaint, agent):
    submission = queue(complaint, agent)
    assert submissions.withdraw(submission=submission, by=agent)
    delivery.deliver(submission.pk)
    submission.refresh_from_db()
    assert submission.state == State.WITHDRAWN
    assert Draft.objects.get(owner=agent).text == TEXT
    assert not sandbox.calls("answer")


def test_withdraw_is_too_late_once_claimed(complaint, agent):
    submission = queue(complaint, agent)
    delivery.OUTBOX._claim(submission.pk)
    assert not submissions.withdraw(submission=submission, by=agent)


def test_submit_names_everything_that_is_wrong_at_once(complaint, agent, settings):
    settings.ANSWER_MAX_CHARACTERS = 20
    stored_files = [files.store(name=f"{number}.pdf", content=PDF, by=agent) for number in range(6)]
    with pytest.raises(submissions.NotSendable) as refused:
        submissions.submit(
            complaint=complaint,
            kind=Kind.ANSWER,
            text=f"{complaint.consumer_name}, seu CPF é {complaint.consumer_cpf}",
            by=agent,
            stored_files=stored_files,
        )
    reasons = " ".join(refused.value.reasons)
    assert "caracteres" in reasons
    assert "arquivos" in reasons
    assert "CPF" in reasons
    assert "nome" in reasons
    assert not Submission.objects.exists()


def test_submit_past_the_deadline_is_allowed_while_the_portal_allows_it(sandbox, account, agent):
    complaint = answerable(sandbox, account, deadline=timezone.localdate() - timedelta(days=1))
    delivery.deliver(queue(complaint, agent).pk)
    assert Submission.objects.get().state == State.SENT


def test_a_new_text_begun_meanwhile_is_not_overwritten_when_ours_comes_back(sandbox, complaint, agent):
    submission = queue(complaint, agent)
    drafts.save_draft(complaint=complaint, kind=Kind.ANSWER, by=agent, text="Texto novo", base_revision=0)
    sandbox.fault("refused", "answer")
    delivery.deliver(submission.pk)
    draft = Draft.objects.get(owner=agent)
    assert draft.text == "Texto novo"
    assert [(version.text, version.cause) for version in draft.versions.all()] == [(TEXT, "came_back")]

"""The pages about what we sent: truth in words, evidence, and ways out for those who may take them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from backoffice import access
from backoffice.outbox import State
from complaints.models import Draft, Submission, SubmissionEvent
from complaints.models.submission import Kind
from complaints.services import submissions
from tests.complaints.factories import make_account, make_complaint, make_movement, make_person

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}
ACTIONS = ("submission_withdraw", "submission_check", "submission_received", "submission_send_again")


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def agent(account):
    return make_person(accounts=[account], first_name="Rafael")


@pytest.fixture
def supervisor(account):
    return make_person(access.SUPERVISOR, accounts=[account], first_name="Helena")


@pytest.fixture
def submission(account, agent):
    return make_submission(make_complaint(account), agent)


def make_submission(complaint, by, state: str = State.QUEUED, **columns) -> Submission:
    """A submission in any state, with the instants that belong to it."""
    made = submissions.submit(complaint=complaint, kind=Kind.ANSWER, text="Devolvemos o valor.", by=by)
    now = timezone.now()
    instants = {
        State.SENDING: {"claimed_at": now},
        State.SENT: {"sent_at": now, "closed_at": now},
        State.REJECTED: {"closed_at": now, "words": "Texto fora do padrão."},
        State.STOPPED: {"closed_at": now, "words": "Há novidade na reclamação desde que você escreveu."},
        State.UNCERTAIN: {"claimed_at": now, "call_started_at": now, "maybe_sent_at": now, "baseline_code": 1},
        State.ABSENT: {"claimed_at": now, "call_started_at": now, "maybe_sent_at": now, "baseline_code": 1},
    }
    Submission.objects.filter(pk=made.pk).update(state=state, **instants.get(state, {}), **columns)
    made.refresh_from_db()
    return made


def url(name, submission):
    return reverse(name, args=[submission.pk])


def test_page_shows_state_text_and_next_complaint(client, submission, agent, account):
    following = make_complaint(account, assignee=agent, consumer_name="Wanderley Pontes")
    client.force_login(agent)
    html = client.get(url("submission", submission)).content.decode()
    for said in ("Na fila", "Devolvemos o valor.", submission.fingerprint, following.consumer_name):
        assert said in html


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.QUEUED, "Na fila"),
        (State.SENDING, "Enviando"),
        (State.SENT, "Enviado às"),
        (State.REJECTED, "O portal não aceitou: “Texto fora do padrão.”. Nada foi registrado."),
        (State.STOPPED, "Parado: a reclamação mudou"),
        (State.UNCERTAIN, "Não sabemos se a resposta chegou ao portal"),
        (State.ABSENT, "Não consta no portal"),
    ],
)
def test_each_state_is_told_as_it_is(client, account, agent, state, said):
    client.force_login(agent)
    html = client.get(url("submission_state", make_submission(make_complaint(account), agent, state))).content.decode()
    assert said in html
    assert ("trâmite n.º" in html) is False


def test_polling_stops_at_a_final_state(client, account, agent):
    client.force_login(agent)
    waiting = client.get(url("submission_state", make_submission(make_complaint(account), agent))).content.decode()
    numbered = make_submission(make_complaint(account), agent, State.SENT, movement_code=4)
    done = client.get(url("submission_state", numbered)).content.decode()
    assert "hx-get" in waiting
    assert "hx-get" not in done
    assert "Enviado · trâmite n.º 4" in done


def test_seeing_a_rejected_submission_takes_it_off_ones_pending_list(client, account, agent, supervisor):
    rejected = make_submission(make_complaint(account), agent, State.REJECTED)
    client.force_login(supervisor)
    client.get(url("submission", rejected))
    assert Submission.objects.needing_a_person().exists()
    client.force_login(agent)
    client.get(url("submission", rejected))
    assert not Submission.objects.needing_a_person().exists()


def test_evidence_says_what_is_known_and_when(client, account, agent, supervisor):
    doubtful = make_submission(
        make_complaint(account), agent, State.UNCERTAIN, next_reading_at=timezone.now() + timedelta(minutes=20)
    )
    for kind in (SubmissionEvent.Kind.CALL_STARTED, SubmissionEvent.Kind.UNCERTAIN):
        doubtful.events.create(at=timezone.now(), kind=kind)
    doubtful.events.create(at=timezone.now(), kind=SubmissionEvent.Kind.READING_ABSENT, facts={"movement_count": 5})
    client.force_login(agent)
    html = client.get(url("submission", doubtful)).content.decode()
    for said in ("Enviamos ao portal", "O resultado se perdeu", "1ª leitura: 5 trâmites", "Próxima conferência"):
        assert said in html
    assert "Peça à supervisão" in html
    client.force_login(supervisor)
    assert "Confirmar que não foi e reenviar" in client.get(url("submission", doubtful)).content.decode()


def test_way_out_received(client, account, agent, supervisor):
    complaint = make_complaint(account)
    doubtful = make_submission(complaint, agent, State.UNCERTAIN)
    ours = make_movement(complaint, code=2, side="company", meaning="answer")
    client.force_login(supervisor)
    response = client.post(url("submission_received", doubtful), {"movement_code": ours.code})
    doubtful.refresh_from_db()
    assert response.status_code == 302
    assert (doubtful.state, doubtful.confirmed_by, doubtful.movement_code) == (State.SENT, supervisor, 2)
    assert "Recebido, confirmado por Helena" in client.get(url("submission", doubtful)).content.decode()


def test_way_out_send_again_wants_a_reason(client, account, agent, supervisor):
    doubtful = make_submission(make_complaint(account), agent, State.ABSENT)
    client.force_login(supervisor)
    refused = client.post(url("submission_send_again", doubtful), {"reason": "  "}, **HTMX)
    assert refused.status_code == 422
    client.post(url("submission_send_again", doubtful), {"reason": "Não está na tela do portal."})
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.call_started_at) == (State.QUEUED, None)
    assert doubtful.maybe_sent_at  # what comes after may still be ours


def test_ways_out_are_the_supervisors(client, account, agent):
    doubtful = make_submission(make_complaint(account), agent, State.ABSENT)
    client.force_login(agent)
    assert client.post(url("submission_received", doubtful), {"movement_code": 2}).status_code == 403
    assert client.post(url("submission_send_again", doubtful), {"reason": "x"}).status_code == 403


def test_ways_out_are_gone_once_settled(client, account, agent, supervisor):
    complaint = make_complaint(account)
    make_movement(complaint, code=2, side="company", meaning="answer")
    settled = make_submission(complaint, agent, State.SENT, movement_code=2)
    client.force_login(supervisor)
    assert client.post(url("submission_received", settled), {"movement_code": 2}, **HTMX).status_code == 409
    assert client.post(url("submission_send_again", settled), {"reason": "x"}, **HTMX).status_code == 409
    assert client.post(url("submission_check", settled), **HTMX).status_code == 409


def test_withdrawing_brings_the_text_back(client, submission, agent):
    client.force_login(agent)
    response = client.post(url("submission_withdraw", submission))
    assert response["Location"] == reverse("answer", args=[submission.complaint.protocol])
    assert Draft.objects.get(owner=agent).text == "Devolvemos o valor."


def test_withdrawing_anothers_is_the_supervisors(client, submission, account, supervisor):
    client.force_login(make_person(accounts=[account]))
    assert client.post(url("submission_withdraw", submission), **HTMX).status_code == 403
    client.force_login(supervisor)
    assert client.post(url("submission_withdraw", submission)).status_code == 302


def test_withdrawing_too_late_says_so(client, account, agent):
    sending = make_submission(make_complaint(account), agent, State.SENDING)
    client.force_login(agent)
    response = client.post(url("submission_withdraw", sending), **HTMX)
    assert response.status_code == 409
    assert "Tarde demais" in response.content.decode()


def test_outsiders_find_nothing(client, submission):
    client.force_login(make_person(access.SUPERVISOR))
    assert client.get(url("submission", submission)).status_code == 404
    assert client.get(url("submission_state", submission)).status_code == 404
    for name in ACTIONS:
        assert client.post(url(name, submission), {"movement_code": 1, "reason": "x"}).status_code == 404
    assert submission.complaint.protocol[-6:] not in client.get(reverse("submissions")).content.decode()


@pytest.mark.parametrize("name", ACTIONS)
def test_decisions_are_posts(client, submission, supervisor, name):
    client.force_login(supervisor)
    assert client.get(url(name, submission)).status_code == 405


def test_missing_submission(client, agent):
    client.force_login(agent)
    assert client.get(reverse("submission", args=[999999])).status_code == 404


def test_list_puts_what_needs_a_person_first(client, account, agent):
    make_submission(make_complaint(account, consumer_name="Na Fila"), agent)
    make_submission(make_complaint(account, consumer_name="Em Dúvida"), agent, State.UNCERTAIN, needs_person=True)
    make_submission(make_complaint(account, consumer_name="Já Enviada"), agent, State.SENT, movement_code=3)
    client.force_login(agent)
    html = client.get(reverse("submissions")).content.decode()
    places = [html.index(name) for name in ("Em Dúvida", "Na Fila", "Já Enviada")]
    assert places == sorted(places)


@pytest.mark.parametrize("count", [2, 12])
def test_list_asks_a_fixed_number_of_queries(client, account, agent, count, django_assert_max_num_queries):
    for _ in range(count):
        make_submission(make_complaint(account), agent)
    client.force_login(agent)
    with django_assert_max_num_queries(9):
        client.get(reverse("submissions"))


def test_pending_count_is_on_every_page_and_violet_when_an_outcome_is_unknown(client, account, agent):
    make_submission(make_complaint(account), agent, State.REJECTED)
    make_submission(make_complaint(account), agent, State.UNCERTAIN)
    client.force_login(agent)
    html = client.get(reverse("queue")).content.decode()
    assert "2 a resolver" in html


def test_an_agent_is_not_bothered_with_a_colleagues_pending_ones_but_a_supervisor_is(
    client, account, agent, supervisor
):
    make_submission(make_complaint(account), agent, State.UNCERTAIN)
    client.force_login(make_person(accounts=[account]))
    assert "a resolver" not in client.get(reverse("queue")).content.decode()
    client.force_login(supervisor)
    assert "1 a resolver" in client.get(reverse("queue")).content.decode()

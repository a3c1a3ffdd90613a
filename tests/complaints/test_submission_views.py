"""The pages about what we sent: truth in words, evidence, and ways out for those who may take them."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from backoffice import access
from backoffice.outbox import State
from complaints import badges, sending
from complaints.models import Draft, Submission, SubmissionEvent
from complaints.models.submission import Kind
from complaints.services import submissions
from tests.complaints.factories import at, make_account, make_complaint, make_movement, make_person

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}
DECISIONS = ("submission_received", "submission_send_again", "submission_give_back")
ACTIONS = ("submission_withdraw", "submission_check", *DECISIONS)


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
    Submission.objects.filter(pk=made.pk).update(**({"state": state} | instants.get(state, {}) | columns))
    made.refresh_from_db()
    return made


def url(name, submission):
    return reverse(name, args=[submission.pk])


def decide(client, name, submission, *, attempt=None, **data):
    """Post a way out from a page that shows `attempt`, by default the present one."""
    attempt = submission.attempt if attempt is None else attempt
    return client.post(url(f"submission_{name}", submission), {"attempt": attempt} | data, **HTMX)


def note(submission, kind, *, at=None, **facts):
    return submission.events.create(at=at or timezone.now(), kind=kind, facts=facts)


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


# --- The page asks until nothing more can change ------------------------------------------------------------


def test_polling_stops_at_a_final_state(client, account, agent):
    client.force_login(agent)
    waiting = client.get(url("submission_state", make_submission(make_complaint(account), agent))).content.decode()
    numbered = make_submission(make_complaint(account), agent, State.SENT, movement_code=4)
    done = client.get(url("submission_state", numbered)).content.decode()
    assert "hx-get" in waiting
    assert "hx-get" not in done
    assert "Enviado · trâmite n.º 4" in done


def test_polling_slows_down_and_never_ends_before_the_state_is_final(account, agent):
    doubtful = make_submission(make_complaint(account), agent, State.UNCERTAIN)
    after = {
        minutes: sending.poll_seconds(doubtful, doubtful.queued_at + timedelta(minutes=minutes))
        for minutes in (0, 1, 30, 61, 60 * 24 * 30)
    }
    assert after == {0: 2, 1: 5, 30: 15, 61: 60, 60 * 24 * 30: 60}


def test_a_page_that_shows_the_present_state_gets_nothing_but_the_next_question(client, account, supervisor, agent):
    doubtful = make_submission(make_complaint(account), agent, State.UNCERTAIN)
    client.force_login(supervisor)
    page = client.get(url("submission", doubtful))
    asked = {"versao": page.context["version"], "saidas": page.context["ways_out"]}
    reply = client.get(url("submission_state", doubtful), asked)
    html = reply.content.decode()
    assert 'id="submission-poll"' in html
    assert page.context["version"] in html
    for part in ("submission-state", "submission-ways-out", "reason"):
        assert part not in html
    assert "HX-Trigger" not in reply


def test_asking_again_costs_few_queries(client, account, agent, django_assert_max_num_queries):
    waiting = make_submission(make_complaint(account), agent)
    client.force_login(agent)
    version = client.get(url("submission", waiting)).context["version"]
    with django_assert_max_num_queries(6):
        client.get(url("submission_state", waiting), {"versao": version})


def test_a_new_reading_changes_the_state_and_leaves_a_half_written_reason_alone(client, account, supervisor, agent):
    doubtful = make_submission(make_complaint(account), agent, State.UNCERTAIN, needs_person=True)
    client.force_login(supervisor)
    page = client.get(url("submission", doubtful))
    note(doubtful, SubmissionEvent.Kind.READING_ABSENT, movement_count=3)
    reply = client.get(
        url("submission_state", doubtful), {"versao": page.context["version"], "saidas": page.context["ways_out"]}
    )
    html = reply.content.decode()
    assert "1ª leitura: 3 trâmites, nenhum é o nosso" in html
    assert "submission-ways-out" not in html
    assert json.loads(reply["HX-Trigger"]) == {"bo:announce": {"text": "Lemos o portal: não consta", "urgent": False}}


@pytest.mark.parametrize(
    ("state", "text", "urgent"),
    [
        (State.SENT, "A resposta foi enviada", False),
        (State.REJECTED, "O portal não aceitou", True),
        (State.STOPPED, "O envio parou antes de sair", True),
        (State.UNCERTAIN, "Não sabemos se a resposta chegou ao portal", True),
        (State.ABSENT, "A resposta não consta no portal", True),
    ],
)
def test_a_change_of_state_is_said_aloud(client, account, agent, state, text, urgent):
    changed = make_submission(make_complaint(account), agent, state)
    client.force_login(agent)
    reply = client.get(url("submission_state", changed), {"versao": "queued.0.1"})
    assert json.loads(reply["HX-Trigger"]) == {"bo:announce": {"text": text, "urgent": urgent}}


def test_asking_for_a_reading_makes_the_page_look_often(client, account, agent):
    old = timezone.now() - timedelta(days=2)
    doubtful = make_submission(make_complaint(account), agent, State.ABSENT, queued_at=old)
    client.force_login(agent)
    html = client.post(url("submission_check", doubtful), **HTMX).content.decode()
    assert f"pressa={sending.HURRY}" in html
    assert f"delay:{sending.HURRY_SECONDS}s" in html
    version = client.get(url("submission", doubtful)).context["version"]
    last = client.get(url("submission_state", doubtful), {"versao": version, "pressa": 1}).content.decode()
    assert "delay:60s" in last


# --- Evidence ---------------------------------------------------------------------------------------------


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


def test_one_movement_is_not_many(client, account, agent):
    doubtful = make_submission(make_complaint(account), agent, State.UNCERTAIN)
    note(doubtful, SubmissionEvent.Kind.READING_ABSENT, movement_count=1)
    client.force_login(agent)
    assert "1ª leitura: 1 trâmite, que não é o nosso" in client.get(url("submission", doubtful)).content.decode()


def test_evidence_of_another_day_says_which(client, account, agent):
    sent_at, read_at = at("2026-11-18", "13:58"), at("2026-11-18", "15:03")
    with time_machine.travel(at("2026-11-19", "14:50"), tick=False):
        doubtful = make_submission(
            make_complaint(account),
            agent,
            State.ABSENT,
            queued_at=sent_at,
            maybe_sent_at=sent_at,
            call_started_at=sent_at,
            readings=3,
        )
        note(doubtful, SubmissionEvent.Kind.ABSENT, at=read_at, movement_count=4)
        client.force_login(agent)
        html = client.get(url("submission", doubtful)).content.decode()
    assert "Lemos o portal 3 vezes em 1 h 05 e o envio não está lá." in html
    assert "Na fila em 18/11, às 13:58" in html
    assert '<time datetime="2026-11-18T15:03:00-03:00">18/11 15:03:00</time>' in html


def test_whose_decision_a_new_send_is(client, account, agent, supervisor):
    absent = make_submission(make_complaint(account), agent, State.ABSENT, readings=3)
    client.force_login(supervisor)
    assert "Reenviar é decisão sua: o mesmo texto, uma vez." in client.get(url("submission", absent)).content.decode()
    client.force_login(agent)
    assert "Reenviar é decisão da supervisão" in client.get(url("submission", absent)).content.decode()


def test_what_stopped_it_is_shown_word_by_word(client, account, agent):
    complaint = make_complaint(account)
    stopped = make_submission(complaint, agent, State.STOPPED)
    make_movement(
        complaint, code=7, texts=[{"type_code": "5", "type_text": "Interação", "text": "Já <b>resolveram</b>."}]
    )
    note(
        stopped,
        SubmissionEvent.Kind.STOPPED,
        movements=[7],
        situation_seen="Em Análise pelo Fornecedor",
        situation_now="Em Análise pelo Gestor",
    )
    client.force_login(agent)
    html = client.get(url("submission", stopped)).content.decode()
    assert "n.º 7" in html
    assert "Já &lt;b&gt;resolveram&lt;/b&gt;." in html
    assert "<del>Em Análise pelo Fornecedor</del> agora <ins>Em Análise pelo Gestor</ins>" in html


def test_only_an_answer_is_called_public(client, account, agent):
    made = submissions.submit(
        complaint=make_complaint(account), kind=Kind.COMPLEMENT, text="Seguimos analisando.", by=agent
    )
    client.force_login(agent)
    html = client.get(url("submission", made)).content.decode()
    assert "O complemento está na fila" in html
    assert "Privado" in html
    assert "Pública" not in html
    assert "resposta final" not in html


# --- What a person decides ---------------------------------------------------------------------------------


def test_way_out_received(client, account, agent, supervisor):
    complaint = make_complaint(account)
    doubtful = make_submission(complaint, agent, State.UNCERTAIN)
    ours = make_movement(complaint, code=2, side="company", meaning="answer")
    client.force_login(supervisor)
    response = client.post(
        url("submission_received", doubtful), {"attempt": doubtful.attempt, "movement_code": ours.code}
    )
    doubtful.refresh_from_db()
    assert response.status_code == 302
    assert (doubtful.state, doubtful.confirmed_by, doubtful.movement_code) == (State.SENT, supervisor, 2)
    assert "Recebido, confirmado por Helena" in client.get(url("submission", doubtful)).content.decode()
    complaint.refresh_from_db()
    assert badges.of_row(complaint).text == "Recebido, confirmado por uma pessoa"


def test_way_out_send_again_wants_a_reason(client, account, agent, supervisor):
    doubtful = make_submission(make_complaint(account), agent, State.ABSENT, readings=3)
    client.force_login(supervisor)
    refused = decide(client, "send_again", doubtful, reason="  ")
    assert refused.status_code == 422
    assert "Diga por que é certo que o envio não chegou." in refused.content.decode()
    assert decide(client, "send_again", doubtful, reason="Não está na tela do portal.")["HX-Redirect"]
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.call_started_at) == (State.QUEUED, None)
    assert doubtful.maybe_sent_at  # what comes after may still be ours


def test_nothing_is_sent_again_before_the_portal_was_read_once(client, account, agent, supervisor):
    doubtful = make_submission(make_complaint(account), agent, State.UNCERTAIN)
    client.force_login(supervisor)
    assert "Ninguém leu o portal desde a dúvida" in client.get(url("submission", doubtful)).content.decode()
    refused = decide(client, "send_again", doubtful, reason="Telefonei.")
    assert refused.status_code == 422
    assert "Espere ao menos uma conferência" in refused.content.decode()


def test_way_out_give_back(client, account, agent, supervisor):
    complaint = make_complaint(account)
    doubtful = make_submission(complaint, agent, State.ABSENT, readings=3)
    client.force_login(supervisor)
    assert "Não reenviar: voltar ao rascunho" in client.get(url("submission", doubtful)).content.decode()
    assert decide(client, "give_back", doubtful, reason="").status_code == 422
    assert decide(client, "give_back", doubtful, reason="A cliente já foi atendida.")["HX-Redirect"]
    doubtful.refresh_from_db()
    assert doubtful.state == State.WITHDRAWN
    assert Draft.objects.get(owner=agent).text == "Devolvemos o valor."
    html = client.get(url("submission", doubtful)).content.decode()
    for said in ("O envio não será refeito", "Não reenviado", "A cliente já foi atendida."):
        assert said in html
    # It may have left: nobody says that it did not.
    assert "antes de sair" not in html
    assert "Nada saiu" not in html


def test_only_a_proved_absence_is_given_back(client, account, agent, supervisor):
    doubtful = make_submission(make_complaint(account), agent, State.UNCERTAIN, readings=1)
    client.force_login(supervisor)
    assert "Não reenviar" not in client.get(url("submission", doubtful)).content.decode()
    assert decide(client, "give_back", doubtful, reason="x").status_code == 422
    doubtful.refresh_from_db()
    assert doubtful.state == State.UNCERTAIN


@pytest.mark.parametrize("name", ["received", "send_again", "give_back"])
def test_a_page_older_than_the_present_attempt_decides_nothing(client, account, agent, supervisor, name):
    complaint = make_complaint(account)
    make_movement(complaint, code=2, side="company", meaning="answer")
    doubtful = make_submission(complaint, agent, State.ABSENT, attempt=2, readings=3)
    client.force_login(supervisor)
    for data in ({"attempt": 1}, {"attempt": ""}):
        response = decide(client, name, doubtful, **data, reason="De ontem.", movement_code=2)
        assert response.status_code == 422
        assert "Este envio mudou enquanto você decidia. Veja o estado de agora." in response.content.decode()
    doubtful.refresh_from_db()
    assert (doubtful.state, doubtful.attempt) == (State.ABSENT, 2)


def test_ways_out_are_the_supervisors(client, account, agent):
    doubtful = make_submission(make_complaint(account), agent, State.ABSENT, readings=3)
    client.force_login(agent)
    for name in DECISIONS:
        data = {"attempt": 0, "movement_code": 2, "reason": "x"}
        assert client.post(url(name, doubtful), data).status_code == 403
    doubtful.refresh_from_db()
    assert doubtful.state == State.ABSENT


def test_ways_out_are_gone_once_settled(client, account, agent, supervisor):
    complaint = make_complaint(account)
    make_movement(complaint, code=2, side="company", meaning="answer")
    settled = make_submission(complaint, agent, State.SENT, movement_code=2)
    client.force_login(supervisor)
    replies = [
        decide(client, name.removeprefix("submission_"), settled, movement_code=2, reason="x") for name in DECISIONS
    ]
    replies.append(client.post(url("submission_check", settled), **HTMX))
    for reply in replies:
        assert reply.status_code == 422  # 409 would not be shown by the page's script
        assert "Este envio já não está em dúvida." in reply.content.decode()
    assert client.post(url("submission_check", settled)).status_code == 409


def test_withdrawing_brings_the_text_back(client, submission, agent):
    client.force_login(agent)
    response = client.post(url("submission_withdraw", submission))
    assert response["Location"] == reverse("answer", args=[submission.complaint.protocol])
    assert Draft.objects.get(owner=agent).text == "Devolvemos o valor."


def test_withdrawing_anothers_is_the_supervisors(client, submission, account, supervisor):
    client.force_login(make_person(accounts=[account]))
    assert "Cancelar envio" not in client.get(url("submission", submission)).content.decode()
    refused = client.post(url("submission_withdraw", submission), **HTMX)
    assert refused.status_code == 422
    assert "Só quem enviou ou a supervisão pode cancelar." in refused.content.decode()
    assert client.post(url("submission_withdraw", submission)).status_code == 403
    client.force_login(supervisor)
    assert client.post(url("submission_withdraw", submission)).status_code == 302


def test_withdrawing_too_late_says_so(client, account, agent):
    leaving = make_submission(make_complaint(account), agent, State.SENDING)
    client.force_login(agent)
    response = client.post(url("submission_withdraw", leaving), **HTMX)
    assert response.status_code == 422
    assert "Tarde demais" in response.content.decode()


def test_what_may_have_left_is_not_offered_to_be_taken_back(client, account, agent):
    again = make_submission(make_complaint(account), agent, State.QUEUED, maybe_sent_at=timezone.now(), attempt=1)
    client.force_login(agent)
    html = client.get(url("submission", again)).content.decode()
    assert "Cancelar envio" not in html
    assert "se o envio estiver lá, nada sai de novo" in html
    assert client.post(url("submission_withdraw", again)).status_code == 409


def test_outsiders_find_nothing(client, submission):
    client.force_login(make_person(access.SUPERVISOR))
    assert client.get(url("submission", submission)).status_code == 404
    assert client.get(url("submission_state", submission)).status_code == 404
    for name in ACTIONS:
        data = {"attempt": 0, "movement_code": 1, "reason": "x"}
        assert client.post(url(name, submission), data).status_code == 404
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


def test_the_next_complaint_is_one_this_person_may_see(client, submission, agent):
    elsewhere = make_complaint(make_account(), assignee=agent, consumer_name="De Outra Credenciada")
    client.force_login(agent)
    page = client.get(url("submission", submission))
    assert page.context["next_complaint"] is None
    assert elsewhere.consumer_name not in page.content.decode()


def test_pending_count_is_on_every_page_and_violet_when_an_outcome_is_unknown(client, account, agent):
    client.force_login(agent)
    make_submission(make_complaint(account), agent, State.REJECTED)
    assert pending_count(client) == ("bo-nav__count", "1 a resolver")
    make_submission(make_complaint(account), agent, State.UNCERTAIN)
    assert pending_count(client) == ("bo-nav__count bo-tone-violet", "2 a resolver")


def pending_count(client) -> tuple[str, str]:
    """Classes and words of the count beside «Envios»."""
    html = client.get(reverse("queue")).content.decode()
    return re.search(r'<span class="(bo-nav__count[^"]*)">.*?bo-nav__words">([^<]*)<', html, re.DOTALL).groups()


def test_an_agent_is_not_bothered_with_a_colleagues_pending_ones_but_a_supervisor_is(
    client, account, agent, supervisor
):
    make_submission(make_complaint(account), agent, State.UNCERTAIN)
    client.force_login(make_person(accounts=[account]))
    assert "a resolver" not in client.get(reverse("queue")).content.decode()
    client.force_login(supervisor)
    assert "1 a resolver" in client.get(reverse("queue")).content.decode()

"""The composer's views: works · outsider refused · wrong method · missing object · invalid input."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_q.models import OrmQ

from complaints.models import Draft, Submission
from complaints.models.submission import Kind
from complaints.services import drafts, submissions
from tests.complaints.factories import make_account, make_complaint, make_movement, make_person

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n%%EOF\n"
TEXT = "Prezada consumidora, devolvemos o valor em duas faturas."
JSON = {"HTTP_ACCEPT": "application/json"}
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def agent():
    return make_person(first_name="Rafael")


@pytest.fixture
def complaint(agent):
    complaint = make_complaint(make_account(people=[agent]), consumer_name="Ivonete Ferraz Lima")
    make_movement(
        complaint,
        meaning="opening",
        texts=[{"type_code": "3", "type_text": "Descrição", "text": "Comprei um celular <b>ruim</b>."}],
    )
    return complaint


@pytest.fixture
def agent_client(client, agent):
    client.force_login(agent)
    return client


def url(name, complaint, *args):
    return reverse(name, args=[complaint.protocol, *args])


def fields(agent, text=TEXT, revision=0, **more):
    return {"author": agent.pk, "text": text, "revision": revision, "tab": "a"} | more


def confirm_and_send(agent_client, complaint, agent, **headers):
    page = agent_client.post(url("answer_confirm", complaint), fields(agent), **headers)
    return agent_client.post(
        url("answer_send", complaint),
        {
            "author": agent.pk,
            "payload_hash": page.context["payload_hash"],
            "seen_movement_code": page.context["seen_movement_code"],
        },
        **headers,
    )


# --- The page -------------------------------------------------------------------------------------------


def test_composer_shows_draft_preview_and_deadline(agent_client, complaint, agent):
    drafts.save_draft(complaint=complaint, kind=Kind.ANSWER, by=agent, text=TEXT, base_revision=0)
    page = agent_client.get(url("answer", complaint))
    html = page.content.decode()
    assert page.status_code == 200
    assert TEXT in html
    assert "Comprei um celular &lt;b&gt;ruim&lt;/b&gt;." in html
    assert "Faltam 5 dias" in html


@pytest.mark.parametrize("movements", [1, 60])
def test_composer_asks_a_fixed_number_of_queries(
    agent_client, complaint, agent, movements, django_assert_max_num_queries
):
    for _ in range(movements):
        make_movement(complaint)
    for number in range(3):
        drafts.add_file(complaint=complaint, kind=Kind.ANSWER, by=agent, name=f"{number}.pdf", content=PDF)
    agent_client.get(url("answer", complaint))
    with django_assert_max_num_queries(12):
        agent_client.get(url("answer", complaint))


def test_composer_never_shows_a_complaint_of_another_account(client, complaint):
    client.force_login(make_person())
    for name in ("answer", "answer_discard"):
        assert client.get(url(name, complaint)).status_code == 404
    for name in ("answer_draft", "answer_files", "answer_confirm", "answer_send", "answer_finding"):
        assert client.post(url(name, complaint), {}).status_code == 404


def test_somebody_who_may_not_send_is_told_so(client, complaint):
    viewer = make_person("Administração")
    client.force_login(viewer)
    assert client.get(url("answer", complaint)).status_code == 403


@pytest.mark.parametrize("name", ["answer_draft", "answer_files", "answer_confirm", "answer_send", "answer_finding"])
def test_posts_only(agent_client, complaint, name):
    assert agent_client.get(url(name, complaint)).status_code == 405


def test_missing_complaint(agent_client):
    assert agent_client.get(reverse("answer", args=["20991299999999999"])).status_code == 404


# --- Saving ---------------------------------------------------------------------------------------------


def test_saving_answers_with_the_revision_checks_and_preview(agent_client, complaint, agent):
    reply = agent_client.post(url("answer_draft", complaint), fields(agent, "Oi, Ivonete"), **JSON).json()
    assert (reply["revision"], reply["stale"]) == (1, False)
    assert "O nome do(a) consumidor(a) está no texto." in reply["checks"]
    assert "<mark>Ivonete</mark>" in reply["preview"]
    assert Draft.objects.get().text == "Oi, Ivonete"


def test_saving_without_script_comes_back_to_the_page(agent_client, complaint, agent):
    response = agent_client.post(url("answer_draft", complaint), fields(agent))
    assert response.status_code == 302
    assert Draft.objects.get().text == TEXT


def test_the_page_of_another_person_saves_nothing(agent_client, complaint, agent):
    colleague = make_person(accounts=[complaint.account])
    for name in ("answer_draft", "answer_confirm", "answer_files", "answer_finding"):
        data = fields(colleague, finding="name:ivonete")
        assert agent_client.post(url(name, complaint), data, **JSON).status_code == 409
    assert not Draft.objects.exists()


def test_line_ends_of_the_browser_are_not_part_of_the_text(agent_client, complaint, agent):
    agent_client.post(url("answer_draft", complaint), fields(agent, "um\r\ndois"), **JSON)
    assert Draft.objects.get().text == "um\ndois"


def test_an_invalid_save_is_422(agent_client, complaint):
    assert agent_client.post(url("answer_draft", complaint), {"text": "x"}, **JSON).status_code == 422


def test_another_tabs_text_is_offered_and_can_be_taken(agent_client, complaint, agent):
    agent_client.post(url("answer_draft", complaint), fields(agent, "aba A"), **JSON)
    reply = agent_client.post(url("answer_draft", complaint), fields(agent, "aba B", tab="b"), **JSON).json()
    assert reply["stale"]
    assert "aba B" in reply["versions"]
    draft = Draft.objects.get()
    version = draft.versions.get()
    agent_client.post(url("answer_version", complaint, version.pk), fields(agent, "aba A", draft.revision, act="use"))
    draft.refresh_from_db()
    assert draft.text == "aba B"


def test_discarding_asks_first(agent_client, complaint, agent):
    drafts.save_draft(complaint=complaint, kind=Kind.ANSWER, by=agent, text=TEXT, base_revision=0)
    assert "Ele não pode ser recuperado" in agent_client.get(url("answer_discard", complaint)).content.decode()
    assert Draft.objects.exists()
    agent_client.post(url("answer_discard", complaint))
    assert not Draft.objects.exists()


# --- Files ----------------------------------------------------------------------------------------------


def test_good_files_stay_and_each_refused_one_says_why(agent_client, complaint, agent):
    uploads = [
        SimpleUploadedFile("nota.pdf", PDF),
        SimpleUploadedFile("planilha.xlsx", b"PK\x03\x04"),
        SimpleUploadedFile("falso.pdf", b"<script>"),
    ]
    response = agent_client.post(url("answer_files", complaint), {"author": agent.pk, "files": uploads}, **HTMX)
    html = response.content.decode()
    assert response.status_code == 422
    assert [link.stored.name for link in Draft.objects.get().files.all()] == ["nota.pdf"]
    assert "<b>planilha.xlsx</b> não foi anexado" in html
    assert "<b>falso.pdf</b> não foi anexado" in html


def test_removing_a_file_keeps_the_text_typed(agent_client, complaint, agent):
    link = drafts.add_file(complaint=complaint, kind=Kind.ANSWER, by=agent, name="a.pdf", content=PDF)
    response = agent_client.post(url("answer_file_remove", complaint, link.pk), fields(agent), **HTMX)
    assert response.status_code == 200
    assert (Draft.objects.get().files.count(), Draft.objects.get().text) == (0, TEXT)


def test_nobody_reaches_anothers_draft_file(agent_client, complaint):
    colleague = make_person(accounts=[complaint.account])
    link = drafts.add_file(complaint=complaint, kind=Kind.ANSWER, by=colleague, name="a.pdf", content=PDF)
    assert agent_client.get(url("answer_file", complaint, link.pk)).status_code == 404
    assert agent_client.post(url("answer_file_remove", complaint, link.pk), {}).status_code == 404


# --- Confirming and sending -------------------------------------------------------------------------------


def test_confirmation_names_consumer_company_protocol_and_whose_cpf(agent_client, complaint, agent):
    html = agent_client.post(url("answer_confirm", complaint), fields(agent), **HTMX).content.decode()
    assert "Enviar a resposta final?" in html
    for said in ("Ivonete Ferraz Lima", complaint.account.name, complaint.protocol[-6:], "o da credenciada"):
        assert said in html


def test_confirmation_with_problems_is_422_with_all_of_them(agent_client, complaint, agent, settings):
    settings.ANSWER_MAX_CHARACTERS = 10
    response = agent_client.post(
        url("answer_confirm", complaint), fields(agent, "Ivonete, ligue (83) 98841-2217"), **HTMX
    )
    html = response.content.decode()
    assert response.status_code == 422
    assert response["HX-Retarget"] == "#answer-refused"
    assert "caracteres" in html
    assert "nome" in html
    assert "telefone" in html
    assert Draft.objects.get().text == "Ivonete, ligue (83) 98841-2217"


def test_declaring_a_datum_ours_lets_it_pass_and_is_kept_with_what_is_sent(agent_client, complaint, agent):
    text = "Ligue para o nosso (11) 3456-7890."
    token = agent_client.post(url("answer_draft", complaint), fields(agent, text), **JSON).json()["checks"]
    assert 'value="phone:1134567890"' in token
    agent_client.post(url("answer_finding", complaint), fields(agent, text, 1, finding="phone:1134567890"), **HTMX)
    page = agent_client.post(url("answer_confirm", complaint), fields(agent, text, 1))
    assert page.status_code == 200
    agent_client.post(
        url("answer_send", complaint),
        {"author": agent.pk, "payload_hash": page.context["payload_hash"], "seen_movement_code": 1},
    )
    assert Submission.objects.get().accepted_findings == [{"kind": "phone", "value": "1134567890"}]


def test_sending_queues_exactly_what_was_confirmed_and_shows_its_state(agent_client, complaint, agent):
    response = confirm_and_send(agent_client, complaint, agent)
    submission = Submission.objects.get()
    assert response["Location"] == reverse("submission", args=[submission.pk])
    assert (submission.text, submission.state, submission.by) == (TEXT, "queued", agent)
    assert not Draft.objects.exists()


def test_sending_nudges_a_worker_with_nothing_but_the_id(
    agent_client, complaint, agent, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        confirm_and_send(agent_client, complaint, agent)
    [task] = OrmQ.objects.all()
    assert task.task["func"] == "complaints.tasks.deliver_submission"
    assert task.task["args"] == (Submission.objects.get().pk,)


def test_a_double_click_sends_once(agent_client, complaint, agent):
    page = agent_client.post(url("answer_confirm", complaint), fields(agent))
    data = {"author": agent.pk, "payload_hash": page.context["payload_hash"], "seen_movement_code": 1}
    first = agent_client.post(url("answer_send", complaint), data)
    second = agent_client.post(url("answer_send", complaint), data)
    assert first["Location"] == second["Location"]
    assert Submission.objects.count() == 1


def test_a_draft_that_changed_after_the_confirmation_is_not_sent(agent_client, complaint, agent):
    page = agent_client.post(url("answer_confirm", complaint), fields(agent))
    agent_client.post(url("answer_draft", complaint), fields(agent, "Outro texto", 1), **JSON)
    response = agent_client.post(
        url("answer_send", complaint),
        {"author": agent.pk, "payload_hash": page.context["payload_hash"], "seen_movement_code": 1},
        **HTMX,
    )
    assert response.status_code == 422
    assert "mudou depois da conferência" in response.content.decode()
    assert not Submission.objects.exists()


def test_the_second_of_two_people_is_told_who_was_first_and_keeps_the_text(client, agent_client, complaint, agent):
    colleague = make_person(accounts=[complaint.account], first_name="Marina", last_name="Teles")
    drafts.save_draft(complaint=complaint, kind=Kind.ANSWER, by=colleague, text="Outra", base_revision=0)
    confirm_and_send(agent_client, complaint, agent)
    client.force_login(colleague)
    response = client.post(url("answer_confirm", complaint), fields(colleague, "Outra", 1), **HTMX)
    assert response.status_code == 422
    assert "Rafael" in response.content.decode()
    assert Draft.objects.get(owner=colleague).text == "Outra"


def test_once_sent_the_composer_leads_to_the_submission(agent_client, complaint, agent):
    confirm_and_send(agent_client, complaint, agent)
    assert agent_client.get(url("answer", complaint))["Location"] == reverse(
        "submission", args=[Submission.objects.get().pk]
    )


def test_without_the_action_nothing_is_queued(agent_client, complaint, agent):
    complaint.allowed_actions = ["detalhar", "complementar"]
    complaint.save()
    response = agent_client.post(url("answer_confirm", complaint), fields(agent), **HTMX)
    assert response.status_code == 422
    assert "não permite responder" in response.content.decode()
    with pytest.raises(submissions.NotSendable):
        submissions.submit(complaint=complaint, kind=Kind.ANSWER, text=TEXT, by=agent)

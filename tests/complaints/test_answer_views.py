"""The composer's views: works · outsider refused · wrong method · missing object · invalid input."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django_q.models import OrmQ

from backoffice.outbox import State
from complaints import badges
from complaints.forms import MOST_CHARACTERS
from complaints.models import Complaint, Draft, DraftVersion, Submission, SubmissionEvent
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


def fields(agent, text=TEXT, revision=0, seen=1, **more):
    """What the composer's form posts; `seen`: the last movement when it was opened."""
    return {"author": agent.pk, "text": text, "revision": revision, "tab": "a", "seen_movement_code": seen} | more


def sync_brings(complaint, **fields):
    """The sync stores one more movement while somebody writes."""
    movement = make_movement(complaint, **fields)
    Complaint.objects.filter(pk=complaint.pk).update(last_movement_code=movement.code)
    return movement


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
    for name in POSTS:
        assert client.post(url(name, complaint), {}).status_code == 404


def test_somebody_who_may_not_send_is_told_so(client, complaint):
    viewer = make_person("Administração")
    client.force_login(viewer)
    response = client.get(url("answer", complaint))
    assert response.status_code == 403
    assert "Você pode ver esta reclamação, mas não enviar. Peça à supervisão." in response.content.decode()


POSTS = ("answer_draft", "answer_files", "answer_confirm", "answer_send", "answer_finding")


@pytest.mark.parametrize(
    ("name", "more"), [*((name, ()) for name in POSTS), ("answer_version", (1,)), ("answer_file_remove", (1,))]
)
def test_posts_only(agent_client, complaint, name, more):
    assert agent_client.get(url(name, complaint, *more)).status_code == 405


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
    assert Draft.objects.get().is_empty


def test_a_character_no_database_keeps_is_left_out(agent_client, complaint, agent):
    reply = agent_client.post(url("answer_draft", complaint), fields(agent, "a\x00b"), **JSON)
    assert reply.status_code == 200
    assert Draft.objects.get().text == "ab"


TOO_LONG = "a" * (MOST_CHARACTERS + 1)


def test_a_text_too_long_to_keep_says_that_it_was_not_saved(agent_client, complaint, agent):
    reply = agent_client.post(url("answer_draft", complaint), fields(agent, TOO_LONG), **JSON)
    assert reply.status_code == 422
    assert reply.json()["message"] == "Não salvo. São 20.001 caracteres; um rascunho guarda até 20.000."
    response = agent_client.post(url("answer_confirm", complaint), fields(agent, TOO_LONG), **HTMX)
    assert (response.status_code, response["HX-Retarget"]) == (422, "#answer-refused")
    assert "O texto não foi salvo. Ele continua nesta página." in response.content.decode()
    assert not Draft.objects.exists()


@pytest.mark.parametrize("name", ["answer_draft", "answer_confirm", "answer_files"])
def test_without_script_a_text_too_long_is_still_in_the_page(agent_client, complaint, agent, name):
    response = agent_client.post(url(name, complaint), fields(agent, TOO_LONG, 3))
    html = response.content.decode()
    assert response.status_code == 422
    assert f">{TOO_LONG}</textarea>" in html
    assert "está no rascunho" not in html
    assert 'name="revision" id="answer-revision" value="3"' in html


def test_crlf_does_not_count_against_the_limit(agent_client, complaint, agent):
    text = "a\r\n" * (MOST_CHARACTERS // 2)
    assert agent_client.post(url("answer_draft", complaint), fields(agent, text), **JSON).status_code == 200


def test_words_of_another_persons_page_reach_the_person(agent_client, complaint):
    colleague = make_person(accounts=[complaint.account])
    response = agent_client.post(url("answer_confirm", complaint), fields(colleague), **HTMX)
    assert response.status_code == 409
    assert response["Content-Type"].startswith("text/plain")
    assert "Esta página é de outra pessoa." in response.content.decode()


def test_a_draft_of_another_day_says_which(agent_client, complaint, agent):
    drafts.save_draft(complaint=complaint, kind=Kind.ANSWER, by=agent, text=TEXT, base_revision=0)
    saved_at = timezone.localtime() - timedelta(days=3)
    Draft.objects.update(saved_at=saved_at)
    html = agent_client.get(url("answer", complaint)).content.decode()
    assert f"Salvo {badges.when(saved_at)}" in html
    assert badges.when(saved_at).startswith("em ")


# --- Versions -------------------------------------------------------------------------------------------


def test_a_version_is_used_with_what_its_tab_wrote_last(agent_client, complaint, agent):
    agent_client.post(url("answer_draft", complaint), fields(agent, "aba A"), **JSON)
    agent_client.post(url("answer_draft", complaint), fields(agent, "aba B", tab="b"), **JSON)
    version = DraftVersion.objects.get()
    response = agent_client.post(
        url("answer_version", complaint, version.pk), fields(agent, "aba B e o resto", tab="b", act="use"), **HTMX
    )
    assert response["HX-Redirect"] == url("answer", complaint)
    assert Draft.objects.get().text == "aba B e o resto"
    assert [version.text for version in DraftVersion.objects.all()] == ["aba A"]


def test_a_version_can_be_let_go(agent_client, complaint, agent):
    agent_client.post(url("answer_draft", complaint), fields(agent, "aba A"), **JSON)
    agent_client.post(url("answer_draft", complaint), fields(agent, "aba B", tab="b"), **JSON)
    version = DraftVersion.objects.get()
    agent_client.post(url("answer_version", complaint, version.pk), fields(agent, "aba A", 1, act="drop"))
    assert (Draft.objects.get().text, DraftVersion.objects.count()) == ("aba A", 0)


def test_nobody_reaches_anothers_version(agent_client, complaint, agent):
    colleague = make_person(accounts=[complaint.account])
    for text in ("um", "dois"):
        drafts.save_draft(complaint=complaint, kind=Kind.ANSWER, by=colleague, text=text, base_revision=0)
    version = DraftVersion.objects.get()
    assert agent_client.post(url("answer_version", complaint, version.pk), fields(agent, act="use")).status_code == 404


def test_a_discarded_draft_is_no_draft(agent_client, complaint, agent):
    drafts.save_draft(complaint=complaint, kind=Kind.ANSWER, by=agent, text=TEXT, base_revision=0)
    agent_client.post(url("answer_discard", complaint))
    html = agent_client.get(url("answer", complaint)).content.decode()
    assert "Nada escrito ainda" in html
    assert 'id="answer-discard" hidden' in html
    # A page opened now builds on the row as it is.
    assert f'name="revision" id="answer-revision" value="{Draft.objects.get().revision}"' in html
    again = agent_client.get(url("answer_discard", complaint), **HTMX)
    assert again["HX-Redirect"] == reverse("complaint", args=[complaint.protocol])


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


def test_removing_a_file_keeps_the_text_typed_and_tells_the_revision(agent_client, complaint, agent):
    link = drafts.add_file(complaint=complaint, kind=Kind.ANSWER, by=agent, name="a.pdf", content=PDF)
    response = agent_client.post(url("answer_file_remove", complaint, link.pk), fields(agent), **HTMX)
    draft = Draft.objects.get()
    assert response.status_code == 200
    assert (draft.files.count(), draft.text) == (0, TEXT)
    assert revision_given(response) == draft.revision


def revision_given(response) -> int:
    found = re.search(r'id="answer-revision" value="(\d+)" hx-swap-oob="true"', response.content.decode())
    return int(found[1])


def test_a_stale_page_is_never_handed_the_newer_revision(agent_client, complaint, agent):
    link = drafts.add_file(complaint=complaint, kind=Kind.ANSWER, by=agent, name="a.pdf", content=PDF)
    agent_client.post(url("answer_draft", complaint), fields(agent, "aba A"), **JSON)
    response = agent_client.post(
        url("answer_file_remove", complaint, link.pk), fields(agent, "aba B", 0, tab="b"), **HTMX
    )
    assert revision_given(response) == 0
    assert Draft.objects.get().text == "aba A"


def test_without_script_attaching_keeps_the_text(agent_client, complaint, agent):
    html = agent_client.get(url("answer", complaint)).content.decode()
    form = html[html.index('id="answer-form"') : html.index("</form>", html.index('id="answer-form"'))]
    assert 'name="files"' in form
    assert 'formenctype="multipart/form-data"' in form
    upload = SimpleUploadedFile("nota.pdf", PDF)
    response = agent_client.post(url("answer_files", complaint), fields(agent, files=[upload]))
    assert response["Location"] == url("answer", complaint)
    draft = Draft.objects.get()
    assert (draft.text, draft.files.get().stored.name) == (TEXT, "nota.pdf")


def test_without_script_a_refused_file_leaves_the_text_in_the_page(agent_client, complaint, agent):
    upload = SimpleUploadedFile("planilha.xlsx", b"PK\x03\x04")
    response = agent_client.post(url("answer_files", complaint), fields(agent, files=[upload]))
    html = response.content.decode()
    assert response.status_code == 422
    assert "<b>planilha.xlsx</b> não foi anexado" in html
    assert f">{TEXT}</textarea>" in html


def test_without_script_a_file_chosen_and_not_attached_keeps_the_answer_from_leaving(agent_client, complaint, agent):
    response = agent_client.post(url("answer_confirm", complaint), fields(agent, files="nota.pdf"))
    assert response.status_code == 422
    assert "nota.pdf foi escolhido, mas não anexado." in response.content.decode()


def test_a_file_alone_never_touches_the_text(agent_client, complaint, agent):
    drafts.save_draft(complaint=complaint, kind=Kind.ANSWER, by=agent, text=TEXT, base_revision=0)
    data = {"author": agent.pk, "files": [SimpleUploadedFile("nota.pdf", PDF)]}
    response = agent_client.post(url("answer_files", complaint), data, **JSON)
    assert response.status_code == 200
    assert "nota.pdf" in response.content.decode()
    assert Draft.objects.get().text == TEXT


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
    fragment = agent_client.post(
        url("answer_finding", complaint), fields(agent, text, 1, finding="phone:1134567890"), **HTMX
    )
    assert revision_given(fragment) == 1
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
    assert Draft.objects.get().is_empty


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


# --- The complaint changes while somebody writes ------------------------------------------------------------


def news_of_the_consumer(complaint, **more):
    texts = [{"type_code": "5", "type_text": "Interação", "text": "Já <b>resolveram</b>, obrigada."}]
    return sync_brings(complaint, texts=texts, **more)


@pytest.mark.parametrize("side", ["consumer", "mediator", "unknown"])
def test_words_that_came_after_the_composer_was_opened_are_shown_before_anything_leaves(
    agent_client, complaint, agent, side
):
    assert 'name="seen_movement_code" id="answer-seen" value="1"' in (
        agent_client.get(url("answer", complaint)).content.decode()
    )
    news_of_the_consumer(complaint, side=side)
    response = agent_client.post(url("answer_confirm", complaint), fields(agent), **HTMX)
    html = response.content.decode()
    assert (response.status_code, response["HX-Retarget"]) == (422, "#answer-conflict")
    assert "A reclamação mudou enquanto você escrevia" in html
    assert "Já &lt;b&gt;resolveram&lt;/b&gt;, obrigada." in html
    assert "Comprei um celular" not in html  # what the author had seen
    assert "Enviar a resposta final?" not in html
    assert Draft.objects.get().text == TEXT
    assert not Submission.objects.exists()


@pytest.mark.parametrize("side", ["company", "system"])
def test_our_own_and_the_systems_movements_are_told_and_stop_nothing(agent_client, complaint, agent, side):
    sync_brings(complaint, side=side)
    html = agent_client.post(url("answer_confirm", complaint), fields(agent), **HTMX).content.decode()
    assert "Enviar a resposta final?" in html
    assert "só 1 trâmite da empresa ou do sistema" in html


def test_going_on_raises_what_was_seen_up_to_what_was_shown_and_no_further(agent_client, complaint, agent):
    shown = news_of_the_consumer(complaint)
    panel = agent_client.post(url("answer_confirm", complaint), fields(agent), **HTMX).content.decode()
    assert f'name="seen_until" value="{shown.code}"' in panel

    page = agent_client.post(url("answer_confirm", complaint), fields(agent, seen_until=shown.code), **HTMX)
    html = page.content.decode()
    assert "Enviar a resposta final?" in html
    assert "A reclamação mudou enquanto você escrevia; você viu a novidade e continuou" in html
    assert page.context["seen_movement_code"] == shown.code
    assert f'id="answer-seen" value="{shown.code}" hx-swap-oob="true"' in html

    news_of_the_consumer(complaint)
    again = agent_client.post(url("answer_confirm", complaint), fields(agent, seen_until=shown.code), **HTMX)
    assert again.status_code == 422


def test_what_comes_between_confirmation_and_send_is_shown_too(agent_client, complaint, agent):
    page = agent_client.post(url("answer_confirm", complaint), fields(agent), **HTMX)
    news_of_the_consumer(complaint)
    confirmed = {"author": agent.pk, "payload_hash": page.context["payload_hash"], "seen_movement_code": 1}
    response = agent_client.post(url("answer_send", complaint), confirmed, **HTMX)
    assert response.status_code == 422
    assert "A reclamação mudou enquanto você escrevia" in response.content.decode()
    assert not Submission.objects.exists()
    agent_client.post(url("answer_send", complaint), confirmed | {"seen_movement_code": 2})
    assert Submission.objects.get().seen_movement_code == 2


def test_without_script_the_conflict_is_the_whole_page_and_a_save_does_not_hide_it(agent_client, complaint, agent):
    news_of_the_consumer(complaint)
    response = agent_client.post(url("answer_confirm", complaint), fields(agent))
    html = response.content.decode()
    assert response.status_code == 422
    assert "A reclamação mudou enquanto você escrevia" in html
    assert f">{TEXT}</textarea>" in html
    assert 'id="answer-seen" value="1"' in html
    saved = agent_client.post(url("answer_draft", complaint), fields(agent, TEXT + "!", 1))
    assert saved["Location"] == url("answer", complaint) + "?visto=1"
    html = agent_client.get(saved["Location"]).content.decode()
    assert 'id="answer-seen" value="1"' in html
    assert "A reclamação mudou enquanto você escrevia" in html


def test_a_page_that_does_not_say_what_it_showed_has_shown_nothing(agent_client, complaint, agent):
    data = fields(agent)
    del data["seen_movement_code"]
    response = agent_client.post(url("answer_confirm", complaint), data, **HTMX)
    assert response.status_code == 422
    assert "Comprei um celular" in response.content.decode()


def test_a_text_that_came_back_shows_what_stopped_it(agent_client, complaint, agent, django_assert_max_num_queries):
    drafts.save_draft(complaint=complaint, kind=Kind.ANSWER, by=agent, text=TEXT, base_revision=0)
    submission = submissions.submit(complaint=complaint, kind=Kind.ANSWER, text=TEXT, by=agent)
    shown = news_of_the_consumer(complaint)
    submission.events.create(
        at=timezone.now(),
        kind=SubmissionEvent.Kind.STOPPED,
        words="Há novidade na reclamação desde que você escreveu. Nada saiu.",
        facts={"movements": [shown.code], "situation_seen": "Em Aberto", "situation_now": "Em Análise"},
    )
    Submission.objects.update(state=State.STOPPED, closed_at=timezone.now())
    Complaint.objects.update(submission_state=State.STOPPED)
    drafts.restore(complaint=complaint, kind=Kind.ANSWER, owner=agent, text=TEXT, stored_files=[])
    with django_assert_max_num_queries(14):
        html = agent_client.get(url("answer", complaint)).content.decode()
    assert "O envio parou: a reclamação mudou" in html
    assert "Já &lt;b&gt;resolveram&lt;/b&gt;, obrigada." in html
    assert "<del>Em Aberto</del> agora <ins>Em Análise</ins>" in html
    agent_client.post(url("answer_discard", complaint))
    assert "O envio parou" not in agent_client.get(url("answer", complaint)).content.decode()

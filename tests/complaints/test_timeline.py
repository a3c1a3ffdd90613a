"""One order of things: movements, what we sent, drafts, who took it."""

import datetime

import pytest

from backoffice.outbox import State
from complaints import timeline
from complaints.audience import Audience
from complaints.models import Complaint, Movement, MovementMeaning, PortalAccount, Side, Submission
from complaints.models.submission import Kind
from complaints.movement_texts import passage, private_fields_of
from complaints.timeline import Fact, File, OwnDraft
from tests.complaints.factories import User, at

NOW = at("2026-11-19", "14:50")


def complaint(**fields) -> Complaint:
    return Complaint(**{"protocol": "20261100004821731", "account": PortalAccount(name="Celulares")} | fields)


def movement(code: int, meaning: str, *texts, **fields) -> Movement:
    values = {
        "code": code,
        "type_code": "1",
        "type_text": "Tipo recebido",
        "meaning": meaning,
        "at": at("2026-11-10", "08:00") + datetime.timedelta(days=code),
        "author": "Ivonete Ferraz Lima",
        "side": Side.CONSUMER,
        "texts": [{"type_code": c, "type_text": label, "text": text} for c, label, text in texts],
    }
    return Movement(**values | fields)


OPENING = movement(
    1,
    MovementMeaning.OPENING,
    ("1", "Indicador de contato", "S"),
    ("3", "Descrição da reclamação", "A tela ficou verde."),
    ("4", "Pedido da reclamação", "Quero outra."),
    ("1004", "IMEI do aparelho", "356938035643809"),
)


def person(first_name: str, pk: int) -> User:
    return User(pk=pk, username=first_name.lower(), first_name=first_name)


RAFAEL, HELENA = person("Rafael", 1), person("Helena", 2)


def submission(state: str, **fields) -> Submission:
    values = {
        "pk": 7,
        "kind": Kind.COMPLEMENT,
        "state": state,
        "text": "Pode enviar uma foto?",
        "by": RAFAEL,
        "queued_at": at("2026-11-12", "10:30"),
    }
    return Submission(**values | fields)


def build(*, movements=(OPENING,), viewer=RAFAEL, now=NOW, files=None, of=None, **parts):
    pairs = [(entry, (files or {}).get(entry.code, [])) for entry in movements]
    return timeline.build(complaint=of or complaint(), viewer=viewer, movements=pairs, now=now, **parts)


def test_opening_shows_description_and_request_and_leaves_the_rest_to_the_rail():
    opening = build().opening
    assert [(text.label, text.text) for text in opening.passages] == [
        ("", "A tela ficou verde."),
        ("Pedido", "Quero outra."),
    ]
    assert opening.author == "Ivonete"
    assert opening.initials == "IL"
    assert opening.verb == "abriu a reclamação"


def test_private_fields_are_those_from_1000_on_with_their_newest_text():
    later = movement(2, MovementMeaning.COMPLEMENT, ("1004", "IMEI do aparelho", "111"), ("999", "Outro", "x"))
    assert [(field.label, field.text) for field in private_fields_of([OPENING, later])] == [("IMEI do aparelho", "111")]


@pytest.mark.parametrize(
    ("meaning", "audience"),
    [
        (MovementMeaning.OPENING, Audience.PUBLIC),
        (MovementMeaning.ANSWER, Audience.PUBLIC),
        (MovementMeaning.RATING, Audience.PUBLIC),
        (MovementMeaning.COMPLEMENT, Audience.CONVERSATION),
        (MovementMeaning.REFUSAL, Audience.PRIVATE),
        (MovementMeaning.REDIRECTION, Audience.PRIVATE),
        (MovementMeaning.UNKNOWN, None),
    ],
)
def test_audience_is_told_where_the_portals_rules_tell_it(meaning, audience):
    entry = build(movements=[OPENING, movement(2, meaning, ("5", "Interação Única", "Um texto"))]).entries[0]
    assert entry.audience is audience


def test_files_of_a_public_text_are_marked_private():
    with_file = build(files={1: [File("foto.jpg", 10, pk=3)]}).opening
    assert with_file.audience is Audience.PUBLIC
    assert with_file.has_private_files
    assert not build().opening.has_private_files


def test_movement_of_ours_is_told_once_with_our_state_on_it():
    ours = movement(
        2,
        MovementMeaning.COMPLEMENT,
        ("5", "Interação Única", "Pode enviar uma foto?"),
        author="Varanda Celulares",
        side=Side.COMPANY,
    )
    sent = submission(State.SENT, movement_code=2, sent_at=at("2026-11-12", "10:31"))
    entries = build(movements=[OPENING, ours], submissions=[(sent, [])]).entries
    assert len(entries) == 1
    entry = entries[0]
    assert entry.key == "tramite-2"
    assert entry.author == "Rafael"
    assert entry.verb == "complemento"
    assert entry.badge.text == "Enviado · trâmite n.º 2, 12/11 10:31"
    assert entry.audience is Audience.CONVERSATION


def test_submission_whose_movement_is_not_yet_here_is_told_by_itself():
    sent = submission(State.SENT, movement_code=9, sent_at=at("2026-11-12", "10:31"))
    entry = build(submissions=[(sent, [File("nf.pdf", 5)])]).entries[0]
    assert entry.key == "envio-7"
    assert entry.passages[0].text == "Pode enviar uma foto?"
    assert [file.name for file in entry.files] == ["nf.pdf"]


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING, State.UNCERTAIN, State.ABSENT, State.REJECTED])
def test_what_is_not_known_to_have_left_promises_no_reader(state):
    assert build(submissions=[(submission(state), [])]).entries[0].audience is None


def test_words_of_the_portal_are_shown_when_it_did_not_accept():
    refused = submission(State.REJECTED, words="Texto vazio.", closed_at=at("2026-11-12"))
    assert build(submissions=[(refused, [])]).entries[0].words == "Texto vazio."
    waiting = submission(State.QUEUED, words="Portal fora do ar.")
    assert build(submissions=[(waiting, [])]).entries[0].words == ""


def test_entries_stand_in_the_order_of_their_instants_and_drafts_last():
    day = datetime.timedelta(days=1)
    seen = movement(2, MovementMeaning.SEEN, ("9", "Texto do Sistema", "(Sem Detalhes)"))
    took = Fact(pk=5, at=seen.at + day, who="Rafael", what="assumiu")
    queued = submission(State.QUEUED, queued_at=seen.at + 2 * day)
    draft = OwnDraft(Kind.ANSWER, "Prezada consumidora", saved_at=at("2026-11-10"))
    built = build(movements=[OPENING, seen], submissions=[(queued, [])], facts=[took], own_draft=draft)
    assert [entry.key for entry in built.entries] == ["tramite-2", "fato-5", "envio-7", "rascunho"]


def test_movement_without_details_is_one_line_in_the_portals_words():
    seen = movement(2, MovementMeaning.SEEN, ("9", "Texto do Sistema", " (sem detalhes) "), side=Side.COMPANY)
    entry = build(movements=[OPENING, seen]).entries[0]
    assert entry.is_line
    assert entry.verb == "Tipo recebido"
    assert entry.audience is None


def test_system_text_with_details_keeps_its_box():
    told = movement(2, MovementMeaning.CLOSING, ("9", "Texto do Sistema", "Encerrada por decurso de prazo."))
    entry = build(movements=[OPENING, told]).entries[0]
    assert not entry.is_line
    assert entry.passages[0].text == "Encerrada por decurso de prazo."


def test_unknown_types_are_shown_as_received():
    odd = movement(2, MovementMeaning.UNKNOWN, ("88", "Texto novo", "algo"), ("77", "", "mais"))
    entry = build(movements=[OPENING, odd]).entries[0]
    assert entry.verb == "Tipo recebido"
    assert [(text.label, text.text) for text in entry.passages] == [
        ("Texto novo", "algo"),
        ("Texto do tipo 77", "mais"),
    ]


def test_rating_shows_its_badge_and_comment_and_an_odd_score_as_received():
    rated = complaint(rating="not_solved", score=1)
    rating = movement(
        2,
        MovementMeaning.RATING,
        ("6", "Reclamação resolvida", "N"),
        ("7", "Índice de satisfação", "1"),
        ("5", "Interação Única", "Não gostei."),
    )
    entry = build(movements=[OPENING, rating], of=rated).entries[0]
    assert entry.badge.text == "Não resolvida · nota 1"
    assert [text.text for text in entry.passages] == ["Não gostei."]
    odd = movement(2, MovementMeaning.RATING, ("7", "Índice de satisfação", "onze"))
    assert build(movements=[OPENING, odd]).entries[0].passages[0].label == "Índice de satisfação"


def test_long_timeline_shows_the_newest_and_always_the_opening():
    many = [OPENING, *(movement(n, MovementMeaning.COMPLEMENT, ("5", "", str(n))) for n in range(2, 82))]
    built = build(movements=many, shown=50)
    assert built.opening.number == 1
    assert built.hidden == 30
    assert [entry.number for entry in built.entries] == list(range(32, 82))


def test_opening_is_the_first_movement_where_no_type_says_so():
    first = movement(1, MovementMeaning.UNKNOWN, ("3", "Descrição", "a"))
    second = movement(2, MovementMeaning.UNKNOWN, ("5", "", "b"), at=first.at - datetime.timedelta(days=3))
    assert build(movements=[second, first]).opening.number == 1


def test_complaint_without_movements_has_no_opening():
    built = build(movements=[])
    assert built.opening is None
    assert built.entries == ()


def test_own_draft_shows_its_text_and_a_colleagues_only_that_it_exists():
    of = complaint(draft_by=HELENA, draft_at=at("2026-11-19", "14:43"))
    own = OwnDraft(Kind.ANSWER, "Prezada consumidora", saved_at=at("2026-11-19", "14:41"))
    colleague, mine = build(of=of, own_draft=own).entries
    assert colleague.badge.text == "Rascunho de Helena, 14:43"
    assert colleague.passages == ()
    assert mine.badge.text == "Rascunho salvo às 14:41"
    assert mine.is_draft
    assert mine.audience is Audience.PUBLIC


def test_own_newest_draft_is_not_taken_for_a_colleagues():
    of = complaint(draft_by=RAFAEL, draft_at=at("2026-11-19", "14:41"))
    own = OwnDraft(Kind.ANSWER, "", saved_at=at("2026-11-19", "14:41"))
    assert [entry.key for entry in build(of=of, own_draft=own).entries] == ["rascunho"]


# --- Folding ------------------------------------------------------------------------------------------------


def test_short_text_is_not_folded_and_keeps_its_line_breaks():
    assert passage("Um\r\nDois\rTrês\n") == passage("Um\nDois\nTrês")
    assert passage("Um\nDois").rest == ""


def test_long_text_folds_at_the_end_of_a_sentence_and_loses_nothing():
    sentence = "Comprei um celular e a tela ficou verde depois de uma semana. "
    text = (sentence * 40).strip()
    folded = passage(text)
    assert folded.text.endswith("semana.")
    assert len(folded.text) <= 700
    assert f"{folded.text} {folded.rest}" == text


def test_long_text_without_a_blank_is_folded_all_the_same():
    folded = passage("x" * 5000)
    assert folded.text + folded.rest == "x" * 5000
    assert len(folded.text) == 700


# --- Dates --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (at("2026-11-19", "08:14"), "hoje, 08:14"),
        (at("2026-11-10", "08:14"), "ter 10/11, 08:14"),
        (at("2025-11-10", "08:14"), "10/11/2025, 08:14"),
    ],
)
def test_instants_are_told_as_people_do(instant, words):
    assert timeline.day_and_time(instant, NOW) == words

"""Words to meanings: exact normalised text, both code variants of the portal, nothing guessed."""

import pytest

from complaints import meanings
from complaints.consumidor_gov.records import Coded
from complaints.meanings import Names, Row, folded_names, label_of, meaning_of, rating_of, said_in, side_of, stage_of
from complaints.models import MovementMeaning, Side, Stage

# As the one public client meets them, and as the API document's own list prints them.
LIVE = {
    "1": ("Em aberto", Stage.OPEN),
    "2": ("Em análise pelo gestor", Stage.WITH_MEDIATOR),
    "3": ("Em análise pelo fornecedor", Stage.WITH_COMPANY),
    "4": ("Respondida", Stage.ANSWERED),
    "6": ("Finalizada avaliada", Stage.RATED),
    "7": ("Finalizada não avaliada", Stage.NOT_RATED),
    "8": ("Cancelada", Stage.CANCELLED),
    "9": ("Encerrada", Stage.CLOSED),
}
PRINTED = {
    "1": ("Aberta", Stage.OPEN),
    "2": ("Em análise pelo fornecedor", Stage.WITH_COMPANY),
    "3": ("Encerrada", Stage.CLOSED),
    "4": ("Finalizada avaliada", Stage.RATED),
    "5": ("Finalizada não avaliada", Stage.NOT_RATED),
}


def rows(table) -> dict[str, Row]:
    return {code: Row(text, meaning) for code, (text, meaning) in table.items()}


@pytest.mark.parametrize("table", [LIVE, PRINTED], ids=["live", "printed"])
def test_stage_follows_the_text_under_either_set_of_codes(table):
    for code, (text, stage) in table.items():
        assert stage_of(Coded(code, text), rows(table)) == stage
        assert stage_of(Coded(code, text.upper()), {}) == stage


def test_a_record_whose_known_text_contradicts_the_row_of_its_code_is_believed():
    assert stage_of(Coded("2", "Em análise pelo gestor"), rows(PRINTED)) == Stage.WITH_MEDIATOR


def test_a_record_with_an_unknown_text_takes_the_meaning_of_its_codes_row():
    assert stage_of(Coded("8", "Cancelada a pedido"), rows(LIVE)) == Stage.CANCELLED


def test_a_persons_decision_holds_for_the_text_it_was_made_for():
    decided = {"20": Row("Em mediação", Stage.WITH_MEDIATOR)}
    assert stage_of(Coded("20", "Em  mediação"), decided) == Stage.WITH_MEDIATOR


@pytest.mark.parametrize("text", ["Finalizada", "Aberta novamente", "", "Não Respondida"])
def test_parts_of_known_words_mean_nothing(text):
    assert stage_of(Coded("77", text), rows(LIVE)) == Stage.UNKNOWN


def test_code_three_is_an_answer_in_one_list_and_a_complement_in_the_other():
    types = {"3": Row("Resposta do fornecedor", MovementMeaning.ANSWER)}
    assert meaning_of(Coded("3", "Resposta"), types) == MovementMeaning.ANSWER
    assert meaning_of(Coded("3", "Complemento da reclamação"), types) == MovementMeaning.COMPLEMENT


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("Abertura da Reclamação", MovementMeaning.OPENING),
        ("Recebido pelo Fornecedor", MovementMeaning.SEEN),
        ("Visualizada pelo fornecedor", MovementMeaning.SEEN),
        ("Resposta", MovementMeaning.ANSWER),
        ("Resposta do fornecedor", MovementMeaning.ANSWER),
        ("Complemento da Reclamação", MovementMeaning.COMPLEMENT),
        ("Avaliação do consumidor", MovementMeaning.RATING),
        ("Reclamação finalizada", MovementMeaning.CLOSING),
        ("Recusado", MovementMeaning.REFUSAL),
        ("Alteracao Fornecedor", MovementMeaning.REDIRECTION),
        ("Redirecionamento da reclamação", MovementMeaning.REDIRECTION),
        ("Prazo expirado para resposta", MovementMeaning.DEADLINE_PASSED),
        ("Prazo expirado para avaliação", MovementMeaning.DEADLINE_PASSED),
        ("Análise do gestor", MovementMeaning.UNKNOWN),
    ],
)
def test_every_movement_text_of_the_sources_has_its_meaning(text, meaning):
    assert meaning_of(Coded("99", text), {}) == meaning


def names() -> Names:
    return Names(
        consumers=folded_names(["Maria das Graças"]),
        companies=folded_names(["Bradesco Capitalização S.A."]),
        mediators=folded_names(["Procon Estadual RJ"]),
    )


@pytest.mark.parametrize(
    ("author", "side"),
    [
        ("MARIA DAS GRACAS", Side.CONSUMER),
        ("Bradesco Capitalização", Side.COMPANY),
        ("Bradesco", Side.COMPANY),
        ("Bradescard", Side.UNKNOWN),
        ("Procon Estadual RJ", Side.MEDIATOR),
        ("Sistema", Side.SYSTEM),
        ("Joana Silva", Side.UNKNOWN),
        ("", Side.UNKNOWN),
    ],
)
def test_a_complement_is_of_whoever_signed_it(author, side):
    assert side_of(MovementMeaning.COMPLEMENT, author, names()) == side


def test_a_colleague_who_answered_is_known_as_ours_in_other_movements():
    learned = names().learned([(MovementMeaning.ANSWER, "Joana Silva"), (MovementMeaning.CLOSING, "Sistema")])
    assert side_of(MovementMeaning.COMPLEMENT, "Joana Silva", learned) == Side.COMPANY
    assert side_of(MovementMeaning.COMPLEMENT, "Sistema", learned) == Side.SYSTEM


def test_a_name_that_fits_two_sides_decides_nothing():
    both = names().learned([(MovementMeaning.OPENING, "Ana"), (MovementMeaning.ANSWER, "Ana")])
    assert side_of(MovementMeaning.COMPLEMENT, "Ana", both) == Side.UNKNOWN


def test_rating_score_and_prior_contact_come_from_the_texts_by_name_or_code():
    said = said_in(
        [
            ("1", "Indicador de Contato com o Fornecedor", "N"),
            ("3", "Descrição da reclamação", "S"),
            ("6", "", "S"),
            ("7", "Índice de satisfação do consumidor", "4"),
        ]
    )
    assert (said.has_prior_contact, said.is_solved, said.score) == (False, True, 4)


def test_a_text_whose_name_is_another_kind_is_not_taken_for_its_code():
    assert said_in([("7", "Descrição da reclamação", "5")]).score is None


@pytest.mark.parametrize("text", ["6", "0", "quatro", "", "4 estrelas"])
def test_a_score_outside_one_to_five_is_none(text):
    assert said_in([("7", "", text)]).score is None


def test_the_newest_declaration_counts():
    assert said_in([("6", "", "N"), ("6", "", "S")]).is_solved is True


def test_not_rated_is_said_by_the_stage_and_only_without_a_rating():
    assert rating_of(Stage.NOT_RATED, said_in([])) == "not_rated"
    assert rating_of(Stage.ANSWERED, said_in([])) == ""
    assert rating_of(Stage.RATED, said_in([("6", "", "N")])) == "not_solved"


@pytest.mark.parametrize(
    ("meaning", "side", "label"),
    [
        (MovementMeaning.OPENING, Side.CONSUMER, "Abertura"),
        (MovementMeaning.ANSWER, Side.COMPANY, "Nossa resposta"),
        (MovementMeaning.COMPLEMENT, Side.CONSUMER, "Consumidor(a)"),
        (MovementMeaning.COMPLEMENT, Side.COMPANY, "Complemento"),
        (MovementMeaning.COMPLEMENT, Side.UNKNOWN, "Complemento"),
        (MovementMeaning.UNKNOWN, Side.MEDIATOR, "Gestor"),
        (MovementMeaning.UNKNOWN, Side.SYSTEM, "Texto recebido"),
    ],
)
def test_labels_of_the_queue(meaning, side, label):
    assert label_of(meaning, side, "Texto recebido") == label


def test_fold_ignores_case_accents_and_blanks():
    assert meanings.fold("  Análise\u00a0 do   GESTOR ") == "analise do gestor"

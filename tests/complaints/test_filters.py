"""The queue's filter lives in the address: read with tolerance, written back without personal data."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from complaints import filters
from complaints.deadlines import Bucket
from complaints.filters import FindKind, NotUnderstood, QueueFilter, parse_find
from complaints.models import PortalAccount, Stage

ACCOUNTS = [PortalAccount(pk=3, name="Varanda Eletro"), PortalAccount(pk=5, name="Varanda Pay")]
KEPT = {"chave-da-maria": "Maria das Graças", "chave-do-cpf": "001.002.003-44", "chave-velha": "ab"}


def parse(query: str, accounts=ACCOUNTS) -> QueueFilter:
    return filters.parse(QueryDict(query), accounts=accounts, recall=KEPT.get)


def values(state: QueueFilter, person_name="") -> list[tuple[str, str]]:
    return [(chip.name, chip.value) for chip in state.chips(ACCOUNTS, person_name)]


def test_an_empty_address_shows_what_awaits_our_answer():
    state = parse("")

    assert state.stage is filters.AWAITING
    assert state.is_default
    assert values(state) == [("Etapa", "aguarda nossa resposta")]


@pytest.mark.parametrize(
    ("query", "chips"),
    [
        ("prazo=hoje", [("Prazo", "hoje"), ("Etapa", "aguarda nossa resposta")]),
        ("prazo=3-dias&etapa=todas", [("Prazo", "3 dias")]),
        ("etapa=com-o-gestor", [("Etapa", "com o gestor")]),
        ("etapa=nao-avaliada", [("Etapa", "não avaliada")]),
        ("etapa=todas&empresa=5", [("Empresa", "Varanda Pay")]),
        ("etapa=todas&empresa=5&empresa=3", [("Empresa", "Varanda Eletro e Varanda Pay")]),
        ("etapa=todas&quem=eu", [("Responsável", "eu")]),
        ("etapa=todas&quem=ninguem", [("Responsável", "ninguém")]),
        ("etapa=todas&quem=12", [("Responsável", "Marina Torres")]),
        ("protocolo=821731", [("Protocolo", "final 821731")]),
        ("protocolo=202611 00004 821731", [("Protocolo", "20261100004821731")]),
        ("busca=chave-da-maria", [("Nome", "“Maria das Graças”")]),
        ("busca=chave-do-cpf", [("CPF", "***.002.003-**")]),
    ],
)
def test_each_filter_is_said_in_a_chip(query, chips):
    state = parse(query)

    assert values(state, "Marina Torres") == chips
    assert state.notices == ()


@pytest.mark.parametrize(
    "query",
    [
        "etapa=inventada",
        "prazo=ontem",
        "empresa=99",
        "empresa=abc",
        "quem=alguem",
        "quem=99999999999999999999",
        "quem=١٢",  # digits, but not ours
        "busca=nao-e-minha",
        "busca=chave-velha",
        "protocolo=12",
        "protocolo=maria",
        "protocolo=00100200344",
    ],
)
def test_what_the_address_says_wrongly_is_left_out_and_told(query):
    state = parse(query)

    assert state.is_default
    assert len(state.notices) == 1


def test_an_account_one_does_not_see_and_one_that_does_not_exist_read_the_same():
    assert parse("empresa=5", accounts=ACCOUNTS[:1]).notices == parse("empresa=99").notices


def test_one_wrong_value_does_not_take_the_others_along():
    state = parse("prazo=hoje&empresa=3&empresa=99&etapa=xyz")

    assert (state.bucket, state.accounts, state.stage) == (Bucket.TODAY, (3,), filters.AWAITING)
    assert len(state.notices) == 2


ANY_TEXT = st.text(max_size=30)
ANY_VALUE = ANY_TEXT | st.sampled_from(
    ["hoje", "3-dias", "todas", "aguarda", "aberta", "3", "5", "eu", "12", "chave-da-maria", "821731"]
)
NAMES = ["etapa", "prazo", "empresa", "quem", "busca", "protocolo"]


@given(st.lists(st.tuples(st.sampled_from(NAMES), ANY_VALUE)))
def test_no_address_breaks_it_and_what_it_understood_reads_the_same_again(pairs):
    query = QueryDict(mutable=True)
    for name, value in pairs:
        query.appendlist(name, value)

    state = parse(query.urlencode())
    again = parse(state.query)

    assert again.notices == ()
    assert again.query == state.query
    assert again.chips(ACCOUNTS) == state.with_().chips(ACCOUNTS)


def test_the_address_holds_the_key_and_never_the_name_or_cpf():
    assert parse("busca=chave-da-maria").query == "busca=chave-da-maria"
    assert parse("busca=chave-do-cpf&prazo=hoje").query == "prazo=hoje&busca=chave-do-cpf"


def test_somebody_who_looks_for_one_complaint_finds_it_in_any_stage():
    assert parse("busca=chave-da-maria").stage is filters.EVERY_STAGE
    assert parse("protocolo=821731").stage is filters.EVERY_STAGE
    # Chosen in so many words, the stage narrows the search too.
    assert parse("protocolo=821731&etapa=aguarda").stage is filters.AWAITING
    assert parse("protocolo=821731&etapa=aguarda").query == "etapa=aguarda&protocolo=821731"


def test_each_chip_leads_to_the_same_filter_without_it():
    state = parse("prazo=hoje&empresa=3&quem=eu&busca=chave-da-maria&etapa=respondida")

    assert {chip.key: chip.remove_query for chip in state.chips(ACCOUNTS)} == {
        "bucket": "etapa=respondida&empresa=3&quem=eu&busca=chave-da-maria",
        "accounts": "etapa=respondida&prazo=hoje&quem=eu&busca=chave-da-maria",
        "person": "etapa=respondida&prazo=hoje&empresa=3&busca=chave-da-maria",
        "find": "etapa=respondida&prazo=hoje&empresa=3&quem=eu",
        "stage": "prazo=hoje&empresa=3&quem=eu&busca=chave-da-maria",
    }


def test_taking_the_default_stage_away_shows_every_stage():
    (chip,) = parse("").chips(ACCOUNTS)

    assert chip.remove_query == "etapa=todas"


def test_every_stage_can_be_asked_for():
    asked = {stage for choice in (*filters.GROUPS, *filters.SINGLE_STAGES) for stage in choice.stages or ()}

    assert asked == set(Stage)


def test_only_stages_that_wait_for_us_can_run_out():
    runs_out = [choice.slug for choice in filters.GROUPS if choice.can_run_out]

    assert runs_out == ["aguarda", "todas"]


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("20261100004821731", FindKind.PROTOCOL, "20261100004821731"),
        ("202611 00004 821731", FindKind.PROTOCOL, "20261100004821731"),
        (" 2026.1100.004.821731 ", FindKind.PROTOCOL, "20261100004821731"),
        ("821731", FindKind.PROTOCOL, "821731"),
        ("0004821731", FindKind.PROTOCOL, "0004821731"),
        ("00100200344", FindKind.CPF, "00100200344"),
        ("001.002.003-44", FindKind.CPF, "00100200344"),
        ("  Maria   das Graças ", FindKind.NAME, "maria das gracas"),
        ("JOSUÉ", FindKind.NAME, "josue"),
        ("3M do Brasil", FindKind.NAME, "3m do brasil"),
    ],
)
def test_a_protocol_a_cpf_and_a_name_are_told_apart(typed, kind, value):
    find = parse_find(typed)

    assert (find.kind, find.value) == (kind, value)
    assert find.is_private == (kind is not FindKind.PROTOCOL)


@pytest.mark.parametrize("typed", ["12345", "202611000048217310", "ab", "", " - ", "á"])
def test_what_is_too_short_or_too_long_to_look_for_says_what_is_missing(typed):
    with pytest.raises(NotUnderstood, match="algarismos|letras"):
        parse_find(typed)

"""What must be noticed before it is published, and what must not be mistaken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.personal_data import ConsumerData, find, without

IVONETE = ConsumerData(
    name="Ivonete Ferraz Lima",
    cpf="00100200344",
    emails=("ivonete.lima@exemplo.com.br",),
    phones=("83988412217",),
    street="Rua Gustavo de Lacerda",
)


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Seu CPF 529.982.247-25 foi usado", "cpf", "529.982.247-25"),
        ("cpf 52998224725.", "cpf", "52998224725"),
        ("CPF 001.002.003-44 mesmo com dígito errado", "cpf", "001.002.003-44"),
        ("CNPJ 07.430.082/0001-53", "cnpj", "07.430.082/0001-53"),
        ("CNPJ 12.ABC.345/01DE-35", "cnpj", "12.ABC.345/01DE-35"),
        ("escreva a fulano.tal+sac@exemplo.com.br hoje", "email", "fulano.tal+sac@exemplo.com.br"),
        ("ligue (83) 98841-2217", "phone", "(83) 98841-2217"),
        ("ligue 11 3456-7890", "phone", "11 3456-7890"),
        ("ligue +55 11 91234-5678", "phone", "+55 11 91234-5678"),
        ("whats 11912345678", "phone", "11912345678"),
        ("ligue 3456-7890", "phone", "3456-7890"),
        ("cartão 4111 1111 1111 1111", "card", "4111 1111 1111 1111"),
        ("pix 123e4567-e89b-42d3-a456-426614174000", "pix_key", "123e4567-e89b-42d3-a456-426614174000"),
    ],
)
def test_finds(text, kind, found):
    [finding] = find(text)
    assert (finding.kind, finding.text) == (kind, found)
    assert text[finding.start : finding.end] == found


@pytest.mark.parametrize(
    "text",
    [
        "Coletamos em 18/11/2026, às 10:30.",
        "Devolvemos R$ 1.849,00 e R$ 12.345.678,90.",
        "Protocolo 20261100004821731",
        "Nosso SAC 0800 000 4821 ou 4003-1234",
        "Pedido 123456 de 2026",
        "Objeto QB482917217BR",
        "NF 000.148.220",
        "CEP 58400-000",
    ],
)
def test_leaves_alone(text):
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Prezada Ivonete,", "name"),
        ("prezada IVONETE FERRAZ LIMA", "name"),
        ("Sra. Ivonete Lima", "name"),
        ("CPF 00100200344", "cpf"),
        ("e-mail Ivonete.Lima@exemplo.com.br", "email"),
        ("no 98841-2217", "phone"),
        ("na rua gustavo de lacerda, 102", "address"),
        ("CPF 001.002.003\u201144", "cpf"),
        ("CPF 001\u00a0002\u00a0003\u201344", "cpf"),
        ("fone (83)\u00a098841\u20112217", "phone"),
        ("fone 8841-2217", "phone"),
        ("Sra. Lima", "name"),
        ("Dona FERRAZ", "name"),
        ("Ferraz Lima", "name"),
    ],
)
def test_knows_this_consumers_own_data_however_written(text, kind):
    [finding] = find(text, IVONETE)
    assert finding.kind == kind
    assert finding.is_consumers
    assert "do(a) consumidor(a)" in finding.sentence


def test_a_part_of_a_word_is_not_a_name():
    assert find("A ivonetezinha e o limao", IVONETE) == []


def test_a_surname_that_is_a_common_noun_is_a_name_only_with_its_capital():
    rita = ConsumerData(name="Rita Dias Leite")
    assert find("Em cinco dias o leite chega.", rita) == []
    assert [finding.text for finding in find("Sra. Dias, o leite chega.", rita)] == ["Dias"]


def test_accents_and_case_do_not_hide_a_name_and_places_stay_right():
    text = "Prezado José Antônio — obrigado"
    [finding] = find(text, ConsumerData(name="JOSE ANTONIO"))
    assert text[finding.start : finding.end] == "José Antônio"


def test_what_the_author_declared_own_is_no_longer_a_finding():
    findings = find("SAC (11) 3456-7890")
    declared = [{"kind": findings[0].key[0], "value": findings[0].key[1]}]
    assert without(findings, declared) == []
    assert without(find("SAC (11) 3456-7891"), declared) != []


@given(st.text(max_size=300))
def test_findings_never_overlap_and_always_quote_the_text(text):
    place = 0
    for finding in find(text, IVONETE):
        assert finding.start >= place
        assert text[finding.start : finding.end] == finding.text
        place = finding.end


@pytest.mark.parametrize(("text", "count"), [("1" * 20_000, 0), ("a.b-" * 5_000, 0), ("IVONETE " * 300, 300)])
def test_long_monotonous_texts_are_read_to_their_end(text, count):
    """Patterns that look back again and again would take minutes here."""
    assert len(find(text, IVONETE)) == count

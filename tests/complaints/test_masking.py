"""Masks show enough to recognise a record and never enough to use the datum."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints import masking


@pytest.mark.parametrize(
    ("clear", "masked"),
    [
        ("00100200344", "***.002.003-**"),
        ("001.002.003-44", "***.002.003-**"),
        ("", ""),
        ("123", "*****"),
        ("12345678000195", "*****"),
    ],
)
def test_cpf_keeps_only_its_middle(clear, masked):
    assert masking.cpf(clear) == masked


@pytest.mark.parametrize(
    ("clear", "masked"),
    [
        ("83987654317", "(83) 9****-**17"),
        ("(83) 98765-4317", "(83) 9****-**17"),
        ("5583987654317", "(83) 9****-**17"),
        ("2129853751", "(21) 2***-**51"),
        ("987654317", "9****-**17"),
        ("08007771234", "*****"),
        ("123", "*****"),
        ("", ""),
    ],
)
def test_phone_keeps_area_first_and_last_digits(clear, masked):
    assert masking.phone(clear) == masked


@pytest.mark.parametrize(
    ("clear", "masked"),
    [
        ("ivonete.ferraz@uol.com.br", "iv*****@****.com.br"),
        ("ivonete@gmail.com", "iv*****@****.com"),
        ("eu@ivonete-ferraz.adv.br", "e*****@****.adv.br"),
        ("x@mail.ivoneteferraz.com.br", "*****@****.com.br"),
        ("ivonete@empresa.ferraz.br", "iv*****@****.br"),
        ("sem arroba", "*****"),
        ("ivonete@localhost", "*****"),
        ("", ""),
    ],
)
def test_email_hides_the_person_and_a_domain_of_their_own(clear, masked):
    assert masking.email(clear) == masked


@pytest.mark.parametrize(
    ("clear", "masked"),
    [
        ("Avenida das Américas", "Avenida *****"),
        ("R. Gustavo de Lacerda, 102", "R. *****"),
        ("Rua", "*****"),
        ("Chácara do Seu Antônio", "*****"),
        ("", ""),
    ],
)
def test_street_keeps_only_its_kind(clear, masked):
    assert masking.street(clear) == masked


def test_birth_date_hides_everything():
    assert masking.birth_date(datetime.date(1990, 10, 10)) == "**/**/****"
    assert masking.birth_date("1990-10-10") == "**/**/****"
    assert masking.birth_date(None) == ""


@given(st.text(max_size=60))
def test_no_mask_ever_gives_back_a_long_value_or_fails(value):
    for mask in (masking.cpf, masking.phone, masking.email, masking.street):
        masked = mask(value)
        assert sum(character.isdigit() for character in masked) <= 6
        assert not value.strip() or "*" in masked


@pytest.mark.parametrize(
    ("read", "clear", "shown"),
    [
        (masking.readable_cpf, "00100200344", "001.002.003-44"),
        (masking.readable_cpf, "12", "12"),
        (masking.readable_cnpj, "12ABC34501DE35", "12.ABC.345/01DE-35"),
        (masking.readable_cnpj, "", ""),
        (masking.readable_phone, "83987654317", "(83) 98765-4317"),
        (masking.readable_phone, "2129853751", "(21) 2985-3751"),
        (masking.readable_phone, "08007771234", "08007771234"),
        (masking.readable_cep, "01310100", "01310-100"),
        (masking.readable_cep, "1", "1"),
    ],
)
def test_revealed_values_are_formatted_and_odd_ones_shown_as_received(read, clear, shown):
    assert read(clear) == shown

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.br import cnpj as stdnum_cnpj
from stdnum.br import cpf as stdnum_cpf

from backoffice import documents

DIGITS = st.text(string.digits, min_size=9, max_size=9)
ROOTS = st.text(string.digits + string.ascii_uppercase, min_size=12, max_size=12)


def with_cpf_digits(root: str) -> str:
    return root + stdnum_cpf._calc_check_digits(root + "00")


def with_cnpj_digits(root: str) -> str:
    return root + stdnum_cnpj.calc_check_digits(root + "00")


@given(DIGITS)
def test_every_cpf_the_oracle_completes_is_accepted_unless_it_repeats_one_digit(root):
    number = with_cpf_digits(root)
    assert documents.is_cpf(number) == (len(set(number)) > 1)


@given(st.text(string.digits, min_size=10, max_size=12))
def test_any_run_of_digits_is_a_cpf_only_when_the_oracle_says_so(number):
    assert documents.is_cpf(number) == (stdnum_cpf.is_valid(number) and len(set(number)) > 1)


@given(ROOTS)
def test_every_cnpj_the_oracle_completes_is_accepted_unless_it_repeats_one_digit(root):
    number = with_cnpj_digits(root)
    assert documents.is_cnpj(number) == (len(set(number)) > 1)


@given(ROOTS, st.text(string.digits, min_size=2, max_size=2))
def test_any_check_digits_are_right_only_when_the_oracle_says_so(root, ends):
    number = root + ends
    assert documents.is_cnpj(number) == (stdnum_cnpj.is_valid(number) and len(set(number)) > 1)


@given(ROOTS)
def test_a_printed_cnpj_reads_back_as_the_same_number(root):
    number = with_cnpj_digits(root)
    printed = documents.format_cnpj(number)
    assert documents.bare(printed) == documents.bare(printed.lower()) == number
    assert documents.is_cnpj(printed.lower()) == documents.is_cnpj(number)


@pytest.mark.parametrize("number", ["12ABC34501DE35", "12.ABC.345/01DE-35", "12.abc.345/01de-35", "85766474000100"])
def test_the_published_cnpj_are_accepted(number):
    # The alphanumeric one is the example of the Receita Federal; the other one corrects the API document's.
    assert documents.is_cnpj(number)


@pytest.mark.parametrize(
    "number", ["55766474000105", "12ABC34501DE36", "12ABC34501DEAB", "0" * 14, "12ABC34501DE3", ""]
)
def test_wrong_cnpj_are_refused(number):
    assert not documents.is_cnpj(number)


@pytest.mark.parametrize("number", ["52998224725", "529.982.247-25", " 529 982 247 25 ", "00100200397"])
def test_right_cpf_are_accepted_masked_or_bare_with_their_leading_zeros(number):
    assert documents.is_cpf(number)


@pytest.mark.parametrize(
    "number",
    [
        "00100200344",  # the API document's example has wrong check digits
        *(str(digit) * 11 for digit in range(10)),
        "5299822472",
        "529982247255",
        "529982247-2x",
        "529,982,247-25",
        "٥٢٩٩٨٢٢٤٧٢٥",  # digits, and not these ones
        "",
    ],
)
def test_wrong_cpf_are_refused(number):
    assert not documents.is_cpf(number)


def test_documents_are_printed_as_people_know_them():
    assert documents.format_cpf("52998224725") == "529.982.247-25"
    assert documents.format_cnpj("12abc34501de35") == "12.ABC.345/01DE-35"


def test_what_has_another_shape_is_printed_as_it_came():
    assert documents.format_cpf("1234") == "1234"
    assert documents.format_cnpj("sem número") == "sem número"


def test_a_masked_cpf_shows_the_six_digits_in_the_middle_only():
    assert documents.mask_cpf("529.982.247-25") == "***.982.247-**"
    assert documents.mask_cpf("1234") == "***"

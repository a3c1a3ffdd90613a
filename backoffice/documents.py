"""CPF and CNPJ: check digits, bare form, printed form.

For what people type here. What a remote service sends is never refused for its check digits: the examples in
the API document have wrong ones.
CNPJ are letters and digits since July 2026 (IN RFB 2.229/2024); old numbers keep their form. Always text.
"""

import re

_MASK = re.compile(r"[.\-/\s]")
_CPF = re.compile(r"[0-9]{11}")
_CNPJ = re.compile(r"[0-9A-Z]{12}[0-9]{2}")


def bare(text: str) -> str:
    """Without dots, dashes, slashes and blanks; letters in upper case. Anything else stays, to be refused."""
    return _MASK.sub("", text).upper()


def is_cpf(text: str) -> bool:
    """Masked or bare. Eleven times the same digit passes the arithmetic and is nobody's number: refused."""
    number = bare(text)
    if not _CPF.fullmatch(number) or _is_one_character_repeated(number):
        return False
    first = _check_digit(number[:9], longest_weight=11)
    return number[9:] == first + _check_digit(number[:9] + first, longest_weight=11)


def is_cnpj(text: str) -> bool:
    """Masked or bare, upper or lower case, with or without letters."""
    number = bare(text)
    if not _CNPJ.fullmatch(number) or _is_one_character_repeated(number):
        return False
    first = _check_digit(number[:12], longest_weight=9)
    return number[12:] == first + _check_digit(number[:12] + first, longest_weight=9)


def format_cpf(text: str) -> str:
    """ "52998224725" -> "529.982.247-25". What is not eleven digits comes back as it came."""
    number = bare(text)
    if not _CPF.fullmatch(number):
        return text
    return f"{number[:3]}.{number[3:6]}.{number[6:9]}-{number[9:]}"


def format_cnpj(text: str) -> str:
    """ "12ABC34501DE35" -> "12.ABC.345/01DE-35". What has another shape comes back as it came."""
    number = bare(text)
    if not _CNPJ.fullmatch(number):
        return text
    return f"{number[:2]}.{number[2:5]}.{number[5:8]}/{number[8:12]}-{number[12:]}"


def mask_cpf(text: str) -> str:
    """ "52998224725" -> "***.982.247-**". What is not eleven digits shows nothing of itself."""
    number = bare(text)
    return f"***.{number[3:6]}.{number[6:9]}-**" if _CPF.fullmatch(number) else "***"


def _check_digit(base: str, *, longest_weight: int) -> str:
    # Weights grow from 2 at the right end and start over after the longest; A counts 17, as ASCII - 48.
    weights = longest_weight - 1
    remainder = sum((ord(c) - 48) * (2 + i % weights) for i, c in enumerate(reversed(base))) % 11
    return "0" if remainder < 2 else str(11 - remainder)


def _is_one_character_repeated(number: str) -> bool:
    return len(set(number)) == 1

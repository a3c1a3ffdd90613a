"""Personal data as it is shown before somebody asks to see it. Pure.

A mask lets two people tell on the phone that they look at the same record; it never lets anybody use the datum.
What has an unexpected shape is hidden whole: better an unhelpful mask than a number given away.
"""

from datetime import date

HIDDEN = "*****"
_COUNTRY_SECOND_LEVELS = {"com", "org", "net", "gov", "edu", "mil", "jus", "leg", "adv", "eti", "ind"}
_STREET_KINDS = {"alameda", "av", "avenida", "estrada", "largo", "praça", "quadra", "r", "rodovia", "rua", "travessa"}


def cpf(value: str) -> str:
    """`00100200344` -> `***.002.003-**`. Empty stays empty."""
    digits = _digits(value)
    if len(digits) == 11:
        return f"***.{digits[3:6]}.{digits[6:9]}-**"
    return HIDDEN if value.strip() else ""


def phone(value: str) -> str:
    """`83987654317` -> `(83) 9****-**17`; the area code, the first and the last two digits stay."""
    area, number = _phone_parts(value)
    if not number:
        return HIDDEN if value.strip() else ""
    return f"{_area(area)}{number[0]}{'*' * (len(number) - 5)}-**{number[-2:]}"


def email(value: str) -> str:
    """`ivonete@uol.com.br` -> `iv*****@****.com.br`. The number of stars tells nothing."""
    local, at, domain = value.strip().rpartition("@")
    if not at or "." not in domain:
        return HIDDEN if value.strip() else ""
    kept = local[: min(2, len(local) - 1)] if local else ""
    return f"{kept}*****@****.{_public_suffix(domain)}"


def birth_date(value: date | str | None) -> str:
    return "**/**/****" if value else ""


def street(value: str) -> str:
    """`Avenida das Américas, 500` -> `Avenida *****`; only the kind of street stays."""
    words = value.split()
    if not words:
        return ""
    kind = words[0]
    return f"{kind} {HIDDEN}" if kind.rstrip(".").lower() in _STREET_KINDS and len(words) > 1 else HIDDEN


def readable_cpf(value: str) -> str:
    """`00100200344` -> `001.002.003-44`; other lengths as received."""
    digits = _digits(value)
    return f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}" if len(digits) == 11 else value


def readable_cnpj(value: str) -> str:
    """`85766474000100` -> `85.766.474/0001-00`, letters included (they exist since 2026); else as received."""
    bare = "".join(character for character in value if character.isalnum())
    return f"{bare[:2]}.{bare[2:5]}.{bare[5:8]}/{bare[8:12]}-{bare[12:]}" if len(bare) == 14 else value


def readable_phone(value: str) -> str:
    """`83987654317` -> `(83) 98765-4317`; other lengths as received."""
    area, number = _phone_parts(value)
    return f"{_area(area)}{number[:-4]}-{number[-4:]}" if number else value


def readable_cep(value: str) -> str:
    digits = _digits(value)
    return f"{digits[:5]}-{digits[5:]}" if len(digits) == 8 else value


def _digits(value: str) -> str:
    return "".join(character for character in value if character in "0123456789")


def _phone_parts(value: str) -> tuple[str, str]:
    """Area code ("" if there is none) and number of 8 or 9 digits; two empty texts for any other shape."""
    digits = _digits(value)
    if len(digits) in (12, 13) and digits.startswith("55"):
        digits = digits[2:]
    if len(digits) in (10, 11) and not digits.startswith("0"):
        return digits[:2], digits[2:]
    return ("", digits) if len(digits) in (8, 9) else ("", "")


def _area(area: str) -> str:
    return f"({area}) " if area else ""


def _public_suffix(domain: str) -> str:
    """What says nothing about the person: `com`, `com.br`. The rest of a domain may be somebody's own name."""
    labels = domain.lower().split(".")
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _COUNTRY_SECOND_LEVELS:
        return ".".join(labels[-2:])
    return labels[-1]

"""Finding personal data in a text that is about to become public. Pure.

A finding is a warning with a place, not a verdict: the author removes it, or declares it the company's own and
the declaration is kept with what is sent. Better one warning too many than one phone number published.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from backoffice.documents import is_cnpj, is_cpf


@dataclass(frozen=True, slots=True)
class Finding:
    kind: str  # cpf, cnpj, email, phone, card, pix_key, name, address
    text: str
    start: int
    end: int
    is_consumers: bool

    @property
    def sentence(self) -> str:
        """What the composer says of it."""
        noun, article = _NOUNS[self.kind]
        if self.is_consumers:
            return f"{article} {noun} do(a) consumidor(a) está no texto."
        return f"Há {'um' if article == 'O' else 'uma'} {noun} no texto."

    @property
    def own_words(self) -> str:
        """The author's declaration, as the button says it."""
        return _OWN_WORDS.get(self.kind, "É nosso")

    @property
    def key(self) -> tuple[str, str]:
        """What a declaration refers to: this kind of datum with this very value."""
        return self.kind, _bare(self.text)

    @property
    def token(self) -> str:
        return ":".join(self.key)


_OWN_WORDS = {
    "phone": "É nosso telefone",
    "email": "É nosso e-mail",
    "cnpj": "É nosso CNPJ",
    "name": "Não é o(a) consumidor(a)",
    "address": "Não é dele(a)",
}
_NOUNS = {
    "cpf": ("CPF", "O"),
    "cnpj": ("CNPJ", "O"),
    "email": ("e-mail", "O"),
    "phone": ("telefone", "O"),
    "card": ("número de cartão", "O"),
    "pix_key": ("chave Pix", "A"),
    "name": ("nome", "O"),
    "address": ("endereço", "O"),
}

# Dashes and blanks as word processors set them, one for one, so that places stay.
_TYPOGRAPHY = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\uff0d"), "-") | dict.fromkeys(
    map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"), " "
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PIX_KEY = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b", re.IGNORECASE)
_CNPJ = re.compile(
    r"(?<![0-9A-Za-z])[0-9A-Za-z]{2}\.?[0-9A-Za-z]{3}\.?[0-9A-Za-z]{3}/?[0-9A-Za-z]{4}-?\d{2}(?![0-9A-Za-z])"
)
_CPF = re.compile(r"(?<![\d/])\d{3}[. ]?\d{3}[. ]?\d{3}[- ]?\d{2}(?!\d)")
_CARD = re.compile(r"(?<!\d)\d(?:[ .-]?\d){12,18}(?!\d)")
# DDD in brackets, or a number written with its hyphen, or ten or eleven bare digits.
_PHONE = re.compile(
    r"(?<![\d.,/-])(?:\+?55[ .-]?)?(?:\(\s*0?[1-9]{2}\s*\)\s*|0?[1-9]{2}[ .-]?)?"
    r"(?:9[ .]?\d{4}|[2-5]\d{3})[ .-]?\d{4}(?![\d/]|[.,]\d)"
)
_FREE_PHONE = re.compile(r"(?<!\d)(?:0800|0300|0500|4003|4004)\b")


@dataclass(frozen=True, slots=True)
class ConsumerData:
    """What we know of this consumer, to be recognised however it is written."""

    name: str = ""
    cpf: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()  # digits
    street: str = ""


def find(text: str, consumer: ConsumerData = ConsumerData()) -> list[Finding]:
    """All findings in order of place, never overlapping; the more specific kind wins."""
    taken: list[tuple[int, int]] = []
    findings: list[Finding] = []
    for kind, start, end, is_consumers in _candidates(text.translate(_TYPOGRAPHY), consumer):
        if any(start < other_end and other_start < end for other_start, other_end in taken):
            continue
        taken.append((start, end))
        findings.append(Finding(kind, text[start:end], start, end, is_consumers))
    return sorted(findings, key=lambda finding: finding.start)


def without(findings: Iterable[Finding], accepted: Iterable[dict]) -> list[Finding]:
    """The findings that the author has not declared to be the company's own: [{"kind": …, "value": …}]."""
    declared = {(item.get("kind"), item.get("value")) for item in accepted}
    return [finding for finding in findings if finding.key not in declared]


def _candidates(text: str, consumer: ConsumerData):
    for match in _EMAIL.finditer(text):
        yield "email", *match.span(), match[0].lower() in {email.lower() for email in consumer.emails}
    for match in _PIX_KEY.finditer(text):
        yield "pix_key", *match.span(), False
    yield from _own_numbers(text, consumer)
    for match in _CPF.finditer(text):
        digits = _digits(match[0])
        is_written_as_cpf = bool(re.search(r"[.-]", match[0]))
        if is_cpf(digits) or is_written_as_cpf:
            yield "cpf", *match.span(), False
    for match in _CNPJ.finditer(text):
        if is_cnpj(match[0]):
            yield "cnpj", *match.span(), False
    for match in _CARD.finditer(text):
        digits = _digits(match[0])
        if 13 <= len(digits) <= 19 and len(set(digits)) > 1 and _passes_luhn(digits) and digits[0] in "23456":
            yield "card", *match.span(), False
    for match in _PHONE.finditer(text):
        start, end = match.span()
        prefix = text[max(0, start - 6) : start]
        if _FREE_PHONE.search(prefix + match[0]):
            continue
        digits = _digits(match[0])
        if len(digits) >= 10 or "-" in match[0]:
            yield "phone", start, end, False
    yield from _names(text, consumer.name)
    if len(consumer.street) >= 8:
        for start, end in _places(text, consumer.street):
            yield "address", start, end, True


def _own_numbers(text: str, consumer: ConsumerData):
    """The consumer's own CPF and phones, with whatever stands between their digits."""
    if len(consumer.cpf) == 11:
        for match in _with_separators(consumer.cpf).finditer(text):
            yield "cpf", *match.span(), True
    for phone in consumer.phones:
        # Area code, country and the ninth digit may be there or not; eight digits are enough to ring.
        if len(phone) >= 8:
            for match in _with_separators(phone[-8:], before=r"(?:\+?[\d() .-]{0,9}\d[ ().-]{0,3})?").finditer(text):
                yield "phone", *match.span(), True


def _with_separators(digits: str, *, before: str = "") -> re.Pattern:
    return re.compile(rf"(?<![\d]){before}" + r"[ .,/()-]{0,3}".join(digits) + r"(?!\d)")


# Words that join names and say nothing about whose they are.
_PARTICLES = {"dos", "das", "del", "von", "van"}


def _names(text: str, name: str):
    words = [word for word in name.split() if len(word) > 2 and word.lower() not in _PARTICLES]
    # The whole name, first name with a surname, then any of them alone.
    pairs = (f"{words[0]} {word}" for word in reversed(words[1:])) if words else ()
    runs = (" ".join(words[start:]) for start in range(1, len(words) - 1))
    for pattern in (name, *pairs, *runs, *words[:1]):
        for start, end in _places(text, pattern):
            yield "name", start, end, True
    for surname in words[1:]:
        # Many are common nouns too: "Dias" is somebody, "dias" is a week.
        for start, end in _places(text, surname):
            if text[start].isupper():
                yield "name", start, end, True


def _places(text: str, wanted: str):
    """Where `wanted` stands as whole words, whatever its case and accents."""
    folded, places = _fold_with_places(text)
    if not wanted.strip():
        return
    pattern = r"\s+".join(re.escape(_fold_with_places(word)[0]) for word in wanted.split())
    for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", folded):
        yield places[match.start()], places[match.end() - 1] + 1


def _fold_with_places(text: str) -> tuple[str, list[int]]:
    """Lower case without accents, and for each character the place in `text` it comes from."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for part in unicodedata.normalize("NFKD", character.lower()):
            if not unicodedata.combining(part):
                folded.append(part)
                places.append(place)
    return "".join(folded), places


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _bare(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum() or character in "@.")


def _passes_luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0

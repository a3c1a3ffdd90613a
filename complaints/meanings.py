"""What the portal's words mean to us. Pure: tables and rules, no database.

The codes of situations and movement types contradict each other between tables of the API document, and between
the document and what its one public client meets. So meaning comes from the exact text, normalised by `fold`; what
is not in these tables is UNKNOWN until a person decides (CatalogueEntry.meaning). Nothing is guessed from parts of
words.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from complaints.consumidor_gov.records import Coded
from complaints.models.catalogue import MovementMeaning
from complaints.models.complaint import Rating, Stage
from complaints.models.movement import Side


@lru_cache(maxsize=4096)  # the same few types, authors and companies, thousands of times in a sync
def fold(text: str) -> str:
    """Lower case, no accents, single blanks: how texts are compared."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(ch for ch in decomposed if not unicodedata.combining(ch)).split())


def _folded(table: Mapping[str, object]) -> dict:
    return {fold(text): meaning for text, meaning in table.items()}


# «Situações» and the examples of «Consultas de Reclamações»; the rest as met by the public client.
STAGES: Mapping[str, Stage] = _folded(
    {
        "Em aberto": Stage.OPEN,
        "Aberta": Stage.OPEN,
        "Em análise pelo fornecedor": Stage.WITH_COMPANY,
        "Em análise pelo gestor": Stage.WITH_MEDIATOR,
        "Respondida": Stage.ANSWERED,
        "Finalizada avaliada": Stage.RATED,
        "Finalizada não avaliada": Stage.NOT_RATED,
        "Cancelada": Stage.CANCELLED,
        "Encerrada": Stage.CLOSED,
    }
)

# «Tipos de Trâmite», the example of «Detalhe», and the replies of the four actions.
MOVEMENT_MEANINGS: Mapping[str, MovementMeaning] = _folded(
    {
        "Abertura da reclamação": MovementMeaning.OPENING,
        "Recebido pelo fornecedor": MovementMeaning.SEEN,
        "Visualizada pelo fornecedor": MovementMeaning.SEEN,
        "Resposta": MovementMeaning.ANSWER,
        "Resposta do fornecedor": MovementMeaning.ANSWER,
        "Complemento da reclamação": MovementMeaning.COMPLEMENT,
        "Avaliação do consumidor": MovementMeaning.RATING,
        "Reclamação finalizada": MovementMeaning.CLOSING,
        "Recusado": MovementMeaning.REFUSAL,
        "Alteracao Fornecedor": MovementMeaning.REDIRECTION,
        "Redirecionamento da reclamação": MovementMeaning.REDIRECTION,
        "Prazo expirado para resposta": MovementMeaning.DEADLINE_PASSED,
        "Prazo expirado para avaliação": MovementMeaning.DEADLINE_PASSED,
    }
)

PRIOR_CONTACT, SOLVED, SCORE, PLAIN = "prior_contact", "solved", "score", "plain"
# Text types by name, and by code where the name says nothing. 6 and 7: as met by the public client.
TEXT_TYPES: Mapping[str, str] = _folded(
    {
        "Indicador de contato com o fornecedor": PRIOR_CONTACT,
        "Índice de satisfação do consumidor": SCORE,
        "Reclamação resolvida": SOLVED,
        "Descrição da reclamação": PLAIN,
        "Pedido da reclamação": PLAIN,
        "Interação Única": PLAIN,
        "Texto do Sistema": PLAIN,
    }
)
TEXT_TYPE_CODES = {"1": PRIOR_CONTACT, "6": SOLVED, "7": SCORE}
LONGEST_DECLARATION = 20  # characters; "S", "Não" or "5", never prose
YES_NO = {"s": True, "sim": True, "n": False, "nao": False}

SYSTEM_AUTHORS = ("sistema",)
_SIDE_OF_MEANING = {
    MovementMeaning.OPENING: Side.CONSUMER,
    MovementMeaning.RATING: Side.CONSUMER,
    MovementMeaning.SEEN: Side.COMPANY,
    MovementMeaning.ANSWER: Side.COMPANY,
    MovementMeaning.REFUSAL: Side.COMPANY,
    MovementMeaning.REDIRECTION: Side.COMPANY,
    MovementMeaning.DEADLINE_PASSED: Side.SYSTEM,
    MovementMeaning.CLOSING: Side.SYSTEM,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a cadastro: its text and what it was found, or decided, to mean ("" while nobody has)."""

    text: str
    meaning: str = ""


Catalogue = Mapping[str, Row]  # by code


def stage_of(situation: Coded, catalogue: Catalogue) -> Stage:
    """The cadastro's row of that code, unless the record's own text says, in known words, something else."""
    return Stage(_meaning(situation, catalogue, STAGES) or Stage.UNKNOWN)


def meaning_of(kind: Coded, catalogue: Catalogue) -> MovementMeaning:
    """The same rule for a movement's type."""
    return MovementMeaning(_meaning(kind, catalogue, MOVEMENT_MEANINGS) or MovementMeaning.UNKNOWN)


def _meaning(received: Coded, catalogue: Catalogue, table: Mapping[str, str]) -> str:
    text, row = fold(received.text), catalogue.get(received.code)
    if row is not None and row.meaning and (text not in table or fold(row.text) == text):
        return row.meaning
    return table.get(text, "")


@dataclass(frozen=True, slots=True)
class Names:
    """Folded names of the parties of one complaint, to tell who wrote a movement."""

    consumers: frozenset[str] = field(default_factory=frozenset)
    companies: frozenset[str] = field(default_factory=frozenset)
    mediators: frozenset[str] = field(default_factory=frozenset)

    def learned(self, movements: Iterable[tuple[MovementMeaning, str]]) -> "Names":
        """With the authors of movements that tell their side: who opens is the consumer, who answers the company."""
        consumers, companies = set(self.consumers), set(self.companies)
        for meaning, author in movements:
            side = _SIDE_OF_MEANING.get(meaning)
            if side == Side.CONSUMER:
                consumers.add(fold(author))
            elif side == Side.COMPANY:
                companies.add(fold(author))
        nobody = {"", *SYSTEM_AUTHORS}
        return Names(frozenset(consumers - nobody), frozenset(companies - nobody), self.mediators)


def folded_names(names: Iterable[str]) -> frozenset[str]:
    return frozenset(folded for name in names if (folded := fold(name)))


def side_of(meaning: MovementMeaning, author: str, names: Names) -> Side:
    """Who wrote a movement: by what it is, else by its author's name. UNKNOWN when the name fits no or two sides."""
    author = fold(author)
    if author in SYSTEM_AUTHORS:
        return Side.SYSTEM
    if meaning in _SIDE_OF_MEANING:
        return _SIDE_OF_MEANING[meaning]
    sides = [
        side
        for side, fits in (
            (Side.CONSUMER, author in names.consumers),
            (Side.COMPANY, any(_same_company(author, name) for name in names.companies)),
            (Side.MEDIATOR, author in names.mediators),
        )
        if fits
    ]
    return sides[0] if len(sides) == 1 else Side.UNKNOWN


def _same_company(author: str, name: str) -> bool:
    """«Bradesco Capitalização» signs for «Bradesco Capitalização S.A.», and «Bradesco» does too."""
    shorter, longer = sorted((author, name), key=len)
    return len(shorter) > 2 and (longer == shorter or longer.startswith(f"{shorter} "))


@dataclass(frozen=True, slots=True)
class SaidInTexts:
    has_prior_contact: bool | None = None
    is_solved: bool | None = None
    score: int | None = None


def said_in(texts: Iterable[tuple[str, str, str]]) -> SaidInTexts:
    """What the consumer declared, from (type code, type name, text) oldest first; the newest word counts."""
    prior, solved, score = None, None, None
    for code, name, text in texts:
        if len(text) > LONGEST_DECLARATION:
            continue
        kind = TEXT_TYPES.get(fold(name)) or TEXT_TYPE_CODES.get(code)
        value = fold(text)
        if kind == PRIOR_CONTACT and value in YES_NO:
            prior = YES_NO[value]
        elif kind == SOLVED and value in YES_NO:
            solved = YES_NO[value]
        elif kind == SCORE and value in ("1", "2", "3", "4", "5"):
            score = int(value)
    return SaidInTexts(prior, solved, score)


def rating_of(stage: Stage, said: SaidInTexts) -> str:
    """A Rating, or "" while the consumer may still rate."""
    if said.is_solved is not None:
        return Rating.SOLVED if said.is_solved else Rating.NOT_SOLVED
    return Rating.NOT_RATED if stage == Stage.NOT_RATED else ""


_LABELS = {
    MovementMeaning.OPENING: "Abertura",
    MovementMeaning.SEEN: "Visualizada",
    MovementMeaning.ANSWER: "Nossa resposta",
    MovementMeaning.RATING: "Avaliação",
    MovementMeaning.REFUSAL: "Recusa",
    MovementMeaning.REDIRECTION: "Redirecionamento",
    MovementMeaning.DEADLINE_PASSED: "Prazo expirado",
    MovementMeaning.CLOSING: "Finalização",
}


def label_of(meaning: str, side: str, type_text: str) -> str:
    """A movement in one or two words, for the queue's "Último trâmite"."""
    if meaning in _LABELS:
        return _LABELS[MovementMeaning(meaning)]
    if side in (Side.CONSUMER, Side.MEDIATOR):
        return Side(side).label
    return "Complemento" if meaning == MovementMeaning.COMPLEMENT else type_text

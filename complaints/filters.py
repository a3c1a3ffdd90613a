"""The queue's filter: read from the address, written back to it, said in chips. No database.

The address holds the whole state, so that a queue can be bookmarked and shared. It never holds personal data: a
CPF or a name searched for stands there as an opaque key (backoffice.private_search). What cannot be understood
is left out and told; an address typed by hand or grown old never breaks the page.
"""

import enum
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.text import slugify

from complaints import masking
from complaints.deadlines import Bucket
from complaints.meanings import fold
from complaints.models import PortalAccount, Stage
from complaints.models.complaint import AWAITING_ANSWER, FINAL_STAGES

PROTOCOL_LENGTH = 17
SHORTEST_PROTOCOL_END = 6
CPF_LENGTH = 11
SHORTEST_NAME = 3
_SEPARATORS = re.compile(r"[\s.\-/]+")


# --- Choices ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StageChoice:
    slug: str  # in the address
    label: str  # as a chip's value
    stages: tuple[Stage, ...] | None  # None: every stage

    @property
    def can_run_out(self) -> bool:
        """Whether complaints of this choice may have a deadline that runs for us."""
        return self.stages is None or bool(set(self.stages) & set(AWAITING_ANSWER))


AWAITING = StageChoice("aguarda", "aguarda nossa resposta", AWAITING_ANSWER)
EVERY_STAGE = StageChoice("todas", "todas", None)
GROUPS = (
    AWAITING,
    StageChoice("com-o-gestor", "com o gestor", (Stage.WITH_MEDIATOR,)),
    StageChoice("respondida", "respondida", (Stage.ANSWERED,)),
    StageChoice("finalizada", "finalizada", FINAL_STAGES),
    EVERY_STAGE,
)
SINGLE_STAGES = tuple(
    StageChoice(slugify(stage.label), stage.label.lower(), (stage,))
    for stage in Stage
    if stage not in (Stage.WITH_MEDIATOR, Stage.ANSWERED)
)
_STAGES = {choice.slug: choice for choice in (*SINGLE_STAGES, *GROUPS)}

ME, NOBODY = "eu", "ninguem"


class FindKind(enum.Enum):
    PROTOCOL = "Protocolo"
    CPF = "CPF"
    NAME = "Nome"


@dataclass(frozen=True, slots=True)
class Find:
    """What somebody looks for. `value`: digits of a protocol or CPF, or a folded name."""

    kind: FindKind
    value: str
    typed: str

    @property
    def is_private(self) -> bool:
        return self.kind is not FindKind.PROTOCOL

    @property
    def is_whole_protocol(self) -> bool:
        return self.kind is FindKind.PROTOCOL and len(self.value) == PROTOCOL_LENGTH

    @property
    def shown(self) -> str:
        """For a chip: a CPF is masked there as everywhere."""
        if self.kind is FindKind.CPF:
            return masking.cpf(self.value)
        if self.kind is FindKind.NAME:
            return f"“{self.typed}”"
        return self.value if self.is_whole_protocol else f"final {self.value}"


class NotUnderstood(ValueError):
    """What was typed cannot be looked for. The words say what can."""


def parse_find(typed: str) -> Find:
    """Tell a protocol (whole, or its last six digits or more), a CPF and a name apart. Raises NotUnderstood."""
    typed = " ".join(typed.split())
    digits = _SEPARATORS.sub("", typed)
    if digits.isascii() and digits.isdigit():
        if len(digits) == CPF_LENGTH:
            return Find(FindKind.CPF, digits, typed)
        if len(digits) > PROTOCOL_LENGTH:
            raise NotUnderstood("Um protocolo tem 17 algarismos; aqui há mais.")
        if len(digits) < SHORTEST_PROTOCOL_END:
            raise NotUnderstood("Digite o protocolo inteiro ou ao menos os 6 últimos algarismos dele.")
        return Find(FindKind.PROTOCOL, digits, typed)
    name = fold(typed)
    if len(name) < SHORTEST_NAME:
        raise NotUnderstood("Digite um protocolo, um CPF ou ao menos 3 letras do nome.")
    return Find(FindKind.NAME, name, typed)


# --- State ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chip:
    key: str  # stage, bucket, accounts, person, find
    name: str
    value: str
    without: "QueueFilter"

    @property
    def remove_query(self) -> str:
        return self.without.query


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What the queue shows. Immutable; `with_` and `without` give the neighbours that links lead to."""

    stage_slug: str = ""  # "": the default, which depends on whether something is looked for
    bucket: Bucket | None = None
    accounts: tuple[int, ...] = ()
    person: str = ""  # "", ME, NOBODY, or a person's id
    find: Find | None = None
    search_key: str = ""  # stands for a private find in the address
    notices: tuple[str, ...] = ()

    @property
    def stage(self) -> StageChoice:
        """By default what awaits us; somebody looking for one complaint wants it wherever it is."""
        if self.stage_slug:
            return _STAGES[self.stage_slug]
        return EVERY_STAGE if self.find else AWAITING

    @property
    def person_id(self) -> int | None:
        return int(self.person) if self.person.isdigit() else None

    @property
    def is_default(self) -> bool:
        return not self.query

    @property
    def is_own_queue(self) -> bool:
        """Only «mine»: the queue people start their day with."""
        return self == QueueFilter(person=ME, notices=self.notices)

    @property
    def query(self) -> str:
        """The address's query string, without "?"; "" for the default."""
        return urlencode(self._parameters())

    def _parameters(self) -> list[tuple[str, str | int]]:
        pairs: list[tuple[str, str | int]] = []
        if self.stage_slug:
            pairs.append(("etapa", self.stage_slug))
        if self.bucket:
            pairs.append(("prazo", self.bucket.value))
        pairs += [("empresa", pk) for pk in self.accounts]
        if self.person:
            pairs.append(("quem", self.person))
        if self.find and self.find.is_private:
            pairs.append(("busca", self.search_key))
        elif self.find:
            pairs.append(("protocolo", self.find.value))
        return pairs

    def with_(self, **changes) -> "QueueFilter":
        changed = replace(self, notices=(), **changes)
        # One way of saying the default.
        is_default_stage = changed.stage == replace(changed, stage_slug="").stage
        return replace(changed, stage_slug="") if is_default_stage else changed

    def without(self, key: str) -> "QueueFilter":
        """This filter less one of its chips."""
        if key == "stage":
            return self.with_(stage_slug=EVERY_STAGE.slug)
        if key == "find":
            return self.with_(find=None, search_key="")
        return self.with_(**{key: {"bucket": None, "accounts": (), "person": ""}[key]})

    def chips(self, accounts: Iterable[PortalAccount], person_name: str = "") -> list[Chip]:
        """The filters in force, in the order of the page."""
        names = {account.pk: account.name for account in accounts}
        said: list[tuple[str, str, str]] = []
        if self.bucket:
            said.append(("bucket", "Prazo", self.bucket.label.lower()))
        if self.accounts:
            said.append(("accounts", "Empresa", _listed([names[pk] for pk in self.accounts])))
        if self.person:
            who = {ME: "eu", NOBODY: "ninguém"}.get(self.person, person_name)
            said.append(("person", "Responsável", who))
        if self.find:
            said.append(("find", self.find.kind.value, self.find.shown))
        if self.stage.stages is not None:
            said.append(("stage", "Etapa", self.stage.label))
        return [Chip(key, name, value, self.without(key)) for key, name, value in said]


def parse(
    parameters: Mapping,
    *,
    accounts: Sequence[PortalAccount],
    recall: Callable[[str], str | None],
) -> QueueFilter:
    """Read the address. `parameters` is a QueryDict; `recall` gives the text behind a private search's key.

    Never raises: unknown values become notices.
    """
    notices: list[str] = []
    stage = parameters.get("etapa", "")
    if stage and stage not in _STAGES:
        notices.append("Etapa desconhecida no endereço: ficou de fora.")
        stage = ""
    bucket = next((bucket for bucket in Bucket if bucket.value == parameters.get("prazo")), None)
    if parameters.get("prazo") and bucket is None:
        notices.append("Prazo desconhecido no endereço: ficou de fora.")
    person = parameters.get("quem", "")
    if person and person not in (ME, NOBODY) and not _is_id(person):
        notices.append("Pessoa desconhecida no endereço: ficou de fora.")
        person = ""
    find, key = _find_of(parameters, recall, notices)
    state = QueueFilter(
        bucket=bucket,
        accounts=_accounts_of(parameters, accounts, notices),
        person=person,
        find=find,
        search_key=key,
    )
    return replace(state.with_(stage_slug=stage), notices=tuple(notices))


def _accounts_of(parameters, accounts: Sequence[PortalAccount], notices: list[str]) -> tuple[int, ...]:
    known = {str(account.pk): account.pk for account in accounts}
    asked = [value for value in parameters.getlist("empresa") if value]
    if any(value not in known for value in asked):
        # The same words whether it does not exist or is not this person's to see.
        notices.append("Empresa desconhecida no endereço: ficou de fora.")
    return tuple(sorted({known[value] for value in asked if value in known}))


def _find_of(parameters, recall, notices: list[str]) -> tuple[Find | None, str]:
    key = parameters.get("busca", "")
    if key:
        text = recall(key)
        if text is None:
            notices.append("Esta busca é de outra pessoa ou já não existe. Busque de novo.")
        else:
            try:
                return parse_find(text), key
            except NotUnderstood as problem:
                notices.append(str(problem))
    protocol = parameters.get("protocolo", "")
    if protocol:
        try:
            find = parse_find(protocol)
        except NotUnderstood as problem:
            notices.append(str(problem))
        else:
            # A CPF or a name written into the address by hand is not carried on in it.
            if find.is_private:
                notices.append("Isto não é um protocolo. CPF e nome se buscam pelo campo de busca.")
            else:
                return find, ""
    return None, ""


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 19


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} e {names[-1]}"

"""What happens to a complaint: the four actions of the company, and movements in general.

An action is checked first and committed after, so that an injected fault can put minutes between
the two. Once accepted it commits whatever happened meanwhile, like a portal whose answer was lost:
a caller who repeats it blindly ends with two movements here.
"""

import base64
import hashlib
import html.entities
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from backoffice.sandbox.consumidor_gov import situations
from backoffice.sandbox.consumidor_gov.bodies import Body, File
from backoffice.sandbox.consumidor_gov.demands import Account, User
from backoffice.sandbox.consumidor_gov.refusals import Refusal

MEDIATOR_DAYS, RATING_DAYS = 15, 20  # Termos de Uso

_ACTIONS = {  # operation: last part of its path, type of the movement (L1273, L1343, L1413, L1473)
    "complement": ("complementar", situations.MOVEMENT_COMPLEMENT),
    "answer": ("responder", situations.MOVEMENT_ANSWER),
    "refuse": ("recusar", situations.MOVEMENT_REFUSED),
    "redirect": ("redirecionar", situations.MOVEMENT_REDIRECTED),
}


@dataclass(frozen=True)
class Change:
    """An accepted action, ready to be committed now or later."""

    operation: str
    protocol: str
    author: str
    cpf: str
    text: str
    files: list[tuple[str, str]] = field(default_factory=list)  # name, content in base64
    target: str | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Change":
        return cls(**json.loads(text))


def check_action(operation: str, complaint, user: User) -> None:
    """«O usuário deve ter permissão para efetuar esta ação» (L1212), in a situation that allows it."""
    if not user.may_act:
        raise Refusal("user_may_not_act")
    allowed = situations.allowed_actions(complaint["situation"], is_expired=bool(complaint["is_expired"]))
    if _ACTIONS[operation][0] not in {path for _, path in allowed}:
        raise Refusal("action_not_allowed")


def accept(operation: str, complaint, body: Body, *, account: Account, user: User, target: int | None, state) -> Change:
    if body.files and not user.may_attach:  # L1242
        raise Refusal("user_may_not_attach")
    if operation == "redirect":
        _check_target(target, account, state)
    return Change(
        operation=operation,
        protocol=complaint["protocol"],
        author=account.name,
        cpf=user.cpf,
        text=body.text,
        files=[(file.name, base64.b64encode(file.content).decode()) for file in body.files],
        target=str(target) if operation == "redirect" else None,
    )


def _check_target(target: int | None, account: Account, state) -> None:
    """«Outra empresa de mesmo grupo econômico» (L1422): another one, of the same group."""
    if target is None:
        raise Refusal("parameter_missing", name="identificacaoEmpresaGrupo")  # L1451
    if str(target) == account.company:
        raise Refusal("company_same")
    if not state.row("SELECT 1 FROM companies WHERE code = ?", (str(target),)):
        raise Refusal("company_outside_group")


def commit(state, change: Change, at: datetime, quirks) -> tuple[int, int]:
    """Do it. Returns the movement's code and type."""
    movement_type = _ACTIONS[change.operation][1]
    text = altered(change.text, quirks["altered_text"]["how"]) if "altered_text" in quirks else change.text
    with state.transaction() as db:
        code = add_movement(
            db,
            change.protocol,
            movement_type,
            at,
            side="company",
            author=change.author,
            texts=[(situations.TEXT_INTERACTION, text)],
            files=[File(name, base64.b64decode(content)) for name, content in change.files],
            cpf=change.cpf,
        )
        _EFFECTS[change.operation](db, change, at)
    return code, movement_type


def add_movement(
    db,
    protocol: str,
    movement_type: int,
    at: datetime,
    *,
    side: str,
    author: str,
    texts: list[tuple[int, str]],
    files: list[File] = (),
    cpf: str | None = None,
) -> int:
    """Append a movement; its code is the next in the complaint's own sequence."""
    code = db.execute("SELECT coalesce(max(code), 0) + 1 FROM movements WHERE protocol = ?", (protocol,)).fetchone()[0]
    db.execute(
        "INSERT INTO movements VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (protocol, code, movement_type, stamp(at), side, author, json.dumps(texts), cpf),
    )
    for number, file in enumerate(files, start=1):
        add_file(db, protocol, code, number, file)
    return code


def add_file(db, protocol: str, movement: int, code: int, file: File, size: int | None = None) -> None:
    sha = hashlib.sha256(file.content).hexdigest()
    db.execute("INSERT OR IGNORE INTO files VALUES (?, ?)", (sha, file.content))
    db.execute(
        "INSERT INTO attachments VALUES (?, ?, ?, ?, ?, ?)",
        (protocol, movement, code, file.name, len(file.content) if size is None else size, sha),
    )


def stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def days_after(at: datetime, days: int) -> str:
    return f"{at + timedelta(days=days):%Y-%m-%d}"


def move_to(db, protocol: str, situation: int, running: str | None = None, name: str | None = None) -> None:
    """Change the situation and the deadline now running."""
    db.execute(
        "UPDATE complaints SET situation = ?, running_deadline = ?, running_deadline_name = ? WHERE protocol = ?",
        (situation, running, name, protocol),
    )


def _complemented(db, change: Change, at: datetime) -> None:
    """A complement changes nothing else."""


def _answered(db, change: Change, at: datetime) -> None:
    move_to(
        db,
        change.protocol,
        situations.ANSWERED,
        days_after(at, RATING_DAYS),
        situations.DEADLINE_RATING,
    )


def _refused(db, change: Change, at: datetime) -> None:
    move_to(
        db,
        change.protocol,
        situations.AT_MEDIATOR,
        days_after(at, MEDIATOR_DAYS),
        situations.DEADLINE_MEDIATOR,
    )
    db.execute("UPDATE complaints SET refused_on = ? WHERE protocol = ?", (f"{at:%Y-%m-%d}", change.protocol))


def _redirected(db, change: Change, at: datetime) -> None:
    """It leaves this account and opens at the other company, deadline unchanged [A]."""
    db.execute(
        "UPDATE complaints SET company = ?, situation = ? WHERE protocol = ?",
        (change.target, situations.OPEN, change.protocol),
    )


_EFFECTS = {
    "complement": _complemented,
    "answer": _answered,
    "refuse": _refused,
    "redirect": _redirected,
}


def altered(text: str, how: str) -> str:
    """The text as a careless portal may keep it; `how` lists any of crlf, trim, entities."""
    wanted = {word.strip() for word in how.split(",")}
    if "trim" in wanted:
        text = "\n".join(line.rstrip() for line in text.strip().splitlines())
    if "entities" in wanted:
        text = "".join(_entity(letter) for letter in text)
    if "crlf" in wanted:
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return text


def _entity(letter: str) -> str:
    name = html.entities.codepoint2name.get(ord(letter))
    return f"&{name};" if name else letter


def view(state, complaint, account: Account, at: datetime) -> None:
    """The quirk `viewed_on_read`: the company's first reading leaves a trace (L1675-L1676)."""
    if complaint["situation"] != situations.OPEN:
        return
    with state.transaction() as db:
        add_movement(
            db,
            complaint["protocol"],
            situations.MOVEMENT_VIEWED,
            at,
            side="system",
            author=account.name,
            texts=[(situations.TEXT_SYSTEM, "(Sem Detalhes)")],  # L578
        )
        db.execute(
            "UPDATE complaints SET situation = ? WHERE protocol = ?",
            (situations.WITH_COMPANY, complaint["protocol"]),
        )

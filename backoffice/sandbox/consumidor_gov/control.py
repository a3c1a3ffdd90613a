"""The portal's part of the control API: accounts, complaints, the other actors, tokens.

Here protocols are text and instants ISO: this is the tester's view, not the portal's.
"""

import base64
import binascii
import json

from backoffice.sandbox.clock import SAO_PAULO
from backoffice.sandbox.consumidor_gov.actors import ActorMistake, Actors
from backoffice.sandbox.consumidor_gov.bodies import File
from backoffice.sandbox.consumidor_gov.operations import PREFIX
from backoffice.sandbox.consumidor_gov.seed.companies import GROUP_NAME
from backoffice.sandbox.consumidor_gov.shapes import type_text
from backoffice.sandbox.consumidor_gov.situations import SITUATIONS, allowed_actions


class Control:
    """`answer(method, parts, query, payload)` returns a JSON-able value, or None for no such path."""

    def __init__(self, state, clock):
        self.state, self.clock = state, clock
        self.actors = Actors(state, clock)
        self.actions = {
            "consumer-complement": self.actors.consumer_complement,
            "mediator-message": self.actors.mediator_message,
            "mediator-decision": self.actors.mediator_decision,
            "rate": self.actors.rate,
            "deadline": self.actors.move_deadline,
            "expire": self.actors.expire,
        }

    def answer(self, method: str, parts: list[str], query: dict[str, str], payload: dict):
        """Raises ActorMistake for what cannot happen, and TypeError for unknown names in the payload."""
        match method, parts:
            case "GET", ["accounts"]:
                return self.accounts()
            case "GET", ["complaints"]:
                return self.complaints(**query)
            case "POST", ["complaints"]:
                return self.complaint(self.actors.new_complaint(**_with_files(payload)))
            case "GET", ["complaints", protocol]:
                return self.complaint(protocol)
            case "POST", ["complaints", protocol, action] if action in self.actions:
                self.actions[action](protocol, **_with_files(payload))
                return self.complaint(protocol)
            case "POST", ["tokens", "revoke"]:
                return self.revoke_tokens(**payload)
        return None

    def accounts(self) -> list[dict]:
        rows = self.state.rows(
            "SELECT a.*, c.* FROM accounts a JOIN companies c ON c.code = a.company ORDER BY a.company"
        )
        return [
            {
                "company": row["trade_name"],
                "company_code": row["company"],
                "group": GROUP_NAME,
                "cnpj": row["cnpj"],
                "path": PREFIX,
                **self._credentials(row["company"]),
                "users": [
                    {
                        "cpf": user["cpf"],
                        "name": user["name"],
                        "is_active": bool(user["is_active"]),
                        "may_act": bool(user["may_act"]),
                        "may_attach": bool(user["may_attach"]),
                    }
                    for user in self.state.rows(
                        "SELECT * FROM users WHERE company = ? ORDER BY is_active DESC, may_attach DESC,"
                        " may_act DESC, name",
                        (row["company"],),
                    )
                ],
            }
            for row in rows
        ]

    def _credentials(self, company: str) -> dict[str, str]:
        row = self.state.row("SELECT client_id, code, client_secret FROM accounts WHERE company = ?", (company,))
        return dict(row)

    def complaints(self, company: str | None = None, situation: str | None = None, limit: str = "1000") -> list[dict]:
        """Newest first, without movements. `company` is a code or a trade name."""
        rows = self.state.rows(
            "SELECT c.protocol, c.company, co.trade_name, c.situation, c.is_expired, c.opened_at, c.deadline,"
            " c.rating, c.score, k.name, k.cpf, (SELECT max(code) FROM movements m WHERE m.protocol = c.protocol)"
            " AS last_movement FROM complaints c JOIN companies co ON co.code = c.company"
            " JOIN consumers k ON k.id = c.consumer WHERE (?1 IS NULL OR ?1 IN (c.company, co.trade_name))"
            " AND (?2 IS NULL OR c.situation = ?2) ORDER BY c.opened_at DESC, c.protocol DESC LIMIT ?3",
            (company, int(situation) if situation else None, int(limit)),
        )
        return [_summary(row) for row in rows]

    def complaint(self, protocol: str) -> dict:
        """One in full, with its movements and what is still to be committed late."""
        found = self.state.row(
            "SELECT c.*, co.trade_name, k.name, k.cpf, (SELECT max(code) FROM movements m"
            " WHERE m.protocol = c.protocol) AS last_movement FROM complaints c"
            " JOIN companies co ON co.code = c.company JOIN consumers k ON k.id = c.consumer WHERE protocol = ?",
            (protocol,),
        )
        if found is None:
            raise ActorMistake("Reclamação não encontrada.")
        actions = allowed_actions(found["situation"], is_expired=bool(found["is_expired"]))
        return {
            **_summary(found),
            "running_deadline": found["running_deadline"],
            "running_deadline_name": found["running_deadline_name"],
            "allowed_actions": [rel for rel, _ in actions],
            "movements": self._movements(protocol),
            "deferred": self.deferred(protocol),
        }

    def _movements(self, protocol: str) -> list[dict]:
        files = self.state.rows(
            "SELECT movement, code, name, size, sha FROM attachments WHERE protocol = ? ORDER BY movement, code",
            (protocol,),
        )
        return [
            {
                "code": row["code"],
                "type": row["type"],
                "type_text": type_text(row["type"]),
                "at": _instant(row["at"]),
                "side": row["side"],
                "author": row["author"],
                "cpf": row["cpf"],
                "texts": [{"type": kind, "text": text} for kind, text in json.loads(row["texts"])],
                "attachments": [
                    {"code": f["code"], "name": f["name"], "size": f["size"], "sha256": f["sha"]}
                    for f in files
                    if f["movement"] == row["code"]
                ],
            }
            for row in self.state.rows("SELECT * FROM movements WHERE protocol = ? ORDER BY code", (protocol,))
        ]

    def deferred(self, protocol: str | None = None) -> list[dict]:
        """Writes accepted but not committed yet."""
        waiting = []
        for row in self.state.rows("SELECT * FROM deferred_changes ORDER BY due_at, id"):
            change = json.loads(json.loads(row["change"])[0])
            if protocol in (None, change["protocol"]):
                waiting.append(
                    {
                        "due_at": _instant(row["due_at"]),
                        "operation": change["operation"],
                        "protocol": change["protocol"],
                    }
                )
        return waiting

    def revoke_tokens(self, company: str | None = None) -> dict:
        """All tokens, or those of one company's account (its code)."""
        with self.state.transaction() as db:
            done = db.execute("DELETE FROM tokens WHERE ?1 IS NULL OR company = ?1", (company,))
            return {"revoked": done.rowcount}


def _summary(row) -> dict:
    return {
        "protocol": row["protocol"],
        "company": row["trade_name"],
        "company_code": row["company"],
        "situation": row["situation"],
        "situation_text": SITUATIONS[row["situation"]],
        "is_expired": bool(row["is_expired"]),
        "opened_at": _instant(row["opened_at"]),
        "deadline": row["deadline"],
        "rating": row["rating"],
        "score": row["score"],
        "consumer": {"name": row["name"], "cpf": row["cpf"]},
        "last_movement": row["last_movement"],
    }


def _instant(text: str) -> str:
    return f"{text.replace(' ', 'T')}{SAO_PAULO.utcoffset(None).total_seconds() / 3600:+03.0f}:00"


def _with_files(payload: dict) -> dict:
    """`files` as [{"name": …, "content_base64": …}] become Files."""
    if "files" not in payload:
        return payload
    try:
        files = [
            File(file["name"], base64.b64decode(file["content_base64"], validate=True)) for file in payload["files"]
        ]
    except (binascii.Error, KeyError, TypeError, ValueError):
        raise ActorMistake("Arquivos: uma lista de {name, content_base64}.") from None
    return {**payload, "files": files}

"""The JSON control API; the package docstring lists it. Mistakes answer 400 `{"error": …}`."""

import json
from dataclasses import asdict
from datetime import datetime
from http import HTTPStatus
from urllib.parse import unquote

from backoffice.sandbox.faults import KINDS, FaultMistake
from backoffice.sandbox.web import Reply, Request

PREFIX = "/_controle/api/"


def answer(sandbox, request: Request) -> Reply:
    parts = [unquote(part) for part in request.path.removeprefix(PREFIX).strip("/").split("/")]
    try:
        payload = json.loads(request.body) if request.body.strip() else {}
        if not isinstance(payload, dict):
            return _json({"error": "the body is a JSON object"}, 400)
        found = _own(sandbox, request.method, parts, dict(request.query), payload)
        for service in sandbox.services:
            if found is None:
                found = service.control.answer(request.method, parts, dict(request.query), payload)
    except (ValueError, TypeError) as mistake:  # FaultMistake, ActorMistake, bad JSON, unknown names
        return _json({"error": str(mistake)}, 400)
    if found is None:
        return _json({"error": HTTPStatus(404).phrase}, 404)
    return _json(found)


def _own(sandbox, method: str, parts: list[str], query: dict[str, str], payload: dict):
    match method, parts:
        case "GET", ["health"]:
            return {"status": "ok", "now": sandbox.clock.now().isoformat()}
        case "GET", ["operations"]:
            return [asdict(operation) for operation in sandbox.operations]
        case "GET", ["kinds"]:
            return [asdict(kind) for kind in KINDS.values()]
        case "GET", ["faults"]:
            return sandbox.faults.armed()
        case "POST", ["faults"]:
            if "kind" not in payload:
                raise FaultMistake("kind is missing")
            return asdict(sandbox.faults.arm(**payload))
        case "DELETE", ["faults"]:
            sandbox.faults.clear()
            return {"cleared": True}
        case "DELETE", ["faults", number]:
            sandbox.faults.clear(int(number))
            return {"cleared": True}
        case "GET", ["calls"]:
            calls = sandbox.calls.listed(query.get("operation"), int(query.get("after") or 0))
            return {"calls": calls, "counts": sandbox.calls.counts()}
        case "DELETE", ["calls"]:
            sandbox.calls.clear()
            return {"cleared": True}
        case "GET", ["clock"]:
            return _clock(sandbox)
        case "POST", ["clock"]:
            move_clock(sandbox.clock, payload)
            return _clock(sandbox)
        case "POST", ["reset"]:
            sandbox.reset()
            return {"reset": True}
    return None


def move_clock(clock, payload: dict) -> None:
    """`now` (ISO, with `stopped` true to hold it there), `advance_seconds`, or `follow_machine`."""
    if payload.get("follow_machine"):
        clock.follow_machine()
    elif "now" in payload:
        clock.set(datetime.fromisoformat(payload["now"]), stopped=bool(payload.get("stopped")))
    elif "advance_seconds" in payload:
        clock.advance(float(payload["advance_seconds"]))
    else:
        raise ValueError("now, advance_seconds or follow_machine")


def _clock(sandbox) -> dict:
    return {"now": sandbox.clock.now().isoformat(), "stopped": sandbox.clock.is_stopped}


def _json(value, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value, ensure_ascii=False).encode(), "application/json")

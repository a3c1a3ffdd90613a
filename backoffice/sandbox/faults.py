"""Faults to inject: what can go wrong, and which calls it is armed for.

A *fault* replaces or destroys the answer of one call: the first armed one that fits is used. A
*quirk* bends an otherwise good answer: all armed ones that fit apply together. Both are armed for
an operation (or "reads", "writes", "*"), for the next `times` calls or until cleared.
"""

import itertools
import threading
from dataclasses import asdict, dataclass, field
from typing import Any

from backoffice.sandbox.web import Operation


@dataclass(frozen=True)
class Kind:
    name: str
    title: str  # shown on the control page
    defaults: dict[str, Any] = field(default_factory=dict)
    is_quirk: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind("timeout_before", "Sem resposta, nada gravado", {"hold_seconds": 120}),
        Kind("timeout_after", "Sem resposta, já gravado", {"hold_seconds": 120}),
        Kind("late_commit", "Sem resposta agora, gravado mais tarde", {"seconds": 120, "hold_seconds": 120}),
        Kind("error_500_before", "Erro 500, nada gravado"),
        Kind("error_500_after", "Erro 500, já gravado"),
        Kind("reset_before", "Conexão derrubada, nada gravado"),
        Kind("reset_after", "Conexão derrubada, já gravado"),
        Kind("unauthorized", "401, token recusado"),
        Kind("forbidden", "403, acesso negado"),
        Kind("too_many", "429, excesso de chamadas", {"retry_after": 30}),
        Kind(
            "refused",
            "Recusa com mensagem própria",
            {"status": 400, "code": 99, "message": "Operação não permitida."},
        ),
        Kind("html_200", "Página HTML com status 200", {"commit": False}),
        Kind("html_503", "Página HTML com status 503", {"commit": False}),
        Kind("broken_json", "JSON quebrado", {"commit": True}),
        Kind("truncated", "Resposta cortada no meio", {"commit": True}),
        Kind("portal_down", "Portal fora do ar (recusa tudo)"),
        Kind("slow", "Resposta lenta", {"milliseconds": 2000}, is_quirk=True),
        Kind("altered_text", "Texto alterado pelo portal", {"how": "crlf,trim,entities"}, is_quirk=True),
        Kind("viewed_on_read", "Trâmite «Visualizada» na primeira leitura", is_quirk=True),
        Kind("page_shape", "Outra forma de lista paginada", {"shape": "dados_object"}, is_quirk=True),
        Kind("numbers_as_text", "Números como texto", is_quirk=True),
        Kind("nulls", "Campos opcionais nulos em vez de omitidos", is_quirk=True),
        Kind("extra_fields", "Campos desconhecidos", is_quirk=True),
        Kind("key_order", "Ordem dos campos embaralhada", is_quirk=True),
        Kind("page_size_answered", "Página menor que a pedida", {"size": 20}, is_quirk=True),
        Kind("document_situations", "Códigos de situação do manual", is_quirk=True),
    )
}


class FaultMistake(ValueError):
    """The fault asked for cannot be armed; the text says why."""


@dataclass
class Fault:
    number: int
    kind: str
    operation: str
    times: int | None  # calls still to come; None: until cleared
    skip: int  # fitting calls to let pass first
    protocol: str | None
    account: str | None
    params: dict[str, Any]

    @property
    def is_quirk(self) -> bool:
        return KINDS[self.kind].is_quirk

    @property
    def title(self) -> str:
        return KINDS[self.kind].title

    def fits(self, operation: Operation | None, protocol: str | None, account: str | None) -> bool:
        if operation is None:
            return self.kind == "portal_down" and self.operation == "*"
        if self.protocol not in (None, protocol) or self.account not in (None, account):
            return False
        group = "writes" if operation.is_write else "reads"
        # The token is neither read nor write: a fault on every "read" should not stop the log-in.
        return self.operation in ("*", operation.name) or (self.operation == group and operation.name != "token")


@dataclass(frozen=True)
class Plan:
    """What befalls one call."""

    fault: Fault | None
    quirks: dict[str, dict[str, Any]]

    @property
    def names(self) -> list[str]:
        return ([self.fault.kind] if self.fault else []) + list(self.quirks)


class Faults:
    def __init__(self, operations: list[Operation]):
        self._names = {"*", "reads", "writes"} | {operation.name for operation in operations}
        self._armed: list[Fault] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def arm(
        self,
        kind: str,
        operation: str = "*",
        times: int | None = 1,
        skip: int = 0,
        protocol: str | None = None,
        account: str | None = None,
        **params: Any,
    ) -> Fault:
        """Raises FaultMistake for an unknown kind, operation or parameter."""
        if kind not in KINDS:
            raise FaultMistake(f"unknown kind: {kind}")
        if operation not in self._names:
            raise FaultMistake(f"unknown operation: {operation}")
        unknown = params.keys() - KINDS[kind].defaults.keys()
        if unknown:
            raise FaultMistake(f"{kind} takes no {', '.join(sorted(unknown))}")
        if times is not None and (not isinstance(times, int) or times < 1):
            raise FaultMistake("times is a positive number, or null for until cleared")
        with self._lock:
            fault = Fault(
                number=next(self._numbers),
                kind=kind,
                operation=operation,
                times=times,
                skip=skip,
                protocol=protocol,
                account=account,
                params={**KINDS[kind].defaults, **params},
            )
            self._armed.append(fault)
        return fault

    def take(self, operation: Operation | None, protocol: str | None, account: str | None) -> Plan:
        """What befalls this call; counts it against what was armed for a number of calls."""
        chosen, quirks = None, {}
        with self._lock:
            for fault in list(self._armed):
                if not fault.fits(operation, protocol, account):
                    continue
                if not fault.is_quirk and chosen:
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                if fault.is_quirk:
                    quirks[fault.kind] = fault.params
                else:
                    chosen = fault
                if fault.times is not None:
                    fault.times -= 1
                    if not fault.times:
                        self._armed.remove(fault)
        return Plan(chosen, quirks)

    def armed(self) -> list[dict]:
        with self._lock:
            return [{**asdict(fault), "title": fault.title} for fault in self._armed]

    def clear(self, number: int | None = None) -> None:
        with self._lock:
            self._armed = [fault for fault in self._armed if number not in (None, fault.number)]

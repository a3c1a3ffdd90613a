"""The control page, for people: faults, quirks, clock, calls. Plain forms, no script.

Each service adds its own section and pages (`service.pages`).
"""

from html import escape
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote

from backoffice.sandbox.control_api import move_clock
from backoffice.sandbox.faults import KINDS
from backoffice.sandbox.web import Reply, Request

ROOT = "/_controle/"
STYLE = (Path(__file__).parent / "control_page.css").read_text(encoding="utf-8")
SHOWN_CALLS = 60

# What a person may adjust before arming: (kind, parameter), label.
ADJUSTABLE = {
    ("late_commit", "seconds"): "Gravar depois de (s)",
    ("too_many", "retry_after"): "Retry-After (s)",
    ("slow", "milliseconds"): "Demora (ms)",
    ("refused", "message"): "Mensagem da recusa",
}
PAGE_SHAPES = ("dado_object", "dados_object", "dados_list", "dados_bare")


def answer(sandbox, request: Request) -> Reply:
    if request.method == "POST":
        return _act(sandbox, dict(parse_qsl(request.body.decode("utf-8", "replace"))))
    if request.method != "GET":
        return Reply(405, b"", "text/plain", {"Allow": "GET, POST"})
    parts = [unquote(part) for part in request.path.removeprefix("/_controle").strip("/").split("/") if part]
    notice = dict(request.query).get("aviso", "")
    if not parts:
        return _page(sandbox, "Controle do sandbox", _home(sandbox), notice)
    for service in sandbox.services:
        found = service.pages.page(parts, dict(request.query))
        if found:
            return _page(sandbox, *found, notice)
    return _page(sandbox, "Página não encontrada", "<p>Não há nada neste endereço.</p>", notice, status=404)


def _act(sandbox, form: dict[str, str]) -> Reply:
    back = form.pop("voltar", "")
    back = ROOT + back.removeprefix(ROOT) if back.startswith(ROOT) else ROOT
    do = form.pop("fazer", "")
    try:
        notice = _ACTIONS[do](sandbox, form) if do in _ACTIONS else None
        for service in sandbox.services:
            if notice is None:
                notice = service.pages.act(do, form)
    except (ValueError, TypeError) as mistake:
        notice = f"Não feito: {mistake}"
    if notice is None:
        notice = "Não feito: ação desconhecida."
    if isinstance(notice, tuple):
        notice, back = notice
    joint = "&" if "?" in back else "?"
    return Reply(303, b"", "text/plain", {"Location": f"{back}{joint}aviso={quote(notice)}"})


def _arm(sandbox, form: dict[str, str]) -> str:
    kind = form["kind"]
    params = {}
    for wanted, name in ADJUSTABLE:
        given = form.get(f"{wanted}.{name}", "").strip()
        if wanted == kind and given:
            params[name] = given if name == "message" else int(given)
    if kind == "page_shape":
        params["shape"] = form.get("shape", PAGE_SHAPES[0])
    times = form.get("times", "1")
    if kind == "portal_down":  # a portal is down for everything, and stays down
        form, times = {**form, "operation": "*"}, "sempre"
    sandbox.faults.arm(
        kind,
        form.get("operation", "*"),
        times=None if KINDS[kind].is_quirk or times == "sempre" else int(times),
        protocol=form.get("protocol", "").strip() or None,
        **params,
    )
    return f"Armado: {KINDS[kind].title}."


def _disarm(sandbox, form: dict[str, str]) -> str:
    sandbox.faults.clear(int(form["number"]) if form.get("number") else None)
    return "Falha retirada." if form.get("number") else "Todas as falhas foram retiradas."


def _clear_calls(sandbox, form: dict[str, str]) -> str:
    sandbox.calls.clear()
    return "Registro de chamadas esvaziado."


def _move_clock(sandbox, form: dict[str, str]) -> str:
    if form.get("machine"):
        move_clock(sandbox.clock, {"follow_machine": True})
    else:
        move_clock(sandbox.clock, {"advance_seconds": float(form["hours"]) * 3600})
    return f"Relógio do portal: {sandbox.clock.now():%d/%m/%Y %H:%M:%S}."


def _reset(sandbox, form: dict[str, str]) -> str:
    sandbox.reset()
    return "O sandbox voltou ao estado inicial."


_ACTIONS = {
    "arm": _arm,
    "disarm": _disarm,
    "clear_calls": _clear_calls,
    "clock": _move_clock,
    "reset": _reset,
}


def form_of(do: str, content: str, *, back: str = "", css: str = "") -> str:
    """A form that posts to this page."""
    return (
        f'<form method="post" action="{ROOT}" class="{css}"><input type="hidden" name="fazer" value="{do}">'
        f'<input type="hidden" name="voltar" value="{escape(back)}">{content}</form>'
    )


def select(name: str, options: list[tuple[str, str]], label: str) -> str:
    choices = "".join(f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in options)
    return f'<label>{escape(label)}<select name="{name}">{choices}</select></label>'


def text_field(name: str, label: str, value: str = "", kind: str = "text") -> str:
    return f'<label>{escape(label)}<input type="{kind}" name="{escape(name)}" value="{escape(value)}"></label>'


def button(text: str, *, name: str = "", value: str = "", css: str = "") -> str:
    named = f' name="{name}" value="{escape(value)}"' if name else ""
    return f'<button class="{css}"{named}>{escape(text)}</button>'


def _home(sandbox) -> str:
    sections = [_faults(sandbox), _quirks(sandbox)]
    sections += [service.pages.section() for service in sandbox.services]
    sections += [_calls(sandbox)]
    return "".join(sections)


def _faults(sandbox) -> str:
    operations = [("writes", "Todos os envios"), ("reads", "Todas as consultas"), ("*", "Todas as operações")]
    operations += [(operation.name, operation.title) for operation in sandbox.operations]
    times = [("1", "na próxima chamada"), ("3", "nas próximas 3"), ("10", "nas próximas 10"), ("sempre", "até retirar")]
    fields = select("operation", operations, "Operação") + select("times", times, "Quando")
    fields += text_field("protocol", "Só neste protocolo (opcional)")
    fields += "".join(
        text_field(f"{kind}.{name}", label, str(KINDS[kind].defaults[name]))
        for (kind, name), label in ADJUSTABLE.items()
        if not KINDS[kind].is_quirk
    )
    buttons = "".join(button(kind.title, name="kind", value=kind.name) for kind in KINDS.values() if not kind.is_quirk)
    form = form_of("arm", f'<div class="fields">{fields}</div><div class="buttons">{buttons}</div>')
    armed = [fault for fault in sandbox.faults.armed() if not KINDS[fault["kind"]].is_quirk]
    names = dict(operations)
    rows = "".join(
        f"<tr><td>{escape(fault['title'])}</td><td>{escape(names[fault['operation']])}"
        f"{' · ' + escape(fault['protocol']) if fault['protocol'] else ''}</td>"
        f"<td>{'até retirar' if fault['times'] is None else 'mais ' + str(fault['times'])}</td>"
        f"<td>{form_of('disarm', _hidden('number', fault['number']) + button('Retirar', css='small'))}</td></tr>"
        for fault in armed
    )
    table = f"<table><tbody>{rows}</tbody></table>" if rows else '<p class="quiet">Nenhuma falha armada.</p>'
    clear = (
        form_of("disarm", button("Retirar todas, as particularidades também", css="small"))
        if sandbox.faults.armed()
        else ""
    )
    return f"<section><h2>Falhas</h2>{form}<h3>Armadas</h3>{table}{clear}</section>"


def _quirks(sandbox) -> str:
    on = {fault["kind"]: fault for fault in sandbox.faults.armed() if KINDS[fault["kind"]].is_quirk}
    items = []
    for kind in KINDS.values():
        if not kind.is_quirk:
            continue
        if kind.name in on:
            content = _hidden("number", on[kind.name]["number"]) + button("Desligar", css="small on")
            form = form_of("disarm", content)
        else:
            extra = _hidden("kind", kind.name)
            if kind.name == "page_shape":
                extra += select("shape", [(shape, shape) for shape in PAGE_SHAPES], "Forma")
            for (wanted, name), label in ADJUSTABLE.items():
                if wanted == kind.name:
                    extra += text_field(f"{wanted}.{name}", label, str(kind.defaults[name]))
            form = form_of("arm", extra + button("Ligar", css="small"))
        items.append(f"<li><span>{escape(kind.title)}</span>{form}</li>")
    return f'<section><h2>Particularidades do portal</h2><ul class="switches">{"".join(items)}</ul></section>'


def _calls(sandbox) -> str:
    titles = {operation.name: operation.title for operation in sandbox.operations}
    counts = "".join(
        f"<li><b>{count}</b> {escape(titles.get(name, 'Endereço desconhecido'))}</li>"
        for name, count in sandbox.calls.counts().items()
    )
    rows = "".join(
        f'<tr><td class="quiet">{call["at"][11:19]}</td><td>{escape(call["method"])}</td>'
        f"<td><code>{escape(call['path'])}</code></td>"
        f'<td class="status s{str(call["status"] or 0)[0]}">{call["status"] or "sem resposta"}</td>'
        f"<td>{'' if call['milliseconds'] is None else str(call['milliseconds']) + ' ms'}</td>"
        f"<td>{escape(', '.join(KINDS[name].title for name in call['faults']))}</td></tr>"
        for call in reversed(sandbox.calls.listed()[-SHOWN_CALLS:])
    )
    head = "<tr><th>Hora</th><th>Método</th><th>Endereço</th><th>Status</th><th>Tempo</th><th>Falha</th></tr>"
    table = (
        f'<div class="wide"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'
        if rows
        else '<p class="quiet">Nenhuma chamada recebida.</p>'
    )
    clear = form_of("clear_calls", button("Esvaziar o registro", css="small")) if rows else ""
    return f'<section><h2>Chamadas recebidas</h2><ul class="counts">{counts}</ul>{table}{clear}</section>'


def _hidden(name: str, value) -> str:
    return f'<input type="hidden" name="{name}" value="{escape(str(value))}">'


def _page(sandbox, title: str, content: str, notice: str, status: int = 200) -> Reply:
    now = sandbox.clock.now()
    clock = form_of(
        "clock",
        text_field("hours", "Avançar (horas)", "24", "number")
        + button("Avançar", css="small")
        + button("Hora da máquina", css="small", name="machine", value="1"),
        css="clock",
    )
    shown = f'<p class="notice" role="status">{escape(notice)}</p>' if notice else ""
    document = f"""<!DOCTYPE html>
<html lang="pt-BR"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{escape(title)}</title><style>{STYLE}</style></head>
<body><header><div><a href="{ROOT}">Sandbox</a><span>{now:%d/%m/%Y %H:%M:%S}</span></div>
{clock}{form_of("reset", button("Voltar ao estado inicial", css="small"))}</header>
<main><h1>{escape(title)}</h1>{shown}{content}</main></body></html>
"""
    return Reply(
        status,
        document.encode(),
        "text/html;charset=UTF-8",
        {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"},
    )

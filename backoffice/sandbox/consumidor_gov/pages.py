"""The portal's section of the control page: the complaints, and the parts of consumer and gestor."""

from datetime import date
from html import escape

from backoffice.sandbox.consumidor_gov.control import Control
from backoffice.sandbox.consumidor_gov.seed.companies import COMPANIES
from backoffice.sandbox.consumidor_gov.situations import ANSWERED, AT_MEDIATOR, OPEN, SITUATIONS, WITH_COMPANY
from backoffice.sandbox.control_page import ROOT, button, form_of, select, text_field

_PATH = f"{ROOT}reclamacao/"
_SIDES = {"consumer": "consumidor", "company": "empresa", "mediator": "gestor", "system": "sistema"}


class Pages:
    def __init__(self, control: Control, clock):
        self.control, self.clock = control, clock

    def section(self) -> str:
        companies = [("", "Todas")] + [(company.code, company.trade_name) for company in COMPANIES]
        find = (
            f'<form method="get" action="{_PATH}" class="fields">{text_field("protocolo", "Protocolo")}'
            f"{button('Abrir')}</form>"
        )
        listing = (
            f'<form method="get" action="{ROOT}reclamacoes" class="fields">'
            f"{select('company', companies, 'Empresa')}"
            f"{select('situation', [('', 'Todas'), *((str(c), t) for c, t in SITUATIONS.items())], 'Situação')}"
            f"{button('Listar')}</form>"
        )
        new = form_of(
            "new_complaint",
            '<div class="fields">'
            + select("company", companies[1:], "Empresa")
            + text_field("deadline", "Prazo", kind="date")
            + text_field("cpf", "CPF (opcional)")
            + "</div>"
            + _area("text", "Descrição (em branco, inventada)")
            + button("Registrar como consumidor", css="main"),
        )
        return (
            "<section><h2>Consumidor.gov.br</h2>"
            f'<div class="columns"><div><h3>Reclamações</h3>{find}{listing}</div>'
            f"<div><h3>Nova reclamação</h3>{new}</div></div>{self._waiting()}</section>"
        )

    def _waiting(self) -> str:
        rows = "".join(
            f'<tr><td>{escape(w["operation"])}</td><td><a href="{_PATH}{w["protocol"]}">{w["protocol"]}</a></td>'
            f"<td>{_moment(w['due_at'])}</td></tr>"
            for w in self.control.deferred()
        )
        head = "<tr><th>Operação</th><th>Protocolo</th><th>Será gravada em</th></tr>"
        return f"<h3>Gravações por vir</h3><table>{head}{rows}</table>" if rows else ""

    def page(self, parts: list[str], query: dict[str, str]) -> tuple[str, str] | None:
        """Title and content. Raises nothing: an unknown protocol says so."""
        match parts:
            case ["reclamacoes"]:
                return "Reclamações", self._list(query)
            case ["reclamacao"]:
                return self._complaint(query.get("protocolo", "").strip())
            case ["reclamacao", protocol]:
                return self._complaint(protocol)
        return None

    def _list(self, query: dict[str, str]) -> str:
        situation = query.get("situation") or None
        found = self.control.complaints(
            company=query.get("company") or None,
            situation=situation if (situation or "0").isdigit() else None,
            limit="200",
        )
        rows = "".join(
            f'<tr><td><a href="{_PATH}{c["protocol"]}">{c["protocol"]}</a></td><td>{escape(c["company"])}</td>'
            f"<td>{escape(c['situation_text'])}</td><td>{self._deadline(c)}</td>"
            f"<td>{escape(c['consumer']['name'])}</td><td>{c['last_movement']}</td></tr>"
            for c in found
        )
        head = (
            "<tr><th>Protocolo</th><th>Empresa</th><th>Situação</th><th>Prazo</th><th>Consumidor</th>"
            "<th>Trâmites</th></tr>"
        )
        shown = f'<p class="quiet">{len(found)} mais recentes</p>'
        return f'<section>{shown}<div class="wide"><table>{head}{rows}</table></div></section>'

    def _deadline(self, complaint: dict) -> str:
        due = date.fromisoformat(complaint["deadline"])
        waiting = complaint["situation"] in (OPEN, WITH_COMPANY)
        css = ' class="late"' if waiting and due < self.clock.now().date() else ""
        return f"<span{css}>{due:%d/%m/%Y}</span>"

    def _complaint(self, protocol: str) -> tuple[str, str]:
        try:
            found = self.control.complaint(protocol)
        except ValueError as mistake:
            return "Reclamação", f"<p>{escape(str(mistake))}</p>"
        facts = (
            ("Empresa", found["company"]),
            ("Situação", found["situation_text"]),
            ("Prazo", self._deadline(found)),
            ("Consumidor", found["consumer"]["name"]),
            ("Ações da empresa", ", ".join(found["allowed_actions"]) or "nenhuma"),
        )
        head = "".join(
            f"<tr><th>{name}</th><td>{value if name == 'Prazo' else escape(value)}</td></tr>" for name, value in facts
        )
        late = "".join(
            f'<p class="late">{escape(w["operation"])} será gravada em {_moment(w["due_at"])}</p>'
            for w in found["deferred"]
        )
        movements = "".join(_movement(movement) for movement in reversed(found["movements"]))
        return (
            f"Reclamação {protocol}",
            f"<section><table>{head}</table>{late}</section>"
            f"<section><h2>Consumidor e gestor</h2>{self._forms(found)}</section>"
            f"<section><h2>Trâmites</h2>{movements}</section>",
        )

    def _forms(self, found: dict) -> str:
        back, forms = _PATH + found["protocol"], []
        hidden = f'<input type="hidden" name="protocol" value="{found["protocol"]}">'
        if found["situation"] in (OPEN, WITH_COMPANY):
            content = hidden + _area("text", "Complemento") + button("Complementar como consumidor")
            forms.append(form_of("consumer-complement", content, back=back))
        if found["situation"] == ANSWERED or found["is_expired"]:
            content = (
                hidden
                + select("resolved", [("1", "Resolvida"), ("", "Não resolvida")], "Avaliação")
                + select("score", [(str(n), str(n)) for n in range(5, 0, -1)], "Nota")
                + _area("comment", "Comentário")
                + button("Avaliar como consumidor")
            )
            forms.append(form_of("rate", content, back=back))
        content = hidden + _area("text", "Mensagem") + button("Escrever como gestor")
        forms.append(form_of("mediator-message", content, back=back))
        if found["situation"] == AT_MEDIATOR:
            content = (
                hidden
                + select("upheld", [("", "Improcedente: volta à empresa"), ("1", "Procedente: cancela")], "Recusa")
                + button("Decidir como gestor")
            )
            forms.append(form_of("mediator-decision", content, back=back))
        content = hidden + text_field("deadline", "Novo prazo", found["deadline"], "date") + button("Mudar prazo")
        forms.append(form_of("deadline", content, back=back))
        if found["situation"] in (OPEN, WITH_COMPANY) and not found["is_expired"]:
            forms.append(form_of("expire", hidden + button("Expirar o prazo de resposta"), back=back))
        return f'<div class="columns">{"".join(forms)}</div>'

    def act(self, do: str, form: dict[str, str]) -> str | tuple[str, str] | None:
        """What a form asked for. Returns the notice (and where to go); raises ValueError with the reason."""
        if do == "new_complaint":
            given = {name: value for name, value in form.items() if value.strip()}
            protocol = self.control.actors.new_complaint(**given)
            return f"Reclamação {protocol} registrada.", _PATH + protocol
        action = self.control.actions.get(do)
        if action is None:
            return None
        for name in ("resolved", "upheld"):
            if do == {"resolved": "rate", "upheld": "mediator-decision"}[name]:
                form[name] = bool(form.get(name))
        if "score" in form:
            form["score"] = int(form["score"])
        if do in ("consumer-complement", "mediator-message") and not form.get("text", "").strip():
            raise ValueError("falta o texto.")
        action(form.pop("protocol"), **form)
        return "Feito."


def _area(name: str, label: str) -> str:
    return f'<label class="whole">{escape(label)}<textarea name="{name}"></textarea></label>'


def _movement(movement: dict) -> str:
    texts = "".join(f"<p>{escape(text['text'])}</p>" for text in movement["texts"])
    files = "".join(
        f'<p class="quiet">Anexo {f["code"]}: {escape(f["name"])} ({f["size"]} bytes)</p>'
        for f in movement["attachments"]
    )
    return (
        f'<div class="movement"><header>{movement["code"]}. {escape(movement["type_text"])}'
        f' <span class="quiet">{_moment(movement["at"])} · {escape(movement["author"])}'
        f" ({_SIDES[movement['side']]})</span></header>{texts}{files}</div>"
    )


def _moment(text: str) -> str:
    return f"{text[8:10]}/{text[5:7]}/{text[:4]} {text[11:19]}"

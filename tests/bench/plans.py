"""What is asked of the product and, for the same job, of the floor."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

from backoffice.people import User
from complaints import meanings
from complaints.models import Complaint
from complaints.models.submission import payload_hash
from tests.bench.clients import Act, Step
from tests.bench.inventing import LONG

# Nothing in it is anybody's personal data, so that it may leave.
ANSWER = (
    "Agradecemos o contato. Verificamos o ocorrido com o setor responsável e pedimos desculpas pelo transtorno.\n\n"
    "A entrega foi reprogramada com a transportadora e chega em até cinco dias úteis. O frete foi devolvido na fatura "
    "do cartão usado na compra; o prazo em que a devolução aparece depende do banco, e costuma ser de até duas "
    "faturas.\n\nA peça que faltava segue na mesma encomenda, sem custo, e a montagem será feita na data que for "
    "melhor. Se algo não estiver como combinado, basta responder por este canal, e o caso volta para a mesma pessoa "
    "que o analisou.\n\nPermanecemos à disposição.\n\nAtenciosamente,\nEquipe de Relacionamento"
)
DEEP = 0.9  # how far down the queue its deep page begins
SAMPLE = 2_000  # complaints one page is asked for


@dataclass(slots=True)
class Job:
    """One job on both sides. `names`: the steps of ours that are reported, each with its title.

    The floor's acts are of one step. `is_once`: ours can be walked once each, for what they write.
    """

    key: str
    names: dict[str, str]
    ours: list[Act]
    floor: list[Act]
    is_once: bool = False


def jobs(*, agent: User, csrf: str, seed: int = 5) -> list[Job]:
    """Everything that is measured, for an agent whose pages carry this token."""
    dice = Random(seed)
    token = {"X-CSRFToken": csrf}
    visible = Complaint.objects.visible_to(agent)
    everyday = list(visible.filter(movement_count=5).order_by("?").values_list("protocol", "consumer_name")[:SAMPLE])
    protocols = [protocol for protocol, _ in everyday]
    answerable = visible.awaiting_answer().filter(submission_state="", draft_at=None, movement_count=5)
    to_answer = list(answerable.values_list("protocol", "last_movement_code"))
    dice.shuffle(to_answer)
    # What is answered no longer shows the page for answering.
    to_look_at, to_answer = to_answer[: len(to_answer) // 4], to_answer[len(to_answer) // 4 :]
    names = [_two_words(name) for _, name in everyday]
    return [
        Job("queue", {"queue": "Fila, filtros de sempre"}, [[_get("queue", "/fila/", "bo-queue__table")]],
            [[_get("queue", "/queue/", "<table>")]]),
        _deep(visible.awaiting_answer()),
        _find("find_protocol", "Busca: fim do protocolo", [protocol[-6:] for protocol in protocols[:200]], token),
        _find("find_name", "Busca: nome e sobrenome", names[:200], token),
        _find("find_common", "Busca: «silva»", ["silva"], token),
        _complaints("complaint", "Reclamação, 5 trâmites", protocols),
        *(
            _complaints(
                f"complaint_{count}",
                f"Reclamação, {count} trâmites",
                list(visible.filter(movement_count=count).values_list("protocol", flat=True)),
            )
            for count in LONG
        ),
        Job(
            "compose",
            {"compose": "Responder: a página"},
            [[_get("compose", f"/reclamacoes/{p}/responder/", 'id="answer-text"')] for p, _ in to_look_at],
            [[_get("compose", f"/complaint/{p}/answer/", "<textarea")] for p, _ in to_look_at],
        ),
        Job(
            "answer",
            {
                "draft": "Responder: salvar o rascunho",
                "confirm": "Responder: conferir",
                "send": "Responder: enviar",
            },
            [_answer(protocol, code, agent, token) for protocol, code in to_answer],
            [
                [_post("answer", f"/complaint/{protocol}/answer/", {"text": ANSWER}, token, status=302)]
                for protocol, _ in to_answer[:SAMPLE]
            ],
            is_once=True,
        ),
    ]  # fmt: skip


def _get(name: str, path: str, marker: str) -> Step:
    return Step(name, path, marker=marker)


def _post(name: str, path: str, form: dict, headers: dict, **rest) -> Step:
    return Step(name, path, method="POST", body=urlencode(form), headers=headers, **rest)


def _deep(waiting) -> Job:
    rows = waiting.order_by("queue_on", "pk").values_list("queue_on", "pk")
    place = int(rows.count() * DEEP)
    cursor = "{}.{}".format(*rows[place])
    return Job(
        "deep",
        {"deep": f"Fila, página {place // 50 + 1}"},
        [[_get("deep", f"/fila/?depois={cursor}", "bo-queue__table")]],
        [[_get("deep", f"/queue/?after={cursor}", "<table>")]],
    )


def _find(key: str, title: str, typed: Iterable[str], token: dict) -> Job:
    """With us the words are posted, kept under a key, and the list is another request: both are timed."""
    typed = list(typed)
    return Job(
        key,
        {key: title},
        [
            [_post(key, "/fila/buscar/", {"q": words, "filtros": ""}, token, follow=True, marker="bo-row-link")]
            for words in typed
        ],
        [[_post(key, "/find/", {"q": words}, token, marker='<a href="/complaint/')] for words in typed],
    )


def _two_words(name: str) -> str:
    words = meanings.fold(name).split()
    return f"{words[0]} {words[-1]}"


def _complaints(key: str, title: str, protocols: list[str]) -> Job:
    return Job(
        key,
        {key: title},
        [[_get(key, f"/reclamacoes/{protocol}/", "Conversa")] for protocol in protocols],
        [[_get(key, f"/complaint/{protocol}/", "<article>")] for protocol in protocols],
    )


def _answer(protocol: str, last_movement: int, agent: User, token: dict) -> Act:
    """As the page does it: saved while typing, confirmed in a dialog, sent."""
    place, htmx = f"/reclamacoes/{protocol}/responder", {**token, "HX-Request": "true"}
    form = {"text": ANSWER, "author": agent.pk, "tab": "1", "seen_movement_code": last_movement}
    sent = {"author": agent.pk, "payload_hash": payload_hash(ANSWER, []), "seen_movement_code": last_movement}
    script = {**token, "Accept": "application/json"}
    return [
        _post("draft", f"{place}/rascunho/", {**form, "revision": 0}, script, marker='"stale": false'),
        _post("confirm", f"{place}/conferir/", {**form, "revision": 1}, htmx, marker="payload_hash"),
        _post("send", f"{place}/enviar/", sent, htmx),
    ]

"""Reading the portal at no cost but ours: records as it prints them, handed over by a client without network."""

import json
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from django.utils import timezone

from backoffice.remote import lenient_json
from complaints.consumidor_gov import parsing
from complaints.consumidor_gov.records import ComplaintDetail, ComplaintFilters, ComplaintSummary, Page
from complaints.models import PortalAccount, SyncRun
from complaints.services import ingest, sync
from tests.bench import figures
from tests.bench.figures import Drawn
from tests.bench.people import know_the_words
from tests.bench.writing import Pools, make_pools
from tests.complaints.factories import make_cpf

PAGE = 100
DAYS = 21  # of openings, for the import's windows


class Portal:
    """Invents records, never the same protocol twice."""

    def __init__(self, *, seed: int = 3) -> None:
        self.dice = Random(seed)
        self.pools: Pools = make_pools(self.dice, rows=2_000, today=timezone.localdate())
        self.topic = Drawn(self.dice, *figures.topics())
        self.made = 0

    def pages(self, count: int) -> list[list[dict]]:
        return [[self._record() for _ in range(PAGE)] for _ in range(count)]

    def _record(self) -> dict:
        self.made += 1
        dice, topic = self.dice, self.topic.next()
        consumer = dice.choice(self.pools.consumers)
        opened = timezone.localtime() - timedelta(days=dice.randrange(1, DAYS), seconds=dice.randrange(80_000))
        story, request = dice.choice(self.pools.stories(topic.problem[1]))
        protocol = f"9{self.made:016d}"
        steps = (
            (1, "Abertura da reclamação", consumer.name, ((1, "S"), (3, story), (4, request))),
            (2, "Visualizada pelo fornecedor", "Varanda Leitura", ((9, "(sem detalhes)"),)),
            (6, "Complemento da reclamação", "Varanda Leitura", ((5, dice.choice(self.pools.company_words)),)),
            (6, "Complemento da reclamação", consumer.name, ((5, dice.choice(self.pools.consumer_words)),)),
            (3, "Resposta do fornecedor", "Varanda Leitura", ((5, dice.choice(self.pools.answers)),)),
        )
        return {
            "protocolo": protocol,
            "situacao": _coded(4, "Respondida"),
            "meioConsumo": _coded(1, "Internet"),
            "prazo": f"{opened + timedelta(days=10):%d/%m/%Y} 00:00:00",
            "dataAbertura": f"{opened:%d/%m/%Y %H:%M:%S}",
            "area": _coded(*topic.area),
            "assunto": _coded(*topic.subject),
            "problema": _coded(*topic.problem),
            "reclamante": {
                "nome": consumer.name,
                "dataNascimento": f"{consumer.born_on:%d/%m/%Y}",
                "documento": make_cpf(self.made),
                "emails": consumer.emails,
                "telefones": consumer.phones,
                **_address(consumer),
            },
            "reclamado": {"nome": "Varanda Leitura", "documento": "04512873000171", **_address(consumer)},
            "mediador": {"nome": f"Procon {consumer.city.uf}", "documento": "11222333000181"},
            "tramites": [
                {
                    "codigo": code,
                    "tipo": _coded(kind, text),
                    "data": f"{opened + timedelta(hours=code):%d/%m/%Y %H:%M:%S}",
                    "autor": author,
                    "textos": [{"texto": said, "tipo": _coded(type_, "Texto")} for type_, said in texts],
                }
                for code, (kind, text, author, texts) in enumerate(steps, start=1)
            ],
            "acoes": [{"rel": "detalhar", "method": "GET"}],
        }


def _coded(code: int | str, text: str) -> dict:
    return {"codigo": code, "descricao": text}


def _address(consumer) -> dict:
    return {
        "estado": consumer.city.uf,
        "cidade": consumer.city.name,
        "cep": consumer.cep,
        "logradouro": consumer.street,
        "bairro": consumer.district,
        "numeroComplemento": consumer.extra,
    }


class InstantClient:
    """Stands in for ConsumidorGov where the import asks: its bodies are text, and are parsed like any reply."""

    def __init__(self, pages: list[list[dict]]) -> None:
        records = [record for page in pages for record in page]
        self._details = {record["protocolo"]: json.dumps(record) for record in records}
        shown = ("protocolo", "situacao", "prazo", "dataAbertura", "reclamante", "acoes")
        self._listed = [
            (
                datetime.strptime(record["dataAbertura"][:10], "%d/%m/%Y").date(),
                json.dumps({name: record[name] for name in shown}),
            )
            for record in records
        ]

    def complaint(self, protocol: str) -> ComplaintDetail:
        return parsing.complaint_detail(lenient_json.loads(self._details[protocol]))

    def page_complaints(self, filters: ComplaintFilters, *, page: int, size: int) -> Page[ComplaintSummary]:
        first, last = filters.opened_from or date.min, filters.opened_to or date.max
        found = [] if filters.situation else [body for day, body in self._listed if first <= day <= last]
        content = lenient_json.loads(f"[{','.join(found[page * size : (page + 1) * size])}]")
        body = {"content": content, "totalElements": len(found), "lastPage": (page + 1) * size >= len(found)}
        return parsing.page(body, parsing.complaint_summary, number=page, size=size)


# --- Measures: pages of a hundred complaints a second -----------------------------------------------------


def reading_account() -> PortalAccount:
    """Nobody's: what is read for it shows in no page that is measured."""
    account, is_new = PortalAccount.objects.get_or_create(
        name="Varanda Leitura", defaults={"is_active": True, "client_id": "leitura", "code": "c", "client_secret": "s"}
    )
    if is_new:
        know_the_words(account, timezone.now())
    return account


def ingest_speed(account: PortalAccount, bodies: list[str]) -> float:
    """Parse and store, page by page, in this thread."""
    started = time.perf_counter()
    for body in bodies:
        details = [parsing.complaint_detail(record) for record in lenient_json.loads(body)]
        counts = ingest.store_details(account=account, details=details, read_at=timezone.now())
        if counts.refused:
            raise RuntimeError(f"not stored: {counts.refused[0].reason}")
    return len(bodies) / (time.perf_counter() - started)


def import_speed(account: PortalAccount, pages: list[list[dict]]) -> float:
    """The whole import with all it does besides: listings, cursor, heartbeat, giving way to other writers."""
    client = InstantClient(pages)
    started = time.perf_counter()
    run = sync.run_import(
        account=account, client=client, restart=True, since=timezone.localdate() - timedelta(days=DAYS + 1)
    )
    seconds = time.perf_counter() - started
    count = run.created + run.changed + run.unchanged
    if run.state != SyncRun.State.DONE or count != len(pages) * PAGE:
        raise RuntimeError(f"the import ended {run.state} with {count} complaints: {run.words}")
    return len(pages) / seconds


def as_file(bodies: list[str], path: Path) -> Path:
    path.write_text(json.dumps(bodies))
    return path


def bodies_of(pages: list[list[dict]]) -> Iterator[str]:
    return (json.dumps(page) for page in pages)

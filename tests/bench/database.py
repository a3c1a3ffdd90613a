"""Everything on one database: made, filled, served twice, measured in turns. Writes its result as JSON.

Runs as a process of its own, whose environment names the database (see __main__).
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

from tests.bench.clients import Clients, Walk
from tests.bench.serving import Server, log_in

CLIENTS = (1, 8)
WARMING = 0.5  # seconds each job is asked for before anything counts
READING_PAGES = 20


def main() -> None:
    options = _options()
    result = Bench(options.home, rows=options.rows, rounds=options.rounds, seconds=options.seconds).run(options.only)
    options.result.write_text(json.dumps(result))


def tell(words: str) -> None:
    print(f"  {time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


class Bench:
    def __init__(self, home: Path, *, rows: int, rounds: int, seconds: float) -> None:
        self.home, self.rows, self.rounds, self.seconds = home, rows, rounds, seconds

    def run(self, only: list[str]) -> dict:
        """`only`: keys of jobs, "reading" among them; empty for all."""
        started = time.monotonic()
        self.prepare()
        loaded = self.load()
        load_seconds = time.monotonic() - started
        tell("as mesmas linhas para o piso")
        floor_session = self.floor("prepare")
        lines = self.measure_pages(only, loaded.team.agents[0], floor_session)
        reading = self.measure_reading() if not only or "reading" in only else []
        return {
            **describe_database(),
            "rows": loaded.complaints,
            "movements": loaded.movements,
            "rounds": self.rounds,
            "load_seconds": load_seconds,
            "lines": lines,
            "reading": reading,
        }

    # --- before ---

    def prepare(self) -> None:
        import django
        from django.core.management import call_command

        django.setup()
        tell("tabelas e arquivos estáticos")
        call_command("migrate", verbosity=0, run_syncdb=True)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)

    def load(self):
        from tests.bench import loading

        tell(f"carga de {self.rows} reclamações")
        return loading.load(self.rows, tell=tell)

    def floor(self, *arguments: str) -> dict:
        """Something done by the floor's own Django."""
        command = [sys.executable, "-m", "tests.bench.floor", *arguments]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)

    # --- pages ---

    def measure_pages(self, only: list[str], agent, floor_session: dict) -> list[dict]:
        from tests.bench import people, plans

        port = int(os.environ["PORT"])
        ours = Server("backoffice.wsgi", port=port, log=self.home / "ours.log", env={})
        floor = Server("tests.bench.floor.wsgi", port=port + 1, log=self.home / "floor.log", env={})
        with ours, floor, Clients() as clients:
            cookies = log_in(port, username=people.USERNAME, password=people.PASSWORD)
            jobs = [job for job in plans.jobs(agent=agent, csrf=cookies["csrftoken"]) if not only or job.key in only]
            floor_cookies = {**floor_session, "csrftoken": cookies["csrftoken"]}
            queries = self._queries(jobs, cookies["sessionid"], floor_session["sessionid"])
            measures = [_Measure(job, (port, cookies), (port + 1, floor_cookies), self) for job in jobs]
            if measures:
                tell("aquecimento")
            for measure in measures:
                measure.warm(clients)
            for number in range(self.rounds):
                tell(f"rodada {number + 1} de {self.rounds}")
                for measure in measures:
                    measure.round(clients)
        return [line for measure in measures for line in measure.lines(queries)]

    def _queries(self, jobs: list, session: str, floor_session: str) -> dict[str, tuple[int, int]]:
        from tests.bench.counting import queries_of

        tell("consultas de cada página")
        found: dict[str, tuple[int, int]] = {}
        acts = self.home / "floor-acts.json"
        acts.write_text(json.dumps({job.key: [asdict(step) for step in job.floor[0]] for job in jobs}))
        of_floor = self.floor("queries", floor_session, str(acts)) if jobs else {}
        for job in jobs:
            # The first walk fills this process's caches; what is walked once is counted at once.
            walks = job.ours[:1] if job.is_once else [job.ours[0], job.ours[-1]]
            for act in walks:
                for name in job.names:
                    steps = [asdict(step) for step in act if step.name == name]
                    found[name] = queries_of(steps, {"sessionid": session}), of_floor[job.key]
            if job.is_once:
                del job.ours[0]
        return found

    # --- reading ---

    def measure_reading(self) -> list[dict]:
        from tests.bench import reading

        tell("leitura do portal")
        portal, account = reading.Portal(), reading.reading_account()
        pages = max(2, min(READING_PAGES, self.rows // 1_000))
        speeds: dict[str, list[float]] = {"ingest": [], "floor": [], "again": [], "import": [], "import_again": []}
        for _ in range(self.rounds):
            bodies = list(reading.bodies_of(portal.pages(pages)))
            speeds["ingest"].append(reading.ingest_speed(account, bodies))
            stored = reading.as_file(bodies, self.home / "pages.json")
            speeds["floor"].append(self.floor("sync", str(stored))["pages_per_second"])
            speeds["again"].append(reading.ingest_speed(account, bodies))
            imported = portal.pages(pages)
            speeds["import"].append(reading.import_speed(account, imported))
            speeds["import_again"].append(reading.import_speed(account, imported))
        middle = {name: statistics.median(values) for name, values in speeds.items()}

        def row(title: str, ours: str, **rest) -> dict:
            return {"title": title, "ours": middle[ours], "floor": None, "first": None, **rest}

        return [
            row("Analisar e gravar páginas novas", "ingest", floor=middle["floor"]),
            row("As mesmas, sem novidade", "again", first=middle["ingest"]),
            row("A importação inteira", "import", floor=middle["floor"]),
            row("De novo, sem novidade", "import_again", first=middle["import"]),
        ]


class _Measure:
    """One job, its rounds and what they gave."""

    def __init__(self, job, ours: tuple[int, dict], floor: tuple[int, dict], bench: Bench) -> None:
        self.job, self.bench = job, bench
        self.sides = {"ours": (*ours, job.ours), "floor": (*floor, job.floor)}
        self.times: dict[tuple[str, int, str], list[tuple[float, float]]] = {}
        self._place = {"ours": 0, "floor": 0}
        # What can be walked once is shared out among the rounds and the warming.
        self._share = max(1, len(job.ours) // (len(CLIENTS) * bench.rounds + 1))

    def warm(self, clients: Clients) -> None:
        for side in self.sides:
            self._walk(clients, side, max(CLIENTS), min(WARMING, self.bench.seconds))

    def round(self, clients: Clients) -> None:
        for number in CLIENTS:
            for side in self.sides:
                for name, values in self._walk(clients, side, number, self.bench.seconds).items():
                    pair = statistics.median(values), _percentile(values, 0.95)
                    self.times.setdefault((side, number, name), []).append(pair)

    def _walk(self, clients: Clients, side: str, number: int, seconds: float) -> dict[str, list[float]]:
        port, cookies, acts = self.sides[side]
        is_once = side == "ours" and self.job.is_once
        place = self._place[side]
        if is_once:
            acts = acts[place : place + self._share]
        else:
            acts = acts[place % len(acts) :] + acts[: place % len(acts)]
        times, walked = clients.walk(Walk(port, cookies, acts, number, seconds, again=not is_once))
        self._place[side] += walked
        return times

    def lines(self, queries: dict[str, tuple[int, int]]) -> list[dict]:
        floor_name = self.job.floor[0][0].name
        return [
            {
                "key": name,
                "title": title,
                "queries": queries[name][0],
                "floor_queries": queries[name][1],
                "ours": self._middle("ours", name),
                "floor": self._middle("floor", floor_name),
            }
            for name, title in self.job.names.items()
            if ("ours", max(CLIENTS), name) in self.times  # with few rows there is not always something to answer
        ]

    def _middle(self, side: str, name: str) -> dict[int, tuple[float, float]]:
        return {
            number: tuple(statistics.median(values) for values in zip(*self.times[side, number, name], strict=True))
            for number in CLIENTS
        }


def _percentile(values: list[float], share: float) -> float:
    """Nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * int(share * 100) // 100) - 1)]


def describe_database() -> dict[str, str]:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            return {"database": f"SQLite {cursor.fetchone()[0]}"}
        cursor.execute("SHOW server_version")
        return {"database": f"PostgreSQL {cursor.fetchone()[0].split()[0]}"}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.database")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--result", type=Path, required=True)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("only", nargs="*")
    return parser.parse_args()


if __name__ == "__main__":
    main()

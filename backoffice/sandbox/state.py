"""The sandbox's persisted state: one SQLite file, and beside it the seed it can return to.

All access goes through one connection under one lock: calls are short, nothing sleeps while
holding it, and a reset can swap the whole content between two calls.
"""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = "CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"


class State:
    """Opens the state in `directory`; where there is none, `fill(connection)` makes the seed first.

    A start that dies while filling leaves only a temporary file, so the next start fills again.
    """

    def __init__(self, directory: Path, fill: Callable[[sqlite3.Connection], None]):
        directory.mkdir(parents=True, exist_ok=True)
        self._seed_path = directory / "seed.sqlite3"
        path = directory / "sandbox.sqlite3"
        if not self._seed_path.exists():
            self._make_seed(fill)
            path.unlink(missing_ok=True)
        if not path.exists():
            shutil.copyfile(self._seed_path, path)
        self.lock = threading.RLock()
        self._depth = 0
        self.db = _connect(path)

    def _make_seed(self, fill) -> None:
        unfinished = self._seed_path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        db = _connect(unfinished, journal="OFF")
        db.executescript(SCHEMA)
        db.execute("BEGIN")
        fill(db)
        if db.in_transaction:
            db.execute("COMMIT")
        db.close()
        unfinished.rename(self._seed_path)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One atomic change; nested uses join the outer one. An exception undoes all of it."""
        with self.lock:
            if self._depth:
                yield self.db
                return
            self.db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield self.db
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            else:
                self.db.execute("COMMIT")
            finally:
                self._depth -= 1

    def rows(self, sql: str, values=()) -> list[sqlite3.Row]:
        with self.lock:
            return self.db.execute(sql, values).fetchall()

    def row(self, sql: str, values=()) -> sqlite3.Row | None:
        with self.lock:
            return self.db.execute(sql, values).fetchone()

    def setting(self, key: str) -> str | None:
        found = self.row("SELECT value FROM settings WHERE key = ?", (key,))
        return found["value"] if found else None

    def keep_setting(self, key: str, value: str) -> None:
        with self.transaction() as db:
            db.execute(
                "INSERT INTO settings VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )

    def reset(self) -> None:
        """Back to the seed: everything done since, the clock included, is forgotten."""
        with self.lock:
            seed = sqlite3.connect(self._seed_path)
            try:
                seed.backup(self.db)
            finally:
                seed.close()

    def close(self) -> None:
        with self.lock:
            self.db.close()


def _connect(path: Path, journal: str = "WAL") -> sqlite3.Connection:
    db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    db.row_factory = sqlite3.Row
    # The state outlives the process, not a power cut: it is a sandbox, and this keeps it quick.
    db.execute(f"PRAGMA journal_mode = {journal}")
    db.execute("PRAGMA synchronous = OFF")
    return db

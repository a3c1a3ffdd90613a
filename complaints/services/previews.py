"""Pictures of attached files, so that nothing foreign is ever opened in our origin.

Each page is drawn once by `complaints.rendering`, in a process with limits, and kept beside the file. A file that
cannot be drawn is remembered for a while, so that it costs its price once.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore

from backoffice.files import StoredFile
from complaints import rendering

logger = logging.getLogger(__name__)

MOST_PAGES = 20
PAGE_BOX = (1400, 2000)  # pixels
THUMBNAIL_BOX = (264, 400)
WALL_SECONDS = 15.0
FAILURE_REMEMBERED_SECONDS = 3600
CONTENT_TYPE = "image/webp"

_AT_ONCE = BoundedSemaphore(2)  # each may take `rendering.MEMORY`


class NoPreview(Exception):
    """This file cannot be shown as pictures; it can still be downloaded."""


@dataclass(frozen=True, slots=True)
class Picture:
    path: Path
    pages: int  # of the whole file

    @property
    def shown_pages(self) -> int:
        return min(self.pages, MOST_PAGES)


def page(stored: StoredFile, number: int) -> Picture:
    """Page `number` (from 1) of a PDF, or the picture itself. Raises NoPreview."""
    if not 1 <= number <= (MOST_PAGES if stored.is_pdf else 1):
        raise NoPreview
    return _picture(stored, number, f"p{number}", PAGE_BOX)


def thumbnail(stored: StoredFile) -> Picture:
    """A small picture of the first page. Raises NoPreview."""
    return _picture(stored, 1, "thumb", THUMBNAIL_BOX)


def forget(stored: StoredFile) -> None:
    """Remove every picture kept beside the file; to be called before the file itself is deleted."""
    source = Path(stored.content.path)
    for kept in source.parent.glob(f"{source.name}.*"):
        kept.unlink(missing_ok=True)


def _picture(stored: StoredFile, number: int, name: str, box: tuple[int, int]) -> Picture:
    if not stored.can_preview:
        raise NoPreview
    source = Path(stored.content.path)
    kept = source.with_name(f"{source.name}.{name}.webp")
    facts = source.with_name(f"{source.name}.{name}.json")
    known = _known(kept, facts)
    if known is None:
        with _AT_ONCE:
            # Whoever waited here may find it drawn.
            known = _known(kept, facts) or _draw(stored, source, kept, facts, number, box)
    if not known["pages"]:
        raise NoPreview
    return Picture(kept, known["pages"])


def _known(kept: Path, facts: Path) -> dict | None:
    """What an earlier drawing told: {"pages": 0} when it failed lately. None when it must be drawn."""
    try:
        known = json.loads(facts.read_text())
        age = time.time() - facts.stat().st_mtime
    except (OSError, ValueError):
        return None
    if known["pages"]:
        return known if kept.exists() else None
    return known if age < FAILURE_REMEMBERED_SECONDS else None


def _draw(stored: StoredFile, source: Path, kept: Path, facts: Path, number: int, box: tuple[int, int]) -> dict:
    with tempfile.TemporaryDirectory(dir=source.parent, prefix="drawing-") as folder:
        target = Path(folder) / "page.webp"
        result = _run(stored, source, target, number, box)
        if result["pages"]:
            target.chmod(0o600)
            target.replace(kept)
        told = Path(folder) / "facts.json"
        told.write_text(json.dumps(result))
        told.replace(facts)
    return result


def _run(stored: StoredFile, source: Path, target: Path, number: int, box: tuple[int, int]) -> dict:
    kind = "pdf" if stored.is_pdf else "image"
    command = [sys.executable, "-I", rendering.__file__, str(source), str(target), kind, str(number), *map(str, box)]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WALL_SECONDS,
            cwd=target.parent,
            # Nothing of ours is in its environment: no database address, no keys.
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "TMPDIR": str(target.parent)},
            check=True,
        )
        return {"pages": int(json.loads(done.stdout)["pages"])}
    except subprocess.TimeoutExpired:
        why = "time"
    except subprocess.CalledProcessError as error:
        why = f"exit {error.returncode}"
    except (ValueError, KeyError, TypeError):
        why = "unreadable report"
    logger.info("no preview of file %s (%s): %s", stored.pk, stored.content_type, why)
    return {"pages": 0}

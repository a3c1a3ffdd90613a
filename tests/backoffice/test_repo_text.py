"""What must not stand in any file of the repository."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Written in pieces, so that this file does not hold what it looks for.
FORBIDDEN = {
    "a package registry's host (each machine has its own)": "|".join(
        re.escape(host.replace(" ", ""))
        for host in (
            "py pi.org",
            "python hosted.org",
            "regis try.npm js.org",
            "yarn pkg.com",
            "un pkg.com",
            "js delivr.net",
            "deb.deb ian.org",
            "security.deb ian.org",
            "archive.ubu ntu.com",
        )
    ),
    "work left for later": r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b",
    "an absolute path of one machine": r"(?<![\w.:/<-])/(?:work|root|home/\w+|Users/\w+)/\w",
    "an unresolved merge": r"^(?:<{7}|>{7}) ",
}
NOT_OURS = ("static/vendor/",)
BINARY = {".woff2", ".png", ".jpg", ".jpeg", ".ico", ".pdf", ".gif", ".webp", ".zip"}


def files() -> list[Path]:
    """Every text file that is or will be committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    names = listed.stdout.split("\0") if listed.returncode == 0 else []
    return [
        ROOT / name
        for name in names
        if name and not name.startswith(NOT_OURS) and Path(name).suffix not in BINARY and (ROOT / name).is_file()
    ]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    found = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in files()}
    if not found:
        pytest.skip("not a git work tree")
    assert {"manage.py", "Makefile", "requirements.txt"} <= found.keys()
    return found


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(texts, what):
    pattern = re.compile(FORBIDDEN[what], re.MULTILINE)
    found = [f"{name}: {match[0]}" for name, text in texts.items() for match in pattern.finditer(text)]
    assert not found, f"{what}:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a package registry's host (each machine has its own)", "see py" + "pi.org/project/six"),
        ("work left for later", "# TO" + "DO: later"),
        ("an absolute path of one machine", "open('" + "/ro" + "ot/x.txt')"),
        ("an unresolved merge", "<" * 7 + " HEAD"),
    ],
)
def test_the_patterns_see_what_they_forbid(what, text):
    assert re.search(FORBIDDEN[what], text, re.MULTILINE)


def test_an_address_of_ours_is_no_machine_path():
    text = 'href="/reclamacoes/2026/" "https://x.example/work/y" src/work/main.py '
    assert not re.search(FORBIDDEN["an absolute path of one machine"], text)


def test_private_and_made_files_are_ignored():
    names = [".env", "var/demo/demo.sqlite3", "staticfiles/x.css", ".venv/bin/python"]
    result = subprocess.run(["git", "check-ignore", *names], cwd=ROOT, capture_output=True, text=True)
    if result.returncode == 128:
        pytest.skip("not a git work tree")
    assert result.stdout.split() == names

"""The lock files hold exact versions and hashes and no address; each dependency has its reason."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.txt", "requirements-dev.txt")


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def locked(name: str) -> dict[str, str]:
    """Version by distribution, as the lock file pins them."""
    pins = re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(), re.MULTILINE | re.IGNORECASE)
    return {distribution.lower().replace("_", "-"): version for distribution, version in pins}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address_and_no_index(name):
    text = (ROOT / name).read_text()
    assert not re.findall(r"[a-z]+://|file:|^\s*-[if]\b|--(?:extra-)?index|--find-links", text, re.MULTILINE)


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_of_a_lock_is_pinned_and_hashed(name):
    blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text().strip())
    assert len(blocks) > 10
    for block in blocks:
        assert re.match(r"[A-Za-z0-9._-]+==\S+ ", block), block
        assert "--hash=sha256:" in block, block


@pytest.mark.parametrize(("name", "extras"), [("requirements.txt", ()), ("requirements-dev.txt", ("dev",))])
def test_a_lock_holds_every_direct_dependency(name, extras):
    wanted = [
        *project()["dependencies"],
        *(one for extra in extras for one in project()["optional-dependencies"][extra]),
    ]
    names = {re.match(r"[A-Za-z0-9._-]+", one)[0].lower().replace("_", "-") for one in wanted}
    assert names <= locked(name).keys()


def test_both_locks_agree():
    runtime, dev = locked("requirements.txt"), locked("requirements-dev.txt")
    assert {name: dev.get(name) for name in runtime} == runtime


def test_every_dependency_has_its_reason_beside_it():
    lines = (ROOT / "pyproject.toml").read_text().splitlines()
    for requirement in [*project()["dependencies"], *project()["optional-dependencies"]["dev"]]:
        line = next(line for line in lines if f'"{requirement}"' in line)
        assert re.search(r"# \w.{7,}", line), f"no reason: {requirement}"


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https" + "://packages.example/simple",
        "-i packages",
        "--find-links /opt/wheels",
        "six @ file:///opt/six.whl",
        "six @ git+ssh" + "://git.example/six",
    ],
)
def test_make_lint_refuses_a_lock_with_an_address(tmp_path, line):
    bad = tmp_path / "requirements.txt"
    bad.write_text(f"six==1.17.0 --hash=sha256:00\n{line}\n")
    result = subprocess.run(
        ["make", "lock-guard", f"LOCKS={bad}", f"PYTHON={sys.executable}"], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode != 0
    assert "aponta para um endereço" in result.stderr

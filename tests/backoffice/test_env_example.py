"""`.env.example`, the README's table and the settings name the same variables."""

import ast
import re
from pathlib import Path

import environ

ROOT = Path(__file__).parents[2]
READERS = {"required", "number", "flag", "str", "list", "bool", "int"}


def read_by_settings() -> set[str]:
    """The variables that settings.py asks for: first arguments of env.*() and of its own three readers."""
    names = set()
    for node in ast.walk(ast.parse((ROOT / "backoffice/settings.py").read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            reader = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if reader in READERS and re.fullmatch(r"[A-Z][A-Z0-9_]+", str(node.args[0].value)):
                names.add(node.args[0].value)
    return names


def example() -> list[str]:
    return (ROOT / ".env.example").read_text().splitlines()


def variables(lines: list[str]) -> list[str]:
    return [found[1] for line in lines if (found := re.fullmatch(r"(?:# )?([A-Z][A-Z0-9_]+)=.*", line))]


def test_the_example_names_every_variable_once_and_no_other():
    assert {"SECRET_KEY", "DEBUG", "ALLOWED_HOSTS", "SYNC_EVERY_MINUTES"} <= read_by_settings()
    assert sorted(variables(example())) == sorted(read_by_settings())


def test_every_variable_is_explained_right_above_it():
    lines = example()
    for number, line in enumerate(lines):
        if variables([line]):
            above = lines[number - 1]
            assert above.startswith("# "), line
            assert not variables([above]), line
            assert not above.startswith("# ---"), line


def test_the_readme_tables_every_variable():
    named = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert named == read_by_settings()


def test_the_example_is_read_as_it_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr("environ.Env.ENVIRON", {})
    environ.Env.read_env(ROOT / ".env.example")
    assert environ.Env.ENVIRON["PUBLIC_URL"] == "https://sac.empresa.com.br"
    assert environ.Env.ENVIRON["SECRET_KEY"] == ""

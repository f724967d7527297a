"""Both languages say the same things, and the code asks only for what they say."""

import ast
import re
from pathlib import Path

import pytest

from dashboard.text import LANGUAGES, LOCALE, catalogue, translate

DASHBOARD = LOCALE.parent
PLACEHOLDER = re.compile(r"(?<!\{)\{([^{}]*)\}(?!\})")
ASKING = {"t", "has", "translate", "_named", "page_header"}


def test_same_files_and_keys_in_both_languages() -> None:
    files = {lang: sorted(p.name for p in (LOCALE / lang).glob("*.toml")) for lang in LANGUAGES}
    assert files["en"] == files["de"]
    assert sorted(catalogue("en")) == sorted(catalogue("de"))


@pytest.mark.parametrize("key", sorted(catalogue("en")))
def test_same_placeholders_and_no_empty_text(key: str) -> None:
    placeholders = {lang: sorted(PLACEHOLDER.findall(catalogue(lang)[key])) for lang in LANGUAGES}
    assert placeholders["en"] == placeholders["de"]
    assert all(catalogue(lang)[key] for lang in LANGUAGES)


def test_every_key_in_the_code_has_a_text() -> None:
    unknown = [
        f"{file.name}:{line}: {key}"
        for file, line, key, whole in _asked()
        if not (key in catalogue("en") if whole else any(known.startswith(key) for known in catalogue("en")))
    ]
    assert unknown == []


def test_every_text_is_asked_for() -> None:
    exact = {key for _, _, key, whole in _asked() if whole}
    prefixes = tuple(key for _, _, key, whole in _asked() if not whole and "." in key)
    unused = [key for key in catalogue("en") if key not in exact and not key.startswith(prefixes)]
    assert unused == []


def test_values_are_filled_in() -> None:
    assert translate("en", "shell.problem_many", count=3).startswith("3 files")
    assert translate("de", "shell.problem_many", count=3).startswith("3 Dateien")
    assert translate("en", "shell.never_written") == "shell.never_written"


def _asked() -> list[tuple[Path, int, str, bool]]:
    """Return (file, line, key or the fixed start of it, whether it is whole) for every text the code asks for.

    Any string that is a key, and any f-string that begins as one, counts too: some are made before they reach t().
    """
    pages = {name.split(".")[0] for name in catalogue("en")}
    found = []
    for file in sorted(DASHBOARD.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if node.value in catalogue("en"):
                    found.append((file, node.lineno, node.value, True))
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                start = str(node.values[0].value)
                found += [(file, node.lineno, start, False)] if re.match(r"[a-z_]+\.", start) else []
            elif isinstance(node, ast.Call) and _name(node.func) in ASKING and node.args:
                found += [(file, node.lineno, key, whole) for key, whole in _keys(_name(node.func), node)]
    return [entry for entry in found if entry[2].split(".")[0] in pages or entry[3]]


def _keys(asked_by: str, call: ast.Call) -> list[tuple[str, bool]]:
    key = call.args[1] if asked_by == "translate" and len(call.args) > 1 else call.args[0]
    if not isinstance(key, ast.Constant):
        return []
    if asked_by == "page_header":
        return [(f"{key.value}.title", True), (f"{key.value}.lead", True)]
    return [(f"{key.value}.", False)] if asked_by == "_named" else [(str(key.value), True)]


def _name(function: ast.expr) -> str:
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )

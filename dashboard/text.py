"""Every word of the dashboard, from one catalogue: ``locale/<language>/<page>.toml``, key ``"<page>.<name>"``.

One file a page and language. Both languages have the same keys and placeholders; a test holds that. What a check says
in English stands with the check itself, since the command line prints it too.
"""

import logging
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

import streamlit as st

from kd_core.evaluation.checks import CHECKS

LANGUAGES = {"en": "English", "de": "Deutsch"}
DEFAULT = "en"
LOCALE = Path(__file__).parent / "locale"

_log = logging.getLogger(__name__)
_document: ContextVar[str | None] = ContextVar("language of the document that is being written", default=None)


@contextmanager
def writing_in(lang: str) -> Iterator[None]:
    """Let all texts of this block be in ``lang``, whatever the session says: a document has a language of its own."""
    token = _document.set(lang)
    try:
        yield
    finally:
        _document.reset(token)


def language() -> str:
    """Return the language of the document that is being written, else that of this session: "en" or "de"."""
    chosen = _document.get() or st.session_state.get("language", DEFAULT)
    return chosen if chosen in LANGUAGES else DEFAULT


def t(key: str, **values: object) -> str:
    """Return a text in the language of the document or session, its ``{placeholders}`` filled with ``values``.

    A key that does not exist comes back as it is: a page with one odd word is better than no page.
    """
    return translate(language(), key, **values)


def has(key: str) -> bool:
    """Return whether the catalogue has a text: for names that come from the artifacts, such as classes."""
    return key in catalogue(DEFAULT)


def translate(lang: str, key: str, **values: object) -> str:
    """Return a text in a given language."""
    template = catalogue(lang).get(key)
    if template is None:
        _log.warning("no text for %s in %s", key, lang)
        return key
    return template.format(**values) if values else template


@cache
def catalogue(lang: str) -> dict[str, str]:
    """Return all texts of a language, keyed ``page.name`` (nested tables add further dots)."""
    texts = _of_the_checks() if lang == DEFAULT else {}
    for file in sorted((LOCALE / lang).glob("*.toml")):
        texts.update(_flat(file.stem, tomllib.loads(file.read_text(encoding="utf-8"))))
    return texts


def _flat(prefix: str, table: dict[str, object]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, dict):
            texts.update(_flat(key, value))
        else:
            texts[key] = str(value).strip()
    return texts


def _of_the_checks() -> dict[str, str]:
    parts = ("looks_for", "sentence", "remedy")
    return {f"checks.{check.code}.{part}": getattr(check, part) for check in CHECKS for part in parts}

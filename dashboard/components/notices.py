"""What stands where something is missing or broken: a calm sentence, never a traceback."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.text import t
from kd_core.artifacts import Problem

_log = logging.getLogger(__name__)
_place: ContextVar[DeltaGenerator | None] = ContextVar("place of notices", default=None)


@contextmanager
def notices_in(place: DeltaGenerator) -> Iterator[None]:
    """Draw the notices of this block in ``place``: a row of selectors has no room for a sentence between them."""
    token = _place.set(place)
    try:
        yield
    finally:
        _place.reset(token)


def show_problems(problems: Sequence[Problem]) -> None:
    """Show artifacts that could not be read: one line, with file and remedy of each behind it; nothing for none."""
    unique = list(dict.fromkeys(problem.sentence for problem in problems))
    if not unique:
        return
    with _here().container(border=True):
        head = t("shell.problem_one") if len(unique) == 1 else t("shell.problem_many", count=len(unique))
        st.markdown(f":orange-badge[:material/warning: {t('shell.attention')}] {head}")
        # As plain text: a path may hold characters that Markdown would read as its own.
        st.text("\n".join(unique))


def show_missing(sentence: str) -> None:
    """Show why there is nothing to see here, and what to do."""
    _here().info(sentence, icon=":material/info:")


@contextmanager
def calm() -> Iterator[None]:
    """Turn an unexpected exception into a notice; the traceback goes to the server's log.

    For a page as a whole and for the body of a fragment, which runs again without the page around it.
    """
    try:
        yield
    # Whatever it was: a person who browses results can do nothing with a traceback. Streamlit's own control flow
    # (stop, rerun) derives from BaseException and passes through.
    except Exception:
        _log.exception("a page failed")
        st.error(t("shell.failed"), icon=":material/error:")


def _here() -> DeltaGenerator:
    return _place.get() or st.container()

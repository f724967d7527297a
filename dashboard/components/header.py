"""The head of a page, its title, one sentence and the choices, and rows of choices further down."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard.components.notices import notices_in
from dashboard.text import t


@contextmanager
def page_header(page: str) -> Iterator[None]:
    """Draw title and lead of a page (``<page>.title``, ``<page>.lead``) and hold a row open for its selectors.

    Use it as ``with page_header("models"): study = pick_study()``. Selectors stand side by side and wrap on a phone;
    what they have to report stands below them.
    """
    st.title(t(f"{page}.title"), anchor=False)
    st.markdown(t(f"{page}.lead"))
    with choices_row(f"{page}.choices"):
        yield


@contextmanager
def choices_row(key: str | None = None) -> Iterator[None]:
    """Hold a row open for selectors, side by side where there is room; what they have to report stands below them.

    Args:
        key: of the row, unique on the page; a test or a style may look for it.
    """
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key=key)
    with notices_in(st.container()), row:
        yield

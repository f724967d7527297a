"""A table on a page: numbers stay numbers, so that they sort and export, and read as the language writes them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.formats import UNKNOWN

# Of a letter in a table on average, and left and right of a text together, in pixels.
LETTER, PADDING = 6, 20
# A longer table scrolls in a field of so many pixels.
MOST_ROWS, LONGEST = 60, 640


def show_sheet(
    frame: pd.DataFrame,
    numbers: Mapping[str, Callable[[Any], str]],
    *,
    key: str,
    first_width: int | None = None,
    whole: Sequence[str] = (),
) -> None:
    """Draw a table whose first column names the row and stays in view on a narrow screen.

    Args:
        frame: the rows; None and NaN are shown as a dash.
        numbers: how each numeric column is written, by column; these stand right.
        key: unique on the page.
        first_width: of the first column in pixels, where many columns would leave it too little; None: as it comes.
        whole: other columns of text that are never cut off: without it a column may be sized by its first rows.
    """
    styler = frame.style.format({**numbers})
    columns = {frame.columns[0]: st.column_config.Column(pinned=True, width=first_width)}
    columns |= {name: st.column_config.Column(alignment="right") for name in numbers}
    columns |= {name: st.column_config.Column(width=_width(frame[name])) for name in whole}
    # All rows at once: a table that scrolls inside a page that scrolls hides that there are more. Hundreds of rows
    # would hide what stands below them instead.
    height: Any = "content" if len(frame) <= MOST_ROWS else LONGEST
    st.dataframe(styler, height=height, hide_index=True, column_config=columns, placeholder=UNKNOWN, key=key)


def _width(texts: pd.Series) -> int:
    return PADDING + LETTER * int(texts.dropna().astype(str).str.len().max())

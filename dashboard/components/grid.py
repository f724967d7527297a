"""A grid of cells that can be clicked, tapped and walked through with the arrow keys.

Not a Plotly figure: Plotly reports a tap for the cell that was touched before it, so that the first one does nothing,
its squeezed digits cannot be read on a phone, and no key reaches a cell.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

ASSETS = Path(__file__).resolve().parent.parent / "assets" / "grid"
HTML = '<div class="box"></div><p class="said" aria-hidden="true"></p>'


@dataclass(frozen=True)
class Grid:
    """What a grid shows; the cells row by row."""

    label: str
    """What a screen reader calls the grid."""
    row_axis: str
    column_axis: str
    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[str]
    """By which a click reports each cell."""
    written: Sequence[str]
    says: Sequence[str]
    """Each cell as a sentence: for a screen reader, and below the grid for the cell under the mouse."""
    colours: Sequence[str]
    inks: Sequence[str]
    """Of the text on these colours."""
    chosen: str | None
    """The cell that is framed."""


def show_grid(grid: Grid, *, key: str, on_click: Callable[[str], None]) -> None:
    """Draw a grid.

    Args:
        grid: what it shows.
        key: unique on the page.
        on_click: called with the cell that was clicked, before the page (or fragment) runs again.
    """
    _component()(key=key, data=asdict(grid), on_cell_change=partial(_report, key, on_click))


def _report(key: str, on_click: Callable[[str], None]) -> None:
    cell = st.session_state[key].get("cell")
    if cell is not None:
        on_click(cell)


@cache
def _component() -> Callable[..., Any]:
    return component(
        "kd_grid",
        html=HTML,
        css=(ASSETS / "grid.css").read_text(encoding="utf-8"),
        js=(ASSETS / "grid.js").read_text(encoding="utf-8"),
    )

"""A confusion matrix on a page, or the difference of two: a grid, what it shows, and the same as picture and table."""

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard.charts.confusion import MatrixCells, confusion_figure
from dashboard.components.chart import is_dark, show_figure, show_table
from dashboard.components.chosen_cell import Chosen, choose
from dashboard.components.grid import Grid, show_grid
from dashboard.matrices import DIFFERENCE, Panel, View
from dashboard.names import class_name, in_figure
from dashboard.palette import DIVERGING, SEQUENTIAL
from dashboard.shades import Scale, ink_on, shades
from dashboard.tables.confusion import Cell
from dashboard.text import t

PICTURE_HEIGHT = 640


def show_matrix(panel: Panel, view: View, chosen: Chosen) -> None:
    """Draw one side of the page.

    Args:
        panel: what its cells show.
        view: in which order.
        chosen: the chosen cell, which is framed where it was chosen.
    """
    names, values = _names(panel, view), _values(panel, view)
    colours = shades(values, _scale(panel, is_dark()), centred=panel.side == DIFFERENCE)
    cells = _cells(panel, view, colours)
    cell, key = chosen.on(panel.side), f"matrix-{panel.side}"
    grid = Grid(
        label=panel.label,
        row_axis=t("confusion.true"),
        column_axis=t("confusion.predicted"),
        rows=names,
        columns=names,
        cells=[Cell(panel.classes[i], panel.classes[j]).write() for i in view.order for j in view.order],
        written=cells.written,
        says=cells.says,
        colours=colours,
        inks=cells.inks,
        chosen=cell.write() if cell else None,
    )
    show_grid(grid, key=key, on_click=partial(choose, panel.side))
    st.caption(panel.caption)
    table = pd.DataFrame(values, index=names, columns=names).rename_axis(t("confusion.true")).reset_index()
    show_table(table, key)
    _show_picture(panel, view, key)


def matrix_figure(panel: Panel, view: View, *, dark: bool, height: int) -> go.Figure:
    """Return one side as a figure; ``height`` in pixels."""
    values, centred = _values(panel, view), panel.side == DIFFERENCE
    scale = _scale(panel, dark)
    cells = _cells(panel, view, shades(values, scale, centred=centred))
    return confusion_figure(
        values,
        replace(cells, says=[in_figure(sentence) for sentence in cells.says]),
        [in_figure(name) for name in _names(panel, view)],
        axes=(t("confusion.true"), t("confusion.predicted")),
        colours=scale,
        centred=centred,
        height=height,
    )


@st.fragment
def _show_picture(panel: Panel, view: View, key: str) -> None:
    fold = st.expander(t("confusion.picture"), icon=":material/image:", key=f"{key}.picture", on_change="rerun")
    if fold.open:
        with fold:
            figure = matrix_figure(panel, view, dark=is_dark(), height=PICTURE_HEIGHT)
            show_figure(figure, panel.caption, None, f"{key}.figure", alt=panel.label)


def _names(panel: Panel, view: View) -> list[str]:
    return [class_name(panel.classes[i]) for i in view.order]


def _values(panel: Panel, view: View) -> np.ndarray:
    return panel.values[np.ix_(list(view.order), list(view.order))]


def _cells(panel: Panel, view: View, colours: list[str]) -> MatrixCells:
    places = [(i, j) for i in view.order for j in view.order]
    return MatrixCells(
        written=[panel.write(i, j) for i, j in places],
        inks=[ink_on(colour) for colour in colours],
        says=[panel.say(i, j) for i, j in places],
    )


def _scale(panel: Panel, dark: bool) -> Scale:
    return (DIVERGING if panel.side == DIFFERENCE else SEQUENTIAL)[dark]

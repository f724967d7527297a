"""A clickable confusion matrix on a page: what was clicked becomes the chosen cell of the address."""

from collections.abc import Hashable, Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import address
from dashboard.charts.confusion import MatrixTexts, confusion_figure
from dashboard.components.chart import is_dark, show_figure
from dashboard.counted import Counted
from dashboard.formats import fmt_count, fmt_number, fmt_percent
from dashboard.names import class_name, in_figure, split_name
from dashboard.palette import MARK, SEQUENTIAL
from dashboard.tables.confusion import Cell
from dashboard.text import language, t
from kd_core.evaluation.metrics import matrix_accuracy, normalised

Position = tuple[int, int]


def show_matrix(
    matrix: np.ndarray, classes: tuple[str, ...], *, norm: str, side: str, cell: Cell | None, caption: str, height: int
) -> None:
    """Draw a confusion matrix whose cells can be clicked.

    Args:
        matrix: counts, int [classes, classes], rows true.
        classes: in the order of the matrix.
        norm: "count", "row" or "column".
        side: "1" or "2": which of two matrices this is; the address remembers it with the cell.
        cell: the chosen cell, which is marked.
        caption: names run, split and n.
        height: in pixels.
    """
    dark = is_dark()
    chosen = (classes.index(cell.true), classes.index(cell.predicted)) if cell else None
    marked, turn = _marked(side, chosen, (matrix.tobytes(), norm, height, dark, language()))
    fig = matrix_figure(matrix, classes, norm=norm, marked=marked, height=height, dark=dark)
    # Another turn makes another figure, which comes without the selection of the last one.
    fig.update_layout(meta=turn)
    names = [class_name(name) for name in classes]
    values = normalised(matrix, norm)
    table = pd.DataFrame(values, index=names, columns=names).rename_axis(t("confusion.true")).reset_index()
    show_figure(fig, caption, table, key=_key(side), on_select=True)


def matrix_figure(
    matrix: np.ndarray, classes: tuple[str, ...], *, norm: str, marked: Position | None, height: int, dark: bool
) -> go.Figure:
    """Return a confusion matrix; the arguments are those of ``show_matrix``, and whether the page is dark."""
    values = normalised(matrix, norm)
    return confusion_figure(
        values,
        _written(matrix, values, norm),
        [in_figure(class_name(name)) for name in classes],
        MatrixTexts(t("confusion.true"), t("confusion.predicted"), t(f"confusion.hover_{norm}")),
        colours=SEQUENTIAL[dark],
        mark=MARK[dark],
        marked=marked,
        height=height,
    )


def matrix_caption(shown: Counted, split: str, clean: bool) -> str:
    """Return what a matrix counts: run, split, n and accuracy; ``clean``: without what leaked from training."""
    caption = t(
        "confusion.caption_stated" if shown.predictions is None else "confusion.caption",
        run=f"{shown.record.study}/{shown.record.run}",
        split=split_name(split),
        n=fmt_count(shown.matrix.sum()),
        accuracy=fmt_percent(matrix_accuracy(shown.matrix)),
    )
    return f"{caption} {t('confusion.caption_clean')}" if clean else caption


def take_click(classes: tuple[str, ...], side: str) -> None:
    """Put a cell that was clicked since the last run into the address.

    The event of a chart stays in the session until its figure changes, so that only an event that is new counts:
    else a later choice in the lists would be undone by an old click.
    """
    position = _clicked(side)
    memory = f"{_key(side)}.last"
    if position is not None and position != st.session_state.get(memory):
        row, column = position
        address.write("cell", Cell(classes[row], classes[column]).write())
        address.write("side", side)
    st.session_state[memory] = position


def _marked(side: str, chosen: Position | None, figure: tuple[Hashable, ...]) -> tuple[Position | None, int]:
    """Return the cell that the figure is drawn with as marked, and how often that changed.

    Plotly marks a clicked cell by itself: the figure then stays the one that it was, since a new one would have to
    be built in the browser before the pictures appear. A cell chosen otherwise is drawn into a new figure.
    """
    memory = f"{_key(side)}.marked"
    drawn, turn, before = st.session_state.get(memory, (None, 0, None))
    clicked = _clicked(side) if before == figure else None
    if chosen is not None and clicked == chosen:
        return drawn, turn
    if drawn != chosen or clicked is not None:
        turn += 1
    st.session_state[memory] = (chosen, turn, figure)
    return chosen, turn


def _clicked(side: str) -> Position | None:
    event = st.session_state.get(_key(side))
    points = event.get("selection", {}).get("points", []) if isinstance(event, Mapping) else []
    return tuple(points[0]["customdata"]) if points else None


def _written(matrix: np.ndarray, values: np.ndarray, norm: str) -> list[list[str]]:
    """Return what stands in the cells; where nothing was counted, nothing."""
    n = len(matrix)
    return [
        [
            ""
            if not matrix[i, j]
            else fmt_count(matrix[i, j])
            if norm == "count"
            else fmt_number(values[i, j] * 100, 0)
            for j in range(n)
        ]
        for i in range(n)
    ]


def _key(side: str) -> str:
    return f"matrix-{side}"

"""A confusion matrix that can be clicked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go


@dataclass(frozen=True)
class MatrixTexts:
    """What stands at a matrix, in the reader's language."""

    true_axis: str
    predicted_axis: str
    hover: str
    """Of one cell, with the placeholders ``{true}``, ``{predicted}`` and ``{value}``."""


def confusion_figure(
    values: np.ndarray,
    written: Sequence[Sequence[str]],
    names: Sequence[str],
    texts: MatrixTexts,
    *,
    colours: Sequence[tuple[float, str]],
    mark: str,
    marked: tuple[int, int] | None = None,
    height: int = 600,
) -> go.Figure:
    """Return a heatmap, rows true and columns predicted classes, that fires a selection when a cell is clicked.

    Streamlit never reports a click on a heatmap; an invisible square marker in every cell does, and carries
    ``[row, column]`` as its ``customdata``. It needs numeric axes with fixed ranges, ``hoverdistance=-1`` (the
    nearest marker answers, however far) and ``customdata`` as lists.

    Args:
        values: what is coloured, float [classes, classes]; NaN stays empty.
        written: what stands in each cell, the same shape.
        names: of the classes.
        texts: titles and hover.
        colours: the sequential scale.
        mark: colour of the frame in a selected cell.
        marked: (row, column) of the cell that is selected at first; a click selects another.
        height: in pixels.
    """
    n = len(names)
    ticks = list(range(n))
    largest = float(np.nanmax(values)) if np.isfinite(values).any() else 1.0
    rows, columns = (axis.ravel().tolist() for axis in np.mgrid[0:n, 0:n])
    fig = go.Figure(
        [
            go.Heatmap(
                z=values,
                text=written,
                texttemplate="%{text}",
                colorscale=[list(stop) for stop in colours],
                zmin=0,
                zmax=largest or 1.0,
                showscale=False,
                xgap=1,
                ygap=1,
                hoverinfo="skip",
            ),
            go.Scatter(
                x=columns,
                y=rows,
                mode="markers",
                marker={"symbol": "square-open", "size": 17, "opacity": 0, "color": mark, "line": {"width": 3}},
                selected={"marker": {"opacity": 1}},
                unselected={"marker": {"opacity": 0}},
                selectedpoints=None if marked is None else [marked[0] * n + marked[1]],
                customdata=[[row, column] for row, column in zip(rows, columns, strict=True)],
                hovertext=[
                    texts.hover.format(true=names[row], predicted=names[column], value=written[row][column] or "0")
                    for row, column in zip(rows, columns, strict=True)
                ],
                hoverinfo="text",
                showlegend=False,
            ),
        ]
    )
    fixed = {
        "tickvals": ticks,
        "ticktext": list(names),
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
    }
    fig.update_xaxes(title_text=texts.predicted_axis, range=[-0.5, n - 0.5], tickangle=-45, **fixed)
    fig.update_yaxes(title_text=texts.true_axis, range=[n - 0.5, -0.5], **fixed)
    return fig.update_layout(
        height=height, hovermode="closest", hoverdistance=-1, clickmode="event+select", dragmode=False, margin={"t": 30}
    )

"""A confusion matrix, or the difference of two, as a figure that can be saved as a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from dashboard.shades import Scale


@dataclass(frozen=True)
class MatrixCells:
    """The cells of a matrix row by row: what stands in each, the ink of that, and the sentence that hovering says."""

    written: Sequence[str]
    inks: Sequence[str]
    says: Sequence[str]


def confusion_figure(
    values: np.ndarray,
    cells: MatrixCells,
    names: Sequence[str],
    *,
    axes: tuple[str, str],
    colours: Scale,
    centred: bool,
    height: int,
) -> go.Figure:
    """Return a heatmap, rows true and columns predicted classes.

    Args:
        values: what is coloured, float [classes, classes]; NaN counts as zero, as in ``dashboard.shades``.
        cells: their digits and sentences.
        names: of the classes.
        axes: titles of the rows and of the columns.
        colours: the scale.
        centred: whether it spans both signs with zero in its middle, or begins with zero.
        height: in pixels.
    """
    n = len(names)
    known = np.nan_to_num(values)
    largest = float(np.abs(known).max(initial=0.0)) or 1.0
    rows, columns = (axis.ravel().tolist() for axis in np.mgrid[0:n, 0:n])
    fig = go.Figure(
        [
            go.Heatmap(
                z=known,
                colorscale=[list(stop) for stop in colours],
                zmin=-largest if centred else 0,
                zmax=largest,
                showscale=False,
                xgap=1,
                ygap=1,
                hoverinfo="skip",
            ),
            # The heatmap's own digits would have one ink for all cells.
            go.Scatter(
                x=columns,
                y=rows,
                mode="text",
                text=list(cells.written),
                textfont={"color": list(cells.inks), "size": 12},
                hovertext=list(cells.says),
                hoverinfo="text",
                showlegend=False,
            ),
        ]
    )
    fixed = {
        "tickvals": list(range(n)),
        "ticktext": list(names),
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "ticks": "",
    }
    fig.update_xaxes(title_text=axes[1], range=[-0.5, n - 0.5], tickangle=-45, **fixed)
    fig.update_yaxes(title_text=axes[0], range=[n - 0.5, -0.5], **fixed)
    return fig.update_layout(height=height, hovermode="closest", dragmode=False, margin={"t": 30})

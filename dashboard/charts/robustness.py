"""Accuracy under corruption: one panel a corruption, accuracy against severity, a line a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard.palette import RunStyle

COLUMNS = 4
# In pixels: a panel, what lies between two rows (the axis of one, the titles of the next), above all, below all for the
# axis, and a row of the legend.
_PANEL, _BETWEEN, _ABOVE, _AXIS, _ROW = 190, 92, 62, 64, 28
_RUNS_IN_A_ROW = 3


@dataclass(frozen=True)
class Line:
    """A run in one panel: accuracies 0..1 by severity, 0 first, and the bounds of their intervals or none."""

    run: str
    accuracy: Sequence[float]
    style: RunStyle
    bounds: Sequence[tuple[float, float]] = ()


def robustness_figure(panels: Mapping[str, Sequence[Line]], *, x_title: str, y_title: str) -> go.Figure:
    """Return small multiples on one scale, ``COLUMNS`` side by side; the legend names each run once, for all panels.

    Args:
        panels: the lines by title of the panel.
        x_title: what the severities are called.
        y_title: the accuracy with its unit and split.
    """
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    height = rows * _PANEL + (rows - 1) * _BETWEEN
    figure = make_subplots(
        rows=rows,
        cols=columns,
        shared_yaxes=True,
        subplot_titles=list(panels),
        horizontal_spacing=0.02,
        vertical_spacing=_BETWEEN / height,
    )
    for place, lines in enumerate(panels.values()):
        row, column = place // columns + 1, place % columns + 1
        for line in lines:
            figure.add_trace(_trace(line, named=place > 0), row=row, col=column)
        figure.update_xaxes(title=x_title, dtick=1, range=[-0.3, len(lines[0].accuracy) - 0.7], row=row, col=column)
        figure.update_yaxes(title=y_title if column == 1 else None, row=row, col=column)
    figure.update_yaxes(tickformat=".0%", range=[0, 1.02], dtick=0.2)
    figure.update_annotations(font_size=14)
    # The legend below: of many runs it has many rows, and above it would push the panels down by as much.
    runs = len({line.run for lines in panels.values() for line in lines})
    below = _AXIS + _ROW * -(-runs // _RUNS_IN_A_ROW)
    figure.update_layout(
        height=_ABOVE + height + below,
        hovermode="closest",
        legend={"y": -_AXIS / height, "yanchor": "top"},
        margin={"t": _ABOVE, "b": below},
    )
    return figure


def _trace(line: Line, *, named: bool) -> go.Scatter:
    error = {}
    if line.bounds:
        above = [high - value for value, (_, high) in zip(line.accuracy, line.bounds, strict=True)]
        below = [value - low for value, (low, _) in zip(line.accuracy, line.bounds, strict=True)]
        error = {
            "error_y": {"array": above, "arrayminus": below, "color": line.style.colour, "thickness": 1, "width": 3}
        }
    return go.Scatter(
        x=list(range(len(line.accuracy))),
        y=list(line.accuracy),
        name=line.run,
        legendgroup=line.run,
        showlegend=not named,
        mode="lines+markers",
        line={"color": line.style.colour, "dash": line.style.dash, "width": 2},
        marker={"color": line.style.colour, "symbol": line.style.symbol, "size": 6},
        hovertemplate=f"{line.run}<br>%{{x}}: %{{y:.1%}}<extra></extra>",
        **error,
    )

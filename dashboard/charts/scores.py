"""A score of every class with its interval, one run or two."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

_ROW_PX = 30
# Two runs share the row of a class: this far above and below its middle.
_APART = 0.17


@dataclass(frozen=True)
class Series:
    """One run: a score for each class, 0..1, in the order of the rows, with bounds; NaN draws nothing.

    ``average`` is the mean over the classes; ``notes`` is the hover of each mark.
    """

    run: str
    values: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    average: float
    colour: str
    symbol: str
    notes: Sequence[str]


def scores_figure(series: Sequence[Series], names: Sequence[str], *, x_title: str) -> go.Figure:
    """Return a mark with whiskers for each class and run, classes from top to bottom, and each run's average dotted.

    The axis begins a little below the lowest whisker: these are positions, not bars whose length would have to be
    true.

    Args:
        series: one or two runs.
        names: of the classes, the first on top.
        x_title: the score with its unit and split.
    """
    fig = go.Figure()
    shifts = (0.0,) if len(series) == 1 else (-_APART, _APART)
    for one, shift in zip(series, shifts, strict=True):
        fig.add_trace(
            go.Scatter(
                x=list(one.values),
                y=[row + shift for row in range(len(names))],
                name=one.run,
                mode="markers",
                marker={"color": one.colour, "symbol": one.symbol, "size": 10},
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [high - value for high, value in zip(one.high, one.values, strict=True)],
                    "arrayminus": [value - low for low, value in zip(one.low, one.values, strict=True)],
                    "color": one.colour,
                    "thickness": 1.5,
                    "width": 4,
                },
                customdata=list(one.notes),
                hovertemplate="%{customdata}<extra>%{fullData.name}</extra>",
            )
        )
        fig.add_vline(one.average, line={"color": one.colour, "dash": "dot", "width": 1.5}, opacity=0.8, layer="below")
    lowest = min((low for one in series for low in one.low if math.isfinite(low)), default=0.0)
    fig.update_xaxes(title=x_title, range=[max(0.0, lowest - 0.03), 1.01], tickformat=".0%", fixedrange=True)
    fig.update_yaxes(
        range=[len(names) - 0.5, -0.5],
        tickvals=list(range(len(names))),
        ticktext=list(names),
        ticks="",
        zeroline=False,
        fixedrange=True,
    )
    # A run keeps its name in the legend when it is alone: the page may be far from the selector.
    return fig.update_layout(height=110 + _ROW_PX * len(names), showlegend=True, hovermode="closest")

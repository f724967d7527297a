"""Figures of many classes as points with their intervals, one row a class."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

# Rows as high as a line of text with air; two points a row need a little more.
_ROW, _ROW_OF_SEVERAL = 26, 32
# How far the points of one row lie apart, in rows.
_SPREAD = 0.34


@dataclass(frozen=True)
class Points:
    """One figure a row, in the order of the rows: ``values`` within ``low`` and ``high``; NaN leaves a row out.

    ``notes`` is the hover of each row.
    """

    name: str
    values: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]
    notes: Sequence[str]
    colour: str
    symbol: str


def interval_figure(
    rows: Sequence[str], series: Sequence[Points], *, x_title: str, tickformat: str, zero: str = "", apart: bool = True
) -> go.Figure:
    """Return points with horizontal intervals, the first row on top.

    Args:
        rows: what stands at each row.
        series: one or more figures for each row.
        x_title: the figure with its unit.
        tickformat: of the x axis, in d3's notation.
        zero: colour of a line at 0; empty draws none.
        apart: whether the points of a row lie one above the other; False for series of which each row has one.
    """
    step = _SPREAD if apart else 0.0
    figure = go.Figure()
    for position, points in enumerate(series):
        offset = step * (position - (len(series) - 1) / 2)
        figure.add_trace(
            go.Scatter(
                x=list(points.values),
                y=[row + offset for row in range(len(rows))],
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [high - value for value, high in zip(points.values, points.high, strict=True)],
                    "arrayminus": [value - low for value, low in zip(points.values, points.low, strict=True)],
                    "thickness": 1.5,
                    "width": 0,
                },
                name=points.name,
                mode="markers",
                marker={
                    "color": points.colour,
                    "symbol": points.symbol,
                    "size": 9,
                    "line": {"color": points.colour, "width": 2},
                },
                hovertext=list(points.notes),
                hovertemplate="%{hovertext}<extra>%{fullData.name}</extra>",
            )
        )
    if zero:
        figure.add_vline(x=0, line={"color": zero, "width": 1.5})
    figure.update_xaxes(title=x_title, tickformat=tickformat, fixedrange=True, zeroline=False)
    figure.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=list(rows),
        range=[len(rows) - 0.4, -0.6],
        fixedrange=True,
        showgrid=True,
    )
    height = 110 + len(rows) * (_ROW_OF_SEVERAL if apart and len(series) > 1 else _ROW)
    return figure.update_layout(height=height, hovermode="closest", showlegend=len(series) > 1)

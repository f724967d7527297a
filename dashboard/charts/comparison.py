"""Runs against one another: what each scores and what it costs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dashboard.tables.pareto import undominated

# Of a run that another beats: still to be told apart, but behind the others.
_DIMMED = 0.4
# More runs have no legend: their names stand on hover and in the table.
MOST_NAMED = 30


@dataclass(frozen=True)
class Mark:
    """One run of the scatter: ``cost`` in the unit of the x axis, ``accuracy`` in 0..1.

    ``stated`` draws it hollow: a figure that somebody gave, not one that was measured here. ``note`` is the hover.
    """

    run: str
    cost: float
    accuracy: float
    colour: str
    symbol: str
    note: str
    stated: bool = False


def scatter_figure(
    marks: Sequence[Mark], *, x_title: str, y_title: str, front_label: str | None = None, log_x: bool = True
) -> go.Figure:
    """Return accuracy over cost, a marker a run, and the Pareto front of the measured ones if it has a label.

    The front is a line of steps: how much accuracy a given cost buys. With it, runs that another beats are pale.

    Args:
        marks: what to draw.
        x_title: the cost with its unit.
        y_title: the accuracy with its split and unit.
        front_label: what the front is called in the legend; None leaves it out.
        log_x: costs of a teacher and a student lie factors apart, so the axis is logarithmic unless told otherwise.
    """
    figure = go.Figure()
    measured = [mark for mark in marks if not mark.stated]
    front = pareto_front(measured) if front_label and len(measured) > 1 else []
    if front:
        figure.add_trace(
            go.Scatter(
                x=[mark.cost for mark in front],
                y=[mark.accuracy for mark in front],
                name=front_label,
                mode="lines",
                line={"color": "#8a8f98", "dash": "dot", "width": 1.5, "shape": "hv"},
                hoverinfo="skip",
            )
        )
    dimmed = [bool(front) and mark not in front and not mark.stated for mark in marks]
    # A name each is a legend of the page's length, and a trace each takes the browser seconds.
    named = len(marks) <= MOST_NAMED
    traces = [_named(*one) for one in zip(marks, dimmed, strict=True)] if named else [_together(marks, dimmed)]
    figure.add_traces(traces)
    figure.update_layout(showlegend=None if named else False)
    figure.update_xaxes(title=x_title, **(_log_axis([mark.cost for mark in marks]) if log_x else {}))
    figure.update_yaxes(title=y_title, tickformat=".0%")
    figure.update_layout(hovermode="closest")
    return figure


def _named(mark: Mark, dimmed: bool) -> go.Scatter:
    return go.Scatter(
        x=[mark.cost],
        y=[mark.accuracy],
        name=mark.run,
        mode="markers",
        marker={
            "color": mark.colour,
            "symbol": _symbol(mark),
            "opacity": _opacity(dimmed),
            "size": 14,
            "line": {"width": _outline(mark)},
        },
        hovertemplate=f"{mark.note}<extra>%{{fullData.name}}</extra>",
    )


def _together(marks: Sequence[Mark], dimmed: Sequence[bool]) -> go.Scatter:
    return go.Scatter(
        x=[mark.cost for mark in marks],
        y=[mark.accuracy for mark in marks],
        customdata=[f"{mark.run}<br>{mark.note}" for mark in marks],
        mode="markers",
        marker={
            "color": [mark.colour for mark in marks],
            "symbol": [_symbol(mark) for mark in marks],
            "opacity": [_opacity(pale) for pale in dimmed],
            "size": 9,
            "line": {"width": [_outline(mark) for mark in marks]},
        },
        hovertemplate="%{customdata}<extra></extra>",
    )


def _symbol(mark: Mark) -> str:
    return f"{mark.symbol}-open" if mark.stated else mark.symbol


def _opacity(dimmed: bool) -> float:
    return _DIMMED if dimmed else 1.0


def _outline(mark: Mark) -> int:
    return 2 if mark.stated else 0


def pareto_front(marks: Sequence[Mark]) -> list[Mark]:
    """Return the marks that no other beats, cheapest first."""
    return [marks[i] for i in undominated([mark.cost for mark in marks], [mark.accuracy for mark in marks])]


def _log_axis(costs: Sequence[float]) -> dict[str, object]:
    """Return a logarithmic axis ticked at 1, 2 and 5 of each decade, with room left and right of the marks."""
    if not costs:
        return {"type": "log"}
    low, high = math.log10(min(costs)), math.log10(max(costs))
    ticks = [step * 10.0**decade for decade in range(math.floor(low) - 1, math.ceil(high) + 1) for step in (1, 2, 5)]
    return {"type": "log", "range": [low - 0.2, high + 0.2], "tickvals": ticks, "tickformat": "~g"}

"""Training curves of several runs over one another: what was recorded, unsmoothed, and nothing in between."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import plotly.graph_objects as go

# A grey that reads on a light and on a dark ground, for what belongs to no run.
KEY = "#7d8794"

# From so many epochs on a curve has so many markers.
_LONG, _SHOWN = 30, 12
# How much of a recorded line is seen behind a smoothed one.
_PALE = 0.35
# Labels of seams, as shares of the height: from the ground up, where curves leave the most room.
_LOWEST, _ROW = 0.01, 0.06

Style = Literal["solid", "dash", "dot", "dashdot"]


@dataclass(frozen=True)
class Curve:
    """One line of the figure; NaN in ``y`` is a gap.

    ``run`` groups the lines of one run in the legend, ``part`` says which of its figures this is. ``symbol`` is the
    run's marker: filled for the solid style, hollow for any other. ``stated`` are points that somebody gave: there is
    no line, since nobody gave what lies between them. ``best`` is the index of the epoch that was kept. ``smooth``
    has a value for each of ``y`` and takes the line's place: what was recorded then stays behind it, pale.
    """

    run: str
    part: str
    x: Sequence[float]
    y: Sequence[float]
    colour: str
    style: Style = "solid"
    symbol: str = "circle"
    stated: bool = False
    best: int | None = None
    smooth: Sequence[float] | None = None


@dataclass(frozen=True)
class Seam:
    """Where trainings were taken up again: the last x before, what began there, and whose it was (``note``)."""

    x: float
    label: str
    note: str


def curves_figure(
    curves: Sequence[Curve],
    *,
    x_title: str,
    y_title: str,
    best_label: str,
    percent: bool = False,
    log: bool = False,
    seams: Sequence[Seam] = (),
) -> go.Figure:
    """Return one figure with all curves.

    The legend names each run once, by its colour and marker, and each part once, by its line style.

    Args:
        curves: what to draw; colours and markers tell runs apart, also in print, line styles the parts of one run.
        x_title: with its unit.
        y_title: with its unit.
        best_label: what the marked epoch is called in the legend and on hover.
        percent: show y, given as a fraction, in percent.
        log: draw y on a logarithmic axis.
        seams: where trainings were taken up again; each is an upright line with its label.
    """
    figure = go.Figure()
    runs: set[str] = set()
    for curve in curves:
        if curve.smooth is not None:
            figure.add_trace(_recorded(curve))
        figure.add_trace(_line(curve, percent, named=curve.run in runs))
        runs.add(curve.run)
    parts = {curve.part: curve.style for curve in curves if not curve.stated}
    if len(parts) > 1:
        figure.add_traces([_key(part, style) for part, style in parts.items()])
    named = False
    for curve in curves:
        if curve.best is not None:
            figure.add_trace(_mark(curve, curve.best, best_label, named=named, percent=percent))
            named = True
    figure.update_xaxes(title=x_title, rangemode="tozero")
    figure.update_yaxes(title=y_title, tickformat=".0%" if percent else None, type="log" if log else "linear")
    figure.update_layout(hovermode="closest")
    middle = max((x for curve in curves for x in curve.x), default=0) / 2
    for row, seam in enumerate(sorted(seams, key=lambda seam: seam.x)):
        _add_seam(figure, seam, row, "left" if seam.x <= middle else "right")
    return figure


def _line(curve: Curve, percent: bool, *, named: bool) -> go.Scatter:
    symbol = curve.symbol + ("" if curve.style == "solid" else "-open")
    return go.Scatter(
        x=list(curve.x),
        y=list(curve.y if curve.smooth is None else curve.smooth),
        name=curve.run,
        legendgroup=curve.run,
        showlegend=not named,
        # A single epoch has no line: its marker shows it.
        mode="markers" if curve.stated else "lines+markers",
        connectgaps=False,
        line={"color": curve.colour, "dash": curve.style, "width": 2},
        marker={
            "color": curve.colour,
            "symbol": symbol,
            "size": 11 if curve.stated else 7,
            # On long curves every so often: a marker at each epoch would hide the line.
            "maxdisplayed": 0 if len(curve.x) < _LONG else _SHOWN,
            "line": {"width": 2 if curve.stated else 1, "color": curve.colour},
        },
        hovertemplate=f"{curve.run}<br>{curve.part}<br>%{{x:.4~g}}: %{{y:{_number(percent)}}}<extra></extra>",
    )


def _recorded(curve: Curve) -> go.Scatter:
    """Return the line of what was recorded, behind a smoothed one."""
    return go.Scatter(
        x=list(curve.x),
        y=list(curve.y),
        name=curve.run,
        legendgroup=curve.run,
        showlegend=False,
        mode="lines",
        connectgaps=False,
        opacity=_PALE,
        line={"color": curve.colour, "dash": curve.style, "width": 1.5},
        hoverinfo="skip",
    )


def _add_seam(figure: go.Figure, seam: Seam, row: int, anchor: str) -> None:
    figure.add_vline(x=seam.x, line={"color": KEY, "dash": "dot", "width": 1})
    # Two trainings are often taken up at nearly the same place: their labels stand below one another.
    figure.add_annotation(
        x=seam.x,
        y=_LOWEST + _ROW * row,
        yref="paper",
        text=seam.label,
        hovertext=seam.note,
        showarrow=False,
        # On the side of the line that has more room.
        xanchor=anchor,
        yanchor="bottom",
        font={"size": 12},
    )


def _key(part: str, style: Style) -> go.Scatter:
    """Return the entry that explains a line style in the legend; it draws nothing."""
    return go.Scatter(x=[None], y=[None], name=part, mode="lines", line={"color": KEY, "dash": style, "width": 2})


def _mark(curve: Curve, at: int, label: str, *, named: bool, percent: bool) -> go.Scatter:
    return go.Scatter(
        x=[curve.x[at]],
        y=[curve.y[at]],
        name=label,
        legendgroup=label,
        showlegend=not named,
        mode="markers",
        marker={"color": curve.colour, "symbol": "star", "size": 15, "line": {"color": "white", "width": 1}},
        hovertemplate=f"{curve.run}<br>{label}<br>%{{x:.4~g}}: %{{y:{_number(percent)}}}<extra></extra>",
    )


def _number(percent: bool) -> str:
    return ".2%" if percent else ".4~g"

"""Differences with their intervals, one below the other, against the line of no difference."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

# Height of a row, and of what stands above and below all rows, in px.
_ROW, _FRAME = 52, 96
# Points left and right of 0 that are shown at least: what is closer to nothing shall look so.
_LEAST = 0.5
# Seen on the light page and on the dark one.
_BAND = "rgba(138, 143, 152, 0.22)"


@dataclass(frozen=True)
class Effect:
    """One row: a difference with the bounds of its interval, in percentage points.

    ``over_seeds`` draws a mean of several trainings as a diamond, ``proven`` fills the marker; ``note`` is the hover.
    """

    label: str
    value: float
    low: float
    high: float
    colour: str
    note: str
    over_seeds: bool
    proven: bool


def forest_figure(
    effects: Sequence[Effect], *, x_title: str, ground: str, band: tuple[float, float] | None = None
) -> go.Figure:
    """Return the forest plot of the effects, from top to bottom in their order.

    Args:
        effects: what to draw, at least one.
        x_title: what the difference is, with its unit and which side is the better one.
        ground: colour of the page, on which the labels stand out against the lines.
        band: bounds of a shaded stretch of the axis, in percentage points; None draws none.
    """
    figure = go.Figure()
    for row, effect in enumerate(effects):
        figure.add_trace(
            go.Scatter(
                x=[effect.value],
                y=[row],
                name=effect.label,
                mode="markers",
                marker={
                    "color": effect.colour,
                    "size": 15 if effect.over_seeds else 11,
                    "symbol": ("diamond" if effect.over_seeds else "circle") + ("" if effect.proven else "-open"),
                    "line": {"color": effect.colour, "width": 2},
                },
                error_x={
                    "type": "data",
                    "symmetric": False,
                    "array": [effect.high - effect.value],
                    "arrayminus": [effect.value - effect.low],
                    "color": effect.colour,
                    "thickness": 2.5 if effect.over_seeds else 1.5,
                    "width": 5,
                },
                hovertemplate=f"{effect.note}<extra></extra>",
            )
        )
        # Above its row instead of beside it: the name of a run would take half of a phone's width.
        figure.add_annotation(
            text=effect.label,
            x=0,
            xref="paper",
            xanchor="left",
            y=row,
            yshift=19,
            showarrow=False,
            font={"size": 13},
            bgcolor=ground,
        )
    top, bottom = -0.8, len(effects) - 0.4
    # Not add_vline: Plotly's own JavaScript, unlike Streamlit's, fails over what reaches from end to end in this layer.
    line = {"color": "#8a8f98", "width": 1.5, "dash": "dash"}
    figure.add_shape(type="line", x0=0, x1=0, y0=top, y1=bottom, line=line, layer="between")
    if band is not None:
        figure.add_shape(
            type="rect", x0=band[0], x1=band[1], y0=top, y1=bottom, fillcolor=_BAND, line={"width": 0}, layer="below"
        )
    bounds = [-_LEAST, _LEAST, *(band or ()), *(bound for effect in effects for bound in (effect.low, effect.high))]
    room = 0.06 * (max(bounds) - min(bounds))
    figure.update_xaxes(title=x_title, range=[min(bounds) - room, max(bounds) + room], zeroline=False)
    figure.update_yaxes(visible=False, range=[bottom, top])
    figure.update_layout(height=_FRAME + _ROW * len(effects), showlegend=False, hovermode="closest", margin={"t": 8})
    return figure

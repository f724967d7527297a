"""Figures that are laid out in pixels, so that no text ever meets another: cards, and words beside them."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go


def fit_canvas(figure: go.Figure, width: float, height: float) -> go.Figure:
    """Give a figure the size of its drawing and return it: x counts pixels from the left, y from the top."""
    figure.update_xaxes(range=[0, width], visible=False, fixedrange=True)
    figure.update_yaxes(range=[height, 0], visible=False, fixedrange=True)
    margin = {"l": 0, "r": 0, "t": 0, "b": 0}
    return figure.update_layout(
        width=width, height=height, margin=margin, showlegend=False, hovermode="closest", dragmode=False
    )


def words(
    places: Sequence[tuple[float, float]], texts: Sequence[str], font: Mapping[str, object], *, name: str, position: str
) -> go.Scatter:
    """Return texts at places in pixels.

    Args:
        places: x and y of each text.
        texts: of as many.
        font: Plotly's, of all of them.
        name: of the trace.
        position: Plotly's ``textposition``: on which side of its place a text stands.
    """
    return go.Scatter(
        x=[x for x, _ in places],
        y=[y for _, y in places],
        text=list(texts),
        name=name,
        mode="text",
        textposition=position,
        textfont=dict(font),
        hoverinfo="skip",
        cliponaxis=False,
    )

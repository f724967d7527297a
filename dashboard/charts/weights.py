"""The weights of one layer as a histogram, with what a technique does to them marked in it."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

# More lines than this would be one grey field: the comb below the bars still shows each.
MOST_LINES = 33
HEIGHT = 360


def weights_figure(
    edges: np.ndarray, parts: Sequence[tuple[str, np.ndarray, str]], *, x_title: str, y_title: str
) -> go.Figure:
    """Return a histogram whose bars are made of parts.

    Args:
        edges: of the bins, [bins + 1].
        parts: name, weights in each bin [bins], and colour of each part, from the ground up.
        x_title: title of the axis of weights.
        y_title: title of the axis of counts.
    """
    middles, widths = (edges[:-1] + edges[1:]) / 2, np.diff(edges)
    bars = [
        go.Bar(
            x=middles.tolist(),
            y=counts.tolist(),
            width=widths.tolist(),
            name=name,
            marker={"color": colour, "line": {"width": 0}},
            hovertemplate="%{x:.4f}: %{y:,}",
        )
        for name, counts, colour in parts
    ]
    figure = go.Figure(bars)
    figure.update_layout(barmode="stack", bargap=0, height=HEIGHT, legend={"traceorder": "normal"})
    figure.update_xaxes(title=x_title, range=[float(edges[0]) * 1.02, float(edges[-1]) * 1.02])
    figure.update_yaxes(title=y_title, tickformat=",", rangemode="tozero")
    return figure


def mark_values(figure: go.Figure, values: np.ndarray, *, name: str, colour: str) -> None:
    """Mark values on the axis of weights: a comb below the bars, and lines through them where there are few.

    Args:
        figure: of ``weights_figure``; changed in place.
        values: where, in the unit of the weights.
        name: in the legend.
        colour: of the marks.
    """
    top = _top(figure)
    foot = -0.06 * top
    figure.update_yaxes(range=[1.4 * foot, 1.05 * top], rangemode="normal")
    ends = (foot, top if len(values) <= MOST_LINES else 0)
    x, y = [], []
    for value in values.tolist():
        x += [value, value, None]
        y += [*ends, None]
    figure.add_scatter(
        x=x, y=y, mode="lines", name=name, line={"color": colour, "width": 1}, hovertemplate="%{x:.4f}<extra></extra>"
    )


def mark_range(figure: go.Figure, low: float, high: float, *, name: str, colour: str) -> None:
    """Mark a range by two dashed lines, named in the legend.

    Args:
        figure: of ``weights_figure``; changed in place.
        low: its lower end, in the unit of the weights.
        high: its upper end.
        name: in the legend.
        colour: of the lines.
    """
    top = _top(figure)
    figure.add_scatter(
        x=[low, low, None, high, high],
        y=[0, top, None, 0, top],
        mode="lines",
        name=name,
        line={"color": colour, "width": 2, "dash": "dash"},
        hovertemplate="%{x:.4f}<extra></extra>",
    )


def kernels_figure(
    before: np.ndarray, after: np.ndarray, *, titles: tuple[str, str], colours: Sequence[tuple[float, str]], axis: str
) -> go.Figure:
    """Return two pictures of the same piece of a kernel, weights as colours on one scale, zeros left empty.

    Args:
        before: float32 [rows, columns].
        after: the same piece, changed.
        titles: of the two.
        colours: from negative over zero to positive.
        axis: title of the scale of colours.
    """
    limit = float(np.abs(before).max()) or 1.0
    figure = make_subplots(rows=1, cols=2, subplot_titles=titles, horizontal_spacing=0.04)
    for column, piece in enumerate((before, after), start=1):
        figure.add_heatmap(
            z=np.where(piece == 0, np.nan, piece),
            coloraxis="coloraxis",
            hoverongaps=False,
            hovertemplate="%{z:.4f}<extra></extra>",
            row=1,
            col=column,
        )
    figure.update_xaxes(visible=False, constrain="domain")
    figure.update_yaxes(visible=False, autorange="reversed", scaleanchor="x", constrain="domain")
    figure.update_yaxes(scaleanchor="x2", row=1, col=2)
    bar = {"title": {"text": axis, "side": "top"}, "orientation": "h", "thickness": 10, "y": -0.02, "yanchor": "top"}
    scale = [list(stop) for stop in colours]
    figure.update_layout(height=HEIGHT, coloraxis={"colorscale": scale, "cmin": -limit, "cmax": limit, "colorbar": bar})
    return figure


def bits_figure(
    bits: Sequence[int], series: Sequence[tuple[str, Sequence[float], str, str]], *, x_title: str, y_title: str
) -> go.Figure:
    """Return lines over the bits of an integer.

    Args:
        bits: in rising order.
        series: name, one value for each of the bits, colour and dash of each line.
        x_title: title of the axis of bits.
        y_title: title of the other axis, with its unit.
    """
    figure = go.Figure(
        [
            go.Scatter(
                x=list(bits),
                y=list(values),
                name=name,
                mode="lines+markers",
                line={"color": colour, "dash": dash},
                hovertemplate="%{y:.1f}",
            )
            for name, values, colour, dash in series
        ]
    )
    figure.update_layout(height=HEIGHT - 60, hovermode="x")
    figure.update_xaxes(title=x_title, dtick=1)
    figure.update_yaxes(title=y_title)
    return figure


def _top(figure: go.Figure) -> float:
    """Return the height of the highest pile of bars, 1 at least."""
    return max(float(np.sum([trace.y for trace in figure.data if trace.type == "bar"], axis=0).max()), 1.0)

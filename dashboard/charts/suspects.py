"""Which class is suggested in place of which: a bar for each pair."""

from collections.abc import Sequence

import plotly.graph_objects as go


def pairs_figure(names: Sequence[str], counts: Sequence[int], *, x_title: str, colour: str) -> go.Figure:
    """Return a bar for each pair of given and suggested class, the first on top.

    Args:
        names: of the pairs.
        counts: pictures of each.
        x_title: what is counted.
        colour: of the bars.
    """
    fig = go.Figure(
        go.Bar(
            x=list(counts),
            y=list(names),
            orientation="h",
            marker_color=colour,
            text=list(counts),
            textangle=0,
            texttemplate="%{x:,}",
            hovertemplate="%{y}: %{x:,}<extra></extra>",
        )
    )
    fig.update_yaxes(autorange="reversed", type="category", ticks="", fixedrange=True)
    fig.update_xaxes(title_text=x_title, rangemode="tozero", nticks=5, tickformat=",", fixedrange=True)
    return fig.update_layout(height=110 + 28 * len(names))

"""A model's answer to one picture: a bar for every class."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go


def answer_figure(
    probabilities: np.ndarray, names: Sequence[str], written: Sequence[str], *, colour: str, quiet: str
) -> go.Figure:
    """Return horizontal bars of all classes from 0 to 1, in the order given, the best one in full colour.

    Args:
        probabilities: float [classes], 0..1.
        names: of the classes.
        written: what stands at each bar.
        colour: of the best bar.
        quiet: of the other bars.
    """
    best = int(np.argmax(probabilities))
    fig = go.Figure(
        go.Bar(
            x=probabilities,
            y=list(names),
            orientation="h",
            marker_color=[colour if i == best else quiet for i in range(len(names))],
            text=list(written),
            textposition="outside",
            textangle=0,
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    # Room to the right for the figure at a bar that reaches 1.
    fig.update_xaxes(range=[0, 1.45], visible=False, fixedrange=True)
    fig.update_yaxes(autorange="reversed", type="category", ticks="", fixedrange=True)
    return fig.update_layout(height=54 + 22 * len(names), margin={"t": 28, "b": 4}, bargap=0.3)

"""What the compression techniques do, drawn from stored logits and counted parameters."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

PLAIN = "#9aa3ad"


def softened_figure(
    classes: Sequence[str],
    plain: np.ndarray,
    softened: np.ndarray,
    *,
    plain_name: str,
    softened_name: str,
    colour: str,
    x_title: str,
    y_title: str,
) -> go.Figure:
    """Return a teacher's probabilities for one picture, as they are and softened, a pair of bars a class.

    Args:
        classes: names, in the order of the arrays.
        plain: probabilities at temperature 1, shape [classes].
        softened: probabilities at the chosen temperature, shape [classes].
        plain_name: legend of ``plain``.
        softened_name: legend of ``softened``.
        colour: of the softened bars: the teacher's.
        x_title: title of the class axis.
        y_title: title of the probability axis.
    """
    figure = go.Figure(
        [
            go.Bar(x=list(classes), y=plain.tolist(), name=plain_name, marker_color=PLAIN),
            go.Bar(x=list(classes), y=softened.tolist(), name=softened_name, marker_color=colour),
        ]
    )
    figure.update_traces(hovertemplate="%{x}<br>%{y:.2%}")
    figure.update_layout(barmode="group")
    figure.update_xaxes(title=x_title, tickangle=-45)
    # Softening never raises the largest share: the axis stays as it is while a reader moves the temperature.
    figure.update_yaxes(title=y_title, tickformat=".0%", range=[0, min(1.0, 1.08 * float(plain.max()))])
    return figure


def stacked_figure(
    rows: Sequence[str], parts: Sequence[tuple[str, Sequence[float], str]], *, x_title: str, number: str = ",.4~g"
) -> go.Figure:
    """Return horizontal bars made of parts, such as a loss and its two summands.

    Args:
        rows: names of the bars, the first on top.
        parts: name, one value a row, and colour of each part, from left to right.
        x_title: with its unit.
        number: d3 format of the values on hover.
    """
    figure = go.Figure(
        [
            go.Bar(
                y=list(rows),
                x=list(values),
                name=name,
                orientation="h",
                marker_color=colour,
                hovertemplate=f"%{{y}}<br>%{{x:{number}}}",
            )
            for name, values, colour in parts
        ]
    )
    figure.update_layout(barmode="stack", legend={"traceorder": "normal"})
    figure.update_xaxes(title=x_title, rangemode="tozero")
    figure.update_yaxes(autorange="reversed", automargin=True, ticklabelstandoff=8)
    return figure

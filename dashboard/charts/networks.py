"""Where in a network the parameters and the work lie, layer by layer."""

from collections.abc import Sequence

import plotly.graph_objects as go

NAMED_ROWS = 40
_ROW_PX = 22


def layers_figure(
    names: Sequence[str],
    kinds: Sequence[str],
    values: Sequence[float],
    *,
    colour: str,
    value_title: str,
    layer_title: str,
) -> go.Figure:
    """Return one bar a layer in the order of the network.

    Up to ``NAMED_ROWS`` layers lie below one another with their names; more stand side by side, numbered from 1, and
    name themselves on hover.

    Args:
        names: of the layers, from input to output.
        kinds: type of each layer, for the hover.
        values: parameters or MACs of each layer.
        colour: the run's.
        value_title: title of the value axis with its unit.
        layer_title: title of the layer axis.
    """
    hover = [f"{i}. {name} ({kind})" for i, (name, kind) in enumerate(zip(names, kinds, strict=True), start=1)]
    value_axis = {"title": value_title, "rangemode": "tozero", "tickformat": "~s"}
    if len(names) <= NAMED_ROWS:
        figure = go.Figure(go.Bar(x=list(values), y=list(names), orientation="h", customdata=hover))
        figure.update_traces(hovertemplate="%{customdata}<br>%{x:,}<extra></extra>")
        figure.update_xaxes(**value_axis)
        figure.update_yaxes(title=layer_title, autorange="reversed", automargin=True, dtick=1, ticklabelstandoff=8)
        figure.update_layout(height=120 + _ROW_PX * len(names))
    else:
        figure = go.Figure(go.Bar(x=list(range(1, len(names) + 1)), y=list(values), customdata=hover))
        figure.update_traces(hovertemplate="%{customdata}<br>%{y:,}<extra></extra>")
        figure.update_xaxes(title=layer_title)
        figure.update_yaxes(**value_axis)
    figure.update_traces(marker_color=colour)
    figure.update_layout(showlegend=False, bargap=0.15)
    return figure

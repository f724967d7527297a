"""The reliability diagram of one run: how often it is right where it is how sure, and how many pictures that is."""

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from kd_core.evaluation.reliability import Bin

# How wide a bin is drawn at least: where most answers are nearly certain, bins of equal mass are thinner than a line.
_THINNEST = 0.004


def reliability_figure(
    bins: Sequence[Bin], notes: Sequence[str], *, words: Mapping[str, str], colour: str, gap_colour: str, quiet: str
) -> go.Figure:
    """Return two panels over one axis of confidence: accuracy of every bin above, its pictures below.

    A bar reaches as high as the bin is right, the hatched one from there to what it claims; the whisker, over the mean
    confidence, is the accuracy's interval, and the dashed diagonal is where claim and truth are one. Bins without
    pictures are left out, and the counts stand on a logarithmic axis.

    Args:
        bins: as ``kd_core.evaluation.reliability.reliability`` returns them.
        notes: what is said of each of them on hover.
        words: "accuracy", "gap", "diagonal" for the legend; "x", "y", "count" for the axes.
        colour: the run's.
        gap_colour: of the gap.
        quiet: of the diagonal and the counts.
    """
    shown = [(one, note) for one, note in zip(bins, notes, strict=True) if one.count]
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.76, 0.24], vertical_spacing=0.05)
    bars = {
        "x": [(one.low + one.high) / 2 for one, _ in shown],
        "width": [max(one.high - one.low, _THINNEST) for one, _ in shown],
        "customdata": [note for _, note in shown],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    right = [one.accuracy for one, _ in shown]
    figure.add_bar(y=right, name=words["accuracy"], marker={"color": colour, "opacity": 0.45}, **bars, row=1, col=1)
    figure.add_bar(
        y=[one.gap for one, _ in shown],
        base=right,
        name=words["gap"],
        marker={
            "color": "rgba(0,0,0,0)",
            "line": {"color": gap_colour, "width": 1},
            "pattern": {"shape": "/", "fgcolor": gap_colour, "size": 6},
        },
        **bars,
        row=1,
        col=1,
    )
    figure.add_scatter(
        x=[0, 1],
        y=[0, 1],
        name=words["diagonal"],
        mode="lines",
        line={"color": quiet, "dash": "dash", "width": 1.5},
        hoverinfo="skip",
        row=1,
        col=1,
    )
    intervals = [one.interval() for one, _ in shown]
    figure.add_scatter(
        x=[one.confidence for one, _ in shown],
        y=right,
        mode="markers",
        marker={"color": colour, "size": 6},
        error_y={
            "array": [high - y for (_, high), y in zip(intervals, right, strict=True)],
            "arrayminus": [y - low for (low, _), y in zip(intervals, right, strict=True)],
            "color": colour,
            "thickness": 1.5,
            "width": 3,
        },
        showlegend=False,
        hoverinfo="skip",
        row=1,
        col=1,
    )
    counts = [one.count for one, _ in shown]
    figure.add_bar(y=counts, marker={"color": quiet}, showlegend=False, **bars, row=2, col=1)
    share = {"tickformat": ".0%", "dtick": 0.2, "fixedrange": True}
    figure.update_xaxes(range=[0, 1], **share)
    figure.update_xaxes(title=words["x"], row=2, col=1)
    figure.update_yaxes(title=words["y"], range=[0, 1], **share, row=1, col=1)
    # Most answers are nearly certain: on a linear axis their bin would leave the others flat. Half a picture is no bar.
    reach = [math.log10(0.5), math.log10(2 * max(counts, default=1))]
    figure.update_yaxes(title=words["count"], type="log", range=reach, dtick=1, fixedrange=True, row=2, col=1)
    # Room for the label at 100 %, which Plotly else leaves out.
    return figure.update_layout(barmode="overlay", height=460, margin={"t": 60, "r": 28})

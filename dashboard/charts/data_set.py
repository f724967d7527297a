"""Figures of a data set: pictures a class in every split, and their sizes."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots


def counts_figure(
    counts: pd.DataFrame, *, titles: Mapping[str, str], class_names: Mapping[str, str], colour: str
) -> go.Figure:
    """Return one panel of bars a split, side by side, classes from top to bottom.

    Every panel has a scale of its own: training holds ten times as many pictures, and what matters is whether the
    classes of a split are even.

    Args:
        counts: classes as rows, splits as columns, pictures as values.
        titles: of the panels, by split.
        class_names: what each class is called.
        colour: of the bars.
    """
    fig = make_subplots(
        rows=1,
        cols=len(counts.columns),
        shared_yaxes=True,
        subplot_titles=[titles[split] for split in counts.columns],
    )
    names = [class_names[label] for label in counts.index]
    for column, split in enumerate(counts.columns, start=1):
        values = counts[split]
        fig.add_bar(
            row=1,
            col=column,
            x=values,
            y=names,
            orientation="h",
            marker_color=colour,
            text=values,
            textposition="auto",
            textangle=0,
            texttemplate="%{x:,}",
            hovertemplate="%{y}: %{x:,}<extra></extra>",
            showlegend=False,
        )
        fig.update_xaxes(rangemode="tozero", nticks=4, tickformat=",", row=1, col=column)
    fig.update_yaxes(autorange="reversed", ticks="")
    fig.update_annotations(font_size=14)
    # The titles of the panels stand below the bar of tools.
    fig.update_layout(height=116 + 26 * len(names), margin={"t": 62})
    return fig


def sizes_figure(sizes: pd.DataFrame, *, other: str, axis: str, colour: str) -> go.Figure:
    """Return bars of the most frequent picture sizes.

    Args:
        sizes: ``width``, ``height``, ``count``; a row without width stands for all other sizes.
        other: what that row is called.
        axis: title of the axis of counts.
        colour: of the bars.
    """
    names = [
        other if pd.isna(width) else f"{width} \u00d7 {height}"
        for width, height in zip(sizes["width"], sizes["height"], strict=True)
    ]
    fig = go.Figure(
        go.Bar(
            x=sizes["count"].astype(int),
            y=names,
            orientation="h",
            marker_color=colour,
            text=sizes["count"].astype(int),
            textangle=0,
            texttemplate="%{x:,}",
            hovertemplate="%{y}: %{x:,}<extra></extra>",
        )
    )
    fig.update_yaxes(autorange="reversed", type="category", ticks="")
    fig.update_xaxes(title_text=axis, rangemode="tozero", nticks=5, tickformat=",")
    return fig.update_layout(height=110 + 28 * len(names))

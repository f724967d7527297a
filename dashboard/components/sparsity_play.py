"""Pruning by playing: a slider over the weights of a real layer, and what falls."""

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import address
from dashboard.amounts import pick_number
from dashboard.charts.techniques import PLAIN
from dashboard.charts.weights import kernels_figure, mark_range, weights_figure
from dashboard.components.chart import is_dark, show_figure
from dashboard.components.layer_choice import Layer, same_layer, trained_layer
from dashboard.components.notices import calm
from dashboard.components.numbers import show_numbers
from dashboard.formats import fmt_bytes, fmt_count, fmt_number, fmt_percent
from dashboard.names import run_label
from dashboard.palette import DIVERGING, INK
from dashboard.tables.histogram import bin_edges, counted
from dashboard.tables.sparsity import Cut, cut, gzipped, piece_rows
from dashboard.text import t

DENSEST, SPARSEST, FIRST = 0.0, 95.0, 50.0
# So many rows and columns of the kernel are drawn: a piece on which single weights can still be seen.
PIECE = 40


@st.fragment
def show_sparsity(study: str) -> None:
    """Draw the choice of a layer, the slider, the histogram of its weights and a piece of its kernel."""
    with calm(), address.one_entry():
        st.header(t("playing.sparsity_title"), anchor=False)
        st.markdown(t("playing.sparsity_words"))
        chosen = trained_layer(study, "prune")
        if chosen is None:
            return
        layer, kernel = chosen
        left, right = st.columns([1, 3], gap="large")
        with left:
            percent = pick_number(
                "sparsity",
                t("playing.sparsity"),
                DENSEST,
                SPARSEST,
                1.0,
                default=FIRST,
                help_text=t("playing.sparsity_help"),
            )
            found = cut(kernel, percent / 100)
            _numbers(kernel, found)
        with right:
            _histogram(layer, kernel, found)
        _pieces(layer, kernel, found)
        for record, trained in same_layer(layer, "prune", kernel.shape):
            st.markdown(
                t(
                    "playing.sparsity_shipped",
                    run=run_label(record),
                    zeros=fmt_percent(float(np.mean(trained == 0))),
                    size=fmt_bytes(gzipped(trained)),
                )
            )
        st.caption(t("playing.sparsity_note"))


def _numbers(kernel: np.ndarray, found: Cut) -> None:
    show_numbers(
        {
            "zeros": (fmt_count(found.zeros), t("playing.of_weights", n=fmt_count(kernel.size))),
            "threshold": (fmt_number(found.threshold, 4), None),
            "norm": (fmt_percent(found.norm), None),
            "gzip": (fmt_bytes(gzipped(found.weights)), t("playing.gzip_before", size=fmt_bytes(gzipped(kernel)))),
        }
    )


def _histogram(layer: Layer, kernel: np.ndarray, found: Cut) -> None:
    edges = bin_edges(kernel)
    stays, falls = counted(kernel[found.kept], edges), counted(kernel[~found.kept], edges)
    parts = [(t("playing.falls"), falls, PLAIN), (t("playing.stays"), stays, layer.colour)]
    figure = weights_figure(edges, parts, x_title=t("playing.axis_weight"), y_title=t("playing.axis_count"))
    if not found.kept.all():
        label = t("playing.threshold_mark", value=fmt_number(found.threshold, 4))
        mark_range(figure, -found.threshold, found.threshold, name=label, colour=INK[is_dark()])
    table = pd.DataFrame({"from": edges[:-1], "to": edges[1:], "falls": falls, "stays": stays})
    show_figure(figure, layer.where(kernel), table, "playing.sparsity_figure")


def _pieces(layer: Layer, kernel: np.ndarray, found: Cut) -> None:
    before, after = (_piece(weights) for weights in (kernel, found.weights))
    figure = kernels_figure(
        before,
        after,
        titles=(t("playing.before"), t("playing.after")),
        colours=DIVERGING[is_dark()],
        axis=t("playing.axis_weight"),
    )
    rows, columns = before.shape
    caption = t("playing.piece", rows=rows, columns=columns, where=layer.where(kernel))
    show_figure(figure, caption, piece_rows(before, after), "playing.kernel")


def _piece(kernel: np.ndarray) -> np.ndarray:
    return kernel.reshape(-1, kernel.shape[-1])[:PIECE, :PIECE]

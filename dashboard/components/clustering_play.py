"""Clustering by playing: few values for the weights of a real layer."""

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import address
from dashboard.amounts import pick_number
from dashboard.charts.weights import mark_values, weights_figure
from dashboard.components.chart import is_dark, show_figure
from dashboard.components.layer_choice import Layer, same_layer, trained_layer
from dashboard.components.notices import calm
from dashboard.components.numbers import show_numbers
from dashboard.formats import fmt_bytes, fmt_count, fmt_number
from dashboard.names import run_label
from dashboard.palette import INK
from dashboard.tables.clustering import FLOAT_BITS, Shared, shared
from dashboard.tables.histogram import bin_edges, counted
from dashboard.tables.rounding import errors
from dashboard.tables.sparsity import gzipped
from dashboard.text import t

FEWEST, MOST, FIRST = 2.0, 64.0, 16.0


@st.fragment
def show_sharing(study: str) -> None:
    """Draw the choice of a layer, the slider, the values over the histogram of its weights, and their size."""
    with calm(), address.one_entry():
        st.header(t("playing.sharing_title"), anchor=False)
        st.markdown(t("playing.sharing_words"))
        chosen = trained_layer(study, "cluster")
        if chosen is None:
            return
        layer, kernel = chosen
        left, right = st.columns([1, 3], gap="large")
        with left:
            clusters = int(
                pick_number(
                    "clusters",
                    t("playing.clusters"),
                    FEWEST,
                    MOST,
                    1.0,
                    default=FIRST,
                    help_text=t("playing.clusters_help"),
                )
            )
            found = shared(kernel, clusters)
            _numbers(kernel, found)
        with right:
            _histogram(layer, kernel, found)
        for record, trained in same_layer(layer, "cluster", kernel.shape):
            st.markdown(
                t(
                    "playing.sharing_shipped",
                    run=run_label(record),
                    values=fmt_count(len(np.unique(trained))),
                    size=fmt_bytes(gzipped(trained)),
                )
            )
        st.caption(t("playing.sharing_note"))


def _numbers(kernel: np.ndarray, found: Shared) -> None:
    size = fmt_bytes(gzipped(kernel))
    show_numbers(
        {
            "bits_each": (
                t("playing.bits_value", value=fmt_number(found.bits, 2)),
                t("playing.bits_before", bits=FLOAT_BITS),
            ),
            "entropy": (t("playing.bits_value", value=fmt_number(found.entropy, 2)), None),
            "gzip": (fmt_bytes(gzipped(found.weights)), t("playing.gzip_before", size=size)),
            "snr": (t("playing.decibels", value=fmt_number(errors(kernel, found.weights).snr, 1)), None),
        }
    )


def _histogram(layer: Layer, kernel: np.ndarray, found: Shared) -> None:
    edges = bin_edges(kernel)
    counts = counted(kernel, edges)
    figure = weights_figure(
        edges,
        [(t("playing.weights"), counts, layer.colour)],
        x_title=t("playing.axis_weight"),
        y_title=t("playing.axis_count"),
    )
    mark_values(figure, found.centroids, name=t("playing.values", n=len(found.centroids)), colour=INK[is_dark()])
    table = pd.DataFrame({"value": found.centroids, "weights": found.sizes})
    show_figure(figure, layer.where(kernel), table, "playing.sharing_figure")

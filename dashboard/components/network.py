"""One network: its totals, where its parameters and its work lie, and its layers as a table."""

import pandas as pd
import streamlit as st

from dashboard import context
from dashboard.charts.networks import layers_figure
from dashboard.choices import pick_option
from dashboard.components.chart import is_dark, show_figure
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.sheet import show_sheet
from dashboard.formats import fmt_bytes, fmt_count, fmt_percent, fmt_short
from dashboard.names import precision_name, run_label, study_name
from dashboard.palette import run_styles
from dashboard.text import t
from kd_core.artifacts import RunRecord

MEASURES = ("parameters", "macs")
# Rounding to float16 or int8 makes a few weights zero in every network; from this share on somebody meant it.
PRUNED = 0.05


def show_totals(record: RunRecord) -> None:
    """Draw the counts of the whole network as large figures."""
    counted, model, taken = record.parameters, record.model, record.input
    with st.container(horizontal=True, gap="large", key="models.totals"):
        if counted:
            note = t("models.trainable", count=fmt_count(counted.trainable))
            _total(t("models.parameters"), fmt_count(counted.total), note)
            zeros = 0.0 if counted.non_zero is None else 1 - counted.non_zero / counted.total
            if zeros >= PRUNED:
                _total(t("models.non_zero"), fmt_count(counted.non_zero), t("models.zeros", share=fmt_percent(zeros)))
            if counted.wrapped_total is not None:
                _total(t("models.wrapped"), fmt_count(counted.wrapped_total), t("models.wrapped_note"))
        if record.macs is not None:
            _total(t("models.macs"), fmt_short(record.macs), t("models.per_picture"))
        if model:
            gzipped = t("models.gzipped", size=fmt_bytes(model.size_gzip_bytes))
            _total(t("models.size", precision=precision_name(model.precision)), fmt_bytes(model.size_bytes), gzipped)
        if taken:
            _total(t("models.input"), t("models.pixels", width=taken.width, height=taken.height), t("models.rgb"))


def show_bars(record: RunRecord) -> None:
    """Draw the bars by layer; a note when the layers cannot be read."""
    layers, problems = context.layers(record.study, record.run)
    show_problems(problems)
    if layers is None or layers.empty:
        show_missing(t("models.no_layers"))
        return
    _bars(record, layers)


def show_layers(record: RunRecord) -> None:
    """Draw the table of layers; nothing when they cannot be read, which ``show_bars`` says."""
    layers, _ = context.layers(record.study, record.run)
    if layers is None or layers.empty:
        return
    st.header(t("models.layers_title", count=fmt_count(len(layers))), anchor=False)
    frame = layers.set_axis([t(f"models.column_{name}") for name in layers.columns], axis="columns")
    counts = {t(f"models.column_{name}"): fmt_count for name in ("parameters", "non_zero", "macs")}
    show_sheet(frame, counts | {t("models.column_sparsity"): fmt_percent}, key="models.layers")
    st.caption(t("models.macs_note"))


def show_stated(record: RunRecord) -> None:
    """Draw what the slides state of a network: its counts and the list of its layers."""
    claims = record.claims
    if claims is None:
        return
    with st.container(horizontal=True, gap="large", key="models.totals"):
        if claims.total_params is not None:
            note = t("models.trainable", count=fmt_count(claims.trainable_params))
            _total(t("models.parameters_stated"), fmt_count(claims.total_params), note)
        if record.parameters and record.parameters.wrapped_total is not None:
            _total(t("models.stripped"), fmt_count(record.parameters.total), t("models.stripped_note"))
        if claims.size_mb is not None:
            _total(t("models.size_stated"), fmt_bytes(claims.size_mb * 1e6), t("models.size_stated_note"))
    st.header(t("models.layers_stated", count=fmt_count(len(claims.layers))), anchor=False)
    if claims.layers:
        st.markdown("\n".join(f"{number}. {layer}" for number, layer in enumerate(claims.layers, start=1)))
    else:
        show_missing(t("models.no_stated_layers"))
    st.caption(t("models.stated_note"))


def _bars(record: RunRecord, layers: pd.DataFrame) -> None:
    known = [name for name in MEASURES if layers[name].fillna(0).sum() > 0]
    if not known:
        return
    measure = pick_option("measure", t("models.measure"), known, label_of=lambda name: t(f"models.column_{name}"))
    shown = layers[layers[measure].fillna(0) > 0]
    figure = layers_figure(
        shown["name"].astype(str).tolist(),
        shown["type"].astype(str).tolist(),
        shown[measure].tolist(),
        colour=run_styles(context.runs(record.study)[0], is_dark())[record.run].colour,
        value_title=t(f"models.axis_{measure}"),
        layer_title=t("models.axis_layer"),
    )
    caption = t(
        "models.bars_caption",
        study=study_name(record.study),
        run=run_label(record),
        shown=fmt_count(len(shown)),
        all=fmt_count(len(layers)),
    )
    show_figure(figure, caption, shown[["name", "type", measure]], "models.bars")


def _total(label: str, value: str, note: str) -> None:
    st.metric(label, value, delta=note, delta_color="off", delta_arrow="off", width="content")

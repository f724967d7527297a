"""Quantization by playing: bits and range over the weights of a real layer, against what the shipped file holds."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import address, context
from dashboard.amounts import pick_number
from dashboard.charts.techniques import PLAIN
from dashboard.charts.weights import bits_figure, mark_range, mark_values, weights_figure
from dashboard.choices import pick_flag
from dashboard.components.chart import is_dark, show_figure
from dashboard.components.layer_choice import Layer, pick_layer
from dashboard.components.notices import calm, show_missing, show_problems
from dashboard.components.numbers import show_numbers
from dashboard.components.sheet import show_sheet
from dashboard.formats import fmt_number, fmt_percent
from dashboard.names import run_label, study_name
from dashboard.palette import INK, MUTED
from dashboard.tables.histogram import bin_edges, counted
from dashboard.tables.rounding import Errors, Rounded, errors, rounded
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.stored_kernels import StoredKernel

BITS = range(2, 9)
FLOATS = ("float32", "float16")
Row = tuple[str, np.ndarray, np.ndarray, Errors]


@st.fragment
def show_rounding(study: str) -> None:
    """Draw the choice of a layer, the sliders, the grid over its weights, and the errors against the shipped int8."""
    with calm(), address.one_entry():
        st.header(t("playing.rounding_title"), anchor=False)
        st.markdown(t("playing.rounding_words"))
        chosen = _pick(study)
        if chosen is None:
            return
        layer, stored = chosen
        kernel = stored.values
        left, right = st.columns([1, 3], gap="large")
        with left:
            bits = int(
                pick_number("bits", t("playing.bits"), 2.0, 8.0, 1.0, default=8.0, help_text=t("playing.bits_help"))
            )
            clip = pick_number(
                "clip", t("playing.clip"), 5.0, 100.0, 1.0, default=100.0, help_text=t("playing.clip_help")
            )
            symmetric = pick_flag(
                "symmetric", t("playing.symmetric"), default=True, help_text=t("playing.symmetric_help")
            )
        whole = rounded(kernel, bits, clip=clip / 100, symmetric=symmetric)
        each = rounded(kernel, bits, axis=stored.axis, clip=clip / 100, symmetric=symmetric)
        with left:
            _numbers(kernel, whole)
        with right:
            _histogram(layer, kernel, whole)
        rows: list[Row] = [
            (t("playing.per_tensor", bits=bits), whole.scales, whole.zero_points, errors(kernel, whole.values)),
            (t("playing.per_channel", bits=bits), each.scales, each.zero_points, errors(kernel, each.values)),
        ]
        shipped = _shipped(layer, stored)
        rows += [
            (run_label(record), other.scales, other.zero_points, errors(kernel, other.values))
            for record, other in shipped
        ]
        _table(rows)
        _agreement(kernel, stored.axis, shipped, study)
        _by_bits(layer, kernel, stored.axis, clip / 100, symmetric)


def _pick(study: str) -> tuple[Layer, StoredKernel] | None:
    records, _ = context.runs(study)
    names = {record.run for record in records if record.model and record.model.precision in FLOATS}
    made = (record.parent for record in records if _is_int8(record) and record.parent in names)
    return pick_layer(
        study,
        context.deployed_kernels,
        lambda kernel: int(kernel.raw.size),
        keep=lambda r: r.model is not None and r.model.file is not None and r.model.precision in FLOATS,
        default=next(made, None),
        missing=t("playing.no_float_model", study=study_name(study)),
    )


def _is_int8(record: RunRecord) -> bool:
    # Of quantization-aware training the weights have moved on: its grid is another's.
    return record.stage == "quantize" and record.model is not None and record.model.precision == "int8"


def _shipped(layer: Layer, stored: StoredKernel) -> list[tuple[RunRecord, StoredKernel]]:
    found = []
    for record in context.runs(layer.record.study)[0]:
        if _is_int8(record) and record.parent == layer.record.run:
            kernels, problems = context.deployed_kernels(record.study, record.run)
            show_problems(problems)
            other = (kernels or {}).get(layer.name)
            if other is not None and other.raw.shape == stored.raw.shape and other.scales.size:
                found.append((record, other))
    return found


def _numbers(kernel: np.ndarray, whole: Rounded) -> None:
    show_numbers(
        {
            "scale": (fmt_number(float(whole.scales[0]), 6), None),
            "zero_point": (fmt_number(float(whole.zero_points[0]), 0), None),
            "snr": (_decibels(errors(kernel, whole.values).snr), None),
        }
    )


def _histogram(layer: Layer, kernel: np.ndarray, whole: Rounded) -> None:
    edges, grid, dark = bin_edges(kernel), whole.grid(), is_dark()
    # Within half a step of an end a weight is rounded like any other.
    half = float(whole.scales[0]) / 2 * (1 + 1e-6)
    inside = (kernel >= grid[0] - half) & (kernel <= grid[-1] + half)
    within, cut_off = counted(kernel[inside], edges), counted(kernel[~inside], edges)
    parts = [(t("playing.inside"), within, layer.colour), (t("playing.beyond"), cut_off, PLAIN)]
    parts = [part for part in parts if part[1].any()]
    figure = weights_figure(edges, parts, x_title=t("playing.axis_weight"), y_title=t("playing.axis_count"))
    mark_values(figure, grid, name=t("playing.grid", n=len(grid)), colour=INK[dark])
    if cut_off.any():
        mark_range(figure, float(grid[0]), float(grid[-1]), name=t("playing.range_mark"), colour=MUTED[dark])
    table = pd.DataFrame({"from": edges[:-1], "to": edges[1:], "inside": within, "beyond": cut_off})
    show_figure(figure, layer.where(kernel), table, "playing.rounding_figure")


def _table(rows: Sequence[Row]) -> None:
    frame = pd.DataFrame(
        {
            t("playing.how"): [name for name, *_ in rows],
            t("playing.scales"): [str(len(scales)) for _, scales, *_ in rows],
            t("playing.smallest_scale"): [float(scales.min()) for _, scales, *_ in rows],
            t("playing.largest_scale"): [float(scales.max()) for _, scales, *_ in rows],
            t("playing.zero_points"): [_range(zeros) for _, _, zeros, _ in rows],
            t("playing.rms"): [made.rms for *_, made in rows],
            t("playing.worst"): [made.worst for *_, made in rows],
            t("playing.snr"): [made.snr for *_, made in rows],
        }
    )
    small = (t(f"playing.{name}") for name in ("smallest_scale", "largest_scale", "rms", "worst"))
    numbers = dict.fromkeys(small, _six) | {t("playing.snr"): _decibels}
    show_sheet(frame, numbers, key="playing.rounding_table")


def _agreement(kernel: np.ndarray, axis: int, shipped: Sequence[tuple[RunRecord, StoredKernel]], study: str) -> None:
    if not shipped:
        show_missing(t("playing.no_int8", study=study_name(study)))
    for record, other in shipped:
        own = rounded(kernel, 8, axis=axis if other.scales.size > 1 else None)
        share = float(np.mean(own.integers == other.raw))
        st.markdown(t("playing.agreement", run=run_label(record), share=fmt_percent(share, 3)))


def _by_bits(layer: Layer, kernel: np.ndarray, axis: int, clip: float, symmetric: bool) -> None:
    found = {
        name: [errors(kernel, rounded(kernel, b, axis=one, clip=clip, symmetric=symmetric).values).snr for b in BITS]
        for name, one in (("per_tensor", None), ("per_channel", axis))
    }
    series = [
        (t("playing.line_tensor"), found["per_tensor"], INK[is_dark()], "dash"),
        (t("playing.line_channel"), found["per_channel"], layer.colour, "solid"),
    ]
    figure = bits_figure(list(BITS), series, x_title=t("playing.axis_bits"), y_title=t("playing.axis_snr"))
    table = pd.DataFrame({"bits": list(BITS), **found})
    show_figure(figure, layer.where(kernel), table, "playing.bits_figure")


def _range(values: np.ndarray) -> str:
    low, high = (fmt_number(float(value), 0) for value in (values.min(), values.max()))
    return low if low == high else f"{low} \u2026 {high}"


def _six(value: float) -> str:
    return fmt_number(value, 6)


def _decibels(value: float) -> str:
    return t("playing.decibels", value=fmt_number(value, 1))

"""One run's reliability diagram with its words: what it claims, what it holds, and whether that can be chance."""

import streamlit as st

from dashboard import context
from dashboard.charts.reliability import reliability_figure
from dashboard.components.chart import is_dark, show_figure
from dashboard.components.differences import written_p
from dashboard.exhibit import Exhibit
from dashboard.formats import fmt_count, fmt_number, fmt_percent, fmt_points
from dashboard.names import run_label
from dashboard.palette import INK, MUTED, run_styles
from dashboard.tables.calibration import bins_frame, leaning, spoken_for
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.calibration import Calibration
from kd_core.evaluation.reliability import Bin, Binning


def show_reliability(record: RunRecord, found: Calibration, *, binning: Binning, where: str) -> None:
    """Draw the diagram of a run and what it means in words; the arguments are those of ``reliability_diagram``."""
    drawn = reliability_diagram(record, found, binning=binning, where=where, dark=is_dark())
    st.markdown(f"## {run_label(record)}")
    st.markdown(meaning(found))
    show_figure(drawn.figure, drawn.caption, drawn.table, f"calibration.{record.run}")


def reliability_diagram(record: RunRecord, found: Calibration, *, binning: Binning, where: str, dark: bool) -> Exhibit:
    """Return the diagram of a run, with n, ECE and binning in its caption.

    Args:
        record: the run.
        found: its calibration, at T = 1 or with its temperature.
        binning: how the bins were made.
        where: study and part of the split, for the caption.
        dark: whether the page is.
    """
    words = {name: t(f"calibration.figure_{name}") for name in ("accuracy", "gap", "diagonal", "x", "y", "count")}
    figure = reliability_figure(
        found.bins,
        [_note(one) for one in found.bins],
        words=words,
        colour=run_styles(context.runs(record.study)[0], dark)[record.run].colour,
        gap_colour=INK[dark],
        quiet=MUTED[dark],
    )
    caption = t(
        "calibration.caption",
        where=where,
        run=f"{record.study}/{record.run}",
        n=fmt_count(found.n),
        ece=fmt_percent(found.ece),
        bins=fmt_count(len(found.bins)),
        binning=t(f"calibration.binned_{binning.replace('-', '_')}"),
        chance=fmt_percent(found.chance),
        p=written_p(found.ece_p_value),
        temperature=fmt_number(found.temperature, 2),
    )
    return Exhibit(figure, caption, bins_frame(found.bins))


def meaning(found: Calibration) -> str:
    """Return what the calibration means in words: at about 90 %, and on average."""
    one = spoken_for(found.bins)
    low, high = one.interval()
    spoken = t(
        "calibration.says",
        claimed=fmt_percent(one.confidence, 0),
        right=fmt_percent(one.accuracy, 0),
        n=fmt_count(one.count),
        low=fmt_percent(low, 0),
        high=fmt_percent(high, 0),
    )
    average = t(
        f"calibration.average_{leaning(found)}",
        points=fmt_points(found.gap),
        low=fmt_points(found.gap_low),
        high=fmt_points(found.gap_high),
        p=written_p(found.gap_p_value),
    )
    return f"{spoken} {average}"


def _note(one: Bin) -> str:
    low, high = one.interval()
    return t(
        "calibration.note",
        bounds=f"{fmt_percent(one.low)} – {fmt_percent(one.high)}",
        n=fmt_count(one.count),
        confidence=fmt_percent(one.confidence),
        accuracy=fmt_percent(one.accuracy),
        low=fmt_percent(low),
        high=fmt_percent(high),
    )

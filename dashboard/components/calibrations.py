"""All runs of a study by calibration, before and after temperature scaling, as one table."""

from collections.abc import Sequence

import streamlit as st

from dashboard.components.chart import offer_csv
from dashboard.components.sheet import show_sheet
from dashboard.exhibit import Sheet
from dashboard.formats import fmt_count, fmt_number, fmt_percent, fmt_points
from dashboard.names import run_label
from dashboard.tables.calibration import Calibrated, calibration_frame
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.reliability import BINS, Binning

# Columns of the frame that are shown, in their order, and how each is written; the download has all.
WRITERS = {
    "temperature": lambda value: fmt_number(value, 2),
    "nll": lambda value: fmt_number(value, 3),
    "nll_scaled": lambda value: fmt_number(value, 3),
    "ece": fmt_percent,
    "ece_scaled": fmt_percent,
    "mce": fmt_percent,
    "gap": fmt_points,
}


def show_calibrations(rows: Sequence[tuple[RunRecord, Calibrated]], *, binning: Binning, where: str) -> None:
    """Draw one row a run; the arguments are those of ``calibration_sheet``."""
    found = calibration_sheet(rows, binning=binning, where=where)
    show_sheet(found.frame, found.numbers, key="calibration.table")
    st.caption(found.caption)
    offer_csv(found.table, "calibration.all")


def calibration_sheet(rows: Sequence[tuple[RunRecord, Calibrated]], *, binning: Binning, where: str) -> Sheet:
    """Return one row a run.

    Args:
        rows: the runs with their calibration.
        binning: how the bins of ECE and MCE were made.
        where: study and part of the split, for the caption.
    """
    frame = calibration_frame(rows)
    titles = {name: t(f"calibration.column_{name}") for name in WRITERS}
    shown = frame[list(WRITERS)].astype(float).rename(columns=titles)
    shown.insert(0, t("shell.run"), [run_label(record) for record, _ in rows])
    shown[t("differences.interval")] = [
        t("differences.interval_text", low=fmt_points(found.plain.gap_low), high=fmt_points(found.plain.gap_high))
        for _, found in rows
    ]
    shown[t("calibration.leaning")] = [t(f"calibration.leaning_{leaning}") for leaning in frame["leaning"]]
    counts = " / ".join(fmt_count(n) for n in sorted(set(frame["n"])))
    binned = t(f"calibration.binned_{binning.replace('-', '_')}")
    caption = t("calibration.table_caption", where=where, n=counts, bins=fmt_count(BINS), binning=binned)
    return Sheet(shown, {titles[name]: write for name, write in WRITERS.items()}, caption, frame)

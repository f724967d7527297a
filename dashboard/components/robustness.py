"""The curves and the areas of a study's runs under corruption."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import context
from dashboard.charts.robustness import Line, robustness_figure
from dashboard.components.chart import is_dark, offer_csv, show_figure
from dashboard.components.differences import fmt_p
from dashboard.components.sheet import show_sheet
from dashboard.formats import UNKNOWN, fmt_count, fmt_number, fmt_percent
from dashboard.names import run_name, split_name, study_name
from dashboard.palette import RunStyle, neutral, run_styles
from dashboard.tables.robustness import area_rows, curve_rows
from dashboard.text import t
from kd_core.artifacts import Robustness

# Narrower, the axes of four panels side by side cannot be read: a phone scrolls sideways.
WIDTH_PX = 970
SHARES = ("clean", "mean", "retained")
NUMBERS = ("area", "relative", "low", "high", "mce")


def show_curves(found: Robustness, runs: Sequence[str], corruptions: Sequence[str], *, bounds: bool) -> None:
    """Draw a panel for each corruption and a line for each run, with the table behind them.

    Args:
        found: what was measured.
        runs: which of its runs to draw.
        corruptions: which of its corruptions to draw.
        bounds: whether to draw the intervals.
    """
    rows = curve_rows(found, runs, corruptions)
    known = run_styles(context.runs(found.study)[0], is_dark())
    other = RunStyle(neutral(is_dark()), "dot", "circle")
    panels = {
        t(f"robustness.corruption.{corruption}"): [
            _line(run, of_corruption[of_corruption["run"] == run], known.get(run, other), bounds=bounds) for run in runs
        ]
        for corruption, of_corruption in rows.groupby("corruption", sort=False)
    }
    figure = robustness_figure(
        panels,
        x_title=t("robustness.severity"),
        y_title=t("robustness.accuracy", split=split_name(found.split)),
    )
    table = rows.assign(run=rows["run"].map(title_of)).rename(
        columns={name: t(f"robustness.column.{name}") for name in rows.columns}
    )
    show_figure(figure, _caption(found), table, key=f"robustness-{found.study}", width=WIDTH_PX)


def show_areas(found: Robustness, runs: Sequence[str]) -> None:
    """Draw what remains of every run in one row each: clean, corrupted, and beside the teacher."""
    st.header(t("robustness.areas_title"), anchor=False)
    rows = area_rows(found, runs)
    titles = {name: t(f"robustness.column.{name}") for name in rows.columns}
    frame = rows.assign(run=rows["run"].map(title_of)).dropna(axis="columns", how="all").rename(columns=titles)
    writers = {
        **dict.fromkeys(SHARES, fmt_percent),
        **dict.fromkeys(NUMBERS, lambda value: fmt_number(value, 3)),
        "p_value": lambda value: UNKNOWN if pd.isna(value) else fmt_p(value),
    }
    key = f"robustness-areas-{found.study}"
    show_sheet(frame, {titles[name]: write for name, write in writers.items() if titles[name] in frame}, key=key)
    offer_csv(frame, f"{key}-csv")
    st.caption(_caption(found))
    note = t("robustness.areas_note")
    if found.reference and found.reference in runs:
        note += " " + t("robustness.relative_note", teacher=title_of(found.reference))
    st.caption(note)


def title_of(run: str) -> str:
    """Return a run's name as a title; of a run "study/run" with its study."""
    study, _, name = run.rpartition("/")
    return f"{run_name(name)} ({study_name(study)})" if study else run_name(name)


def _line(run: str, rows: pd.DataFrame, style: RunStyle, *, bounds: bool) -> Line:
    limits = list(zip(rows["low"], rows["high"], strict=True)) if bounds else []
    return Line(title_of(run), rows["accuracy"].tolist(), style, limits)


def _caption(found: Robustness) -> str:
    said = t(
        "robustness.caption",
        study=study_name(found.study),
        split=split_name(found.split),
        n=fmt_count(found.n),
        seed=found.seed,
        fingerprint=found.fingerprint[:12],
    )
    notes = [t("robustness.foreign", count=fmt_count(found.foreign))] if found.foreign else []
    notes += [t("robustness.unreadable", count=fmt_count(found.unreadable))] if found.unreadable else []
    return " ".join([said, *notes])

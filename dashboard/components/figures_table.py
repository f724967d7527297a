"""All figures of all runs as one table."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components.sheet import show_sheet
from dashboard.formats import fmt_bytes, fmt_count, fmt_ms, fmt_number, fmt_percent, fmt_seconds, fmt_short
from dashboard.names import precision_name, run_label, split_name
from dashboard.tables.figures import Figures
from dashboard.text import t
from kd_core.artifacts import RunRecord

# Field of Figures to how it is written, in the order of the columns.
WRITERS: dict[str, Callable[[Any], str]] = {
    "accuracy_leak_free": fmt_percent,
    "accuracy": fmt_percent,
    "loss": lambda value: fmt_number(value, 3),
    "size_bytes": fmt_bytes,
    "size_gzip_bytes": fmt_bytes,
    "parameters": fmt_short,
    "macs": fmt_short,
    "latency_ms": fmt_ms,
    "images_per_s": fmt_count,
    "test_seconds": fmt_seconds,
}
# Which count of pictures an accuracy is a share of.
COUNTED = {"accuracy": "n", "accuracy_leak_free": "n_leak_free"}


def show_figures_table(rows: Sequence[tuple[RunRecord, Figures]], *, split: str, where: str) -> None:
    """Draw one row a run; columns that no run has a figure for are left out.

    Args:
        rows: the runs with their figures.
        split: "val" or "test".
        where: the machine that the times come from, as a sentence.
    """
    titles = {name: column_title(name, rows) for name in WRITERS}
    table = [_row(record, figures, titles) for record, figures in rows]
    frame = pd.DataFrame(table).dropna(axis="columns", how="all")
    writers = {titles[name]: write for name, write in WRITERS.items() if titles[name] in frame}
    show_sheet(frame, writers, key="comparison.table")
    st.caption(figures_notes(rows, split=split, where=where))


def figures_notes(rows: Sequence[tuple[RunRecord, Figures]], *, split: str, where: str) -> str:
    """Return what a reader of the table must know; the arguments are those of ``show_figures_table``."""
    notes = [t("comparison.table_caption", split=split_name(split)), where]
    if any(figures.noisy for _, figures in rows):
        notes.append(t("shell.noisy_note"))
    if any(figures.published for _, figures in rows):
        notes.append(t("comparison.stated_note"))
    return " ".join(note for note in notes if note)


def row_label(record: RunRecord, figures: Figures) -> str:
    """Return what a run is called in a table that measured and stated runs share."""
    return f"{run_label(record)} ({t('comparison.stated')})" if figures.published else run_label(record)


def _row(record: RunRecord, figures: Figures, titles: dict[str, str]) -> dict[str, Any]:
    precision = precision_name(figures.precision) if figures.precision else None
    numbers = {titles[name]: getattr(figures, name) for name in WRITERS}
    noise = t("shell.noisy") if figures.noisy else None
    return (
        {t("shell.run"): row_label(record, figures), t("comparison.precision"): precision}
        | numbers
        | {t("shell.timing"): noise}
    )


def column_title(name: str, rows: Sequence[tuple[RunRecord, Figures]]) -> str:
    """Return the title of the column of a figure, of an accuracy with the counts of its pictures."""
    title = t(f"comparison.column_{name}")
    if name not in COUNTED:
        return title
    counts = sorted({n for _, figures in rows if (n := getattr(figures, COUNTED[name]))})
    return f"{title} (n = {' / '.join(map(fmt_count, counts))})" if counts else title

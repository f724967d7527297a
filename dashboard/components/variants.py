"""A compressed run beside the run that it was made from: size, speed, accuracy, agreement."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import derived
from dashboard.components.notices import show_problems
from dashboard.components.sheet import show_sheet
from dashboard.formats import fmt_bytes, fmt_count, fmt_ms, fmt_percent
from dashboard.names import precision_name, run_label, split_name, study_name
from dashboard.text import t
from kd_core.artifacts import RunRecord

Pair = tuple[RunRecord, RunRecord]


def show_variants(pairs: Sequence[Pair], split: str, *, key: str) -> None:
    """Draw each parent and below it what was made from it.

    Args:
        pairs: (variant, parent), of one study.
        split: "val" or "test".
        key: unique on the page.
    """
    rows = []
    for parent in {parent.run: parent for _, parent in pairs}.values():
        rows.append(_row(parent, None, split))
        rows += [_row(variant, parent, split) for variant, origin in pairs if origin.run == parent.run]
    frame = pd.DataFrame(rows).dropna(axis="columns", how="all")
    writers = {
        "size": fmt_bytes,
        "gzip": fmt_bytes,
        "zeros": fmt_percent,
        "latency": fmt_ms,
        "accuracy": fmt_percent,
        "accuracy_leak_free": fmt_percent,
        "agreement": fmt_percent,
    }
    numbers = {title: write for name, write in writers.items() if (title := t(f"variants.{name}")) in frame}
    show_sheet(frame, numbers, key=key)
    st.caption(_caption(pairs[0][0], split))


def _caption(record: RunRecord, split: str) -> str:
    figures, _ = derived.figures(record, split)
    said = t(
        "variants.caption",
        study=study_name(record.study),
        split=split_name(split),
        n=fmt_count(figures.n),
        clean=fmt_count(figures.n_leak_free),
    )
    timed = derived.benchmark(record.study)
    return f"{said} {t('variants.machine', cpu=timed.cpu, threads=fmt_count(timed.threads))}" if timed else said


def _row(record: RunRecord, parent: RunRecord | None, split: str) -> dict[str, object]:
    figures, problems = derived.figures(record, split)
    show_problems(problems)
    counted = record.parameters
    zeros = None if counted is None or counted.non_zero is None else 1 - counted.non_zero / counted.total
    return {
        t("shell.run"): run_label(record),
        t("variants.precision"): precision_name(figures.precision) if figures.precision else None,
        t("variants.size"): figures.size_bytes,
        t("variants.gzip"): figures.size_gzip_bytes,
        t("variants.zeros"): zeros,
        t("variants.latency"): figures.latency_ms,
        t("shell.timing"): t("shell.noisy") if figures.noisy else None,
        t("variants.accuracy"): figures.accuracy,
        t("variants.accuracy_leak_free"): figures.accuracy_leak_free,
        t("variants.agreement"): derived.agreement(record, parent, split) if parent else None,
    }

"""All students beside one teacher: accuracy over agreement, those that never saw the teacher hollow."""

from collections.abc import Sequence

import pandas as pd

from dashboard import context
from dashboard.charts.comparison import Mark, scatter_figure
from dashboard.components.chart import is_dark, offer_csv, show_figure
from dashboard.components.faithful import written_bounds
from dashboard.components.sheet import show_sheet
from dashboard.formats import fmt_count, fmt_number, fmt_percent
from dashboard.names import run_label
from dashboard.palette import run_styles
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.fidelity import Fidelity
from kd_core.evaluation.intervals import share_interval

KEY = "faithful.runs"


def show_runs(rows: Sequence[tuple[RunRecord, Fidelity, bool]], teacher: RunRecord, where: str) -> None:
    """Draw the scatter and the table behind it.

    Args:
        rows: each student with its fidelity to the teacher and whether it learned from it, itself or before it was
            compressed.
        teacher: whose answers are the measure.
        where: study, teacher and part of the split, for the captions.
    """
    figure = scatter_figure(
        [_mark(*row) for row in rows],
        x_title=t("fidelity.axis_runs_agreement", teacher=run_label(teacher)),
        y_title=t("fidelity.axis_runs_accuracy"),
        log_x=False,
    )
    figure.update_xaxes(tickformat=".1%")
    figure.update_yaxes(tickformat=".1%")
    figure.update_layout(height=460 + 24 * max(0, len(rows) - 6))
    counts = " / ".join(fmt_count(n) for n in sorted({found.n for _, found, _ in rows}))
    example = rows[0][1]
    own = fmt_percent(example.teacher_right / example.n if example.n else None)
    caption = t("fidelity.runs_caption", where=where, n=counts, teacher=run_label(teacher), accuracy=own)
    show_figure(figure, caption, None, KEY)
    frame = pd.DataFrame([_row(*row) for row in rows])
    numbers = {
        t("fidelity.column_accuracy"): fmt_percent,
        t("fidelity.figure_agreement"): fmt_percent,
        t("fidelity.figure_right"): fmt_percent,
        t("fidelity.figure_wrong"): fmt_percent,
        t("fidelity.column_kl"): lambda value: fmt_number(value, 3),
    }
    show_sheet(frame, numbers, key=f"{KEY}.table")
    offer_csv(runs_frame(rows), KEY)


def runs_frame(rows: Sequence[tuple[RunRecord, Fidelity, bool]]) -> pd.DataFrame:
    """Return one row a run with counts, shares in 0..1 and the divergence in nats, under plain names."""
    return pd.DataFrame(
        [
            {
                "study": record.study,
                "run": record.run,
                "taught": taught,
                "n": found.n,
                "accuracy": found.accuracy,
                "agreement": found.agreement,
                "agreement_low": share_interval(found.agreed, found.n).low,
                "agreement_high": share_interval(found.agreed, found.n).high,
                "teacher_right": found.teacher_right,
                "agreement_teacher_right": found.agreement_right,
                "teacher_wrong": found.teacher_wrong,
                "agreement_teacher_wrong": found.agreement_wrong,
                "corrected": found.corrected,
                "kl_nats": found.kl,
            }
            for record, found, taught in rows
        ]
    )


def _mark(record: RunRecord, found: Fidelity, taught: bool) -> Mark:
    style = run_styles(context.runs(record.study)[0], is_dark())[record.run]
    interval = written_bounds(share_interval(found.agreed, found.n))
    note = (
        f"{t('fidelity.figure_agreement')}: {fmt_percent(found.agreement)} ({interval})<br>"
        f"{t('fidelity.column_accuracy')}: {fmt_percent(found.accuracy)}<br>n = {fmt_count(found.n)}"
    )
    return Mark(run_label(record), found.agreement, found.accuracy, style.colour, style.symbol, note, not taught)


def _row(record: RunRecord, found: Fidelity, taught: bool) -> dict[str, object]:
    return {
        t("shell.run"): run_label(record),
        t("fidelity.column_taught"): t("fidelity.taught_yes" if taught else "fidelity.taught_no"),
        t("fidelity.column_accuracy"): found.accuracy,
        t("fidelity.figure_agreement"): found.agreement,
        t("differences.interval"): written_bounds(share_interval(found.agreed, found.n)),
        t("fidelity.figure_right"): found.agreement_right,
        t("fidelity.figure_wrong"): found.agreement_wrong,
        t("fidelity.column_kl"): found.kl,
    }

"""All students beside one teacher: accuracy over agreement, those that never saw the teacher hollow."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from kd_core.evaluation.proportions import Interval

KEY = "faithful.runs"


@dataclass(frozen=True)
class Pupil:
    """A student beside the page's teacher: its fidelity, and the interval around its agreement.

    ``taught`` says whether it learned from that teacher, itself or before it was compressed.
    """

    record: RunRecord
    found: Fidelity
    agreement: Interval
    taught: bool


def show_runs(rows: Sequence[Pupil], teacher: RunRecord, where: str) -> None:
    """Draw the scatter and the table behind it.

    Args:
        rows: the students, at least one.
        teacher: whose answers are the measure.
        where: study, teacher and part of the split, for the captions.
    """
    figure = scatter_figure(
        [_mark(row) for row in rows],
        x_title=t("fidelity.axis_runs_agreement", teacher=run_label(teacher)),
        y_title=t("fidelity.axis_runs_accuracy"),
        log_x=False,
    )
    figure.update_xaxes(tickformat=".1%")
    figure.update_yaxes(tickformat=".1%")
    figure.update_layout(height=460 + 24 * max(0, len(rows) - 6))
    counts = " / ".join(fmt_count(n) for n in sorted({row.found.n for row in rows}))
    example = rows[0].found
    own = fmt_percent(example.teacher_right / example.n if example.n else None)
    caption = t("fidelity.runs_caption", where=where, n=counts, teacher=run_label(teacher), accuracy=own)
    show_figure(figure, caption, None, KEY)
    frame = pd.DataFrame([_row(row) for row in rows])
    numbers = {
        t("fidelity.column_accuracy"): fmt_percent,
        t("fidelity.figure_agreement"): fmt_percent,
        t("fidelity.figure_right"): fmt_percent,
        t("fidelity.figure_wrong"): fmt_percent,
        t("fidelity.column_kl"): lambda value: fmt_number(value, 3),
    }
    show_sheet(frame, numbers, key=f"{KEY}.table")
    offer_csv(runs_frame(rows), KEY)


def runs_frame(rows: Sequence[Pupil]) -> pd.DataFrame:
    """Return one row a run with counts, shares in 0..1 and the divergence in nats, under plain names."""
    return pd.DataFrame(
        [
            {
                "study": row.record.study,
                "run": row.record.run,
                "taught": row.taught,
                "n": row.found.n,
                "accuracy": row.found.accuracy,
                "agreement": row.found.agreement,
                "agreement_low": row.agreement.low,
                "agreement_high": row.agreement.high,
                "teacher_right": row.found.teacher_right,
                "agreement_teacher_right": row.found.agreement_right,
                "teacher_wrong": row.found.teacher_wrong,
                "agreement_teacher_wrong": row.found.agreement_wrong,
                "corrected": row.found.corrected,
                "kl_nats": row.found.kl,
            }
            for row in rows
        ]
    )


def _mark(row: Pupil) -> Mark:
    style = run_styles(context.runs(row.record.study)[0], is_dark())[row.record.run]
    interval = written_bounds(row.agreement)
    note = (
        f"{t('fidelity.figure_agreement')}: {fmt_percent(row.found.agreement)} ({interval})<br>"
        f"{t('fidelity.column_accuracy')}: {fmt_percent(row.found.accuracy)}<br>n = {fmt_count(row.found.n)}"
    )
    return Mark(
        run_label(row.record), row.found.agreement, row.found.accuracy, style.colour, style.symbol, note, not row.taught
    )


def _row(row: Pupil) -> dict[str, object]:
    return {
        t("shell.run"): run_label(row.record),
        t("fidelity.column_taught"): t("fidelity.taught_yes" if row.taught else "fidelity.taught_no"),
        t("fidelity.column_accuracy"): row.found.accuracy,
        t("fidelity.figure_agreement"): row.found.agreement,
        t("differences.interval"): written_bounds(row.agreement),
        t("fidelity.figure_right"): row.found.agreement_right,
        t("fidelity.figure_wrong"): row.found.agreement_wrong,
        t("fidelity.column_kl"): row.found.kl,
    }

"""The columns of the conclusion: what was saved, what it cost, what is not proven."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.components.differences import written_interval, written_p
from dashboard.formats import fmt_bytes, fmt_count, fmt_ms, fmt_percent, fmt_points, fmt_ratio, fmt_seconds, fmt_short
from dashboard.names import run_label
from dashboard.tables.figures import Figures, factor
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.parts import CLEAN, WHOLE
from kd_core.evaluation.statistics import PairedDifference

WRITERS = {
    "size_bytes": fmt_bytes,
    "size_gzip_bytes": fmt_bytes,
    "parameters": fmt_short,
    "macs": fmt_short,
    "latency_ms": fmt_ms,
    "test_seconds": fmt_seconds,
}


@dataclass(frozen=True)
class Side:
    """One side of the comparison: the run and its figures."""

    record: RunRecord
    figures: Figures


def show_saved(teacher: Side, student: Side) -> None:
    """Draw how many times less the student needs, with both figures behind each factor."""
    lines = []
    for name, write in WRITERS.items():
        before, after = getattr(teacher.figures, name), getattr(student.figures, name)
        times = factor(before, after)
        # The time of the test split says the same as the time of one picture.
        if times is None or (name == "test_seconds" and teacher.figures.latency_ms):
            continue
        said = t(f"conclusion.saved_{name}", factor=f"**{fmt_ratio(times)}**")
        lines.append(f"- {said} ({write(before)} → {write(after)})")
    _column("savings", t("conclusion.saved_title"), lines or [t("conclusion.saved_nothing")])


def show_cost(teacher: Side, student: Side, found: dict[str, PairedDifference]) -> None:
    """Draw the accuracies, and their difference with interval and test; of stated figures the accuracies alone."""
    names = {"teacher": run_label(teacher.record), "student": run_label(student.record)}
    lines = []
    for part in (CLEAN, WHOLE):
        result = found.get(part)
        before, after = (_accuracy(side.figures, part) for side in (teacher, student))
        if before is None or after is None:
            continue
        counted = t(f"conclusion.part_{part}", n=fmt_count(result.n)) if result else t("conclusion.part_stated")
        lines.append(f"- {counted}: {fmt_percent(before)} → {fmt_percent(after)}")
        if result:
            certainty = f"({written_interval(result)}, {written_p(result.p_value)})"
            # Two blanks end a line in Markdown.
            lines[-1] += f":  \n  **{fmt_points(result.difference)}** {certainty}"
    if not found and lines:
        lines.append("\n" + t("conclusion.cost_bare"))
    _column("payments", t("conclusion.cost_title"), lines or [t("conclusion.cost_unknown", **names)])


def show_unproven(codes: Sequence[str], values: dict[str, str]) -> None:
    """Draw what does not follow.

    Args:
        codes: of ``dashboard.tables.conclusion.unproven``.
        values: what the sentences name: figures already written.
    """
    lines = [f"- {t(f'conclusion.unproven_{code}', **values)}" for code in codes]
    _column("help", t("conclusion.unproven_title"), lines)


def _accuracy(figures: Figures, part: str) -> float | None:
    return figures.accuracy if part == WHOLE else figures.accuracy_leak_free


def _column(icon: str, title: str, lines: Sequence[str]) -> None:
    with st.container(border=True, height="stretch"):
        st.markdown(f"#### :material/{icon}: {title}")
        st.markdown("\n".join(lines))

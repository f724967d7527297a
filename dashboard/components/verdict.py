"""The columns of the conclusion: what was saved, what it cost, what is not proven."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.components.differences import written_interval, written_p
from dashboard.formats import fmt_bytes, fmt_count, fmt_ms, fmt_percent, fmt_points, fmt_ratio, fmt_seconds, fmt_short
from dashboard.names import run_label
from dashboard.tables.differences import same_pictures
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


@dataclass(frozen=True)
class Column:
    """A title, points below it (a line feed begins a new line), and a note where there is one; all in Markdown."""

    title: str
    points: tuple[str, ...]
    note: str = ""


def saved(teacher: Side, student: Side) -> Column:
    """Return how many times less the student needs, with both figures behind each factor."""
    points = []
    for name, write in WRITERS.items():
        before, after = getattr(teacher.figures, name), getattr(student.figures, name)
        times = factor(before, after)
        # The time of the test split says the same as the time of one picture.
        if times is None or (name == "test_seconds" and teacher.figures.latency_ms):
            continue
        said = t(f"conclusion.saved_{name}", factor=f"**{fmt_ratio(times)}**")
        points.append(f"{said} ({write(before)} → {write(after)})")
    return Column(t("conclusion.saved_title"), tuple(points), "" if points else t("conclusion.saved_nothing"))


def cost(teacher: Side, student: Side, found: dict[str, PairedDifference]) -> Column:
    """Return the accuracies, and their difference with interval and test; of stated figures the accuracies alone.

    Args:
        teacher: the teacher and its figures.
        student: the same of the student.
        found: accuracy of the student minus that of the teacher by part of the split.
    """
    points = []
    same = same_pictures(found)
    for part in (WHOLE,) if same else (CLEAN, WHOLE):
        result = found.get(part)
        before, after = (_accuracy(side.figures, part) for side in (teacher, student))
        if before is None or after is None:
            continue
        named = "same" if same else part
        counted = t(f"conclusion.part_{named}", n=fmt_count(result.n)) if result else t("conclusion.part_stated")
        point = f"{counted}: {fmt_percent(before)} → {fmt_percent(after)}"
        if result:
            certainty = f"({written_interval(result)}, {written_p(result.p_value)})"
            point += f":\n**{fmt_points(result.difference)}** {certainty}"
        points.append(point)
    names = {"teacher": run_label(teacher.record), "student": run_label(student.record)}
    note = "" if found else t("conclusion.cost_bare") if points else t("conclusion.cost_unknown", **names)
    return Column(t("conclusion.cost_title"), tuple(points), note)


def not_proven(codes: Sequence[str], values: dict[str, str]) -> Column:
    """Return what does not follow.

    Args:
        codes: of ``dashboard.tables.conclusion.unproven``.
        values: what the sentences name: figures already written.
    """
    return Column(t("conclusion.unproven_title"), tuple(t(f"conclusion.unproven_{code}", **values) for code in codes))


def show_conclusion(saved: Column, cost: Column, unproven: Column) -> None:
    """Draw what is known on the left, and what is not proven on the right."""
    left, right = st.columns(2)
    with left:
        show_column("savings", saved)
        show_column("payments", cost)
    with right:
        show_column("help", unproven)


def show_column(icon: str, column: Column) -> None:
    """Draw a column in a frame, its title behind a Material icon."""
    with st.container(border=True, height="stretch"):
        st.markdown(f"## :material/{icon}: {column.title}")
        # Two blanks end a line in Markdown.
        lines = ["- " + point.replace("\n", "  \n  ") for point in column.points]
        st.markdown("\n".join([*lines, *(["", column.note] if column.note else [])]))


def _accuracy(figures: Figures, part: str) -> float | None:
    return figures.accuracy if part == WHOLE else figures.accuracy_leak_free

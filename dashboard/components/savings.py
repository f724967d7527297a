"""What each student saves against its teacher, and what that costs in accuracy."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import derived
from dashboard.components.differences import differences, fmt_p, written_interval
from dashboard.components.sheet import show_sheet
from dashboard.formats import fmt_count, fmt_points, fmt_ratio
from dashboard.names import run_label, split_name, study_name
from dashboard.roles import is_student
from dashboard.tables.figures import Figures, factor
from dashboard.text import t
from kd_core.artifacts import Problem, RunRecord

Row = tuple[RunRecord, Figures]
SAVED = ("size_bytes", "size_gzip_bytes", "parameters", "macs", "latency_ms", "test_seconds")


def _saved(teacher: Figures) -> tuple[str, ...]:
    # The time of the test split says the same as the time of one picture, and stands in only where that is unknown.
    return SAVED[:-1] if teacher.latency_ms else SAVED


def has_savings(study: str, records: Sequence[RunRecord]) -> bool:
    """Return whether there is a teacher, and a student among the runs, so that something can have been saved."""
    return derived.teacher(study) is not None and any(is_student(record, records) for record in records)


def show_savings_of(study: str, rows: Sequence[Row], *, part: str, split: str) -> list[Problem]:
    """Draw what the students of a study save against its teacher, under a heading; nothing where one of both lacks.

    Args:
        study: the study.
        rows: its runs with their figures.
        part: as ``show_savings`` has it.
        split: "val" or "test".

    Returns:
        What could not be read.
    """
    records = [record for record, _ in rows]
    top = derived.teacher(study)
    students = [row for row in rows if is_student(row[0], records)]
    if top is None or not students:
        return []
    own = next((row for row in rows if row[0] == top), None)
    figures, problems = (own[1], []) if own else derived.figures(top, split)
    st.header(t("comparison.savings_title", study=study_name(study)), anchor=False)
    return problems + show_savings((top, figures), students, part=part, split=split, key=f"savings.{study}")


def show_savings(teacher: Row, students: Sequence[Row], *, part: str, split: str, key: str) -> list[Problem]:
    """Draw one row a student: accuracy against the teacher with its interval and test, and how many times it saves.

    Args:
        teacher: record and figures of the teacher.
        students: the same of each student.
        part: "whole" or "leak_free": which pictures of the split the difference is taken on.
        split: "val" or "test".
        key: unique on the page.

    Returns:
        What could not be read.
    """
    rows, problems, counts = [], [], set()
    for record, figures in students:
        found, met = ({}, []) if figures.published else differences(record, teacher[0], split)
        problems += met
        result = found.get(part)
        if result:
            counts.add(result.n)
        row: dict[str, Any] = {
            t("comparison.student"): run_label(record),
            t("differences.difference"): result.difference if result else None,
            t("differences.interval"): written_interval(result) if result else None,
            t("differences.p"): result.p_value if result else None,
        }
        for name in _saved(teacher[1]):
            row[t(f"comparison.saved_{name}")] = factor(getattr(teacher[1], name), getattr(figures, name))
        row[t("shell.timing")] = t("shell.noisy") if teacher[1].noisy or figures.noisy else None
        # Of a student of which the slides state neither size nor time, nothing is to be said here.
        if any(value is not None for value in list(row.values())[1:]):
            rows.append(row)
    if not rows:
        return problems
    frame = pd.DataFrame(rows).dropna(axis="columns", how="all")
    writers = {t("differences.difference"): fmt_points, t("differences.p"): fmt_p}
    writers |= {t(f"comparison.saved_{name}"): fmt_ratio for name in SAVED}
    show_sheet(frame, {name: write for name, write in writers.items() if name in frame}, key=key)
    if teacher[1].published:
        st.caption(t("comparison.savings_stated", teacher=run_label(teacher[0])))
        return problems
    if not counts:
        st.caption(t("comparison.savings_unread", teacher=run_label(teacher[0])))
        return problems
    st.caption(
        t(
            "comparison.savings_caption",
            teacher=run_label(teacher[0]),
            split=split_name(split),
            part=t(f"differences.part_{part}"),
            n=" / ".join(fmt_count(n) for n in sorted(counts)),
        )
    )
    return problems

"""Conclusion: what was saved, what it cost and what is not proven, generated from the artifacts; and the report."""

import streamlit as st

from dashboard import context, derived
from dashboard.components.contradictions import show_contradictions
from dashboard.components.header import page_header
from dashboard.components.helped import show_helped
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.report import offer_report
from dashboard.components.verdict import show_column, show_conclusion
from dashboard.evidence import conclusion_on
from dashboard.names import run_label, split_name, study_name
from dashboard.roles import PUBLISHED, is_student
from dashboard.selection import pick_run, pick_study
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.parts import CLEAN

# The published contradictions that are about what was saved and what it cost.
CODES = ("savings-disk", "parameters-with-masks", "accuracy-vs-matrix")
SPLIT = "test"


def main() -> None:
    """Draw the page."""
    with page_header("conclusion"):
        study = pick_study()
        student = _pick_student(study) if study else None
    if study is None:
        return
    if student is not None:
        _conclusion(study, student)
    if context.runs(study)[0]:
        offer_report(study)


def _pick_student(study: str) -> RunRecord | None:
    records, _ = context.runs(study)
    best = derived.best_student(study)
    return pick_run(
        study,
        name="student",
        label=t("conclusion.student"),
        keep=lambda record: is_student(record, records),
        default=best.run if best else None,
    )


def _conclusion(study: str, student: RunRecord) -> None:
    teacher = derived.teacher(study)
    if teacher is None:
        show_missing(t("conclusion.no_teacher", study=study_name(study)))
        return
    _verdicts(teacher, student)
    if study == PUBLISHED:
        show_contradictions(PUBLISHED, codes=CODES)
    else:
        _claimed()


def _verdicts(teacher: RunRecord, student: RunRecord) -> None:
    """Draw what the student saves and costs, what is not proven, and whether distillation helped."""
    found = conclusion_on(student, teacher, SPLIT)
    show_problems(found.problems)
    show_conclusion(found.saved, found.cost, found.unproven)
    st.caption(_caption(teacher, student))
    if found.distillation:
        st.header(t("verdict.distillation_title"), anchor=False)
        show_helped(found.distillation, CLEAN)


def _claimed() -> None:
    """Draw the same for what the slides state, so that claim and measurement stand beside one another."""
    teacher, student = derived.teacher(PUBLISHED), derived.best_student(PUBLISHED)
    if teacher is None or student is None:
        return
    st.header(t("conclusion.claimed_title"), anchor=False)
    claimed = conclusion_on(student, teacher, SPLIT)
    left, right = st.columns(2)
    with left:
        show_column("savings", claimed.saved)
    with right:
        show_column("payments", claimed.cost)
    show_contradictions(PUBLISHED, codes=CODES)


def _caption(teacher: RunRecord, student: RunRecord) -> str:
    names = {"teacher": run_label(teacher), "student": run_label(student)}
    return t("conclusion.caption", study=study_name(student.study), split=split_name(SPLIT), **names)


main()

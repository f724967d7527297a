"""Conclusion: what was saved, what it cost and what is not proven, generated from the artifacts."""

import streamlit as st

from dashboard import context, derived, lineage
from dashboard.components.contradictions import show_contradictions
from dashboard.components.differences import differences
from dashboard.components.header import page_header
from dashboard.components.helped import show_helped
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.verdict import Side, show_cost, show_saved, show_unproven
from dashboard.components.verdict_words import preferred
from dashboard.formats import fmt_count, fmt_percent
from dashboard.names import run_label, split_name, study_name
from dashboard.roles import is_student
from dashboard.selection import pick_run, pick_study
from dashboard.tables.conclusion import Evidence, trainings, unproven
from dashboard.text import t
from dashboard.verdicts import ByPart, verdict_on
from kd_core.artifacts import Problem, RunRecord
from kd_core.evaluation.parts import CLEAN
from kd_core.evaluation.recipes import comparisons

# The published contradictions that are about what was saved and what it cost.
CODES = ("savings-disk", "parameters-with-masks", "accuracy-vs-matrix")
SPLIT = "test"
PUBLISHED = "published"


def main() -> None:
    """Draw the page."""
    with page_header("conclusion"):
        study = pick_study()
        student = _pick_student(study) if study else None
    if study is None or student is None:
        return
    teacher = derived.teacher(study)
    if teacher is None:
        show_missing(t("conclusion.no_teacher", study=study_name(study)))
        return
    _verdicts(teacher, student)
    if study == PUBLISHED:
        show_contradictions(PUBLISHED, codes=CODES)
    else:
        _claimed()


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


def _verdicts(before: RunRecord, record: RunRecord) -> None:
    """Draw what the student saves and costs, what is not proven, and whether distillation helped."""
    stated = record.stage == PUBLISHED
    trained = lineage.origin(record)
    teacher, teacher_problems = _side(before)
    student, student_problems = _side(record)
    found, problems = ({}, []) if stated else differences(record, before, SPLIT)
    against, twin_problems = _distillation(trained)
    show_problems([*teacher_problems, *student_problems, *problems, *twin_problems])
    evidence = Evidence(
        published=stated,
        compared=bool(found),
        twin=_twin_verdict(trained, against),
        trainings=trainings(trained, context.runs(trained.study)[0]),
        leaked=(student.figures.n or 0) - (student.figures.n_leak_free or student.figures.n or 0),
        timed=student.figures.latency_ms is not None,
    )
    known, open_ = st.columns(2)
    with known:
        show_saved(teacher, student)
        show_cost(teacher, student, found)
    with open_:
        show_unproven(unproven(evidence), _values(student, evidence))
    st.caption(_caption(before, record))
    if against:
        st.subheader(t("verdict.distillation_title"), anchor=False)
        show_helped(against, CLEAN)


def _side(record: RunRecord) -> tuple[Side, list[Problem]]:
    figures, problems = derived.figures(record, SPLIT)
    return Side(record, figures), problems


def _distillation(trained: RunRecord) -> tuple[ByPart, list[Problem]]:
    """Return the verdict on the recipe of a training, over all its seeds; empty where it has no twin."""
    for comparison in comparisons(context.runs(trained.study)[0]):
        if comparison.kind == "distillation" and any(pair.record.run == trained.run for pair in comparison.pairs):
            return verdict_on(comparison, SPLIT)
    return {}, []


def _twin_verdict(trained: RunRecord, against: ByPart) -> str:
    if trained.stage != "distill":
        return ""
    if trained.twin is None:
        return "none"
    judged = preferred(against)
    return judged.outcome if judged else "unread"


def _values(student: Side, evidence: Evidence) -> dict[str, str]:
    timed = derived.benchmark(student.record.study)
    return {
        "cpu": timed.cpu if timed else "",
        "leaked": fmt_count(evidence.leaked),
        "n": fmt_count(student.figures.n),
        "accuracy": fmt_percent(student.figures.accuracy),
        "study": student.record.study,
    }


def _claimed() -> None:
    """Draw the same for what the slides state, so that claim and measurement stand beside one another."""
    teacher, student = derived.teacher(PUBLISHED), derived.best_student(PUBLISHED)
    if teacher is None or student is None:
        return
    st.subheader(t("conclusion.claimed_title"), anchor=False)
    sides = _side(teacher)[0], _side(student)[0]
    saved, cost = st.columns(2)
    with saved:
        show_saved(*sides)
    with cost:
        show_cost(*sides, {})
    show_contradictions(PUBLISHED, codes=CODES)


def _caption(teacher: RunRecord, student: RunRecord) -> str:
    names = {"teacher": run_label(teacher), "student": run_label(student)}
    return t("conclusion.caption", study=study_name(student.study), split=split_name(SPLIT), **names)


main()

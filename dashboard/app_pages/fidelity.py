"""Faithful to the teacher? Where a student gives its teacher's answers, and what of that distillation made."""

import streamlit as st

from dashboard import context, derived, fidelity, lineage
from dashboard.components.faithful import show_change, show_headline
from dashboard.components.faithful_classes import show_classes
from dashboard.components.faithful_runs import Pupil, show_runs
from dashboard.components.header import page_header
from dashboard.components.notices import show_missing, show_problems
from dashboard.names import run_label, study_name
from dashboard.part import Part, pick_part
from dashboard.roles import is_student
from dashboard.selection import pick_run, pick_study
from dashboard.text import t
from kd_core.artifacts import Problem, RunRecord
from kd_core.evaluation.proportions import wilson


def main() -> None:
    """Draw the page."""
    with page_header("fidelity"):
        study = pick_study()
        record = _pick_student(study) if study else None
        if study is None or record is None:
            return
        if record.claims is not None:
            show_missing(t("fidelity.stated"))
            return
        part = pick_part(study)
    teacher = _teacher(record)
    if teacher is None:
        return
    where = t("fidelity.where", study=study_name(study), teacher=run_label(teacher), part=part.words)
    problems = _one(record, teacher, part, where) + _all(study, teacher, part, where)
    # What the study's own records could not be read for has been said above.
    show_problems([problem for problem in problems if problem not in context.runs(study)[1]])


def _pick_student(study: str) -> RunRecord | None:
    records, _ = context.runs(study)
    # Not the best student, and so not what other pages call "student": made smaller, it would mix what distillation
    # changed with what compression did.
    first = next((record.run for record in records if record.stage == "distill"), None)
    return pick_run(
        study, name="learner", label=t("fidelity.student"), keep=lambda r: is_student(r, records), default=first
    )


def _teacher(record: RunRecord) -> RunRecord | None:
    """Return the student's teacher; of one that never had any, the study's, which it is compared with all the same."""
    name = lineage.teacher_name(record)
    found = derived.teacher(record.study) if name is None else lineage.teacher(record)
    if found is None or found.claims is not None:
        sentence = (
            t("fidelity.no_teacher", study=study_name(record.study))
            if name is None
            else t("fidelity.teacher_unread", teacher=name, student=run_label(record))
        )
        show_missing(sentence)
        return None
    return found


def _one(record: RunRecord, teacher: RunRecord, part: Part, where: str) -> list[Problem]:
    """Draw the chosen student, beside its twin where it has one; return what could not be read."""
    found, problems = fidelity.whole(record, teacher, part)
    if found is None:
        show_missing(t("fidelity.unread", student=run_label(record), teacher=run_label(teacher)))
        return problems
    twin = lineage.twin(record)
    change, met = fidelity.change(record, twin, teacher, part) if twin else (None, [])
    show_headline(found, change.twin if change else None)
    st.caption(where)
    st.header(t("fidelity.change_title"), anchor=False)
    if twin is not None and change is not None:
        show_change(record, twin, change, where)
        if lineage.origin(record) != record:
            st.markdown(f":material/info: {t('fidelity.twin_uncompressed', twin=run_label(twin))}")
    else:
        taught = lineage.teacher_name(record) is not None
        show_missing(t("fidelity.no_twin" if taught else "fidelity.never_taught", student=run_label(record)))
    st.header(t("fidelity.classes_title"), anchor=False)
    compared = [record, twin] if twin is not None and change is not None else [record]
    by_class = [(run, fidelity.by_class(run, teacher, part)[0]) for run in compared]
    show_classes([(run, classes) for run, classes in by_class if classes is not None], where)
    return problems + met


def _all(study: str, teacher: RunRecord, part: Part, where: str) -> list[Problem]:
    """Draw the students of this teacher, and those that had none; return what could not be read."""
    records, _ = context.runs(study)
    rows, problems = [], []
    for record in records:
        taught = lineage.teacher_name(record)
        if is_student(record, records) and taught in (None, f"{teacher.study}/{teacher.run}"):
            found, met = fidelity.whole(record, teacher, part)
            problems += met
            if found is not None:
                rows.append(Pupil(record, found, wilson(found.agreed, found.n), taught is not None))
    if rows:
        st.header(t("fidelity.runs_title"), anchor=False)
        show_runs(rows, teacher, where)
    return problems


main()

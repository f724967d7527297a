"""Overview: the teacher against the best student, measured and as published, in one screen."""

import streamlit as st

from dashboard import context, derived, roles
from dashboard.checks import checked
from dashboard.components.contradictions import show_contradictions
from dashboard.components.duel import summed_up
from dashboard.components.findings import show_checked
from dashboard.components.header import page_header
from dashboard.components.headline import aside_words, show_headline
from dashboard.components.notices import show_missing, show_problems
from dashboard.formats import fmt_count
from dashboard.names import run_label, run_name, split_name, study_name
from dashboard.pages import ENTRIES
from dashboard.roles import PUBLISHED
from dashboard.selection import pick_run, pick_study
from dashboard.tables.figures import Figures
from dashboard.tables.headline import duels, opening
from dashboard.text import t
from kd_core.artifacts import RunRecord

SPLIT = "test"
PER_ROW = 3
NEXT = ("data_set", "confusion", "comparison", "reproduced", "live", "conclusion")


def _page() -> None:
    with page_header("overview"):
        study = pick_study()
        student = _pick_student(study) if study else None
        if st.button(t("overview.present"), icon=":material/slideshow:", key="overview.present"):
            st.switch_page(ENTRIES["presenter"].path)
    if study is None:
        return
    teacher = derived.teacher(study)
    if teacher is not None or student is not None:
        _show_cards(study, teacher, student)
    show_contradictions(study)
    show_checked(checked(study), {record.run: record for record in context.runs(study)[0]})
    _show_next()


def _show_cards(study: str, teacher: RunRecord | None, student: RunRecord | None) -> None:
    """Show the two against each other: the sentence, a card a figure, and what all of it was measured on."""
    found = _figures(study, teacher, student)
    cards = duels(found[0], found[1], _claimed(study))
    sentence = summed_up(cards, teacher, student) if teacher and student else ""
    if sentence:
        st.markdown(f"## {sentence}")
    large, aside = opening(cards)
    show_headline(
        large,
        teacher=run_name(teacher.run) if teacher else t("overview.no_teacher"),
        student=run_label(student) if student else t("overview.no_student"),
        with_claims=study != PUBLISHED,
    )
    if aside:
        st.markdown(aside_words(aside, with_claims=study != PUBLISHED))
    st.caption(_caption(study, teacher, student, found))


def _pick_student(study: str) -> RunRecord | None:
    records, _ = context.runs(study)
    best = derived.best_student(study)
    if not any(roles.is_student(record, records) for record in records):
        show_missing(t("overview.no_student_long", study=study_name(study)))
        return None
    return pick_run(
        study,
        name="student",
        label=t("overview.student"),
        keep=lambda record: roles.is_student(record, records),
        default=best.run if best else None,
    )


def _figures(study: str, *records: RunRecord | None) -> list[Figures | None]:
    """Return the figures of each run, and show once what could not be read on the way."""
    problems = context.benchmarks(study)[1]
    found: list[Figures | None] = []
    for record in records:
        figures, met = derived.figures(record, SPLIT) if record else (None, [])
        found.append(figures)
        problems = problems + met
    show_problems(problems)
    return found


def _claimed(study: str) -> tuple[Figures, Figures] | None:
    """Return the published teacher's and best student's claims, to stand beside what was measured."""
    if study == PUBLISHED:
        return None
    teacher, student = derived.teacher(PUBLISHED), derived.best_student(PUBLISHED)
    if teacher is None or student is None:
        return None
    return derived.figures(teacher, SPLIT)[0], derived.figures(student, SPLIT)[0]


def _caption(study: str, teacher: RunRecord | None, student: RunRecord | None, found: list[Figures | None]) -> str:
    """Return what the cards were measured on: study, runs, split, n, machine."""
    runs = ", ".join(f"{record.study}/{record.run}" for record in (teacher, student) if record)
    if study == PUBLISHED:
        return t("overview.caption_published", runs=runs)
    known = next((side for side in found if side and side.n), None)
    text = t(
        "overview.caption",
        runs=runs,
        split=split_name(SPLIT),
        n=fmt_count(known.n if known else None),
        clean=_clean(known),
    )
    timed = derived.benchmark(study)
    if timed is None:
        return f"{text} {t('overview.no_benchmark')}"
    return f"{text} {t('overview.machine', cpu=timed.cpu, threads=timed.threads)}"


def _clean(known: Figures | None) -> str:
    """Return how many of the pictures have no copy in training."""
    if known is None or known.n_leak_free is None:
        return t("overview.clean_unknown")
    if known.nothing_leaked:
        return t("overview.clean_all")
    return t("overview.clean", n=fmt_count(known.n_leak_free))


def _show_next() -> None:
    st.header(t("overview.next"), anchor=False)
    for start in range(0, len(NEXT), PER_ROW):
        for column, name in zip(st.columns(PER_ROW), NEXT[start : start + PER_ROW], strict=True):
            with column.container(border=True, height="stretch", gap="small"):
                st.page_link(ENTRIES[name].path, label=t(f"shell.nav.{name}"), icon=ENTRIES[name].icon)
                st.caption(t(f"overview.next_{name}"))


_page()

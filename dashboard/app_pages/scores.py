"""Scores by class: what accuracy hides, for one run or two."""

import streamlit as st

from dashboard import derived
from dashboard.choices import pick_option
from dashboard.components.class_scores import show_classes, show_score_table
from dashboard.components.differences import show_differences
from dashboard.components.header import page_header
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.scored import Scored, scored, show_headline
from dashboard.counted import counted, has_matrix
from dashboard.names import class_name, split_name
from dashboard.selection import pick_clean, pick_other, pick_run, pick_split, pick_study
from dashboard.tables.scores import FIGURES, ORDERS, class_order
from dashboard.text import t
from kd_core.artifacts import RunRecord


def main() -> None:
    """Draw the page."""
    # The slides state one matrix a model: there is no other split, and no telling which pictures leaked.
    split, clean = "test", False
    with page_header("scores"):
        study = pick_study()
        first = _pick_first(study) if study else None
        if study is None or first is None:
            return
        other = pick_other(first, keep=has_matrix)
        if first.claims is None:
            split, clean = pick_split(), pick_clean(study)
    runs = [found for record in (first, other) if record and (found := _read(record, split, clean))]
    if not runs:
        return
    part = _part(split, clean)
    show_headline(runs, part)
    if len(runs) > 1 and first.claims is None:
        st.header(t("scores.difference_title"), anchor=False)
        show_problems(show_differences([(runs[0].record, runs[1].record)], split, key="scores.difference"))
    st.header(t("scores.classes_title"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        figure = pick_option("score", t("scores.figure"), FIGURES, label_of=lambda name: t(f"scores.{name}"))
        order = pick_option("order", t("scores.order"), ORDERS, label_of=lambda name: t(f"scores.order_{name}"))
    names = {name: class_name(name) for name in first.classes}
    classes = class_order(runs[0].scores, names, order=order, figure=figure)
    show_classes(runs, classes, figure=figure, part=part)
    st.header(t("scores.table_title"), anchor=False)
    show_score_table(runs, classes, part)


def _pick_first(study: str) -> RunRecord | None:
    best = derived.best_student(study)
    return pick_run(study, keep=has_matrix, default=best.run if best else None)


def _read(record: RunRecord, split: str, clean: bool) -> Scored | None:
    found, problems = counted(record, split, clean)
    show_problems(problems)
    if found is None:
        return None
    if not found.matrix.any():
        show_missing(t("scores.no_pictures", run=found.label, part=_part(split, clean)))
        return None
    return scored(found, split, clean)


def _part(split: str, clean: bool) -> str:
    return t("scores.part_clean", split=split_name(split)) if clean else split_name(split)


main()

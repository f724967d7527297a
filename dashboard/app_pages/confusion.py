"""Confusion matrices: one run, or two and their difference, and a click on a cell shows its pictures."""

import numpy as np
import streamlit as st

from dashboard import derived
from dashboard.choices import pick_option
from dashboard.components.header import choices_row, page_header
from dashboard.components.matrices import show_matrices
from dashboard.components.notices import show_problems
from dashboard.counted import Counted, counted, has_matrix
from dashboard.matrices import View
from dashboard.names import class_name
from dashboard.part import Part
from dashboard.selection import pick_clean, pick_other, pick_run, pick_split, pick_study
from dashboard.tables.class_order import ORDERS, class_order
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.metrics import NORMS


def main() -> None:
    """Draw the page."""
    with page_header("confusion"):
        study = pick_study()
        first = _pick_first(study) if study else None
        other = pick_other(first, keep=has_matrix) if first else None
    if study is None or first is None:
        return
    with choices_row("confusion.view"):
        norm = pick_option("norm", t("confusion.norm"), NORMS, label_of=lambda n: t(f"confusion.norm_{n}"))
        order = pick_option("sort", t("confusion.sort"), ORDERS, label_of=lambda name: t(f"confusion.sort_{name}"))
        # The slides state one matrix a model: there is no other split, and no telling which pictures leaked.
        part = Part(pick_split(), pick_clean(study)) if first.claims is None else Part("test", clean=False)
    shown = [found for record in (first, other) if record and (found := _counted(record, part))]
    if not shown:
        return
    if order != ORDERS[0]:
        st.caption(t(f"confusion.sorted_{order}"))
    names = [class_name(name) for name in first.classes]
    # One order for all, so that a cell stands at the same place in each.
    together = np.sum([one.matrix for one in shown], axis=0)
    show_matrices(shown, View(part, norm, class_order(order, together, names)))


def _pick_first(study: str) -> RunRecord | None:
    best = derived.best_student(study)
    return pick_run(study, keep=has_matrix, default=best.run if best else None)


def _counted(record: RunRecord, part: Part) -> Counted | None:
    found, problems = counted(record, part.split, part.clean)
    show_problems(problems)
    return found


main()

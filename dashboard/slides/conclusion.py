"""Conclusion: what was saved, what it cost, and what is not proven."""

import streamlit as st

from dashboard.components.differences import differences
from dashboard.components.verdict import show_conclusion
from dashboard.components.verdict_words import bracket
from dashboard.evidence import conclusion_on
from dashboard.formats import fmt_count
from dashboard.names import run_label, split_name, study_name
from dashboard.roles import PUBLISHED
from dashboard.slides.scene import SPLIT, Scene, Slide, points
from dashboard.text import t
from kd_core.evaluation.parts import CLEAN, WHOLE


def proven(scene: Scene) -> Slide:
    """Return the conclusion on the student, as the page of that name has it."""
    teacher, student = scene.pair()
    found = conclusion_on(student, teacher, SPLIT)
    by_part = {} if scene.study == PUBLISHED else differences(student, teacher, SPLIT)[0]
    price = by_part.get(CLEAN, by_part.get(WHOLE))
    count = fmt_count(len(found.unproven.points))
    title = t("presenter.proven_unpriced", count=count)
    if price is not None:
        paid = "gained" if price.difference > 0 else "paid"
        interval = bracket(price.low, price.high) if price.difference > 0 else bracket(-price.high, -price.low)
        title = t(f"presenter.proven_{paid}", points=points(price.difference), interval=interval, count=count)

    def draw() -> None:
        with st.container(key="presenter.large"):
            show_conclusion(found.saved, found.cost, found.unproven)

    names = {"teacher": run_label(teacher), "student": run_label(student)}
    caption = t("conclusion.caption", study=study_name(scene.study), split=split_name(SPLIT), **names)
    return Slide(title, draw, caption)

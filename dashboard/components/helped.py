"""Whether distillation helped: the sentence, large, with what it rests on and what it does not cover."""

import streamlit as st

from dashboard.components.verdict_words import (
    accuracy,
    against_name,
    caveats,
    helped,
    measured_on,
    preferred,
    recipe_name,
)
from dashboard.text import t
from kd_core.evaluation.verdict import Verdict

ICONS = {"better": ":green[:material/check_circle:]", "worse": ":red[:material/cancel:]", "open": ":material/help:"}


def show_helped(by_part: dict[str, Verdict], part: str) -> None:
    """Draw the verdict on a distilled recipe: large on one part of the split, then on the others.

    Args:
        by_part: the verdicts by part of the split, at least on the whole.
        part: which one is large; the whole where that part is not known.
    """
    verdict = preferred(by_part, part)
    if verdict is None:
        return
    with st.container(border=True):
        st.markdown(f"### {ICONS[verdict.outcome]} {helped(verdict)}")
        names = {"recipe": recipe_name(verdict.comparison), "against": against_name(verdict.comparison)}
        figures = {"accuracy": accuracy(verdict.accuracy), "accuracy_against": accuracy(verdict.against)}
        st.markdown(f"{t('verdict.twins', **names, **figures)} {measured_on(verdict)}")
        for other in by_part.values():
            if other is not verdict:
                st.markdown(f"{measured_on(other)} {helped(other)}.")
        st.caption(" ".join(caveats(verdict)))

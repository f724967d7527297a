"""Whether distillation helped: the sentence, large, with what it rests on and what it does not cover."""

import streamlit as st

from dashboard.components.verdict_words import told
from kd_core.evaluation.verdict import Verdict

ICONS = {"better": ":green[:material/check_circle:]", "worse": ":red[:material/cancel:]", "open": ":material/help:"}


def show_helped(by_part: dict[str, Verdict], part: str) -> None:
    """Draw the verdict on a distilled recipe: large on one part of the split, then on the others.

    Args:
        by_part: the verdicts by part of the split, at least on the whole.
        part: which one is large; the whole where that part is not known.
    """
    words = told(by_part, part)
    if words is None:
        return
    with st.container(border=True):
        st.markdown(f"## {ICONS[words.outcome]} {words.sentence}")
        for ground in words.grounds:
            st.markdown(ground)
        st.caption(words.caveats)

"""The figures that an overview opens with: a card each, the student's large, the teacher's and the claims below."""

from collections.abc import Sequence

import streamlit as st

from dashboard.components.duel import told_claim, told_difference, write_figure
from dashboard.tables.headline import Duel
from dashboard.text import t


def show_headline(duels: Sequence[Duel], *, teacher: str, student: str, with_claims: bool) -> None:
    """Draw the figures as cards side by side.

    Args:
        duels: the figures, at most four: more do not fit into a row.
        teacher: name of the teacher.
        student: name of the student, whose figures are the large ones.
        with_claims: whether the published claims stand below.
    """
    if not duels:
        return
    for column, duel in zip(st.columns(len(duels)), duels, strict=True):
        with column.container(border=True, height="stretch"):
            change, colour = told_difference(duel)
            st.markdown(f"**{t(f'overview.figure.{duel.figure}')}**", help=t(f"overview.help.{duel.figure}"))
            value = write_figure(duel.figure, duel.student)
            st.metric(student, value, delta=change, delta_color=colour, delta_arrow="off")
            st.markdown(f"{teacher}: **{write_figure(duel.figure, duel.teacher)}**")
            if with_claims:
                st.caption(told_claim(duel))


def aside_words(duels: Sequence[Duel], *, with_claims: bool) -> str:
    """Return the figures that no card shows as one line of Markdown; empty without any."""
    parts = []
    for duel in duels:
        values = [write_figure(duel.figure, value) for value in (duel.teacher, duel.student)]
        text = t("overview.aside", figure=t(f"overview.figure.{duel.figure}"), teacher=values[0], student=values[1])
        parts.append(f"{text} ({told_claim(duel)})" if with_claims else text)
    return " · ".join(parts)

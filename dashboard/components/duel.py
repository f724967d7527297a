"""Teacher against student as cards: two large figures, the difference, and the published claim below."""

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

from dashboard.formats import fmt_bytes, fmt_number, fmt_percent, fmt_points, fmt_ratio, fmt_seconds, fmt_short
from dashboard.tables.headline import Duel
from dashboard.text import t

PER_ROW = 3


def show_duels(duels: Sequence[Duel], *, teacher: str, student: str, with_claims: bool) -> None:
    """Draw one card a figure.

    Args:
        duels: the figures.
        teacher: name of the teacher, over its figures.
        student: name of the student.
        with_claims: whether the published claims stand below.
    """
    for start in range(0, len(duels), PER_ROW):
        columns = st.columns(PER_ROW)
        for column, duel in zip(columns, duels[start : start + PER_ROW], strict=False):
            with column.container(border=True, height="stretch"):
                _card(duel, teacher, student, with_claims)


def write_figure(figure: str, value: float | None) -> str:
    """Return a headline figure with its unit."""
    writers: dict[str, Callable[[float | None], str]] = {
        "accuracy": fmt_percent,
        "accuracy_leak_free": fmt_percent,
        "size_bytes": fmt_bytes,
        "parameters": fmt_short,
        "test_seconds": fmt_seconds,
    }
    return writers.get(figure, lambda number: fmt_number(number, 3))(value)


def _card(duel: Duel, teacher: str, student: str, with_claims: bool) -> None:
    st.markdown(f"**{t(f'overview.figure.{duel.figure}')}**", help=t(f"overview.help.{duel.figure}"))
    delta, colour = _delta(duel)
    left, right = st.columns([2, 3], wrap=False)
    left.metric(teacher, write_figure(duel.figure, duel.teacher))
    right.metric(student, write_figure(duel.figure, duel.student), delta=delta, delta_color=colour, delta_arrow="off")
    if with_claims:
        claimed = (duel.claimed_teacher, duel.claimed_student)
        values = [write_figure(duel.figure, value) for value in claimed]
        known = any(value is not None for value in claimed)
        st.caption(t("overview.claim", teacher=values[0], student=values[1]) if known else t("overview.no_claim"))


def _delta(duel: Duel) -> tuple[str | None, Literal["green", "red", "gray"]]:
    """Return what stands below the student's figure, and whether it is good (green), bad (red) or neither (grey)."""
    if duel.factor is not None:
        saved = duel.factor >= 1
        word = "less" if saved else "more"
        text = t(f"overview.{word}.{duel.figure}", factor=fmt_ratio(max(duel.factor, 1 / duel.factor)))
        return text, "green" if saved else "red"
    if duel.difference is None:
        return None, "gray"
    if duel.figure == "loss":
        sign = "+" if duel.difference > 0 else ""
        return f"{sign}{fmt_number(duel.difference, 3)}", "red" if duel.difference > 0 else "green"
    return fmt_points(duel.difference), "red" if duel.difference < 0 else "green"

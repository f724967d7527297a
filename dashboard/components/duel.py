"""Teacher against student as cards: two large figures, the difference, and the published claim below."""

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

from dashboard.formats import fmt_bytes, fmt_number, fmt_percent, fmt_points, fmt_ratio, fmt_seconds, fmt_short
from dashboard.names import run_label, run_name
from dashboard.tables.headline import Duel
from dashboard.text import t
from kd_core.artifacts import RunRecord

PER_ROW = 2


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


def summed_up(duels: Sequence[Duel], teacher: RunRecord, student: RunRecord) -> str:
    """Return the figures as one sentence; what is not known is left out, and of nothing known it is empty."""
    by_figure = {duel.figure: duel for duel in duels}
    parts = []
    for figure in ("size_bytes", "test_seconds"):
        duel = by_figure.get(figure)
        if duel and duel.factor:
            saved = "less" if duel.factor >= 1 else "more"
            factor = fmt_ratio(max(duel.factor, 1 / duel.factor))
            parts.append(t(f"overview.verdict_{figure}_{saved}", factor=factor))
    accuracy = next((d for d in duels if d.figure.startswith("accuracy") and d.difference is not None), None)
    if accuracy and accuracy.difference is not None:
        gained = "gain" if accuracy.difference >= 0 else "loss"
        points = fmt_points(abs(accuracy.difference)).lstrip("+")
        parts.append(t(f"overview.verdict_{gained}", points=points))
    if not parts:
        return ""
    names = {"teacher": run_name(teacher.run), "student": run_label(student)}
    sentence = t("overview.verdict", facts=_listed(parts), **names)
    return t("overview.verdict_published", sentence=sentence) if student.stage == "published" else sentence


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


def told_difference(duel: Duel) -> tuple[str | None, Literal["green", "red", "gray"]]:
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


def told_claim(duel: Duel) -> str:
    """Return what the slides state of a figure, or that they state nothing."""
    claimed = (duel.claimed_teacher, duel.claimed_student)
    if all(value is None for value in claimed):
        return t("overview.no_claim")
    teacher, student = (write_figure(duel.figure, value) for value in claimed)
    # The original knew of no leaks: what it states is of all its pictures.
    kind = "claim_with_copies" if duel.figure == "accuracy_leak_free" else "claim"
    return t(f"overview.{kind}", teacher=teacher, student=student)


def _card(duel: Duel, teacher: str, student: str, with_claims: bool) -> None:
    st.markdown(f"**{t(f'overview.figure.{duel.figure}')}**", help=t(f"overview.help.{duel.figure}"))
    delta, colour = told_difference(duel)
    left, right = st.columns([2, 3], wrap=False)
    left.metric(teacher, write_figure(duel.figure, duel.teacher))
    right.metric(student, write_figure(duel.figure, duel.student), delta=delta, delta_color=colour, delta_arrow="off")
    if with_claims:
        st.caption(told_claim(duel))


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {t('overview.and')} {parts[-1]}"

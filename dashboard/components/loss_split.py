"""What the loss of a student is made of on one picture: its own error, and its distance from the teacher."""

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import context, derived
from dashboard.amounts import pick_number
from dashboard.charts.techniques import PLAIN, stacked_figure
from dashboard.choices import pick_flag
from dashboard.components.chart import show_figure
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.softening import Softened
from dashboard.formats import fmt_number
from dashboard.names import run_label
from dashboard.roles import is_student
from dashboard.selection import pick_run
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.distillation import LossParts, loss_parts

# The original's share of the labels, where a run states none.
ALPHA = 0.1


def show_loss(study: str, shown: Softened) -> None:
    """Draw the choices of student and alpha, the formula with its numbers, and the two summands as bars."""
    st.header(t("techniques.loss_title"), anchor=False)
    st.markdown(t("techniques.loss_words"))
    records, _ = context.runs(study)
    taught = next((record for record in records if record.twin), derived.best_student(study))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="techniques.loss_choice"):
        student = pick_run(
            study,
            name="student",
            label=t("techniques.student"),
            keep=lambda record: is_student(record, records),
            default=taught.run if taught else None,
        )
        if student is None:
            return
        stated = student.config.get("alpha")
        default = float(stated) if isinstance(stated, int | float) else ALPHA
        alpha = pick_number(
            "alpha", t("techniques.alpha"), 0.0, 1.0, 0.05, default=default, help_text=t("techniques.alpha_help")
        )
        square = pick_flag(
            "t2",
            t("techniques.square"),
            default=student.config.get("scale_by_t2") is True,
            help_text=t("techniques.square_help"),
        )
    pair = [student, *(record for record in records if record.run == student.twin)]
    parts = {record.run: found for record in pair if (found := _parts(record, shown, alpha, square))}
    if not parts:
        show_missing(t("techniques.no_student_logits"))
        return
    st.latex(_formula(parts[next(iter(parts))], shown.temperature, alpha, square))
    rows = [run_label(record) for record in pair if record.run in parts]
    teacher = t("techniques.part_teacher_t2" if square else "techniques.part_teacher")
    shares = [
        (t("techniques.part_labels"), [alpha * p.student for p in parts.values()], PLAIN),
        (teacher, [p.total - alpha * p.student for p in parts.values()], shown.colour),
    ]
    figure = stacked_figure(rows, shares, x_title=t("techniques.axis_loss"))
    figure.update_layout(height=150 + 50 * len(rows))
    table = pd.DataFrame(
        {"run": rows} | {key: [getattr(p, key) for p in parts.values()] for key in ("student", "distillation", "total")}
    )
    show_figure(figure, shown.where, table, "techniques.loss")
    st.caption(t("techniques.loss_note"))


def _parts(record: RunRecord, shown: Softened, alpha: float, square: bool) -> LossParts | None:
    answers, problems = context.predictions(record.study, record.run)
    show_problems(problems)
    row = np.flatnonzero(answers.path == shown.path) if answers is not None else np.array([])
    if answers is None or not row.size or answers.classes != shown.teacher.classes:
        return None
    return loss_parts(
        shown.logits[np.newaxis],
        answers.logits[row[:1]],
        np.array([shown.label]),
        temperature=shown.temperature,
        alpha=alpha,
        scale_by_t2=square,
    )


def _formula(parts: LossParts, temperature: float, alpha: float, square: bool) -> str:
    """Return the loss as LaTeX, first in symbols, then with the numbers of the first student."""
    square_of_t = temperature**2 if square else 1.0
    factor, scale = ("T^2 \\,", _tex(square_of_t, 0) + " \\cdot ") if square else ("", "")
    numbers = [_tex(value, digits) for value, digits in ((alpha, 2), (parts.student, 3), (1 - alpha, 2))]
    divergence = _tex(parts.distillation / square_of_t, 4)
    return (
        rf"\begin{{aligned}} L &= \alpha \, \mathrm{{CE}}(y, \sigma(s)) \\"
        rf"&\quad + (1 - \alpha) \, {factor} \mathrm{{KL}}(\sigma(t / T) \,\|\, \sigma(s / T)) \\"
        rf" &= {numbers[0]} \cdot {numbers[1]} + {numbers[2]} \cdot {scale}{divergence} \\"
        rf" &= {_tex(parts.total, 3)} \end{{aligned}}"
    )


def _tex(value: float, digits: int) -> str:
    # TeX puts a blank behind a bare comma.
    return fmt_number(value, digits).replace(",", "{,}")

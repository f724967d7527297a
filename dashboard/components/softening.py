"""Distillation by playing: one picture and the teacher's softened answer to it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import context, derived
from dashboard.amounts import pick_number
from dashboard.charts.techniques import softened_figure
from dashboard.components.chart import is_dark, show_figure
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.one_picture import pick_picture, show_picture
from dashboard.formats import fmt_number, fmt_percent
from dashboard.names import class_name, run_label, split_name, study_name
from dashboard.palette import run_styles
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.classifier import softmax
from kd_core.evaluation.distillation import entropy

# Below this a share is as good as absent from a loss that sums over the classes.
HIDDEN = 0.01
COLDEST, HOTTEST, TEMPERATURE = 1.0, 20.0, 4.0


@dataclass(frozen=True)
class Softened:
    """What the section shows, for the loss below it: one picture, and the teacher's logits for it, shape [classes]."""

    teacher: RunRecord
    colour: str
    logits: np.ndarray
    path: str
    label: int
    temperature: float
    where: str


def show_softening(study: str, split: str) -> Softened | None:
    """Draw choices, picture, slider and the two distributions; None, with a note, without a teacher's logits."""
    teacher = derived.teacher(study)
    if teacher is None or teacher.claims:
        show_missing(t("techniques.no_logits"))
        return None
    answers, problems = context.predictions(teacher.study, teacher.run)
    show_problems(problems)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="techniques.picture_choice"):
        of_split = answers.of(split) if answers else None
        row = pick_picture(of_split) if of_split else 0
    if not of_split:
        show_missing(t("techniques.no_logits"))
        return None
    left, right = st.columns([1, 3], gap="large")
    with left:
        show_picture(of_split.path[row], of_split.classes[of_split.label[row]])
        temperature = pick_number(
            "T",
            t("techniques.temperature"),
            COLDEST,
            HOTTEST,
            0.5,
            default=4.0,
            help_text=t("techniques.temperature_help"),
        )
    picture = of_split.path[row].rpartition("/")[2]
    where = f"{study_name(study)} · {run_label(teacher)} · {split_name(split)} · n = 1 ({picture})"
    colour = run_styles(context.runs(teacher.study)[0], is_dark())[teacher.run].colour
    logits, label = of_split.logits[row], int(of_split.label[row])
    shown = Softened(teacher, colour, logits, of_split.path[row], label, temperature, where)
    with left:
        _entropies(shown)
    with right:
        _figure(shown, [class_name(name) for name in of_split.classes])
    return shown


def _entropies(shown: Softened) -> None:
    plain, softened = (float(entropy(softmax(shown.logits, t_))) for t_ in (1.0, shown.temperature))
    st.metric(
        t("techniques.entropy"),
        t("techniques.nats", value=fmt_number(softened, 2)),
        delta=t("techniques.entropy_plain", value=fmt_number(plain, 2)),
        delta_color="gray",
        delta_arrow="off",
        help=t("techniques.entropy_help", most=fmt_number(float(np.log(len(shown.logits))), 2)),
    )


def _figure(shown: Softened, names: Sequence[str]) -> None:
    plain, softened = softmax(shown.logits), softmax(shown.logits, shown.temperature)
    written = fmt_number(shown.temperature, 1)
    figure = softened_figure(
        names,
        plain,
        softened,
        plain_name="T = 1",
        softened_name=f"T = {written}",
        colour=shown.colour,
        x_title=t("techniques.axis_class"),
        y_title=t("techniques.axis_probability"),
    )
    columns = {"class": names, "logit": shown.logits, "T = 1": plain}
    table = pd.DataFrame(columns | {f"T = {shown.temperature:g}": softened})
    show_figure(figure, shown.where, table, "techniques.softened")
    first, second = np.argsort(-plain)[:2]
    hidden = plain[second] < HIDDEN
    st.markdown(
        t(
            "techniques.softened_hidden" if hidden else "techniques.softened_words",
            first=names[first],
            second=names[second],
            plain=fmt_percent(plain[second], 2),
            softened=fmt_percent(softened[second]),
            temperature=written,
        )
    )

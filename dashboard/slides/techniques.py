"""Techniques: what a teacher's softened answer tells, on one picture and by a slider."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from dashboard import context
from dashboard.amounts import asked_number, pick_number
from dashboard.charts.techniques import softened_figure
from dashboard.components.chart import is_dark
from dashboard.components.one_picture import show_picture
from dashboard.components.softening import COLDEST, HOTTEST, TEMPERATURE
from dashboard.components.stage import show_chart
from dashboard.formats import fmt_number, fmt_percent
from dashboard.memory import remembered
from dashboard.names import class_name
from dashboard.palette import run_styles
from dashboard.slides.scene import SPLIT, MissingError, Scene, Slide, source
from dashboard.stamps import Stamp
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.classifier import softmax

STEP = 0.5


@dataclass(frozen=True)
class Telling:
    """A picture with the teacher's logits for it, shape [classes], and its true class."""

    path: str
    logits: np.ndarray
    label: str


def softening(scene: Scene) -> Slide:
    """Return how a temperature brings out what the teacher knows beside the right class."""
    teacher = scene.master()
    key = context.stamp(teacher.study, teacher.run, "run.json", "predictions.parquet")
    picture = None if teacher.claims else _telling(teacher, key)
    if picture is None:
        raise MissingError(t("techniques.no_logits"))
    temperature = asked_number("T", COLDEST, HOTTEST, STEP, default=TEMPERATURE)
    plain, softened = softmax(picture.logits), softmax(picture.logits, temperature)
    second = int(np.argsort(-plain)[1])
    written = fmt_number(temperature, 1)

    def draw() -> None:
        left, right = st.columns([1, 3], gap="large")
        with left:
            show_picture(picture.path, picture.label)
            label, said = t("techniques.temperature"), t("techniques.temperature_help")
            pick_number("T", label, COLDEST, HOTTEST, STEP, default=TEMPERATURE, help_text=said)
        with right:
            figure = softened_figure(
                [class_name(name) for name in teacher.classes],
                plain,
                softened,
                plain_name="T = 1",
                softened_name=f"T = {written}",
                colour=run_styles(context.runs(teacher.study)[0], is_dark())[teacher.run].colour,
                x_title=t("techniques.axis_class"),
                y_title=t("techniques.axis_probability"),
            )
            show_chart(figure, key="figure.softening", alt=title, height=440)

    title = t(
        "presenter.softening_title",
        temperature=written,
        second=class_name(teacher.classes[second]),
        plain=fmt_percent(plain[second]),
        softened=fmt_percent(softened[second]),
    )
    return Slide(title, draw, source(teacher, n=f"1 ({picture.path.rpartition('/')[2]})"))


@remembered(max_entries=16)
def _telling(_teacher: RunRecord, key: Stamp) -> Telling | None:
    """Return the picture whose second guess grows most by softening, of those that the teacher has right."""
    answers = context.predictions(_teacher.study, _teacher.run)[0]
    of_split = answers.of(SPLIT) if answers is not None else None
    if not of_split:
        return None
    plain, softened = (np.sort(softmax(of_split.logits, T), axis=1)[:, -2] for T in (1.0, TEMPERATURE))
    right = of_split.logits.argmax(axis=1) == of_split.label
    row = int(np.argmax(np.where(right, softened - plain, -1.0)))
    return Telling(of_split.path[row], of_split.logits[row], of_split.classes[of_split.label[row]])

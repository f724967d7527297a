"""Live classification: one picture, teacher and students side by side."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard import calibrated, context, derived, pictures
from dashboard.address import one_entry
from dashboard.charts.answers import answer_figure
from dashboard.choices import pick_flag, pick_option
from dashboard.components.chart import is_dark, show_figure
from dashboard.components.header import page_header
from dashboard.components.looked import show_look
from dashboard.components.notices import calm, show_missing, show_problems
from dashboard.components.picture_source import CAMERA, SAMPLE, UPLOAD, Picture, show_picture, take_picture
from dashboard.formats import fmt_bytes, fmt_ms, fmt_number, fmt_percent
from dashboard.live import THREADS, Verdict, classify, has_model
from dashboard.names import class_name, precision_name, run_label, study_name
from dashboard.palette import MUTED, run_styles
from dashboard.selection import pick_runs, pick_study
from dashboard.text import t
from kd_core.artifacts import ArtifactError, Problem, RunRecord

DEFAULT_MODELS = 3
PER_ROW = 4


@dataclass(frozen=True)
class View:
    """How answers are shown: with calibrated probabilities, and with where the model looked."""

    calibrated: bool
    looking: bool


def _page() -> None:
    with page_header("live"):
        study = pick_study()
    if study is None:
        return
    models = _pick_models(study)
    if not models:
        return
    sources = [UPLOAD, CAMERA, *([SAMPLE] if pictures.has_pictures() else [])]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="live.view"):
        source = pick_option("source", t("live.source"), sources, label_of=lambda name: t(f"live.source_{name}"))
        view = View(
            calibrated=pick_flag("calibrated", t("live.calibrated"), help_text=t("live.calibrated_help")),
            looking=pick_flag("look", t("looked.toggle"), help_text=t("looked.help")),
        )
    _classify(study, models, source, view)


def _pick_models(study: str) -> list[RunRecord]:
    """Let models be chosen among those that ship; a teacher of another study answers too."""
    records, problems = context.runs(study)
    teacher = derived.teacher(study)
    shipped = [record for record in records if has_model(record)]
    foreign = [teacher] if teacher and teacher.study != study and has_model(teacher) else []
    if not shipped and not foreign:
        show_problems(problems)
        show_missing(t("live.no_models", study=study_name(study)))
        return []
    best = derived.best_student(study)
    # Teacher, student, and what the student was compressed from: the story in three answers.
    names = [teacher.run if teacher else None, best.run if best else None, best.parent if best else None]
    runs = [record.run for record in shipped]
    default = list(dict.fromkeys([*(name for name in names if name in runs), *runs]))[:DEFAULT_MODELS]
    chosen = pick_runs(study, name="models", label=t("live.models"), keep=has_model, default=default) if shipped else []
    # The teacher stands first, whatever the order of the study.
    return foreign + sorted(chosen, key=lambda record: teacher is None or record.run != teacher.run)


@st.fragment
def _classify(study: str, models: list[RunRecord], source: str, view: View) -> None:
    with calm(), one_entry():
        left, right = st.columns([1, 3], gap="large")
        with left:
            picture = take_picture(study, source)
            if picture is not None:
                show_picture(picture)
        with right:
            if picture is None:
                show_missing(t(f"live.start_{source}"))
            else:
                _show_answers(models, picture, view)


def _show_answers(models: list[RunRecord], picture: Picture, view: View) -> None:
    answers: list[tuple[RunRecord, Verdict]] = []
    problems: list[Problem] = []
    for record in models:
        try:
            verdict = classify(record, picture.image)
        except ArtifactError as error:
            problems.append(Problem(context.store().root / record.study / record.run, str(error)))
            continue
        fitted, met = calibrated.temperature(record) if view.calibrated else (None, [])
        problems += met
        answers.append((record, verdict.at(fitted) if fitted else verdict))
    show_problems(problems)
    # The same order of classes in every panel, the first model's favourites on top: so panels compare at a glance.
    order: list[str] = []
    if answers:
        first, verdict = answers[0]
        order = [first.classes[i] for i in verdict.probabilities.argsort()[::-1]]
    for start in range(0, len(answers), PER_ROW):
        row = answers[start : start + PER_ROW]
        for column, (record, answer) in zip(st.columns(max(len(row), 2)), row, strict=False):
            with column.container(border=True, height="stretch"):
                _card(record, answer, [name for name in order if name in record.classes], view.calibrated)
                if view.looking:
                    show_look(record, picture.image, answer.answer, f"looked-{record.study}-{record.run}")
    if answers:
        st.caption(t("live.timing", threads=THREADS))
    if answers and view.looking:
        st.caption(t("looked.note"))


def _card(record: RunRecord, verdict: Verdict, order: list[str], calibrating: bool) -> None:
    best = record.classes[int(verdict.probabilities.argmax())]
    st.metric(
        run_label(record),
        class_name(best),
        delta=fmt_percent(verdict.probabilities.max()),
        delta_color="gray",
        delta_arrow="off",
        delta_description=t("live.in_time", time=fmt_ms(verdict.model_ms)),
    )
    dark = is_dark()
    style = run_styles(context.runs(record.study)[0], dark)[record.run]
    values = verdict.probabilities[[record.classes.index(name) for name in order]]
    names = [class_name(name) for name in order]
    fig = answer_figure(
        values, names, [fmt_percent(value, 1) for value in values], colour=style.colour, quiet=MUTED[dark]
    )
    size = fmt_bytes(record.model.size_bytes) if record.model else ""
    precision = precision_name(record.model.precision) if record.model else ""
    caption = t(
        "live.caption",
        run=f"{record.study}/{record.run}",
        model=fmt_ms(verdict.model_ms),
        prepare=fmt_ms(verdict.prepare_ms),
        size=size,
        precision=precision,
    )
    if calibrating:
        scaled = "uncalibrated" if verdict.temperature is None else "scaled"
        caption = f"{caption} · {t(f'live.{scaled}', temperature=fmt_number(verdict.temperature, 2))}"
    table = pd.DataFrame({t("live.class"): names, t("live.probability"): values})
    show_figure(fig, caption, table, key=f"answer-{record.study}-{record.run}")


_page()

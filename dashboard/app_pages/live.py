"""Live classification: one picture, teacher and students side by side."""

import time
from dataclasses import dataclass

import pandas as pd
import streamlit as st
from PIL import Image

from dashboard import context, derived, pictures
from dashboard.charts.answers import answer_figure
from dashboard.choices import pick_flag, pick_option
from dashboard.components.chart import is_dark, show_figure
from dashboard.components.header import page_header
from dashboard.components.looked import show_look
from dashboard.components.notices import calm, show_missing, show_problems
from dashboard.formats import fmt_bytes, fmt_ms, fmt_percent
from dashboard.live import THREADS, Verdict, classify, has_model
from dashboard.names import class_name, precision_name, run_label, study_name
from dashboard.palette import MUTED, run_styles
from dashboard.selection import pick_runs, pick_study
from dashboard.text import t
from kd_core.artifacts import ArtifactError, Problem, RunRecord
from kd_core.data.load import PictureError, central_square, data_dir, decode, find_picture

UPLOAD, CAMERA, SAMPLE = "upload", "camera", "sample"
MEGABYTES = 20
DEFAULT_MODELS = 3
PER_ROW = 4


@dataclass(frozen=True)
class Picture:
    """A decoded picture, where it came from and how long decoding took."""

    image: Image.Image
    source: str
    decode_ms: float
    label: str | None = None


def _page() -> None:
    with page_header("live"):
        study = pick_study()
    if study is None:
        return
    models = _pick_models(study)
    if not models:
        return
    sources = [UPLOAD, CAMERA, *([SAMPLE] if pictures.has_pictures() else [])]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        source = pick_option("source", t("live.source"), sources, label_of=lambda name: t(f"live.source_{name}"))
        looking = pick_flag("look", t("looked.toggle"), help_text=t("looked.help"))
    _classify(study, models, source, looking)


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
def _classify(study: str, models: list[RunRecord], source: str, looking: bool) -> None:
    with calm():
        left, right = st.columns([1, 3], gap="large")
        with left:
            picture = _picture(study, source)
            if picture is not None:
                _show_picture(picture)
        with right:
            if picture is None:
                show_missing(t(f"live.start_{source}"))
            else:
                _show_answers(models, picture, looking)


def _picture(study: str, source: str) -> Picture | None:
    """Return the picture of the chosen source; None as long as there is none, or after a sentence why not."""
    if source == SAMPLE:
        return _sample(study)
    if source == UPLOAD:
        file = st.file_uploader(
            t("live.upload"), type=["jpg", "jpeg", "png"], key="live.upload", max_upload_size=MEGABYTES
        )
    else:
        file = st.camera_input(t("live.camera"), key="live.camera")
    if file is None:
        return None
    try:
        start = time.perf_counter()
        image = decode(file.getvalue())
        # A webcam sees a wide scene with its subject in the middle; a photo was framed by whoever took it.
        image = central_square(image) if source == CAMERA else image
        return Picture(image, source, (time.perf_counter() - start) * 1000)
    except PictureError:
        st.error(t("live.bad_picture", name=file.name), icon=":material/broken_image:")
        return None


def _sample(study: str) -> Picture | None:
    """Return a test picture from the data folder, another one with every click."""
    turn = st.session_state.get("live.turn", 0)
    if st.button(t("live.another"), icon=":material/refresh:", key="live.another"):
        st.session_state["live.turn"] = turn = turn + 1
    index, problems = context.index(study)
    show_problems(problems)
    test = index[index["split"] == "test"].sort_values("sha256") if index is not None else pd.DataFrame()
    # Sorted by content hash: the classes come mixed, and the order is the same for everybody.
    for step in range(min(len(test), 50)):
        row = test.iloc[(turn + step) % len(test)]
        file = find_picture(data_dir(), row["path"])
        if file is None:
            continue
        start = time.perf_counter()
        try:
            image = decode(file)
        except PictureError:
            continue
        return Picture(image, SAMPLE, (time.perf_counter() - start) * 1000, label=str(row["label"]))
    show_missing(t("live.no_sample"))
    return None


def _show_picture(picture: Picture) -> None:
    st.image(picture.image, width="stretch", alt=t("live.picture"))
    if picture.label is not None:
        st.markdown(t("live.truth", label=class_name(picture.label)))
    how = t("live.squared" if picture.source == CAMERA else "live.squashed")
    size = f"{picture.image.width} \u00d7 {picture.image.height}"
    st.caption(t("live.decoded", time=fmt_ms(picture.decode_ms), size=size, how=how))


def _show_answers(models: list[RunRecord], picture: Picture, looking: bool) -> None:
    answers: list[tuple[RunRecord, Verdict]] = []
    problems: list[Problem] = []
    for record in models:
        try:
            answers.append((record, classify(record, picture.image)))
        except ArtifactError as error:
            problems.append(Problem(context.store().root / record.study / record.run, str(error)))
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
                _card(record, answer, [name for name in order if name in record.classes])
                if looking:
                    show_look(record, picture.image, answer.answer, f"looked-{record.study}-{record.run}")
    if answers:
        st.caption(t("live.timing", threads=THREADS))
    if answers and looking:
        st.caption(t("looked.note"))


def _card(record: RunRecord, verdict: Verdict, order: list[str]) -> None:
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
    table = pd.DataFrame({t("live.class"): names, t("live.probability"): values})
    show_figure(fig, caption, table, key=f"answer-{record.study}-{record.run}")


_page()

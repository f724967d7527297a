"""Live demo: teacher and student answer one and the same picture."""

from collections.abc import Sequence

import streamlit as st

from dashboard import context, derived, pictures
from dashboard.address import one_entry
from dashboard.charts.answers import answer_figure
from dashboard.choices import pick_option
from dashboard.components.chart import is_dark
from dashboard.components.notices import calm, show_missing
from dashboard.components.picture_source import CAMERA, SAMPLE, UPLOAD, Picture, take_picture
from dashboard.components.stage import show_chart
from dashboard.formats import fmt_ms, fmt_percent, fmt_ratio
from dashboard.live import THREADS, classify, has_model
from dashboard.machines import machine_words
from dashboard.names import class_name
from dashboard.palette import MUTED, run_styles
from dashboard.slides.scene import MissingError, Scene, Slide, called, figures
from dashboard.tables.figures import factor
from dashboard.text import t
from kd_core.artifacts import ArtifactError, RunRecord

# Of fifteen classes the last row reads five.
SHOWN = 5


def asked(scene: Scene) -> Slide:
    """Return the demo: a picture from the data set, the camera or a file, and both answers."""
    pair = scene.pair()
    models = [record for record in pair if has_model(record)]
    if not models:
        raise MissingError(t("presenter.no_models", study=scene.study))
    teacher, student = (figures(record) for record in pair)
    times = factor(teacher.latency_ms, student.latency_ms)
    names = {"teacher": called(pair[0]), "student": called(pair[1])}
    if times is None:
        title = t("presenter.asked_untimed", **names)
    else:
        slow, fast = fmt_ms(teacher.latency_ms), fmt_ms(student.latency_ms)
        title = t("presenter.asked_title", slow=slow, fast=fast, factor=fmt_ratio(times), **names)
    runs = ", ".join(f"{record.study}/{record.run}" for record in models)
    measured = machine_words(derived.benchmark(scene.study))
    caption = t("presenter.live_source", runs=runs, threads=THREADS)
    return Slide(title, lambda: _ask(scene.study, models), f"{caption} {measured}")


@st.fragment
def _ask(study: str, models: Sequence[RunRecord]) -> None:
    with calm(), one_entry():
        left, right = st.columns([2, 3], gap="large")
        with left:
            sources = [*([SAMPLE] if pictures.has_pictures() else []), CAMERA, UPLOAD]
            chosen = pick_option("source", t("live.source"), sources, label_of=lambda name: t(f"live.source_{name}"))
            picture = take_picture(study, chosen)
            if picture is not None and chosen != CAMERA:
                st.image(picture.image, width=260, alt=t("live.picture"))
            if picture is not None and picture.label is not None:
                st.markdown(t("live.truth", label=class_name(picture.label)))
        with right:
            if picture is None:
                show_missing(t(f"live.start_{chosen}"))
            else:
                for record, column in zip(models, st.columns(len(models)), strict=True):
                    with column:
                        _answer(record, picture)


def _answer(record: RunRecord, picture: Picture) -> None:
    try:
        verdict = classify(record, picture.image)
    except ArtifactError:
        show_missing(t("presenter.no_model", run=called(record)))
        return
    best = verdict.probabilities.argsort()[::-1][:SHOWN]
    names = [class_name(record.classes[i]) for i in best]
    shares = verdict.probabilities[best]
    st.metric(called(record), names[0], delta=fmt_ms(verdict.model_ms), delta_color="gray", delta_arrow="off")
    dark = is_dark()
    colour = run_styles(context.runs(record.study)[0], dark)[record.run].colour
    written = [fmt_percent(share) for share in shares]
    figure = answer_figure(shares, names, written, colour=colour, quiet=MUTED[dark])
    said = ", ".join(f"{name} {share}" for name, share in zip(names, written, strict=True))
    show_chart(figure, key=f"figure.answer.{record.study}.{record.run}", alt=f"{called(record)}: {said}", height=230)

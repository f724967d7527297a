"""Where each model looked, for one picture behind a cell of a confusion matrix; on demand, since it asks the models."""

from collections.abc import Sequence

import streamlit as st
from PIL import Image

from dashboard import address, context
from dashboard.choices import pick_flag, pick_from, pick_option
from dashboard.components.looked import show_look
from dashboard.components.notices import show_missing, show_problems
from dashboard.live import classify, has_model
from dashboard.names import class_name, escaped, run_label
from dashboard.text import t
from kd_core.artifacts import ArtifactError, Problem, RunRecord
from kd_core.data.load import PictureError, data_dir, decode, find_picture

ANSWER, TRUE = "answer", "true"


def show_looks(true: str, paths: Sequence[str], records: Sequence[RunRecord]) -> None:
    """Draw the switch, and behind it the choice of picture and class and one overlay a model.

    Args:
        true: the true class of the pictures.
        paths: the pictures of the cell, at least one, the first of which is shown first.
        records: the runs that are asked.
    """
    if not pick_flag("look", t("looked.toggle_each"), help_text=t("looked.help")):
        return
    files = {path.rpartition("/")[2]: path for path in paths}
    if address.read("look_at") not in files:
        # What was looked at lies in another cell.
        address.write("look_at", None)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        file = pick_from("look_at", t("looked.picture"), list(files))
        of = pick_option("look_for", t("looked.for"), (ANSWER, TRUE), label_of=lambda name: t(f"looked.for_{name}"))
    photo = _photo(files[file])
    if photo is None:
        show_missing(t("looked.no_photo", file=escaped(file)))
        return
    for column, record in zip(st.columns(max(len(records), 2)), records, strict=False):
        with column:
            _show(record, photo, true, of)
    st.caption(t("looked.note"))


def _show(record: RunRecord, photo: Image.Image, true: str, of: str) -> None:
    label = run_label(record)
    if not has_model(record):
        show_missing(t("looked.no_model", run=label))
        return
    try:
        answer = classify(record, photo).answer
    except ArtifactError as error:
        show_problems([Problem(context.store().folder(record.study, record.run), str(error))])
        return
    answered = record.classes[int(answer.logits.argmax())]
    name, other = (answered, true) if of == ANSWER else (true, answered)
    st.markdown(f"**{label}**  \n{t(f'looked.title_{of}', name=class_name(name))}")
    show_look(record, photo, answer, f"looked-{record.study}-{record.run}", name=name, beside=other)


def _photo(path: str) -> Image.Image | None:
    file = find_picture(data_dir(), path)
    try:
        return decode(file) if file else None
    except PictureError:
        return None

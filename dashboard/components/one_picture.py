"""Choosing one evaluated picture, by class and file name, and showing it when the photos are there."""

import numpy as np
import streamlit as st

from dashboard.choices import pick_from
from dashboard.formats import fmt_percent
from dashboard.names import class_name
from dashboard.text import t
from kd_core.artifacts import Predictions
from kd_core.data.load import PictureError, data_dir, decode, find_picture
from kd_core.evaluation.classifier import softmax
from kd_core.evaluation.distillation import entropy

# The shared photos are small: larger they only blur.
WIDTH_PX = 224


def pick_picture(answers: Predictions) -> int:
    """Draw the lists of classes and pictures; return the row of ``answers`` that was chosen.

    First offered is the picture over which the run hesitates most though it has it right: there the softened answer
    has most to tell.
    """
    present = [name for i, name in enumerate(answers.classes) if (answers.label == i).any()]
    chosen = pick_from("class", t("techniques.class"), present, label_of=class_name, forget=("picture",))
    rows = np.flatnonzero(answers.label == answers.classes.index(chosen))
    shares = softmax(answers.logits[rows])
    right = shares.argmax(axis=1) == answers.label[rows]
    hesitant = rows[np.argmax(np.where(right, entropy(shares), -1.0))]
    names = {_file(answers.path[row]): row for row in rows}
    said = {_file(answers.path[row]): share for row, share in zip(rows, shares, strict=True)}

    def labelled(file: str) -> str:
        first = int(said[file].argmax())
        return f"{file} · {class_name(answers.classes[first])} {fmt_percent(said[file][first], 0)}"

    picked = pick_from(
        "picture", t("techniques.picture"), sorted(names), default=_file(answers.path[hesitant]), label_of=labelled
    )
    return int(names[picked])


def show_picture(path: str, label: str) -> None:
    """Show a picture of the data set, or say how to get it.

    Args:
        path: its path in the index, ``split/class/file``.
        label: its true class.
    """
    file = find_picture(data_dir(), path)
    try:
        image = decode(file) if file else None
    except PictureError:
        image = None
    if image is None:
        st.caption(t("techniques.no_photo", file=_file(path)))
        return
    said = t("techniques.photo", label=class_name(label))
    st.image(image, caption=said, width=WIDTH_PX, alt=f"{_file(path)}. {said}")


def _file(path: str) -> str:
    return path.rpartition("/")[2]

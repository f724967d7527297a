"""Where the live demo takes its picture from: a file, the camera, or the data set."""

import time
from dataclasses import dataclass

import pandas as pd
import streamlit as st
from PIL import Image

from dashboard import context
from dashboard.components.notices import show_missing, show_problems
from dashboard.formats import fmt_ms
from dashboard.names import class_name
from dashboard.text import t
from dashboard.turns import pick_turn
from kd_core.data.load import PictureError, central_square, data_dir, decode, find_picture

UPLOAD, CAMERA, SAMPLE = "upload", "camera", "sample"
MEGABYTES = 20


@dataclass(frozen=True)
class Picture:
    """A decoded picture, where it came from and how long decoding took."""

    image: Image.Image
    source: str
    decode_ms: float
    label: str | None = None


def take_picture(study: str, source: str) -> Picture | None:
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
    turn = pick_turn("live.turn", t("live.another"))
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


def show_picture(picture: Picture) -> None:
    """Draw the picture with its true class where that is known, and how the networks see it."""
    st.image(picture.image, width="stretch", alt=t("live.picture"))
    if picture.label is not None:
        st.markdown(t("live.truth", label=class_name(picture.label)))
    how = t("live.squared" if picture.source == CAMERA else "live.squashed")
    size = f"{picture.image.width} \u00d7 {picture.image.height}"
    st.caption(t("live.decoded", time=fmt_ms(picture.decode_ms), size=size, how=how))

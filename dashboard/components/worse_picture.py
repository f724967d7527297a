"""One test picture at every severity of a corruption, made when it is looked at and never stored."""

import numpy as np
import streamlit as st
from PIL import Image

from dashboard import context, pictures
from dashboard.address import one_entry
from dashboard.choices import pick_option
from dashboard.components.header import choices_row
from dashboard.components.notices import calm, show_missing
from dashboard.formats import fmt_number, fmt_percent
from dashboard.names import class_name, study_name
from dashboard.text import t
from dashboard.turns import pick_turn
from kd_core.data.load import PictureError, data_dir, decode, find_picture
from kd_core.evaluation.corruptions import CORRUPTIONS, WORST, corrupt

# Six side by side on a laptop.
SHOWN = 148
# Parameters that are shares of something; the others carry a unit of their own.
SHARES = ("noise", "brightness", "contrast", "pixelation")
# A picture that is missing or damaged is passed over, a folder without any is not searched to its end.
TRIES = 20


@st.fragment
def show_worse_picture(study: str) -> None:
    """Draw the corruptions to choose from and a picture from clean to worst; nothing for a study without pictures."""
    with one_entry(), calm():
        index, _ = context.index(study)
        if index is None:
            return
        st.header(t("robustness.picture_title"), anchor=False)
        if not pictures.has_pictures():
            show_missing(t("data_set.no_pictures"))
            return
        with choices_row():
            name = pick_option(
                "corruption",
                t("robustness.corruption_one"),
                list(CORRUPTIONS),
                label_of=lambda option: t(f"robustness.corruption.{option}"),
            )
            turn = pick_turn("robustness.turn", t("robustness.another"))
        rows = index[(index["split"] == "test") & ~index["leaked"].fillna(False).astype(bool)]
        found = _picture(rows["path"].to_numpy(object), turn)
        if found is None:
            show_missing(t("robustness.no_picture"))
            return
        path, image = found
        label = class_name(path.split("/")[1])
        with st.container(horizontal=True, gap="small"):
            for severity in range(WORST + 1):
                said = _severity(name, severity)
                st.image(corrupt(image, name, severity), caption=said, width=SHOWN, alt=f"{label}. {said}")
        size = f"{image.width} × {image.height}"
        st.caption(t("robustness.picture_caption", label=label, study=study_name(study), size=size))


def _picture(paths: np.ndarray, turn: int) -> tuple[str, Image.Image] | None:
    order = np.random.default_rng(0).permutation(len(paths))
    for position in range(turn, turn + min(TRIES, len(paths))):
        path = str(paths[order[position % len(paths)]])
        file = find_picture(data_dir(), path)
        try:
            if file is not None:
                return path, decode(file)
        except PictureError:
            continue
    return None


def _severity(name: str, severity: int) -> str:
    if severity == 0:
        return t("robustness.clean")
    value = CORRUPTIONS[name].values[severity - 1]
    digits = 0 if float(value).is_integer() else 1
    written = fmt_percent(value, 0) if name in SHARES else fmt_number(value, digits)
    return f"{severity}: {t(f'robustness.value.{name}', value=written)}"

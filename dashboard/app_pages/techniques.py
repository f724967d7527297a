"""Techniques: distillation, pruning and quantization, explained on numbers of real runs."""

import streamlit as st

from dashboard.choices import pick_option
from dashboard.components.header import page_header
from dashboard.components.loss_split import show_loss
from dashboard.components.pruned import show_pruning
from dashboard.components.quantized import show_quantization
from dashboard.components.softening import show_softening
from dashboard.selection import pick_split, pick_study
from dashboard.text import t

TECHNIQUES = ("distillation", "pruning", "quantization")


def main() -> None:
    """Draw the page: one technique at a time, since each reads its own artifacts."""
    with page_header("techniques"):
        technique = pick_option(
            "technique", t("techniques.technique"), TECHNIQUES, label_of=lambda name: t(f"techniques.name_{name}")
        )
        study = pick_study()
        split = pick_split() if study else ""
    st.subheader(t(f"techniques.name_{technique}"), anchor=False)
    st.markdown(t(f"techniques.words_{technique}"))
    if study is None:
        return
    if technique == "distillation":
        shown = show_softening(study, split)
        if shown is not None:
            show_loss(study, shown)
    elif technique == "pruning":
        show_pruning(study, split)
    else:
        show_quantization(study, split)


main()

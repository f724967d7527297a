"""Techniques: distillation, pruning, quantization and clustering, explained on numbers of real runs."""

import streamlit as st

from dashboard.choices import pick_option
from dashboard.components.clustered import show_clustering
from dashboard.components.clustering_play import show_sharing
from dashboard.components.header import page_header
from dashboard.components.loss_split import show_loss
from dashboard.components.pruned import show_pruning
from dashboard.components.quantized import show_quantization
from dashboard.components.rounding_play import show_rounding
from dashboard.components.softening import show_softening
from dashboard.components.sparsity_play import show_sparsity
from dashboard.selection import pick_split, pick_study
from dashboard.text import t

TECHNIQUES = ("distillation", "pruning", "quantization", "clustering")


def main() -> None:
    """Draw the page: one technique at a time, since each reads its own artifacts."""
    with page_header("techniques"):
        technique = pick_option(
            "technique", t("techniques.technique"), TECHNIQUES, label_of=lambda name: t(f"techniques.name_{name}")
        )
        study = pick_study()
        split = pick_split() if study else ""
    st.header(t(f"techniques.name_{technique}"), anchor=False)
    st.markdown(t(f"techniques.words_{technique}"))
    if study is None:
        return
    if technique == "distillation":
        shown = show_softening(study, split)
        if shown is not None:
            show_loss(study, shown)
    elif technique == "pruning":
        show_sparsity(study)
        show_pruning(study, split)
    elif technique == "quantization":
        show_rounding(study)
        show_quantization(study, split)
    else:
        show_sharing(study)
        show_clustering(study, split)


main()

"""Quantization by its measurements: the float run beside the runs of lower precision made from it."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import context
from dashboard.charts.techniques import stacked_figure
from dashboard.components.chart import show_figure
from dashboard.components.differences import show_differences
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.variants import Pair, show_variants
from dashboard.names import run_label, study_name
from dashboard.text import t

SIZE_COLOUR = "#1f7a8c"


def show_quantization(study: str, split: str) -> None:
    """Draw the section: sizes as bars, the table, and what the lower precision cost in accuracy."""
    records, _ = context.runs(study)
    pairs = [(r, p) for r in records if r.stage in ("quantize", "qat") for p in records if p.run == r.parent]
    if not pairs:
        show_missing(t("techniques.no_quantized", study=study_name(study)))
        return
    _sizes(study, pairs)
    show_variants(pairs, split, key="techniques.quantized")
    st.header(t("techniques.quantized_cost"), anchor=False)
    show_problems(show_differences(pairs, split, key="techniques.quantized_differences"))


def _sizes(study: str, pairs: Sequence[Pair]) -> None:
    shown = {record.run: record for variant, parent in pairs for record in (parent, variant)}
    sizes = {run_label(r): (r.model.size_bytes, r.model.size_gzip_bytes) for r in shown.values() if r.model}
    if not sizes:
        return
    part = (t("techniques.size"), [raw / 1e6 for raw, _ in sizes.values()], SIZE_COLOUR)
    figure = stacked_figure(list(sizes), [part], x_title=t("techniques.axis_size"))
    figure.update_layout(height=110 + 50 * len(sizes))
    table = pd.DataFrame(
        [(name, *both) for name, both in sizes.items()], columns=["run", "size_bytes", "size_gzip_bytes"]
    )
    show_figure(figure, t("techniques.sizes_caption", study=study_name(study)), table, "techniques.sizes")

"""Pruning by its counts: what of a network is left, what became zero, what only its training carried."""

from collections.abc import Sequence

import pandas as pd

from dashboard import context
from dashboard.charts.techniques import stacked_figure
from dashboard.components.chart import show_figure
from dashboard.components.contradictions import show_contradictions
from dashboard.components.differences import show_differences
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.variants import show_variants
from dashboard.names import run_label, study_name
from dashboard.roles import PUBLISHED
from dashboard.tables.pruning import Counts, pruned_counts
from dashboard.text import t

# Kept, zeroed, wrappers: strong, pale, grey, so that what counts stands out on light and dark ground alike.
COLOURS = ("#1f7a8c", "#9cc9d3", "#8a93a0")


def show_pruning(study: str, split: str) -> None:
    """Draw the section: the counts, and for each pruned run what it costs and buys against its parent."""
    records, _ = context.runs(study)
    published = [] if study == PUBLISHED else context.runs(PUBLISHED)[0]
    counts = pruned_counts([*published, *records])
    if counts:
        _counts(counts)
    pairs = [(r, p) for r in records if r.stage == "prune" for p in records if p.run == r.parent]
    if pairs:
        show_variants(pairs, split, key="techniques.pruned")
        show_problems(show_differences(pairs, split, key="techniques.pruned_differences"))
    elif study != PUBLISHED:
        show_missing(t("techniques.no_pruned", study=study_name(study)))
    show_contradictions(PUBLISHED, codes=("parameters-with-masks",))


def _counts(counts: Sequence[Counts]) -> None:
    rows = [f"{run_label(c.record)} · {study_name(c.record.study)}" for c in counts]
    parts = {name: [getattr(c, name) for c in counts] for name in ("kept", "zeroed", "wrappers")}
    shown = [
        (t(f"techniques.part_{name}"), values, colour)
        for (name, values), colour in zip(parts.items(), COLOURS, strict=True)
        if any(values)
    ]
    figure = stacked_figure(rows, shown, x_title=t("techniques.axis_parameters"), number=",")
    figure.update_layout(height=150 + 50 * len(rows))
    show_figure(figure, t("techniques.counts_caption"), pd.DataFrame({"run": rows} | parts), "techniques.counts")

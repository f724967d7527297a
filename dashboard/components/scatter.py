"""Accuracy over a cost of one's choice: the scatter of the comparison, with its words."""

from collections.abc import Sequence

import pandas as pd

from dashboard import context
from dashboard.charts.comparison import MOST_NAMED, Mark, pareto_front, scatter_figure
from dashboard.components.chart import is_dark, show_figure
from dashboard.components.figures_table import row_label
from dashboard.components.notices import show_missing
from dashboard.exhibit import Exhibit
from dashboard.formats import fmt_bytes, fmt_count, fmt_ms, fmt_percent, fmt_short
from dashboard.names import in_figure, split_name, study_name
from dashboard.palette import MUTED, run_styles
from dashboard.tables.figures import Figures
from dashboard.text import t
from kd_core.artifacts import RunRecord

# The costs that can stand on the x axis: by what each is divided there, and how it is written on hover.
COSTS = {
    "size_bytes": (1e6, fmt_bytes),
    "size_gzip_bytes": (1e6, fmt_bytes),
    "parameters": (1e6, fmt_short),
    "macs": (1e6, fmt_short),
    "latency_ms": (1.0, fmt_ms),
}
# Names that find room in a legend above the marks.
_FEW = 6
PART = {"whole": ("accuracy", "n"), "leak_free": ("accuracy_leak_free", "n_leak_free")}


def costs_known(figures: Sequence[Figures]) -> list[str]:
    """Return the costs that at least one of the runs has."""
    return [cost for cost in COSTS if any(getattr(row, cost) for row in figures)]


def show_scatter(rows: Sequence[tuple[RunRecord, Figures]], *, cost: str, part: str, split: str, where: str) -> None:
    """Draw the scatter; the arguments are those of ``scatter``."""
    found = scatter(rows, cost=cost, part=part, split=split, where=where, dark=is_dark())
    if found is None:
        show_missing(t("comparison.no_scatter"))
    else:
        if _FEW < len(rows) <= MOST_NAMED:
            # On a phone many names above the marks would push them off the screen.
            found.figure.update_layout(legend={"yref": "container", "y": 0, "yanchor": "bottom"})
        show_figure(found.figure, found.caption, found.table, "comparison.scatter")


def scatter(
    rows: Sequence[tuple[RunRecord, Figures]], *, cost: str, part: str, split: str, where: str, dark: bool
) -> Exhibit | None:
    """Return the scatter; None where no run has both an accuracy and the cost.

    Args:
        rows: the runs with their figures.
        cost: a key of ``COSTS``.
        part: "whole" or "leak_free"; a stated accuracy is always one of the whole split.
        split: "val" or "test".
        where: the machine that latencies come from, as a sentence; empty for other costs.
        dark: whether the page is.
    """
    divisor, written = COSTS[cost]
    accuracy, count = PART[part]
    marks, table, counts = [], [], set()
    beside = not all(figures.published for _, figures in rows)
    styles = {study: run_styles(context.runs(study)[0], dark) for study in {record.study for record, _ in rows}}
    for record, figures in rows:
        value = figures.accuracy if figures.published else getattr(figures, accuracy)
        price = getattr(figures, cost)
        if value is None or not price:
            continue
        n = getattr(figures, count)
        counts.add(n)
        label = row_label(record, figures)
        style = styles[record.study][record.run]
        # Beside runs of our own the colours of the published study would stand for two runs at once.
        colour = MUTED[dark] if figures.published and beside else style.colour
        known = f"n = {fmt_count(n)}" if n else t("comparison.stated")
        doubt = f" ({t('shell.noisy')})" if cost == "latency_ms" and figures.noisy else ""
        note = f"{t(f'comparison.cost_{cost}')}: {written(price)}{doubt}<br>{fmt_percent(value)} ({known})"
        marks.append(Mark(in_figure(label), price / divisor, value, colour, style.symbol, note, figures.published))
        table.append({"run": label, cost: price, accuracy: value, "n": n})
    if not marks:
        return None
    front = pareto_front([mark for mark in marks if not mark.stated])
    for row, mark in zip(table, marks, strict=True):
        row["pareto_front"] = mark in front
    figure = scatter_figure(
        marks,
        x_title=t(f"comparison.axis_{cost}"),
        y_title=t(f"comparison.axis_accuracy_{part}", split=split_name(split)),
        front_label=t("comparison.front"),
    )
    # On a phone every name in the legend takes a line.
    figure.update_layout(height=480 + (26 * max(0, len(marks) - _FEW) if len(marks) <= MOST_NAMED else 0))
    studies = ", ".join(dict.fromkeys(study_name(record.study) for record, _ in rows))
    n = " / ".join(fmt_count(n) for n in sorted(n for n in counts if n)) or t("comparison.n_unknown")
    caption = t("comparison.scatter_caption", study=studies, split=split_name(split), n=n)
    return Exhibit(figure, f"{caption} {where}".strip(), pd.DataFrame(table))

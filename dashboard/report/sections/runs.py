"""All runs: what each scores and costs, and accuracy against size."""

from collections.abc import Callable
from typing import Any

import pandas as pd

from dashboard import derived
from dashboard.components.figures_table import WRITERS, column_title, figures_notes, row_label
from dashboard.components.scatter import scatter
from dashboard.components.verdict_words import bracket
from dashboard.exhibit import Sheet
from dashboard.formats import fmt_count, fmt_ms, fmt_percent
from dashboard.machines import Row
from dashboard.names import precision_name
from dashboard.report.blocks import Block, Chart, Numbers, Section
from dashboard.report.material import SPLIT, Material
from dashboard.tables.figures import figures_frame
from dashboard.text import t
from kd_core.artifacts import Benchmark
from kd_core.evaluation.bootstrap import Estimate
from kd_core.evaluation.parts import CLEAN, WHOLE

SHOWN = ("accuracy_leak_free", "accuracy", "loss", "size_bytes", "size_gzip_bytes", "parameters", "macs", "latency_ms")
PARTS = {"accuracy_leak_free": CLEAN, "accuracy": WHOLE}


def runs(material: Material) -> Section:
    """Return the table of all runs, those of the slides last, and the scatter of accuracy over size."""
    rows = [*material.rows, *material.stated]
    blocks: list[Block] = [Numbers(_sheet(material, rows), "runs")]
    drawn = scatter(rows, cost="size_bytes", part=material.part, split=SPLIT, where="", dark=False)
    if drawn is not None:
        blocks.append(Chart(drawn, "accuracy-and-size", t("report.scatter_title")))
    return Section("runs", t("report.runs_title"), blocks)


def _sheet(material: Material, rows: list[Row]) -> Sheet:
    estimates = {record.run: derived.accuracies(record, SPLIT) for record in material.measured}
    titles = {name: column_title(name, rows) for name in SHOWN}
    shown = []
    for record, figures in rows:
        own = {} if figures.published else estimates.get(record.run, {})
        row: dict[str, Any] = {
            t("shell.run"): row_label(record, figures),
            t("comparison.precision"): precision_name(figures.precision) if figures.precision else None,
        }
        row |= {titles[name]: getattr(figures, name) for name in SHOWN}
        row |= {titles[name]: _written(getattr(figures, name), own.get(part)) for name, part in PARTS.items()}
        if figures.noisy:
            row[titles["latency_ms"]] = f"{fmt_ms(figures.latency_ms)}\n{t('shell.noisy')}"
        shown.append(row)
    frame = pd.DataFrame(shown).dropna(axis="columns", how="all")
    numbers = {title: _writer(name) for name, title in titles.items() if title in frame}
    caption = f"{figures_notes(rows, split=SPLIT, where=material.where)} {t('report.intervals')}"
    return Sheet(frame, numbers, caption, _plain(rows, estimates, material.machine))


def _written(value: float | None, own: Estimate | None) -> str | None:
    if own is not None:
        return f"{fmt_percent(own.value)}\n{bracket(own.low, own.high)}"
    return None if value is None else fmt_percent(value)


def _writer(name: str) -> Callable[[Any], str]:
    # To the last one: what is handed over may be looked up. What is written already stays as it is.
    write = fmt_count if name == "parameters" else WRITERS[name]
    return lambda value: value if isinstance(value, str) else write(value)


def _plain(rows: list[Row], estimates: dict[str, dict[str, Estimate]], machine: Benchmark | None) -> pd.DataFrame:
    """Return the figures of all runs as bare numbers, with the bounds of the intervals and what times were taken on."""
    frame = figures_frame([figures for _, figures in rows])
    for name, part in PARTS.items():
        for bound in ("low", "high"):
            frame[f"{name}_{bound}"] = [
                None if figures.published else getattr(estimates.get(record.run, {}).get(part), bound, None)
                for record, figures in rows
            ]
    counts = [record.parameters for record, _ in rows]
    frame["non_zero"] = pd.array([counted.non_zero if counted else None for counted in counts], dtype="Int64")
    timed = frame["latency_ms"].notna()
    frame["machine"] = [machine.machine if machine and known else None for known in timed]
    frame["cpu"] = [machine.cpu if machine and known else None for known in timed]
    frame["threads"] = pd.array([machine.threads if machine and known else None for known in timed], dtype="Int64")
    return frame

"""The scores of the classes of one run or two on a page: a chart with intervals, and the table."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import context
from dashboard.charts.scores import Series, scores_figure
from dashboard.components.chart import is_dark, offer_csv, show_figure
from dashboard.components.scored import Scored, written_interval, written_where
from dashboard.components.sheet import show_sheet
from dashboard.formats import fmt_count, fmt_percent
from dashboard.names import class_name
from dashboard.palette import run_styles
from dashboard.tables.scores import scores_frame
from dashboard.text import t
from kd_core.evaluation.scores import AVERAGES, FEW_PICTURES


def show_classes(runs: Sequence[Scored], order: Sequence[str], *, figure: str, part: str) -> None:
    """Draw the score of every class with its interval, a row a class.

    Args:
        runs: one or two.
        order: the classes from top to bottom.
        figure: "recall" or "precision".
        part: what the pictures are, in words.
    """
    names = _class_names(runs)
    fig = scores_figure(
        [_series(run, order, figure) for run in runs],
        [names[name] for name in order],
        x_title=t(f"scores.axis_{figure}", split=part),
    )
    notes = [written_where(runs, part), t(f"scores.caption_{figure}"), t("scores.caption_interval"), *_few(runs)]
    if len(runs) > 1:
        notes.append(t("scores.caption_overlap"))
    columns = ["run", "class", figure, f"{figure}_low", f"{figure}_high", "support", "predicted"]
    frame = scores_frame([(run.record.run, run.scores) for run in runs], order)
    show_figure(fig, " ".join(notes), frame[~frame["class"].isin(AVERAGES)][columns], "scores.classes")


def show_score_table(runs: Sequence[Scored], order: Sequence[str], part: str) -> None:
    """Draw precision, recall, F1 and support of every class and their averages, with a CSV download."""
    frame = scores_frame([(run.record.run, run.scores) for run in runs], order)
    labels = {run.record.run: run.label for run in runs}
    names = _class_names(runs) | {name: t(f"scores.average_{name}") for name in AVERAGES}
    columns: dict[str, Any] = {t("scores.class"): frame["class"].map(names)}
    if len(runs) > 1:
        columns[t("shell.run")] = frame["run"].map(labels)
    for name in ("precision", "recall"):
        columns[t(f"scores.{name}")] = frame[name]
        bounds = zip(frame[f"{name}_low"], frame[f"{name}_high"], strict=True)
        columns[t(f"scores.{name}_interval")] = [written_interval(low, high) for low, high in bounds]
    columns |= {t("scores.f1"): frame["f1"], t("scores.support"): frame["support"]}
    writers = {t(f"scores.{name}"): fmt_percent for name in ("precision", "recall", "f1")}
    show_sheet(pd.DataFrame(columns), writers | {t("scores.support"): fmt_count}, key="scores.table", first_width=150)
    st.caption(" ".join([written_where(runs, part), t("scores.table_note"), *_few(runs)]))
    offer_csv(frame, "scores")


def _series(run: Scored, order: Sequence[str], figure: str) -> Series:
    rows = run.scores.classes.set_index("class").loc[list(order)]
    style = run_styles(context.runs(run.record.study)[0], is_dark())[run.record.run]
    return Series(
        run=run.label,
        values=rows[figure].tolist(),
        low=rows[f"{figure}_low"].tolist(),
        high=rows[f"{figure}_high"].tolist(),
        average=run.scores.averages[figure].iloc[AVERAGES.index("macro")],
        colour=style.colour,
        symbol=style.symbol,
        notes=[
            t(
                f"scores.hover_{figure}",
                name=class_name(str(name)),
                value=fmt_percent(row[figure]),
                interval=written_interval(row[f"{figure}_low"], row[f"{figure}_high"]),
                n=fmt_count(row["support"] if figure == "recall" else row["predicted"]),
            )
            for name, row in rows.iterrows()
        ],
    )


def _class_names(runs: Sequence[Scored]) -> dict[str, str]:
    """Return what the classes are called; one of few pictures has a star."""
    few = {name for run in runs for name in _few_classes(run)}
    return {name: f"{class_name(name)} *" if name in few else class_name(name) for name in runs[0].record.classes}


def _few(runs: Sequence[Scored]) -> list[str]:
    return [t("scores.few", most=fmt_count(FEW_PICTURES))] if any(map(_few_classes, runs)) else []


def _few_classes(run: Scored) -> list[str]:
    classes = run.scores.classes
    return list(classes.loc[classes["support"] < FEW_PICTURES, "class"])

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
from dashboard.exhibit import Exhibit, Sheet
from dashboard.formats import fmt_count, fmt_percent
from dashboard.names import class_name, in_figure
from dashboard.palette import run_styles
from dashboard.tables.scores import scores_frame
from dashboard.text import t
from kd_core.evaluation.scores import AVERAGES, FEW_PICTURES


def show_classes(runs: Sequence[Scored], order: Sequence[str], *, figure: str, part: str) -> None:
    """Draw the score of every class; the arguments are those of ``class_scores``."""
    found = class_scores(runs, order, figure=figure, part=part, dark=is_dark())
    show_figure(found.figure, found.caption, found.table, "scores.classes")


def class_scores(runs: Sequence[Scored], order: Sequence[str], *, figure: str, part: str, dark: bool) -> Exhibit:
    """Return the score of every class with its interval, a row a class.

    Args:
        runs: one or two.
        order: the classes from top to bottom.
        figure: "recall" or "precision".
        part: what the pictures are, in words.
        dark: whether the page is.
    """
    names = _class_names(runs)
    fig = scores_figure(
        [_series(run, order, figure, dark) for run in runs],
        [in_figure(names[name]) for name in order],
        x_title=t(f"scores.axis_{figure}", split=part),
    )
    notes = [written_where(runs, part), t(f"scores.caption_{figure}"), t("scores.caption_interval"), *_few(runs)]
    if len(runs) > 1:
        notes.append(t("scores.caption_overlap"))
    columns = ["run", "class", figure, f"{figure}_low", f"{figure}_high", "support", "predicted"]
    frame = scores_frame([(run.record.run, run.scores) for run in runs], order)
    return Exhibit(fig, " ".join(notes), frame[~frame["class"].isin(AVERAGES)][columns])


def show_score_table(runs: Sequence[Scored], order: Sequence[str], part: str) -> None:
    """Draw precision, recall, F1 and support of every class and their averages, with a CSV download."""
    found = score_sheet(runs, order, part)
    show_sheet(found.frame, found.numbers, key="scores.table", first_width=150)
    st.caption(found.caption)
    offer_csv(found.table, "scores")


def score_sheet(runs: Sequence[Scored], order: Sequence[str], part: str) -> Sheet:
    """Return precision, recall, F1 and support of every class and their averages.

    Args:
        runs: one or two.
        order: the classes from top to bottom.
        part: what the pictures are, in words.
    """
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
    caption = " ".join([written_where(runs, part), t("scores.table_note"), *_few(runs)])
    return Sheet(pd.DataFrame(columns), writers | {t("scores.support"): fmt_count}, caption, frame)


def _series(run: Scored, order: Sequence[str], figure: str, dark: bool) -> Series:
    rows = run.scores.classes.set_index("class").loc[list(order)]
    style = run_styles(context.runs(run.record.study)[0], dark)[run.record.run]
    return Series(
        run=in_figure(run.label),
        values=rows[figure].tolist(),
        low=rows[f"{figure}_low"].tolist(),
        high=rows[f"{figure}_high"].tolist(),
        average=run.scores.averages[figure].iloc[AVERAGES.index("macro")],
        colour=style.colour,
        symbol=style.symbol,
        notes=[
            t(
                f"scores.hover_{figure}",
                name=in_figure(class_name(str(name))),
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

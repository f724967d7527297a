"""Which classes pay for compression: the difference in accuracy of each, and which ones survive the correction."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.charts.intervals import Points, interval_figure
from dashboard.components.chart import is_dark, offer_csv, show_figure
from dashboard.components.differences import fmt_p, written_interval, written_p
from dashboard.components.sheet import show_sheet
from dashboard.formats import fmt_count, fmt_points
from dashboard.names import class_name
from dashboard.palette import MARK, MUTED
from dashboard.text import t
from kd_core.evaluation.forgotten import ClassDifference
from kd_core.evaluation.statistics import PairedDifference
from kd_core.evaluation.verdict import SIGNIFICANT

KEY = "forgetting.classes"

Tested = tuple[str, PairedDifference, float]


def show_classes(classes: Sequence[ClassDifference], where: str) -> None:
    """Draw a sentence on the classes that pay, the figure and its table, the greatest loss on top.

    Args:
        classes: every class of the runs; those without pictures are left out.
        where: runs and part of the split, for the caption.
    """
    tested = [(c.name, c.result, c.p_adjusted) for c in classes if c.result is not None and c.p_adjusted is not None]
    tested.sort(key=lambda row: row[1].difference)
    st.markdown(_sentence(tested))
    dark = is_dark()
    series = [
        _points(t("forgotten.open"), tested, False, MUTED[dark], "circle-open"),
        _points(t("forgotten.proven"), tested, True, MARK[dark], "diamond"),
    ]
    rows = [class_name(name) for name, _, _ in tested]
    figure = interval_figure(
        rows, series, x_title=t("forgotten.axis_difference"), tickformat="~g", zero=MUTED[dark], apart=False
    )
    n = fmt_count(sum(result.n for _, result, _ in tested))
    caption = t("forgotten.classes_caption", where=where, n=n, count=fmt_count(len(tested)))
    show_figure(figure, caption, None, KEY)
    show_sheet(pd.DataFrame([_row(*row) for row in tested]), _numbers(), key=f"{KEY}.table")
    offer_csv(class_frame(tested), KEY)


def class_frame(tested: Sequence[Tested]) -> pd.DataFrame:
    """Return one row a class: differences and bounds as fractions, counts, and p before and after the correction."""
    return pd.DataFrame(
        [
            {
                "class": name,
                "n": result.n,
                "difference": result.difference,
                "low": result.low,
                "high": result.high,
                "lost": result.only_second,
                "gained": result.only_first,
                "p_mcnemar": result.p_value,
                "p_holm": adjusted,
            }
            for name, result, adjusted in tested
        ]
    )


def _sentence(tested: Sequence[Tested]) -> str:
    proven = [(class_name(name), result.difference) for name, result, p in tested if p < SIGNIFICANT]
    paying = [f"**{name}** ({fmt_points(by)})" for name, by in proven if by < 0]
    better = [f"**{name}** ({fmt_points(by)})" for name, by in proven if by > 0]
    count = fmt_count(len(tested))
    said = []
    if paying:
        said.append(t("forgotten.paying", classes=", ".join(paying), count=count))
    if better:
        said.append(t("forgotten.better", classes=", ".join(better), count=count))
    return " ".join(said) or t("forgotten.nobody_pays", count=count)


def _points(name: str, tested: Sequence[Tested], proven: bool, colour: str, symbol: str) -> Points:
    kept = [result if (p < SIGNIFICANT) == proven else None for _, result, p in tested]
    notes = [
        f"{class_name(name)}: {fmt_points(result.difference)} ({written_interval(result)})<br>"
        f"{written_p(result.p_value)}, {t('forgotten.corrected', p=written_p(p))}<br>"
        f"{t('forgotten.lost')}: {fmt_count(result.only_second)}, {t('forgotten.gained')}: "
        f"{fmt_count(result.only_first)}, n = {fmt_count(result.n)}"
        for name, result, p in tested
    ]

    def values(field: str) -> list[float]:
        return [100 * getattr(result, field) if result else math.nan for result in kept]

    return Points(name, values("difference"), values("low"), values("high"), notes, colour, symbol)


def _row(name: str, result: PairedDifference, adjusted: float) -> dict[str, object]:
    return {
        t("confusion.true"): class_name(name),
        t("differences.difference"): result.difference,
        t("differences.interval"): written_interval(result),
        t("forgotten.figure_lost"): result.only_second,
        t("forgotten.figure_gained"): result.only_first,
        t("differences.p"): result.p_value,
        t("forgotten.p_corrected"): adjusted,
        "n": result.n,
    }


def _numbers() -> dict[str, Callable[[Any], str]]:
    return {
        t("differences.difference"): fmt_points,
        t("forgotten.figure_lost"): fmt_count,
        t("forgotten.figure_gained"): fmt_count,
        t("differences.p"): fmt_p,
        t("forgotten.p_corrected"): fmt_p,
        "n": fmt_count,
    }

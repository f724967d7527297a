"""Agreement with the teacher and divergence from it, class by class, of a student and its twin."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from dashboard import context, lineage
from dashboard.charts.intervals import Points, interval_figure
from dashboard.components.chart import is_dark, show_figure
from dashboard.components.faithful import written_bounds
from dashboard.fidelity import ByClass
from dashboard.formats import fmt_count, fmt_number, fmt_percent
from dashboard.names import class_name, run_label
from dashboard.palette import run_styles
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.proportions import Interval

Voice = tuple[RunRecord, ByClass]


def show_classes(voices: Sequence[Voice], where: str) -> None:
    """Draw both figures side by side, the class with the lowest agreement of the first run on top in both.

    Args:
        voices: the student, and its twin where it has one.
        where: study, teacher and part of the split, for the captions.
    """
    first = voices[0][1].figures
    order = sorted((i for i, own in enumerate(first) if own.n), key=lambda i: first[i].agreement)
    left, right = st.columns(2, gap="large")
    n = fmt_count(sum(own.n for own in first))
    with left:
        figure = interval_figure(
            _names(voices[0][1], order),
            [_agreement(voice, order) for voice in voices],
            x_title=t("fidelity.axis_agreement"),
            tickformat=".0%",
        )
        caption = t("fidelity.classes_caption_agreement", where=where, n=n)
        show_figure(figure, caption, agreement_frame(voices, order), "faithful.agreement_by_class")
    with right:
        figure = interval_figure(
            _names(voices[0][1], order),
            [_divergence(voice, order) for voice in voices],
            x_title=t("fidelity.axis_kl"),
            tickformat=".1f",
        )
        figure.update_xaxes(rangemode="tozero")
        caption = t("fidelity.classes_caption_kl", where=where, n=n)
        show_figure(figure, caption, divergence_frame(voices, order), "faithful.kl_by_class")


def agreement_frame(voices: Sequence[Voice], order: Sequence[int]) -> pd.DataFrame:
    """Return one row a run and class: all counts, and the shares in 0..1, that of the agreement with its bounds."""
    return _frame(
        voices,
        order,
        lambda found, i: {
            "agreement": found.figures[i].agreement,
            "agreement_low": found.agreement[i].low,
            "agreement_high": found.agreement[i].high,
            "teacher_right": found.figures[i].teacher_right,
            "agreement_teacher_right": found.figures[i].agreement_right,
            "teacher_wrong": found.figures[i].teacher_wrong,
            "agreement_teacher_wrong": found.figures[i].agreement_wrong,
            "corrected": found.figures[i].corrected,
        },
    )


def divergence_frame(voices: Sequence[Voice], order: Sequence[int]) -> pd.DataFrame:
    """Return one row a run and class: its pictures, and their mean divergence in nats with its bounds."""
    return _frame(
        voices,
        order,
        lambda found, i: {
            "kl_nats": found.figures[i].kl,
            "kl_low": found.kl[i].low,
            "kl_high": found.kl[i].high,
        },
    )


def _frame(
    voices: Sequence[Voice], order: Sequence[int], figures: Callable[[ByClass, int], dict[str, float]]
) -> pd.DataFrame:
    return pd.DataFrame(
        {"run": record.run, "class": found.classes[i], "n": found.figures[i].n} | figures(found, i)
        for record, found in voices
        for i in order
    )


def _agreement(voice: Voice, order: Sequence[int]) -> Points:
    figures, intervals = [voice[1].figures[i] for i in order], [voice[1].agreement[i] for i in order]
    notes = [
        f"{name}: {fmt_percent(own.agreement)} ({written_bounds(interval)})<br>n = {fmt_count(own.n)}"
        for name, own, interval in zip(_names(voice[1], order), figures, intervals, strict=True)
    ]
    return _points(voice[0], [own.agreement for own in figures], intervals, notes)


def _divergence(voice: Voice, order: Sequence[int]) -> Points:
    figures, intervals = [voice[1].figures[i] for i in order], [voice[1].kl[i] for i in order]
    notes = [
        f"{name}: {t('techniques.nats', value=fmt_number(own.kl, 3))} "
        f"({t('fidelity.bounds', low=fmt_number(interval.low, 3), high=fmt_number(interval.high, 3))})"
        f"<br>n = {fmt_count(own.n)}"
        for name, own, interval in zip(_names(voice[1], order), figures, intervals, strict=True)
    ]
    return _points(voice[0], [own.kl for own in figures], intervals, notes)


def _points(record: RunRecord, values: Sequence[float], intervals: Sequence[Interval], notes: Sequence[str]) -> Points:
    style = run_styles(context.runs(record.study)[0], is_dark())[record.run]
    low, high = [interval.low for interval in intervals], [interval.high for interval in intervals]
    # Hollow as in the scatter: who never saw the teacher. Two runs may share a symbol.
    symbol = style.symbol if lineage.teacher_name(record) else f"{style.symbol}-open"
    return Points(run_label(record), values, low, high, notes, style.colour, symbol)


def _names(found: ByClass, order: Sequence[int]) -> list[str]:
    return [class_name(found.classes[i]) for i in order]

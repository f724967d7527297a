"""What fits a budget: the winner with its figures, and of every other run which limits it breaks."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.components.differences import differences, written_interval, written_p
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.sheet import show_sheet
from dashboard.formats import fmt_bytes, fmt_count, fmt_ms, fmt_percent, fmt_points, fmt_ratio, fmt_short
from dashboard.machines import Row
from dashboard.names import run_label
from dashboard.tables.budget import Candidate, Judged, if_given_up, judge, winner
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.parts import CLEAN, WHOLE

WRITERS = {"size": fmt_bytes, "latency": fmt_ms, "lost": fmt_points, "parameters": fmt_short}


def show_budget(
    chosen_on: Sequence[Row],
    reported: Sequence[Row],
    candidates: Sequence[Candidate],
    limits: Mapping[str, float],
    *,
    teacher: RunRecord | None,
    notes: str,
) -> None:
    """Draw who fits, and the table of all.

    Args:
        chosen_on: the runs with their figures on validation, by which they are judged.
        reported: the same on the test split, which nothing is chosen by.
        candidates: the runs as the budget sees them.
        limits: as ``dashboard.tables.budget.judge`` takes them.
        teacher: whom the points are lost against; None where there is none.
        notes: what the figures were measured on, as sentences.
    """
    judged = judge(candidates, limits)
    records = {record.run: record for record, _ in chosen_on}
    tested = {record.run: figures.honest_accuracy for record, figures in reported}
    best = winner(judged)
    with st.container(border=True, key="budget.verdict"):
        if best is None:
            _nobody(candidates, limits, records)
        else:
            _winner(best, records[best.candidate.run], tested[best.candidate.run], teacher)
    frame = pd.DataFrame([_row(one, records, tested, one is best) for one in judged])
    titles = {name: t(f"budget.column_{name}") for name in frame.columns}
    numbers: dict[str, Any] = {titles[name]: write for name, write in WRITERS.items()}
    numbers |= dict.fromkeys((titles["accuracy"], titles["tested"]), fmt_percent)
    frame = frame.rename(columns=titles).dropna(axis="columns", how="all")
    shown = {name: write for name, write in numbers.items() if name in frame}
    show_sheet(frame, shown, key="budget.table", whole=[titles["verdict"]])
    counts = {"val": _count(chosen_on), "test": _count(reported)}
    st.caption(f"{t('budget.table_caption', **counts)} {notes}")


def _count(rows: Sequence[Row]) -> str:
    counts = {figures.n_leak_free or figures.n for _, figures in rows}
    return " / ".join(fmt_count(n) for n in sorted(n for n in counts if n)) or t("comparison.n_unknown")


def _winner(best: Judged, record: RunRecord, tested: float | None, teacher: RunRecord | None) -> None:
    costs = best.candidate.costs
    st.markdown(f"## :material/check_circle: {t('budget.winner', run=run_label(record))}")
    figures = {"accuracy": fmt_percent(best.candidate.accuracy), "tested": fmt_percent(tested)}
    figures |= {name: WRITERS[name](costs[name]) for name in ("size", "latency", "parameters") if costs[name]}
    with st.container(horizontal=True, gap="large", key="budget.figures"):
        for name, value in figures.items():
            st.metric(t(f"budget.figure_{name}"), value, width="content")
    if teacher is None or record.claims is not None or (teacher.study, teacher.run) == (record.study, record.run):
        return
    found, problems = differences(record, teacher, "test")
    show_problems(problems)
    result = found.get(CLEAN, found.get(WHOLE))
    if result is not None:
        st.markdown(
            t(
                "budget.against",
                teacher=run_label(teacher),
                points=fmt_points(result.difference),
                interval=written_interval(result),
                p=written_p(result.p_value),
                n=fmt_count(result.n),
            )
        )


def _nobody(candidates: Sequence[Candidate], limits: Mapping[str, float], records: Mapping[str, RunRecord]) -> None:
    st.markdown(f"## :material/block: {t('budget.nobody')}")
    instead = if_given_up(candidates, limits)
    if not instead:
        show_missing(t("budget.more_than_one"))
    for name, one in instead.items():
        st.markdown(
            t(
                f"budget.without_{name}",
                run=run_label(records[one.candidate.run]),
                cost=_unsigned(name, one.candidate.costs[name]),
                accuracy=fmt_percent(one.candidate.accuracy),
            )
        )


def _row(
    one: Judged, records: Mapping[str, RunRecord], tested: Mapping[str, float | None], is_best: bool
) -> dict[str, Any]:
    run, costs = one.candidate.run, one.candidate.costs
    return {
        "run": run_label(records[run]),
        "verdict": t("budget.best") if is_best else _verdict(one),
        "accuracy": one.candidate.accuracy,
        "tested": tested[run],
        "lost": -costs["lost"] if costs["lost"] is not None else None,
        "size": costs["size"],
        "latency": costs["latency"],
        "parameters": costs["parameters"],
    }


def _verdict(one: Judged) -> str:
    parts = [
        t(f"budget.over_{name}", over=_unsigned(name, over), times=fmt_ratio(_times(one, name, over)))
        for name, over in one.broken.items()
    ]
    parts += [t(f"budget.unknown_{name}") for name in one.unknown]
    if one.candidate.accuracy is None:
        parts.append(t("budget.unknown_accuracy"))
    return " · ".join(parts) or t("budget.fits")


def _unsigned(name: str, value: float | None) -> str:
    # The words around it say which way it goes.
    return WRITERS[name](value).lstrip("+")


def _times(one: Judged, name: str, over: float) -> float | None:
    cost = one.candidate.costs[name]
    return cost / (cost - over) if cost is not None and cost > over else None

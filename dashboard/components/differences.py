"""Differences in accuracy as a table: never bare, always with an interval, an exact test and their n."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import context
from dashboard.components.sheet import show_sheet
from dashboard.formats import fmt_count, fmt_number, fmt_points
from dashboard.kept import kept
from dashboard.memory import remembered
from dashboard.names import run_label
from dashboard.stamps import Stamp
from dashboard.tables.differences import accuracy_differences, same_pictures, verdict
from dashboard.text import t
from kd_core.artifacts import Problem, RunRecord
from kd_core.errors import KdError
from kd_core.evaluation.parts import CLEAN
from kd_core.evaluation.statistics import PairedDifference

Pair = tuple[RunRecord, RunRecord]


def differences(first: RunRecord, second: RunRecord, split: str) -> tuple[dict[str, PairedDifference], list[Problem]]:
    """Return first minus second by part of the split (``WHOLE``, ``CLEAN``); empty where answers cannot be read."""
    stamps = [context.stamp(r.study, r.run, "run.json", "predictions.parquet") for r in (first, second)]
    return _differences(first, second, split, (*stamps[0], *stamps[1], *context.stamp(first.study, "", "data.parquet")))


def show_differences(pairs: Sequence[Pair], split: str, *, key: str) -> list[Problem]:
    """Draw one row for each pair and part of the split; return what could not be read.

    Where no picture of the split leaked, both parts are the same, and there is one row.
    """
    rows: list[dict[str, object]] = []
    problems: list[Problem] = []
    for first, second in pairs:
        found, met = differences(first, second, split)
        problems += met
        shown = {CLEAN: found[CLEAN]} if same_pictures(found) else found
        rows += [_row(first, second, part, result) for part, result in shown.items()]
    if rows:
        numbers = {
            t("differences.difference"): fmt_points,
            t("differences.p"): fmt_p,
            "n": fmt_count,
        }
        show_sheet(pd.DataFrame(rows), numbers, key=key)
        st.caption(t("differences.note"))
    return problems


def written_interval(result: PairedDifference) -> str:
    """Return the bounds of the interval with their unit."""
    return t("differences.interval_text", low=fmt_points(result.low), high=fmt_points(result.high))


def fmt_p(value: float) -> str:
    """Return a p-value in three decimals; one that would read 0 as below 0.001."""
    return f"< {fmt_number(0.001, 3)}" if value < 0.001 else fmt_number(value, 3)


def written_p(value: float) -> str:
    """Return a p-value as it stands in a sentence: "p = 0.013" or "p < 0.001"."""
    written = fmt_p(value)
    return f"p {written}" if written.startswith("<") else f"p = {written}"


def _row(first: RunRecord, second: RunRecord, part: str, result: PairedDifference) -> dict[str, object]:
    return {
        t("differences.pair"): t("differences.pair_text", first=run_label(first), second=run_label(second)),
        t("differences.part"): t(f"differences.part_{part}"),
        t("differences.difference"): result.difference,
        t("differences.interval"): written_interval(result),
        t("differences.p"): result.p_value,
        t("differences.verdict"): t(f"differences.verdict_{verdict(result)}"),
        "n": result.n,
        t("differences.only_one"): f"{fmt_count(result.only_first)} : {fmt_count(result.only_second)}",
    }


@remembered(max_entries=4096)
def _differences(
    _first: RunRecord, _second: RunRecord, split: str, sources: Stamp
) -> tuple[dict[str, PairedDifference], list[Problem]]:
    problems: list[Problem] = []

    def derive() -> dict[str, PairedDifference]:
        one, met = context.predictions(_first.study, _first.run)
        other, other_met = context.predictions(_second.study, _second.run)
        index, index_met = context.index(_first.study)
        problems.extend([*met, *other_met, *index_met])
        if one is None or other is None:
            return {}
        try:
            return accuracy_differences(one, other, split, index)
        except KdError as error:
            problems.append(Problem(context.store().root / _first.study / _first.run, str(error)))
            return {}

    name = (_first.study, _first.run, _second.study, _second.run, split)
    schema = dict[str, PairedDifference]
    return kept("differences", name, sources, schema, derive, whole=lambda: not problems), problems

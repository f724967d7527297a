"""Any two runs of a study on the same pictures: the table of right and wrong, the difference and its test."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.choices import pick_from
from dashboard.components.differences import written_p
from dashboard.components.notices import show_missing
from dashboard.components.sheet import show_sheet
from dashboard.components.verdict_words import accuracy, bracket, measured_on, preferred
from dashboard.formats import fmt_count, fmt_points
from dashboard.names import run_label
from dashboard.tables.verdict import fourfold
from dashboard.text import t
from dashboard.verdicts import verdict_of_two
from kd_core.artifacts import Problem, RunRecord
from kd_core.evaluation.verdict import Verdict


def show_two_runs(records: Sequence[RunRecord], *, default: tuple[str, str], split: str, part: str) -> list[Problem]:
    """Draw two pickers and how the chosen runs compare; return what could not be read.

    Args:
        records: the runs that are offered, at least one.
        default: the runs that are chosen when the address names none.
        split: "val" or "test".
        part: which part of it is wanted; the whole where that part is not known.
    """
    by_name = {record.run: record for record in records}
    labels = {run: run_label(record) for run, record in by_name.items()}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="verdict.two"):
        chosen = [
            by_name[pick_from(name, t(f"verdict.{side}"), list(by_name), default=run, label_of=labels.__getitem__)]
            for name, side, run in (("run", "first", default[0]), ("other", "second", default[1]))
        ]
    first, second = chosen
    if first.run == second.run:
        show_missing(t("verdict.same_run"))
        return []
    by_part, problems = verdict_of_two(first, second, split)
    verdict = preferred(by_part, part)
    if verdict is None:
        show_missing(t("verdict.incomparable", first=run_label(first), second=run_label(second)))
        return problems
    _show(verdict, first, second)
    return problems


def _show(verdict: Verdict, first: RunRecord, second: RunRecord) -> None:
    names = {"first": run_label(first), "second": run_label(second)}
    (one,) = verdict.difference.each
    figures, table = st.columns([2, 3], gap="large")
    with figures:
        st.markdown(f"### {fmt_points(one.difference)} {bracket(one.low, one.high)}, McNemar {written_p(one.p_value)}")
        st.markdown(t(f"verdict.two_{verdict.outcome}", **names))
        st.markdown(
            t(
                "verdict.accuracies",
                **names,
                first_accuracy=accuracy(verdict.accuracy),
                second_accuracy=accuracy(verdict.against),
            )
        )
    with table:
        show_sheet(
            _fourfold(verdict, **names), dict.fromkeys(_columns(names["second"]), fmt_count), key="verdict.fourfold"
        )
    st.caption(f"{measured_on(verdict)} {t('verdict.two_caption', **names)}")


def _fourfold(verdict: Verdict, first: str, second: str) -> pd.DataFrame:
    rows = fourfold(verdict)
    columns = {name: [row[i] for row in rows] for i, name in enumerate(_columns(second))}
    return pd.DataFrame(
        {t("verdict.pictures"): [t("verdict.right", run=first), t("verdict.wrong", run=first)], **columns}
    )


def _columns(second: str) -> list[str]:
    return [t("verdict.right", run=second), t("verdict.wrong", run=second)]

"""Comparison: what every run scores and what it costs, side by side."""

from collections.abc import Sequence

import streamlit as st

from dashboard import context
from dashboard.choices import pick_flag, pick_option
from dashboard.components.closer import pick_closer
from dashboard.components.compressed import show_deployed, show_descent
from dashboard.components.differences import show_differences
from dashboard.components.figures_table import show_figures_table
from dashboard.components.header import page_header
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.savings import has_savings, show_savings_of
from dashboard.components.scatter import costs_known, show_scatter
from dashboard.machines import Row, machine_words, pick_machine, rows_on
from dashboard.names import study_name
from dashboard.roles import PUBLISHED
from dashboard.selection import pick_split, pick_study
from dashboard.text import t
from kd_core.artifacts import Benchmark, Problem

PARTS = ("leak_free", "whole")
# Four long answers to four questions: one at a time.
VIEWS = COST, FAMILY, DEPLOYMENT, SAVINGS = "cost", "family", "deployment", "savings"


def main() -> None:
    """Draw the page."""
    with page_header("comparison"):
        study = pick_study()
        if study is None:
            return
        view = pick_option("shown", t("comparison.shown"), VIEWS, label_of=lambda name: t(f"comparison.shown_{name}"))
        split = pick_split()
        machine = pick_machine(study)
    rows, problems = rows_on(study, split, machine)
    show_problems(problems)
    if not rows:
        show_missing(t("shell.no_runs", study=study_name(study)))
    elif study == PUBLISHED and view in (FAMILY, DEPLOYMENT):
        show_missing(t("comparison.only_stated"))
    else:
        stated, part, cost = _pick_figures(study, view, rows, split)
        where = machine_words(machine)
        if view == COST:
            _cost([*rows, *stated], cost, part=part, split=split, where=where)
            return
        closer = pick_closer(study, rows, part=part)
        met = _closer(study, view, closer, machine, part=part, split=split, where=where)
        if stated:
            met += show_savings_of(PUBLISHED, stated, part=part, split=split)
        # What the figures could not be read from has been said above.
        show_problems([problem for problem in met if problem not in problems])


def _pick_figures(study: str, view: str, rows: Sequence[Row], split: str) -> tuple[list[Row], str, str | None]:
    """Return the original's rows, which part of the split accuracies are of, and against which cost they are set."""
    stated, cost = [], None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="comparison.view"):
        offered = study != PUBLISHED and PUBLISHED in context.studies() and view in (COST, SAVINGS)
        if offered and pick_flag(PUBLISHED, t("comparison.beside"), default=True):
            stated = rows_on(PUBLISHED, split, None)[0]
        figures = [figures for _, figures in (*rows, *stated)]
        parts = [part for part in PARTS if part == "whole" or any(f.accuracy_leak_free is not None for f in figures)]
        costs, part = costs_known(figures), parts[0]
        # The deployment table has both side by side.
        if view != DEPLOYMENT:
            part = pick_option("part", t("comparison.part"), parts, label_of=lambda name: t(f"comparison.part_{name}"))
        if view == COST and costs:
            cost = pick_option("cost", t("comparison.cost"), costs, label_of=lambda name: t(f"comparison.cost_{name}"))
    return stated, part, cost


def _closer(
    study: str, view: str, rows: Sequence[Row], machine: Benchmark | None, *, part: str, split: str, where: str
) -> list[Problem]:
    """Draw a view of the runs that are looked at closely; return what could not be read."""
    if not rows:
        return []
    if view == FAMILY:
        return show_descent(study, rows, machine, part=part, split=split, where=where)
    if view == DEPLOYMENT:
        show_deployed(study, rows, machine, split=split, where=where)
        return []
    if not has_savings(study, [record for record, _ in rows]):
        show_missing(t("comparison.no_savings", study=study_name(study)))
        return []
    return show_savings_of(study, rows, part=part, split=split) + _twins(rows, split)


def _cost(rows: Sequence[Row], cost: str | None, *, part: str, split: str, where: str) -> None:
    if cost is None:
        show_missing(t("comparison.no_scatter"))
    else:
        show_scatter(rows, cost=cost, part=part, split=split, where=where if cost == "latency_ms" else "")
    st.header(t("comparison.table_title"), anchor=False)
    show_figures_table(rows, split=split, where=where)


def _twins(rows: Sequence[Row], split: str) -> list[Problem]:
    by_name = {record.run: record for record, _ in rows}
    pairs = [(record, by_name[record.twin]) for record in by_name.values() if record.twin in by_name]
    if not pairs:
        return []
    st.header(t("comparison.twins_title"), anchor=False)
    st.markdown(t("comparison.twins_lead"))
    return show_differences(pairs, split, key="comparison.twins")


main()

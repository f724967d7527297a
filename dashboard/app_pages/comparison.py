"""Comparison: what every run scores and what it costs, side by side."""

from collections.abc import Sequence

import streamlit as st

from dashboard import context
from dashboard.choices import pick_flag, pick_option
from dashboard.components.closer import pick_closer
from dashboard.components.compressed import show_compressed
from dashboard.components.differences import show_differences
from dashboard.components.figures_table import show_figures_table
from dashboard.components.header import page_header
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.savings import show_savings_of
from dashboard.components.scatter import costs_known, show_scatter
from dashboard.machines import Row, machine_words, pick_machine, rows_on
from dashboard.names import study_name
from dashboard.roles import PUBLISHED
from dashboard.selection import pick_split, pick_study
from dashboard.text import t
from kd_core.artifacts import Problem

PARTS = ("leak_free", "whole")


def main() -> None:
    """Draw the page."""
    with page_header("comparison"):
        study = pick_study()
        if study is None:
            return
        split = pick_split()
        machine = pick_machine(study)
        beside = (
            study != PUBLISHED
            and PUBLISHED in context.studies()
            and pick_flag(PUBLISHED, t("comparison.beside"), default=True)
        )
    rows, problems = rows_on(study, split, machine)
    show_problems(problems)
    if not rows:
        show_missing(t("shell.no_runs", study=study_name(study)))
        return
    stated = rows_on(PUBLISHED, split, None)[0] if beside else []
    where = machine_words(machine)
    part = _scatter([*rows, *stated], split, where)
    closer = pick_closer(study, rows, part=part)
    met = [] if study == PUBLISHED else show_compressed(study, closer, machine, part=part, split=split, where=where)
    st.header(t("comparison.table_title"), anchor=False)
    show_figures_table([*rows, *stated], split=split, where=where)
    met += show_savings_of(study, closer, part=part, split=split) + _twins(closer, split)
    # What the figures could not be read from has been said above.
    show_problems([problem for problem in met if problem not in problems])
    if stated:
        show_savings_of(PUBLISHED, stated, part=part, split=split)


def _scatter(rows: Sequence[Row], split: str, where: str) -> str:
    """Draw the scatter with its two choices; return which part of the split the accuracy is of."""
    figures = [figures for _, figures in rows]
    costs = costs_known(figures)
    parts = [part for part in PARTS if part == "whole" or any(f.accuracy_leak_free is not None for f in figures)]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="comparison.view"):
        part = pick_option("part", t("comparison.part"), parts, label_of=lambda name: t(f"comparison.part_{name}"))
        if costs:
            cost = pick_option("cost", t("comparison.cost"), costs, label_of=lambda name: t(f"comparison.cost_{name}"))
    if costs:
        show_scatter(rows, cost=cost, part=part, split=split, where=where if cost == "latency_ms" else "")
    else:
        show_missing(t("comparison.no_scatter"))
    return part


def _twins(rows: Sequence[Row], split: str) -> list[Problem]:
    by_name = {record.run: record for record, _ in rows}
    pairs = [(record, by_name[record.twin]) for record in by_name.values() if record.twin in by_name]
    if not pairs:
        return []
    st.header(t("comparison.twins_title"), anchor=False)
    st.markdown(t("comparison.twins_lead"))
    return show_differences(pairs, split, key="comparison.twins")


main()

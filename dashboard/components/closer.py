"""Which runs of a large study are looked at closely: a tree of hundreds of cards is no picture, and takes minutes."""

from collections.abc import Sequence

import streamlit as st

from dashboard import derived
from dashboard.components.scatter import PART, costs_known
from dashboard.formats import fmt_count
from dashboard.machines import Row
from dashboard.selection import pick_runs
from dashboard.tables.family import identity
from dashboard.tables.pareto import undominated
from dashboard.text import t

MOST = 40
# Of the front at first, and what they come from besides.
FRONT = 8


def pick_closer(study: str, rows: Sequence[Row], *, part: str) -> list[Row]:
    """Draw the choice among the runs of a large study; return the rows of those chosen, all of a small one.

    At first it is the cheapest and the best of the Pareto front, with all that these come from or stand beside.

    Args:
        study: the study.
        rows: its runs with their figures.
        part: "whole" or "leak_free": which pictures the accuracies of the front are of.
    """
    if len(rows) <= MOST:
        return list(rows)
    st.caption(t("comparison.closer", n=fmt_count(len(rows))))
    chosen = pick_runs(study, name="closer", label=t("comparison.closer_runs"), default=_first(study, rows, part))
    names = {record.run for record in chosen[:MOST]}
    return [row for row in rows if row[0].run in names]


def _first(study: str, rows: Sequence[Row], part: str) -> list[str]:
    costs = costs_known([figures for _, figures in rows])
    known = [
        (record, getattr(figures, costs[0]), accuracy)
        for record, figures in rows
        if costs and getattr(figures, costs[0]) and (accuracy := getattr(figures, PART[part][0])) is not None
    ]
    front = undominated([cost for _, cost, _ in known], [accuracy for *_, accuracy in known])
    # From both ends of the front: what is small, and what is right.
    ends = [*front[: FRONT // 2], *front[FRONT // 2 :][-(FRONT // 2) :]]
    by_name = {identity(record): record for record, _ in rows}
    top = derived.teacher(study)
    waiting = [*(known[i][0] for i in ends), *([top] if top else [])]
    found: list[str] = []
    while waiting:
        record = waiting.pop()
        if record.study == study and record.run not in found:
            found.append(record.run)
            kin = (record.parent, record.twin)
            waiting += [by_name[f"{study}/{name}"] for name in kin if name and f"{study}/{name}" in by_name]
    return found[:MOST]

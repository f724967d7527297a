"""Differences between whole trainings: a forest on one part of the split, and a sentence each on all parts."""

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from dashboard.components.chart import is_dark, show_figure
from dashboard.components.forest import forest, pair_words
from dashboard.components.verdict_words import against_name, bracket, certainty, preferred, recipe_name
from dashboard.formats import fmt_count, fmt_points
from dashboard.names import escaped
from dashboard.tables.verdict import verdict_frame
from dashboard.text import t
from dashboard.verdicts import ByPart
from kd_core.evaluation.parts import WHOLE
from kd_core.evaluation.verdict import Verdict


def show_contrasts(
    found: Sequence[ByPart], study: str, *, part: str, key: str, words_of: Callable[[Verdict], str] = pair_words
) -> None:
    """Draw the differences on one part of the split, say them on every part, and offer the numbers of all.

    Args:
        found: the verdicts by part, at least one, each with something in it.
        study: the one that the first run of each belongs to.
        part: the one that is drawn; the whole where that part is not known.
        key: unique on the page.
        words_of: what a row of the forest is called.
    """
    drawn = [verdict for by_part in found if (verdict := preferred(by_part, part)) is not None]
    every = [verdict for by_part in found for verdict in by_part.values()]
    chart = forest(drawn, study, dark=is_dark(), words_of=words_of)
    show_figure(chart.figure, chart.caption, pd.DataFrame(verdict_frame(every)), key)
    st.markdown("\n".join(f"- {contrast(by_part)}" for by_part in found))


def contrast(by_part: ByPart) -> str:
    """Return a difference as a sentence with interval, tests and pictures of every part, in Markdown.

    The leak-free part is left out where it is the whole: a study that trained on no copies has it told once.
    """
    whole = by_part[WHOLE]
    told = [one for one in by_part.values() if one is whole or one.difference.over.n < whole.difference.over.n]
    return t(
        "reproduced.contrast",
        first=escaped(recipe_name(whole.comparison)),
        second=escaped(against_name(whole.comparison)),
        found="; ".join(_found(one) for one in told),
    )


def _found(verdict: Verdict) -> str:
    over = verdict.difference.over
    return t(
        "reproduced.contrast_found",
        points=fmt_points(over.value),
        interval=bracket(over.low, over.high),
        finding=t("verdict.noise" if verdict.outcome == "open" else "verdict.proven"),
        certainty=certainty(verdict),
        part=t(f"differences.part_{verdict.part}"),
        n=fmt_count(over.n),
    )

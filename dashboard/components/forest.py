"""The forest plot of verdicts: one row a seed and their mean, in the colours of the runs."""

from collections.abc import Callable, Sequence

from dashboard import context
from dashboard.charts.forest import Effect, forest_figure
from dashboard.components.chart import is_dark, show_figure
from dashboard.components.differences import written_p
from dashboard.components.verdict_words import against_name, bracket, recipe_name
from dashboard.exhibit import Exhibit
from dashboard.formats import fmt_count, fmt_points
from dashboard.names import in_figure, split_name, study_name
from dashboard.palette import PAGE, run_styles
from dashboard.tables.verdict import Row, rows, verdict_frame
from dashboard.text import t
from kd_core.evaluation.verdict import Verdict


def show_forest(verdicts: Sequence[Verdict], study: str, *, key: str) -> None:
    """Draw the differences of verdicts, all on the same part of the same split, with the table behind them."""
    found = forest(verdicts, study, dark=is_dark())
    show_figure(found.figure, found.caption, found.table, key)


def pair_words(verdict: Verdict) -> str:
    """Return what is compared with what."""
    return t("verdict.pair", recipe=recipe_name(verdict.comparison), against=against_name(verdict.comparison))


def forest(
    verdicts: Sequence[Verdict], study: str, *, dark: bool, words_of: Callable[[Verdict], str] = pair_words
) -> Exhibit:
    """Return the differences of verdicts on the runs of a study, at least one, all on the same part of a split.

    ``words_of`` names a row; a name that is wider than a phone is cut off.
    """
    styles = run_styles(context.runs(study)[0], dark)
    effects = [
        _effect(row, styles[row.run].colour, words_of(row.verdict)) for verdict in verdicts for row in rows(verdict)
    ]
    counts = sorted({verdict.difference.over.n for verdict in verdicts})
    caption = t(
        "verdict.forest_caption",
        study=study_name(study),
        split=split_name(verdicts[0].split),
        part=t(f"differences.part_{verdicts[0].part}"),
        n=" / ".join(fmt_count(n) for n in counts),
    )
    figure = forest_figure(effects, x_title=t("verdict.axis"), ground=PAGE[dark])
    return Exhibit(figure, caption, verdict_frame(verdicts))


def _effect(row: Row, colour: str, words: str) -> Effect:
    pair = in_figure(words)
    if row.seeds > 1:
        label = t("verdict.row_mean", pair=pair, count=row.seeds)
    else:
        label = pair if row.seed is None else t("verdict.row_seed", pair=pair, seed=row.seed)
    test = "" if row.p_value is None else f", McNemar {written_p(row.p_value)}"
    note = f"<b>{label}</b><br>{fmt_points(row.difference)} {bracket(row.low, row.high)}{test}"
    return Effect(
        label=label,
        value=100 * row.difference,
        low=100 * row.low,
        high=100 * row.high,
        colour=colour,
        note=note,
        over_seeds=row.seeds > 1,
        proven=row.proven,
    )

"""What each ingredient bought, drawn and said: the forest over the band of the base, a sentence each, the table."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import context
from dashboard.ablation import Ablation
from dashboard.charts.forest import Effect, forest_figure
from dashboard.components.chart import is_dark, offer_csv, show_figure
from dashboard.components.differences import fmt_p
from dashboard.components.sheet import show_sheet
from dashboard.components.verdict_words import accuracy, bracket, certainty
from dashboard.exhibit import Exhibit, Sheet
from dashboard.formats import fmt_count, fmt_percent, fmt_points
from dashboard.names import escaped, in_figure, run_name, split_name, study_name
from dashboard.palette import PAGE, run_styles
from dashboard.tables.ablation import Change, ablation_frame
from dashboard.tables.recipes import Difference, Recipe
from dashboard.text import t

KEY = "ablation"


def show_ablation(found: Ablation, study: str) -> None:
    """Draw the forest, the sentences and the table of an ablation that has at least one change."""
    chart = forest(found, study, dark=is_dark())
    show_figure(chart.figure, chart.caption, None, f"{KEY}.forest")
    st.markdown("\n".join(f"- {sentence(one)}" for one in found.changes))
    sheet = table(found)
    show_sheet(sheet.frame, sheet.numbers, key=f"{KEY}.table")
    st.caption(sheet.caption)
    offer_csv(sheet.table, KEY)


def forest(found: Ablation, study: str, *, dark: bool) -> Exhibit:
    """Return the differences to the base, the largest gain on top, over the band between the base's trainings."""
    styles = run_styles(context.runs(study)[0], dark)
    effects = [_effect(one, styles[one.recipe.first.run].colour) for one in found.changes]
    band = (100 * found.band.low, 100 * found.band.high) if found.band else None
    figure = forest_figure(effects, x_title=t("ablation.axis"), ground=PAGE[dark], band=band)
    verdict = found.changes[0].verdict
    caption = t(
        "ablation.forest_caption",
        study=study_name(study),
        split=split_name(verdict.split),
        part=t(f"differences.part_{verdict.part}"),
        n=" / ".join(fmt_count(n) for n in sorted({one.verdict.difference.over.n for one in found.changes})),
        base=recipe_label(found.base),
    )
    return Exhibit(figure, f"{caption} {band_words(found)}", ablation_frame(found.changes))


def band_words(found: Ablation) -> str:
    """Return how far the base's own trainings lie apart, and how little a step outside of them proves."""
    if found.band is None:
        return t("ablation.no_band", base=recipe_label(found.base))
    return t(
        "ablation.band",
        base=recipe_label(found.base),
        count=len(found.band.each),
        values=" / ".join(fmt_percent(value) for value in found.band.each),
        interval=bracket(found.band.low, found.band.high),
        chance=fmt_percent(found.band.outside, 0),
    )


def sentence(one: Change) -> str:
    """Return what a change bought, in Markdown: "**Mixup**: −0.8 pp [−2.0, 0.4]: within noise (…)"."""
    over = one.verdict.difference.over
    return t(
        "ablation.sentence",
        name=escaped(recipe_label(one.recipe)),
        points=fmt_points(over.value),
        interval=bracket(over.low, over.high),
        finding=_finding(one),
        changes=escaped(changes(one.differs)),
    )


def table(found: Ablation) -> Sheet:
    """Return one row a change: what was changed, the accuracy, the difference with interval and tests."""
    numbers = {t("ablation.difference"): fmt_points, t("ablation.trainings"): fmt_count, "n": fmt_count}
    verdict = found.changes[0].verdict
    caption = t("ablation.table_caption", base=recipe_label(found.base), accuracy=accuracy(verdict.against))
    frame = pd.DataFrame([_row(one) for one in found.changes])
    return Sheet(frame, numbers, caption, ablation_frame(found.changes))


def recipe_label(recipe: Recipe) -> str:
    """Return what a recipe is called: its run without the seed. How it differs, stage included, is told beside it."""
    return run_name(recipe.name)


def changes(differs: Sequence[Difference]) -> str:
    """Return what was changed, as a study's file names it: "ema = 0.998 instead of 0"; settings that are gone last."""
    said = []
    for one in differs:
        if one.value is not None:
            names = {"setting": one.setting, "value": one.value, "base": one.base}
            said.append(t("ablation.added" if one.base is None else "ablation.changed", **names))
    gone = [one.setting for one in differs if one.value is None]
    if gone:
        said.append(t("ablation.removed", settings=", ".join(gone)))
    return ", ".join(said)


def _effect(one: Change, colour: str) -> Effect:
    over = one.verdict.difference.over
    label = in_figure(recipe_label(one.recipe))
    if len(one.recipe.records) > 1:
        label = t("verdict.row_mean", pair=label, count=len(one.recipe.records))
    note = f"<b>{label}</b><br>{fmt_points(over.value)} {bracket(over.low, over.high)}<br>{certainty(one.verdict)}"
    return Effect(
        label=label,
        value=100 * over.value,
        low=100 * over.low,
        high=100 * over.high,
        colour=colour,
        note=note,
        over_seeds=len(one.recipe.records) > 1,
        proven=one.finding in ("gained", "lost"),
    )


def _finding(one: Change) -> str:
    once = one.finding in ("gained", "lost") and len(one.recipe.records) == 1
    return t(f"ablation.found_{one.finding}_once" if once else f"ablation.found_{one.finding}")


def _row(one: Change) -> dict[str, object]:
    verdict, over = one.verdict, one.verdict.difference.over
    return {
        t("shell.run"): recipe_label(one.recipe),
        t("ablation.difference"): over.value,
        t("differences.interval"): bracket(over.low, over.high),
        t("differences.verdict"): _finding(one),
        t("ablation.accuracy"): accuracy(verdict.accuracy),
        t("ablation.trainings"): len(one.recipe.records),
        t("differences.p"): " / ".join(fmt_p(each.p_value) for each in verdict.difference.each),
        "n": over.n,
        t("ablation.changed_settings"): changes(one.differs),
    }

"""Claim by claim: how far the measured accuracies lie from the stated ones, in a figure, in words and as a table."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import context
from dashboard.charts.forest import Effect, forest_figure
from dashboard.components.chart import is_dark, offer_csv, show_figure
from dashboard.components.notices import show_missing
from dashboard.components.sheet import show_sheet
from dashboard.components.verdict_words import accuracy, bracket
from dashboard.exhibit import Exhibit, Sheet
from dashboard.formats import fmt_bytes, fmt_count, fmt_number, fmt_percent, fmt_points, fmt_ratio
from dashboard.names import escaped, in_figure, run_label, run_name, split_name, study_name
from dashboard.palette import PAGE, run_styles
from dashboard.reproduced import OWN
from dashboard.tables.reproduced import FAULT, OBJECTIVE, Claim, Measured, claims_frame, reached
from dashboard.text import t
from kd_core.evaluation.bootstrap import Estimate
from kd_core.evaluation.parts import CLEAN, WHOLE

KEY = "reproduced.claims"
# For the longest name among the recipe's runs, in px.
RUN_WIDTH = 170
NUMBERS = {
    "loss": lambda value: fmt_number(value, 3),
    "times_faster": fmt_ratio,
    "size_bytes": fmt_bytes,
    "parameters": fmt_count,
    "parameters_with_masks": fmt_count,
}


def show_claims(claims: Sequence[Claim], *, split: str, part: str) -> None:
    """Draw the figure, a sentence for each run that answers to a claim, and the table of all figures.

    Args:
        claims: the models of the original.
        split: "val" or "test".
        part: which pictures of it the figure is about; the sentences have both.
    """
    chart = forest(claims, split=split, part=part, dark=is_dark())
    if chart is None:
        show_missing(t("reproduced.no_answer"))
    else:
        show_figure(chart.figure, chart.caption, None, KEY)
    said = sentences(claims, split)
    if said:
        st.markdown("\n".join(f"- {one}" for one in said))
    sheet = table(claims, split)
    show_sheet(sheet.frame, sheet.numbers, key=f"{KEY}.table", first_width=RUN_WIDTH)
    st.caption(sheet.caption)
    offer_csv(sheet.table, KEY)


def forest(claims: Sequence[Claim], *, split: str, part: str, dark: bool) -> Exhibit | None:
    """Return how far each measured accuracy lies from the stated one; None where nothing was measured."""
    rows = [
        (claim.accuracy, one, estimate)
        for claim in claims
        for one in claim.answers
        if claim.accuracy is not None and (estimate := _on(one, part)) is not None
    ]
    if not rows:
        return None
    effects = [_effect(stated, one, estimate, dark) for stated, one, estimate in rows]
    counts = sorted({estimate.n for _, _, estimate in rows})
    caption = t(
        "reproduced.forest_caption",
        split=split_name(split),
        part=t(f"differences.part_{part}"),
        n=" / ".join(map(fmt_count, counts)),
    )
    figure = forest_figure(effects, x_title=t("reproduced.axis"), ground=PAGE[dark])
    return Exhibit(figure, caption, claims_frame(claims, run_label))


def sentences(claims: Sequence[Claim], split: str) -> list[str]:
    """Return for each run that answers to a claim whether its interval holds what was claimed, in Markdown."""
    return [_sentence(claim, one, split) for claim in claims for one in claim.answers if one.accuracy]


def table(claims: Sequence[Claim], split: str) -> Sheet:
    """Return one row for what is stated of each model and one for each run that answers to it."""
    rows = [_row(claim, one) for claim in claims for one in (claim.stated, *claim.answers)]
    titles = {name: t(f"reproduced.column_{name}") for name in NUMBERS}
    frame = pd.DataFrame(rows).rename(columns=titles).dropna(axis="columns", how="all")
    numbers = {titles[name]: write for name, write in NUMBERS.items() if titles[name] in frame}
    counts = [
        " / ".join(map(fmt_count, sorted({e.n for c in claims for one in c.answers if (e := one.accuracy.get(part))})))
        for part in (WHOLE, CLEAN)
    ]
    unknown = fmt_count(None)
    caption = t("reproduced.table_caption", split=split_name(split), n=counts[0] or unknown, clean=counts[1] or unknown)
    return Sheet(frame, numbers, caption, claims_frame(claims, run_label))


def _on(one: Measured, part: str) -> Estimate | None:
    return one.accuracy.get(part, one.accuracy.get(WHOLE))


def _effect(stated: float, one: Measured, estimate: Estimate, dark: bool) -> Effect:
    record = one.record
    label = in_figure(t("family.elsewhere", run=run_name(record.run), study=study_name(record.study)))
    gap = [value - stated for value in (estimate.value, estimate.low, estimate.high)]
    note = f"<b>{label}</b><br>{accuracy(estimate)}<br>{t('reproduced.stated', value=fmt_percent(stated))}"
    return Effect(
        label=label,
        value=100 * gap[0],
        low=100 * gap[1],
        high=100 * gap[2],
        colour=run_styles(context.runs(record.study)[0], dark)[record.run].colour,
        note=f"{note}<br>{fmt_points(gap[0])} {bracket(gap[1], gap[2])}",
        over_seeds=False,
        proven=reached(stated, estimate) != "met",
    )


def _sentence(claim: Claim, one: Measured, split: str) -> str:
    whole, clean = one.accuracy[WHOLE], one.accuracy.get(CLEAN)
    faulty = one.record.config.get(OBJECTIVE) == FAULT
    said = t(
        "reproduced.own" if one.record.study == OWN else "reproduced.faulty" if faulty else "reproduced.recipe",
        run=escaped(run_label(one.record)),
        study=study_name(one.record.study),
        accuracy=accuracy(whole),
        n=fmt_count(whole.n),
        split=split_name(split),
    )
    parts = [said]
    if claim.accuracy is not None:
        parts.append(t(f"reproduced.{reached(claim.accuracy, whole)}", claim=fmt_percent(claim.accuracy)))
    if clean is not None and clean.n == whole.n:
        parts.append(t("reproduced.all_clean"))
    elif clean is not None:
        parts.append(t("reproduced.clean", accuracy=accuracy(clean), n=fmt_count(clean.n)))
    return " ".join(parts)


def _row(claim: Claim, one: Measured) -> dict[str, object]:
    record, counts, stated = one.record, one.record.parameters, one is claim.stated
    return {
        t("shell.run"): run_name(record.run),
        t("shell.study"): study_name(record.study),
        t("comparison.column_accuracy"): _accuracy(one, WHOLE, claim.accuracy if stated else None),
        t("comparison.column_accuracy_leak_free"): _accuracy(one, CLEAN, None),
        "loss": one.figures.loss,
        "times_faster": one.faster,
        "size_bytes": one.figures.size_bytes,
        "parameters": counts.total if counts else None,
        "parameters_with_masks": one.masks,
    }


def _accuracy(one: Measured, part: str, stated: float | None) -> str | None:
    estimate = one.accuracy.get(part)
    if estimate is not None:
        return accuracy(estimate)
    return fmt_percent(stated) if stated is not None else None

"""One picture under what a model looked at: the photo, the map over it, its scale in logits and what it adds up to."""

import numpy as np
import pandas as pd
import streamlit as st
from PIL import Image

from dashboard import context
from dashboard.charts.overlay import SIDE, draw_overlay, draw_scale
from dashboard.components.chart import show_table
from dashboard.components.notices import show_missing, show_problems
from dashboard.formats import fmt_number, fmt_signed
from dashboard.looked import look
from dashboard.names import class_name, precision_name
from dashboard.text import t
from kd_core.artifacts import ArtifactError, Problem, RunRecord
from kd_core.evaluation.activation import Attribution
from kd_core.evaluation.classifier import Answer

DIGITS = 2
# Precisions whose weights are rounded to integers, which the head is not.
ROUNDED = ("int8", "dynamic")
# A cut of less than this is within what rounding moves.
LEAST_EXCESS = 0.1


def show_look(
    record: RunRecord,
    photo: Image.Image,
    answer: Answer,
    key: str,
    *,
    name: str | None = None,
    beside: str | None = None,
) -> None:
    """Draw the photo with what each place of it said for a class, or say why there is nothing to draw.

    Args:
        record: the run.
        photo: RGB.
        answer: what the run's model says about it.
        key: unique on the page, and the name of the table's file.
        name: the class; the answered one without it.
        beside: another class that the reader may compare with: both then have the same scale.
    """
    name = name or record.classes[int(answer.logits.argmax())]
    try:
        found = look(record, answer, name)
        other = look(record, answer, beside) if beside else None
    except ArtifactError as error:
        show_problems([Problem(context.store().folder(record.study, record.run), str(error))])
        return
    if found is None:
        show_missing(t("looked.not_linear"))
        return
    limit = float(max(np.abs(one.grid).max() for one in (found, other) if one is not None)) or 1.0
    with st.container(width=SIDE):
        st.image(draw_overlay(photo, found.grid, limit, covered=found.covered), width="stretch", alt=_told(found, name))
        _show_scale(limit)
    is_answer = found.logit == answer.logits.max()
    st.caption(_sum(record, found, name, is_answer=is_answer))
    rows, columns = np.indices(found.grid.shape).reshape(2, -1) + 1
    table = {t("looked.row"): rows, t("looked.column"): columns, t("looked.logits"): found.grid.ravel()}
    show_table(pd.DataFrame(table), key)


def _show_scale(limit: float) -> None:
    with st.container(gap="xsmall"):
        st.image(draw_scale(SIDE, 20), width="stretch", alt=t("looked.scale"))
        with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
            st.caption(t("looked.against", value=fmt_signed(-limit, DIGITS)), width="content")
            st.caption(t("looked.in_favour", value=fmt_signed(limit, DIGITS)), width="content")


def _sum(record: RunRecord, found: Attribution, name: str, *, is_answer: bool) -> str:
    """Return run, class and grid, how the logit comes about, and how far rounding makes that inexact."""
    told = t(
        "looked.sum",
        run=f"{record.study}/{record.run}",
        name=class_name(name),
        height=found.grid.shape[0],
        width=found.grid.shape[1],
        logit=fmt_signed(found.logit, DIGITS),
        positions=fmt_signed(float(found.grid.sum()), DIGITS),
        bias=fmt_signed(found.bias, DIGITS),
    )
    if is_answer and found.logit < 0:
        told = f"{told} {t('looked.relative')}"
    precision = precision_name(record.model.precision) if record.model else ""
    if record.model and record.model.precision in ROUNDED:
        difference = fmt_number(abs(found.difference), DIGITS)
        told = f"{told} {t('looked.approximate', precision=precision, difference=difference)}"
    if abs(found.excess) >= LEAST_EXCESS:
        told = f"{told} {t('looked.cut_off', precision=precision, excess=fmt_signed(found.excess, DIGITS))}"
    return told


def _told(found: Attribution, name: str) -> str:
    """Return what a screen reader says: where most stands for the class, and where most against it."""
    grid = found.grid
    (top, left), (low, right) = (np.unravel_index(i, grid.shape) for i in (grid.argmax(), grid.argmin()))
    return t(
        "looked.alt",
        name=class_name(name),
        height=grid.shape[0],
        width=grid.shape[1],
        most=fmt_signed(float(grid.max()), DIGITS),
        row=int(top) + 1,
        column=int(left) + 1,
        least=fmt_signed(float(grid.min()), DIGITS),
        low_row=int(low) + 1,
        low_column=int(right) + 1,
    )

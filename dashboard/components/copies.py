"""Copies across the splits: how many, and what was done about them."""

import pandas as pd
import streamlit as st

from dashboard.components.sheet import show_sheet
from dashboard.exhibit import Sheet
from dashboard.formats import fmt_count
from dashboard.names import split_name
from dashboard.tables.data_set import copies_left_out, use_counts
from dashboard.text import has, t

USES = {"trained": "trained", "held out": "held_out"}


def show_copies(copies: pd.DataFrame, index: pd.DataFrame) -> None:
    """Draw how many pictures of each split have copies, and what became of the training pictures.

    Args:
        copies: as ``dashboard.tables.data_set.copy_counts`` returns it.
        index: the study's index.
    """
    st.header(t("data_set.copies_title"), anchor=False)
    st.markdown(t("data_set.copies_lead"))
    left, right = st.columns(2, gap="large")
    found, uses = copies_sheet(copies), uses_sheet(index)
    with left:
        show_sheet(found.frame, found.numbers, key="data_set.copies")
    with right:
        show_sheet(uses.frame, uses.numbers, key="data_set.uses")
    st.caption(found.caption)


def share_key(index: pd.DataFrame) -> str:
    """Return the text that the share of leaked test pictures is said with: whether a run has seen their copies."""
    return "data_set.share_left_out" if copies_left_out(index) else "data_set.share"


def copies_sheet(copies: pd.DataFrame) -> Sheet:
    """Return how many pictures of each split have copies; ``copies`` as ``show_copies`` takes it."""
    names = {name: t(f"data_set.{name}") for name in ("pictures", "copies", "leaked")}
    frame = copies.assign(split=[split_name(split) for split in copies["split"]]).rename(
        columns={"split": t("shell.split"), **names}
    )
    return Sheet(frame, dict.fromkeys(names.values(), fmt_count), t("data_set.copies_meaning"), copies)


def uses_sheet(index: pd.DataFrame) -> Sheet:
    """Return what became of the training pictures of a study's index."""
    uses = use_counts(index)
    frame = pd.DataFrame(
        {t("data_set.use"): [_use_name(used) for used in uses["used"]], t("data_set.pictures"): uses["count"]}
    )
    return Sheet(frame, {t("data_set.pictures"): fmt_count}, "", uses)


def _use_name(used: str) -> str:
    key = f"data_set.use_{USES.get(used, 'dropped' if used.startswith('dropped') else '')}"
    return t(key) if has(key) else used

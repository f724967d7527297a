"""Doubtful labels on a page: the headline figures, the ranked pictures, and the pairs of classes."""

from collections.abc import Hashable, Mapping
from typing import Any

import streamlit as st

from dashboard.charts.suspects import pairs_figure
from dashboard.choices import pick_from, pick_option
from dashboard.components.chart import is_dark, show_figure, show_table
from dashboard.components.gallery import Card, show_gallery
from dashboard.formats import fmt_count, fmt_percent
from dashboard.names import class_name, split_name
from dashboard.palette import neutral
from dashboard.tables.data_set import SPLITS
from dashboard.tables.suspects import pair_counts
from dashboard.text import t
from kd_core.artifacts import Suspects

ALL = "all"
PAIRS = 12


def show_totals(found: Suspects) -> None:
    """Draw how many labels were looked at and how many of each split are doubted."""
    figures: list[tuple[str, int, int | None]] = [
        (t("suspects.audited"), found.n_audited, None),
        (t("suspects.doubted"), found.n_flagged, found.n_audited),
    ]
    for split in SPLITS:
        if split in found.audited:
            doubted = sum(found.flagged.get(split, {}).values())
            figures.append((split_name(split), doubted, sum(found.audited[split].values())))
    with st.container(horizontal=True, gap="small"):
        for label, count, of in figures:
            note = t("suspects.share", share=fmt_percent(count / of), n=fmt_count(of)) if of else None
            st.metric(
                label, fmt_count(count), delta=note, delta_color="gray", delta_arrow="off", border=True,
                height="stretch",
            )  # fmt: skip


def show_pictures(found: Suspects, where: str) -> None:
    """Draw the choices and the pictures that they name, the most doubtful first.

    Args:
        found: the suspects of a study.
        where: the study and how the suspects were found, for the caption.
    """
    rows = found.frame
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="suspects.filters"):
        splits = [ALL, *(split for split in SPLITS if split in found.audited)]
        split = pick_option("audited", t("shell.split"), splits, label_of=_split_label)
        rows = rows if split == ALL else rows[rows["split"] == split]
        counts = rows["label"].value_counts()
        labels = {ALL: t("suspects.all_classes", n=fmt_count(len(rows)))}
        classes = sorted({label for listed in found.audited.values() for label in listed})
        labels |= {name: f"{class_name(name)} ({fmt_count(counts.get(name, 0))})" for name in classes}
        given = pick_from("given", t("suspects.given"), list(labels), default=ALL, label_of=labels.__getitem__)
    rows = rows if given == ALL else rows[rows["label"] == given]
    if rows.empty:
        st.markdown(t("suspects.none_here"))
        return
    show_gallery([_card(row) for row in rows.to_dict("records")], key=f"{found.study}.suspects.{split}.{given}")
    st.caption(t("suspects.pictures_caption", n=fmt_count(len(rows)), split=_split_label(split), where=where))
    names = {name: t(f"suspects.column.{name}") for name in rows.columns}
    show_table(rows.rename(columns=names), f"suspects-{found.study}")


def show_pairs(found: Suspects, where: str) -> None:
    """Draw the most frequent pairs of given and suggested class as bars."""
    pairs = pair_counts(found.frame, PAIRS)
    names = [
        f"{class_name(given)} → {class_name(suggested)}"
        for given, suggested in zip(pairs["label"], pairs["suggested"], strict=True)
    ]
    fig = pairs_figure(names, list(pairs["count"]), x_title=t("suspects.pictures"), colour=neutral(is_dark()))
    caption = t(
        "suspects.pairs_caption",
        count=fmt_count(len(pairs)),
        shown=fmt_count(pairs["count"].sum()),
        n=fmt_count(len(found.pictures)),
        where=where,
    )
    columns = {name: t(f"suspects.column.{name}") for name in ("label", "suggested")}
    show_figure(fig, caption, pairs.rename(columns={**columns, "count": t("suspects.pictures")}), "suspects.pairs")


def _split_label(split: str) -> str:
    return t("suspects.all_splits") if split == ALL else split_name(split)


def _card(row: Mapping[Hashable, Any]) -> Card:
    notes = [
        f":small[{t(f'suspects.{side}')}]  \n:small[**{class_name(str(row[column]))}** "
        f"{_written(float(row[f'{column}_probability']))}]"
        for side, column in (("given", "label"), ("suggested", "suggested"))
    ]
    notes.append(f":small[{split_name(str(row['split']))}]")
    return Card(str(row["path"]), str(row["label"]), notes)


def _written(probability: float) -> str:
    # Most of the labels that stand here have next to none: "0 %" would say more than is known.
    return t("suspects.tiny", limit=fmt_percent(0.001)) if probability < 0.001 else fmt_percent(probability)

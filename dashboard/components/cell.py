"""The pictures behind a cell of a confusion matrix or of a difference, with what two models say about each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from dashboard.components.cell_looks import show_looks
from dashboard.components.gallery import PER_ROW, Card, answer_note, show_gallery
from dashboard.formats import fmt_count, fmt_percent
from dashboard.names import class_name, run_label
from dashboard.tables.confusion import Apart, Cell, Opinion
from dashboard.text import t
from kd_core.artifacts import RunRecord


@dataclass(frozen=True)
class Speaker:
    """A run and its model's first guesses by picture."""

    record: RunRecord
    opinions: Mapping[str, Opinion]


def show_cell(cell: Cell, paths: Sequence[str], total: int, speakers: Sequence[Speaker], *, height: int | None) -> None:
    """Draw the heading of a cell and its pictures; without the data folder their names.

    Args:
        cell: which cell.
        paths: its pictures, in the order to show.
        total: pictures of the true class, of which these are a part.
        speakers: the models whose first guesses stand below each picture; the first is the one whose cell it is.
        height: of the field in which the pictures scroll, in pixels; None: as high as they are.
    """
    st.markdown(f"## {_heading(cell)}")
    if not paths:
        st.markdown(t("confusion.no_pictures_in_cell"))
        return
    share = fmt_percent(len(paths) / total) if total else fmt_percent(None)
    st.markdown(
        t(
            "confusion.cell_count",
            run=run_label(speakers[0].record),
            n=fmt_count(len(paths)),
            share=share,
            true=class_name(cell.true),
        )
    )
    show_looks(cell.true, paths, [speaker.record for speaker in speakers])
    show_gallery([_card(path, cell, speakers) for path in paths], key=cell.write(), height=height)


def show_apart(cell: Cell, found: Apart, speakers: Sequence[Speaker], *, height: int | None) -> None:
    """Draw the heading of a cell of a difference and its pictures, grouped by which of the two runs put them there.

    Args:
        cell: which cell.
        found: its pictures.
        speakers: the first run and the second.
        height: of the field in which all of them scroll, in pixels; None: as high as they are.
    """
    st.markdown(f"## {_heading(cell)}")
    names = {"first": run_label(speakers[0].record), "second": run_label(speakers[1].record)}
    groups = {"first": found.first, "second": found.second, "both": found.both}
    paths = [path for group in groups.values() for path in group]
    if not paths:
        st.markdown(t("confusion.no_pictures_in_cell"))
        return
    titles = {name: t(f"confusion.only_{name}", n=fmt_count(len(group)), **names) for name, group in groups.items()}
    st.markdown(" · ".join(titles.values()))
    show_looks(cell.true, paths, [speaker.record for speaker in speakers])
    field: int | Literal["content"] = height if height is not None and len(paths) > PER_ROW else "content"
    with st.container(height=field, border=False, key="cell.apart"):
        for name, group in groups.items():
            if group:
                st.markdown(f"**{titles[name]}**")
                show_gallery([_card(path, cell, speakers) for path in group], key=f"{cell.write()}.{name}")


def show_counts(cell: Cell, counts: Mapping[str, int]) -> None:
    """Draw the heading of a cell of which only counts are stated, and these by the name of their run."""
    st.markdown(f"## {_heading(cell)}")
    for run, count in counts.items():
        st.markdown(t("confusion.counted", run=run, n=fmt_count(count)))
    st.markdown(t("confusion.only_counts"))


def _card(path: str, cell: Cell, speakers: Sequence[Speaker]) -> Card:
    said = [
        (run_label(speaker.record), opinion)
        for speaker in speakers
        if (opinion := speaker.opinions.get(path)) is not None
    ]
    notes = [answer_note(name, opinion.names, opinion.probabilities, cell.true) for name, opinion in said]
    return Card(path, cell.true, notes)


def _heading(cell: Cell) -> str:
    key = "confusion.cell_right" if cell.true == cell.predicted else "confusion.cell_wrong"
    return t(key, true=class_name(cell.true), predicted=class_name(cell.predicted))

"""The pictures behind a cell of a confusion matrix, with what two models say about each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.components.cell_looks import show_looks
from dashboard.components.gallery import Card, answer_note, show_gallery
from dashboard.formats import fmt_count, fmt_percent
from dashboard.names import class_name, run_label
from dashboard.tables.confusion import Cell, Opinion
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
        speakers: the models whose first guesses stand below each picture.
        height: of the field in which the pictures scroll, in pixels; None: as high as they are.
    """
    st.markdown(f"#### {_heading(cell)}")
    if not paths:
        st.markdown(t("confusion.no_pictures_in_cell"))
        return
    share = fmt_percent(len(paths) / total) if total else fmt_percent(None)
    st.markdown(t("confusion.cell_count", n=fmt_count(len(paths)), share=share, true=class_name(cell.true)))
    show_looks(cell.true, paths, [speaker.record for speaker in speakers])
    show_gallery([_card(path, cell, speakers) for path in paths], key=cell.write(), height=height)


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

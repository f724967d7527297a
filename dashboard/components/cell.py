"""The pictures behind a cell of a confusion matrix, with what two models say about each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from dashboard import pictures
from dashboard.components.cell_looks import show_looks
from dashboard.components.notices import show_missing
from dashboard.formats import fmt_count, fmt_percent
from dashboard.names import class_name, escaped, run_label
from dashboard.tables.confusion import Cell, Opinion
from dashboard.text import t
from kd_core.artifacts import RunRecord

PAGE = 12
# Two side by side on a phone and beside a matrix, five over the whole width.
CARD = 168
PER_ROW = 2


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
    shown = paths[: st.session_state.get(_limit(cell), PAGE)]
    thumbnails = {path: pictures.thumbnail(path) for path in shown}
    if not pictures.has_pictures():
        show_missing(t("confusion.no_photos"))
    elif not any(thumbnails.values()):
        show_missing(t("confusion.photos_missing"))
    show_looks(cell.true, paths, [speaker.record for speaker in speakers])
    # One row of cards is lower than the field.
    field: int | Literal["content"] = height if height is not None and len(shown) > PER_ROW else "content"
    with st.container(height=field, border=False, key="cell.pictures"):
        with st.container(horizontal=True, gap="small"):
            for path in shown:
                with st.container(border=True, width=CARD, gap="xsmall"):
                    _picture(path, thumbnails[path], cell, speakers)
        _offer_more(cell, paths, shown)


def _offer_more(cell: Cell, paths: Sequence[str], shown: Sequence[str]) -> None:
    if len(shown) < len(paths):
        # The callback runs before the page does, so that one click is enough.
        st.button(
            t("confusion.more", count=fmt_count(len(paths) - len(shown))),
            key=f"more.{cell.write()}",
            icon=":material/expand_more:",
            on_click=_show_more,
            args=(cell,),
        )


def _picture(path: str, thumbnail: pictures.Thumbnail | None, cell: Cell, speakers: Sequence[Speaker]) -> None:
    name = path.rpartition("/")[2]
    if thumbnail is not None:
        st.image(thumbnail.jpeg, width="stretch", alt=t("confusion.alt", true=class_name(cell.true), name=name))
    st.caption(escaped(name))
    for speaker in speakers:
        opinion = speaker.opinions.get(path)
        if opinion is not None:
            st.markdown(_lines(run_label(speaker.record), opinion, cell.true))


def _lines(name: str, opinion: Opinion, true: str) -> str:
    """Return a model's guesses, one a line; the right class in bold with a tick, readable without colour."""
    lines = [f":small[{name}]"]
    for label, probability in zip(opinion.names, opinion.probabilities, strict=True):
        text = f"{class_name(label)} {fmt_percent(probability, 0)}"
        lines.append(f":small[**{text}** :green[:material/check:]]" if label == true else f":small[{text}]")
    return "  \n".join(lines)


def _heading(cell: Cell) -> str:
    key = "confusion.cell_right" if cell.true == cell.predicted else "confusion.cell_wrong"
    return t(key, true=class_name(cell.true), predicted=class_name(cell.predicted))


def _limit(cell: Cell) -> str:
    return f"cell.limit.{cell.write()}"


def _show_more(cell: Cell) -> None:
    st.session_state[_limit(cell)] = st.session_state.get(_limit(cell), PAGE) + PAGE

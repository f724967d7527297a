"""Pictures of the data set as cards, a dozen at a time, with what models say about each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from dashboard import pictures
from dashboard.components.notices import show_missing
from dashboard.formats import fmt_count, fmt_percent
from dashboard.names import class_name, escaped
from dashboard.text import t

PAGE = 12
# Two side by side on a phone and beside a matrix, five over the whole width.
CARD = 168
PER_ROW = 2


@dataclass(frozen=True)
class Card:
    """One picture: its index path (``split/class/file``), its true class, and Markdown that stands below its name."""

    path: str
    true: str
    notes: Sequence[str]


def show_gallery(cards: Sequence[Card], *, key: str, height: int | None = None) -> None:
    """Draw the first cards and offer more; without the data folder names and notes, and how to get the pictures.

    Args:
        cards: in the order to show.
        key: of this list, unique on the page: another list begins with its first dozen again.
        height: of the field in which the cards scroll, in pixels; None: as high as they are.
    """
    shown = cards[: st.session_state.get(_limit(key), PAGE)]
    thumbnails = {card.path: pictures.thumbnail(card.path) for card in shown}
    if not pictures.has_pictures():
        show_missing(t("gallery.no_photos"))
    elif not any(thumbnails.values()):
        show_missing(t("gallery.photos_missing"))
    # One row of cards is lower than the field.
    field: int | Literal["content"] = height if height is not None and len(shown) > PER_ROW else "content"
    with st.container(height=field, border=False, key=f"cards.field.{key}"):
        with st.container(horizontal=True, gap="small"):
            for card in shown:
                with st.container(border=True, width=CARD, gap="xsmall"):
                    _draw(card, thumbnails[card.path])
        if len(shown) < len(cards):
            # The callback runs before the page does, so that one click is enough.
            st.button(
                t("gallery.more", count=fmt_count(len(cards) - len(shown))),
                key=f"more.{key}",
                icon=":material/expand_more:",
                on_click=_show_more,
                args=(key,),
            )


def answer_note(speaker: str, names: Sequence[str], probabilities: Sequence[float], true: str) -> str:
    """Return a model's guesses, one a line; the right class in bold with a tick, readable without colour."""
    lines = [f":small[{speaker}]"]
    for label, probability in zip(names, probabilities, strict=True):
        text = f"{class_name(label)} {fmt_percent(probability, 0)}"
        lines.append(f":small[**{text}** :green[:material/check:]]" if label == true else f":small[{text}]")
    return "  \n".join(lines)


def _draw(card: Card, thumbnail: pictures.Thumbnail | None) -> None:
    name = card.path.rpartition("/")[2]
    if thumbnail is not None:
        st.image(thumbnail.jpeg, width="stretch", alt=t("gallery.alt", true=class_name(card.true), name=name))
    st.caption(escaped(name))
    for note in card.notes:
        st.markdown(note)


def _limit(key: str) -> str:
    return f"cards.limit.{key}"


def _show_more(key: str) -> None:
    st.session_state[_limit(key)] = st.session_state.get(_limit(key), PAGE) + PAGE

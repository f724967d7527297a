"""One confusion matrix or two with their difference, and behind the chosen cell its pictures."""

from collections.abc import Sequence

import streamlit as st

from dashboard import address
from dashboard.components.behind import show_behind
from dashboard.components.chosen_cell import Chosen, pick_cell, read_chosen
from dashboard.components.largest import show_largest
from dashboard.components.matrix import show_matrix
from dashboard.components.notices import calm
from dashboard.counted import Counted
from dashboard.matrices import DIFFERENCE, FIRST, SECOND, Panel, View, panel
from dashboard.tables.confusion import Cell, largest_confusions
from dashboard.text import language, t, writing_in

# Beside a matrix the pictures scroll on their own, so that the matrix stays in view.
BESIDE = 620


@st.fragment
def show_matrices(shown: Sequence[Counted], view: View) -> None:
    """Draw what is shown, for a click on a cell anew.

    Args:
        shown: one run, or two with the same classes.
        view: how.
    """
    # Hundreds of cells ask for the language: the session is asked once.
    with calm(), address.one_entry(), writing_in(language()):
        panels = {FIRST: panel(shown, FIRST, view)}
        labels = {FIRST: shown[0].label}
        if len(shown) > 1:
            panels |= {side: panel(shown, side, view) for side in (SECOND, DIFFERENCE)}
            labels |= {SECOND: shown[1].label, DIFFERENCE: t("confusion.difference")}
        # The last is the difference where there is one: whoever chose two runs wants to know that.
        main = panels[list(panels)[-1]]
        chosen = read_chosen(main.classes, list(panels), _largest(main))
        if len(shown) > 1:
            for column, side in zip(st.columns(2, gap="large"), (FIRST, SECOND), strict=True):
                with column:
                    st.markdown(f"## {labels[side]}")
                    show_matrix(panels[side], view, chosen)
                    show_largest(panels[side], chosen)
            st.header(t("confusion.difference_title", first=labels[FIRST], second=labels[SECOND]), anchor=False)
        left, right = st.columns([3, 2], gap="large")
        with left:
            show_matrix(main, view, chosen)
        with right:
            show_largest(main, chosen)
            pick_cell([main.classes[i] for i in view.order], labels, chosen)
            show_behind(shown, chosen, view.part, height=BESIDE)


def _largest(main: Panel) -> Chosen:
    """Return what is chosen at first: the largest confusion, or the largest change."""
    found = largest_confusions(main.values, main.classes, 1)
    return Chosen(found[0][0] if found else Cell(main.classes[0], main.classes[0]), main.side)

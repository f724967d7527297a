"""The largest confusions of a matrix, or the largest changes between two, as buttons that choose their cell."""

import streamlit as st

from dashboard.components.chosen_cell import Chosen, choose
from dashboard.matrices import DIFFERENCE, Panel
from dashboard.names import class_name
from dashboard.tables.confusion import largest_confusions
from dashboard.text import t

# Three rows of buttons beside a matrix, and the pictures still in view.
LISTED = 8


def show_largest(panel: Panel, chosen: Chosen) -> None:
    """Draw the list, the largest first; nothing for a matrix without confusions.

    Args:
        panel: whose.
        chosen: the chosen cell, which is marked in the list of its side.
    """
    labels = {
        cell.write(): t(
            "confusion.listed",
            true=class_name(cell.true),
            predicted=class_name(cell.predicted),
            value=panel.list_value(value),
        )
        for cell, value in largest_confusions(panel.values, panel.classes, LISTED)
    }
    if not labels:
        return
    cell, key = chosen.on(panel.side), f"largest-{panel.side}"
    st.session_state[key] = cell.write() if cell and cell.write() in labels else None
    st.pills(
        t("confusion.largest_changes" if panel.side == DIFFERENCE else "confusion.largest"),
        list(labels),
        key=key,
        format_func=labels.__getitem__,
        wrap=True,
        on_change=_store,
        args=(panel.side, key),
    )


def _store(side: str, key: str) -> None:
    # A second click on the same button would choose nothing; the cell stays chosen.
    if st.session_state[key] is not None:
        choose(side, st.session_state[key])

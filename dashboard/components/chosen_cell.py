"""Which cell of which matrix is chosen: it lives in the address, whether by a click, a list or a shared link."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard import address
from dashboard.components.notices import show_missing
from dashboard.names import class_name
from dashboard.tables.confusion import Cell, parse_cell
from dashboard.text import t


@dataclass(frozen=True)
class Chosen:
    """A cell and the side (``dashboard.matrices``) that it was chosen on."""

    cell: Cell
    side: str

    def on(self, side: str) -> Cell | None:
        """Return the cell if it was chosen on this side."""
        return self.cell if self.side == side else None


def choose(side: str, cell: str) -> None:
    """Make a cell, as the address writes it, the chosen one."""
    address.write("cell", cell)
    address.write("side", side)


def read_chosen(classes: tuple[str, ...], sides: Sequence[str], default: Chosen) -> Chosen:
    """Return what the address chooses; the default where it names no cell, with a notice where that is not there."""
    side = address.read("side")
    wanted = address.read("cell")
    cell = parse_cell(wanted, classes)
    if wanted and cell is None:
        show_missing(t("shell.bad_address", name="cell", value=wanted))
    if cell is None:
        return default
    return Chosen(cell, side if side is not None and side in sides else default.side)


def pick_cell(classes: Sequence[str], labels: dict[str, str], chosen: Chosen) -> None:
    """Draw the lists by which a cell is chosen without a mouse, and put the choice into the address.

    Args:
        classes: in the order of the matrices.
        labels: of the sides; a single one is not asked for.
        chosen: what the lists show.
    """
    names = {name: class_name(name) for name in classes}
    with st.container(horizontal=True, gap="small"):
        for key, label, options, value in (
            ("true", t("confusion.true"), names, chosen.cell.true),
            ("predicted", t("confusion.predicted"), names, chosen.cell.predicted),
            ("side", t("confusion.side"), labels, chosen.side),
        ):
            if len(options) > 1:
                st.session_state[f"cell.{key}"] = value
                st.selectbox(
                    label, list(options), format_func=options.__getitem__, key=f"cell.{key}", on_change=_store_lists
                )
    address.write("cell", chosen.cell.write())
    address.write("side", chosen.side if len(labels) > 1 else None)


def _store_lists() -> None:
    address.write("cell", Cell(st.session_state["cell.true"], st.session_state["cell.predicted"]).write())
    if "cell.side" in st.session_state:
        address.write("side", st.session_state["cell.side"])

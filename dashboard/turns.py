"""A button for others of the same kind; how often it was clicked lives in the address (``dashboard.choices``)."""

import streamlit as st

from dashboard import address
from dashboard.components.notices import show_missing
from dashboard.text import t

# Nobody clicks as often, and what is larger was typed into the address.
TURNS = 1_000_000


def pick_turn(name: str, label: str) -> int:
    """Draw the button; return how often it was clicked, 0..``TURNS`` - 1.

    What the address asks for and is no such number falls back to 0, with a notice.
    """
    turn = _asked(name)
    st.button(
        label,
        icon=":material/refresh:",
        key=f"pick.{name}",
        on_click=address.write,
        args=(name, str((turn + 1) % TURNS)),
    )
    address.write(name, str(turn))
    return turn


def _asked(name: str) -> int:
    wanted = address.read(name)
    if wanted is None:
        return 0
    try:
        turn = int(wanted)
    except ValueError:
        turn = -1
    if 0 <= turn < TURNS:
        return turn
    show_missing(t("shell.bad_address", name=name, value=wanted))
    return 0

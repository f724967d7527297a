"""Widgets for a number, whose value lives in the address (``dashboard.choices``)."""

import math

import streamlit as st

from dashboard import address
from dashboard.choices import bound
from dashboard.components.notices import show_missing
from dashboard.text import t

NO_LIMIT = "none"
# Four stand side by side on a laptop, and two on a phone.
FIELD_WIDTH = 160


def pick_number(
    name: str, label: str, low: float, high: float, step: float, *, default: float, help_text: str
) -> float:
    """Draw a slider that lives in the address under ``name``; return its value, ``default`` where none is asked for."""
    value = asked_number(name, low, high, step, default=default)
    widget = bound(name, value)
    decimals = len(f"{step:g}".partition(".")[2])
    st.slider(
        label,
        low,
        high,
        step=step,
        format=f"%.{decimals}f",
        key=widget,
        help=help_text,
        on_change=_store_number,
        args=(name, widget),
    )
    address.write(name, f"{value:g}")
    return value


def asked_number(name: str, low: float, high: float, step: float, *, default: float) -> float:
    """Return the value that such a slider has, for whoever needs it before the slider is drawn."""
    wanted = address.read(name)
    try:
        asked = default if wanted is None else float(wanted)
    except ValueError:
        asked = default
    if math.isnan(asked):
        asked = default
    # Onto a step of the slider, and clear of what binary fractions leave behind.
    return round(low + step * round((min(max(asked, low), high) - low) / step), 6)


def pick_limit(
    name: str, label: str, step: float, *, default: float | None, help_text: str | None = None
) -> float | None:
    """Draw a field for a largest value that lives in the address under ``name``; None, as "none", for no limit.

    What the address asks for and is no number from 0 up falls back to ``default``, with a notice.
    """
    value = _asked(name, default)
    widget = bound(name, value)
    st.number_input(
        label,
        min_value=0.0,
        value=None,
        step=step,
        format="%g",
        key=widget,
        help=help_text,
        placeholder=t("shell.no_limit"),
        on_change=_store_limit,
        args=(name, widget),
        width=FIELD_WIDTH,
    )
    address.write(name, _written(value))
    return value


def _asked(name: str, default: float | None) -> float | None:
    wanted = address.read(name)
    if wanted is None or wanted == NO_LIMIT:
        return default if wanted is None else None
    try:
        value = float(wanted)
    except ValueError:
        value = math.nan
    if 0 <= value < math.inf:
        return value
    show_missing(t("shell.bad_address", name=name, value=wanted))
    return default


def _store_number(name: str, widget: str) -> None:
    address.write(name, f"{st.session_state[widget]:g}")


def _store_limit(name: str, widget: str) -> None:
    address.write(name, _written(st.session_state[widget]))


def _written(value: float | None) -> str:
    return NO_LIMIT if value is None else f"{value:g}"

"""Widgets whose value lives in the address.

The address is the source and the widget follows: before a widget is drawn it is given what the address says, and a
click writes the address first. What the address names and the options do not have falls back, with a notice.
"""

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard import address
from dashboard.components.notices import show_missing
from dashboard.text import t

# Three stand side by side on a laptop, and one fills a phone.
BOX_WIDTH = 280
# More would be a wall of buttons; a list with tags takes their place.
MOST_PILLS = 16


def pick_option(
    name: str, label: str, options: Sequence[str], *, default: str | None = None, label_of: Callable[[str], str] = str
) -> str:
    """Draw a segmented control over ``options`` that lives in the address under ``name``; return the choice."""
    value = _resolve(name, options, default or options[0])
    widget, labels = bound(name, value), {option: label_of(option) for option in options}
    st.segmented_control(
        label,
        list(options),
        key=widget,
        format_func=labels.__getitem__,
        required=True,
        wrap=True,
        on_change=_store,
        args=(name, widget),
    )
    address.write(name, value)
    return value


def pick_from(
    name: str,
    label: str,
    options: Sequence[str],
    *,
    default: str | None = None,
    label_of: Callable[[str], str] = str,
    forget: Sequence[str] = (),
) -> str:
    """Draw a list of many ``options`` that lives in the address under ``name``; return the choice.

    A click removes the parameters in ``forget`` from the address: choices that hang on this one.
    """
    fallback = default if default is not None and default in options else options[0]
    value = _resolve(name, options, fallback)
    widget, labels = bound(name, value), {option: label_of(option) for option in options}
    st.selectbox(
        label,
        list(options),
        key=widget,
        format_func=labels.__getitem__,
        on_change=_store,
        args=(name, widget, forget),
        width=BOX_WIDTH,
    )
    address.write(name, value)
    return value


def pick_several(
    name: str,
    label: str,
    options: Sequence[str],
    *,
    default: Sequence[str] = (),
    label_of: Callable[[str], str] = str,
) -> list[str]:
    """Draw buttons over ``options`` of which any may be on; return the choices in their order, never none.

    Without a choice it is ``default``, as far as it is offered, and else all.
    """
    asked = (address.read(name) or "").split(",")
    wanted = asked if set(asked) & set(options) else default
    value = [option for option in options if option in wanted] or list(options)
    _draw_several(name, label, value, {option: label_of(option) for option in options})
    address.write(name, ",".join(value))
    return value


def pick_any(
    name: str, label: str, options: Sequence[str], *, default: Sequence[str], label_of: Callable[[str], str]
) -> list[str]:
    """Draw buttons over ``options`` of which any may be on, or none; return the choices in the order of the options.

    An unknown one in the address is left out, with a notice.
    """
    wanted = address.read(name)
    asked = list(default) if wanted is None else [part for part in wanted.split(",") if part]
    unknown = [part for part in asked if part not in options]
    if unknown and wanted != address.remembered(name):
        show_missing(t("shell.bad_address", name=name, value=unknown[0]))
    value = [option for option in options if option in asked]
    if unknown and not value:
        value = [option for option in options if option in default]
    _draw_several(name, label, value, {option: label_of(option) for option in options})
    address.write(name, ",".join(value))
    return value


def pick_flag(name: str, label: str, *, default: bool = False, help_text: str | None = None) -> bool:
    """Draw a switch that lives in the address as ``name=1`` or ``name=0``; return whether it is on."""
    value = _resolve(name, ["0", "1"], "1" if default else "0") == "1"
    widget = bound(name, value)
    st.toggle(label, key=widget, help=help_text, on_change=_store_flag, args=(name, widget))
    address.write(name, "1" if value else "0")
    return value


def _draw_several(name: str, label: str, value: list[str], labels: dict[str, str]) -> None:
    widget = bound(name, value)
    if len(labels) > MOST_PILLS:
        st.multiselect(
            label,
            list(labels),
            key=widget,
            format_func=labels.__getitem__,
            placeholder=t("shell.choose"),
            on_change=_store_list,
            args=(name, widget),
        )
        return
    st.pills(
        label,
        list(labels),
        selection_mode="multi",
        key=widget,
        format_func=labels.__getitem__,
        wrap=True,
        on_change=_store_list,
        args=(name, widget),
    )


def _resolve(name: str, options: Sequence[str], default: str) -> str:
    wanted = address.read(name)
    if wanted is None or wanted in options:
        return default if wanted is None else wanted
    # What another page has chosen under this name was asked for by nobody here.
    if wanted != address.remembered(name):
        show_missing(t("shell.bad_address", name=name, value=wanted))
    return default


def bound(name: str, value: object) -> str:
    """Give the widget of a parameter its value and return the widget's key: whoever draws it stores what it changes."""
    widget = f"pick.{name}"
    st.session_state[widget] = value
    return widget


def _store(name: str, widget: str, forget: Sequence[str] = ()) -> None:
    for other in forget:
        address.write(other, None)
    address.write(name, st.session_state[widget])


def _store_list(name: str, widget: str) -> None:
    address.write(name, ",".join(st.session_state[widget]))


def _store_flag(name: str, widget: str) -> None:
    address.write(name, "1" if st.session_state[widget] else "0")

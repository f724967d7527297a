"""A few figures beside a slider: below one another in a column, two in a row on a phone."""

from collections.abc import Mapping

import streamlit as st

from dashboard.text import t

# Two stand side by side on a phone.
WIDTH = 165


def show_numbers(numbers: Mapping[str, tuple[str, str | None]]) -> None:
    """Draw figures.

    Args:
        numbers: for the name of each in the catalogue of the playing sections, the figure as it is written, and what
            stands small below it, if anything does.
    """
    with st.container(horizontal=True, gap="small"):
        for name, (value, beside) in numbers.items():
            st.metric(
                t(f"playing.{name}"),
                value,
                delta=beside,
                delta_color="gray",
                delta_arrow="off",
                help=t(f"playing.{name}_help"),
                width=WIDTH,
            )

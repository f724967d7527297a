"""A few figures beside a slider: below one another in a column, two in a row on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

# Two stand side by side on a phone.
WIDTH = 165


@dataclass(frozen=True)
class Number:
    """One figure: what it is, how it is written, what it means, and what stands small below it."""

    label: str
    value: str
    help: str
    beside: str | None = None


def show_numbers(numbers: Sequence[Number]) -> None:
    """Draw the figures."""
    with st.container(horizontal=True, gap="small"):
        for one in numbers:
            st.metric(
                one.label,
                one.value,
                delta=one.beside,
                delta_color="gray",
                delta_arrow="off",
                help=one.help,
                width=WIDTH,
            )

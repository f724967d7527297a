"""The fields by which a budget is set; what they say lives in the address."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.amounts import pick_limit
from dashboard.choices import pick_option
from dashboard.components.header import choices_row
from dashboard.tables.budget import SIZES
from dashboard.tables.figures import MEGABYTE, Figures
from dashboard.text import t


@dataclass(frozen=True)
class _Field:
    """A limit as a person sets it: by what its value is divided in the field, and by how much a click changes it."""

    name: str
    unit: float
    step: float
    default: float | None = None


_FIELDS = (
    _Field("size", MEGABYTE, 0.1, default=1.0),
    _Field("latency", 1.0, 0.5, default=5.0),
    _Field("lost", 0.01, 0.5),
    _Field("parameters", 1_000_000, 0.1),
)


def pick_size(figures: Sequence[Figures]) -> str:
    """Draw the choice of how a file's size is counted; return "raw" or "gzip"."""
    known = [name for name, field in SIZES.items() if any(getattr(one, field) is not None for one in figures)]
    if len(known) < 2:
        return known[0] if known else next(iter(SIZES))
    return pick_option("size_as", t("budget.size_as"), known, label_of=lambda name: t(f"budget.size_{name}"))


def pick_limits(known: Sequence[str]) -> dict[str, float]:
    """Draw a field for each limit; return those that are set, in the units of ``dashboard.tables.budget.Candidate``.

    Args:
        known: the limits that any run can be judged by; the others get a sentence instead of a field.
    """
    limits: dict[str, float] = {}
    with choices_row("budget.limits"):
        for field in _FIELDS:
            if field.name not in known:
                continue
            value = pick_limit(
                f"max_{field.name}",
                t(f"budget.max_{field.name}"),
                field.step,
                default=field.default,
                help_text=t(f"budget.help_{field.name}"),
            )
            if value is not None:
                limits[field.name] = value * field.unit
    left_out = [t(f"budget.left_out_{field.name}") for field in _FIELDS if field.name not in known]
    if left_out:
        st.caption(" ".join(left_out))
    return limits

"""Where the original's slides contradict themselves, said plainly."""

import streamlit as st

from dashboard import context
from dashboard.components.notices import show_problems
from dashboard.formats import fmt_count, fmt_number, fmt_percent
from dashboard.text import has, t
from kd_core.artifacts import Contradiction


def show_contradictions(study: str, *, codes: tuple[str, ...] | None = None) -> None:
    """Show the contradictions that a study's artifacts record; nothing for a study that has none.

    Args:
        study: "published", or any other study.
        codes: which ones; all without it.
    """
    found, problems = context.contradictions(study)
    show_problems(problems)
    shown = [c for c in found if codes is None or c.code in codes]
    if not shown:
        return
    st.header(t("contradictions.title"), anchor=False)
    st.markdown(t("contradictions.lead"))
    for start in range(0, len(shown), 3):
        for column, contradiction in zip(st.columns(3), shown[start : start + 3], strict=False):
            with column.container(border=True, height="stretch"):
                _card(contradiction)


def told(contradiction: Contradiction) -> tuple[str, str] | None:
    """Return title and text of a contradiction, in Markdown; None of one that the catalogue does not know."""
    key = f"contradictions.{contradiction.code}"
    if not has(f"{key}.title"):
        return None
    values = {name: _written(value) for name, value in contradiction.values.items()}
    return t(f"{key}.title"), t(f"{key}.text", **values)


def _card(contradiction: Contradiction) -> None:
    words = told(contradiction)
    if words is None:
        # A code that a newer core wrote: its figures are still worth more than silence.
        st.markdown(f"**{contradiction.code}**")
        st.text("\n".join(f"{name}: {value}" for name, value in contradiction.values.items()))
        return
    st.markdown(f"**{words[0]}**")
    st.markdown(words[1])


def _written(value: object) -> str:
    """Return a value as a person reads it: a share in percent, any other figure to four digits."""
    if isinstance(value, float) and 0 < value < 1:
        return fmt_percent(value, 2)
    if isinstance(value, float):
        return fmt_number(value, len(f"{value:.4g}".partition(".")[2]))
    return fmt_count(value) if isinstance(value, int) else str(value)

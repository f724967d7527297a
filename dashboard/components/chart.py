"""A figure with everything that belongs to it: theme, caption, the table behind it and its download."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard.palette import template
from dashboard.text import language, t

# The camera writes a PNG in the browser; zooming and lassoing only confuse here.
_CONFIG = {
    "displaylogo": False,
    "modeBarButtons": [["toImage"]],
    "toImageButtonOptions": {"format": "png", "scale": 2},
    "responsive": True,
}


def is_dark() -> bool:
    """Return whether the reader's theme is dark."""
    return st.context.theme.type == "dark"


def show_figure(
    fig: go.Figure,
    caption: str,
    table: pd.DataFrame | None,
    key: str,
    *,
    on_select: bool = False,
    alt: str = "",
    width: int | None = None,
) -> Any:
    """Draw a figure with its caption, and the table behind it on demand (with CSV download).

    Args:
        fig: the figure; the template of the theme is applied here.
        caption: what is shown: study and run, split, n.
        table: the numbers of the figure; None where the page shows them itself.
        key: unique on the page.
        on_select: whether a click runs the page (or fragment) again.
        alt: what a screen reader says; the caption without it.
        width: in pixels: on a narrower screen the figure scrolls sideways; None: as wide as the page.

    Returns:
        Plotly's event, whose ``event["selection"]["points"]`` holds the clicked points; empty without ``on_select``.
    """
    fig.update_layout(template=template(is_dark()), separators=",." if language() == "de" else ".,")
    options: dict[str, Any] = {"on_select": "rerun", "selection_mode": "points"} if on_select else {}
    config = _CONFIG | {"toImageButtonOptions": {"format": "png", "scale": 2, "filename": key}}
    place = st.container(horizontal=True, wrap=False) if width else st.container()
    size: Any = width or "stretch"
    event = place.plotly_chart(fig, width=size, theme=None, key=key, config=config, alt=alt or caption, **options)
    if width:
        # Streamlit squeezes whatever is wider than the screen, even in a row that scrolls.
        st.html(f"<style>.st-key-{key.replace('.', '-')} {{max-width: none}}</style>")
    st.caption(caption)
    if table is not None:
        show_table(table, key)
    return event if on_select else {"selection": {"points": []}}


@st.fragment
def show_table(table: pd.DataFrame, key: str) -> None:
    """Draw the numbers behind a figure, closed at first; opened, with a CSV download."""
    fold = st.expander(t("shell.table"), icon=":material/table_rows:", key=f"{key}.table", on_change="rerun")
    if not fold.open:
        return
    with fold:
        st.dataframe(table, hide_index=True)
        offer_csv(table, key)


def offer_csv(table: pd.DataFrame, key: str) -> None:
    """Draw the button that downloads a table; its numbers go as they are, whatever the page writes.

    Args:
        table: the rows.
        key: unique on the page, and the name of the file.
    """
    st.download_button(
        t("shell.download_csv"),
        lambda: table.to_csv(index=False).encode("utf-8"),
        file_name=f"{key}.csv",
        mime="text/csv",
        key=f"{key}.csv",
        icon=":material/download:",
        on_click="ignore",
    )

"""The stage of the presenter mode: one slide in the window, its keys, and a chart in the size of a slide."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from streamlit.components.v2 import component

from dashboard.components.chart import is_dark
from dashboard.palette import GRID, PAGE, template
from dashboard.text import language, t

ASSETS = Path(__file__).resolve().parent.parent / "assets" / "presenter"
# What a slide is laid out for, in pixels, and by how much it is enlarged at most: a wall of 4K.
WIDTH, HEIGHT, LARGEST = 1280, 720, 3.0
STEP = 0.05
KEYS = "presenter.keys"


def set_stage() -> None:
    """Take away the frame of the other pages and enlarge the slide to the window; call it once, before the slide."""
    css = (ASSETS / "stage.css").read_text(encoding="utf-8")
    # By the scheme of the app, as its other colours: a changed theme asks nothing of the server.
    page, border = (f"light-dark({', '.join(shades)})" for shades in (PAGE, GRID))
    colours = f".st-key-presenter-foot {{--kd-page: {page}; --kd-border: {border}}}"
    st.html(f"<style>{css}\n{colours}\n{enlarging()}</style>")


@cache
def enlarging() -> str:
    """Return the rules that enlarge a slide as far as it still fits the window: a window has no size on the server."""
    steps = [1 + STEP * i for i in range(1, round((LARGEST - 1) / STEP) + 1)]
    return "\n".join(
        f"@media (min-width: {WIDTH * step:.0f}px) and (min-height: {HEIGHT * step:.0f}px) "
        f"{{:root {{--kd-zoom: {step:.2f}}}}}"
        for step in steps
    )


def listen(position: tuple[int, int], title: str, on_slide: Callable[[int], None]) -> None:
    """Let the keys turn the slides, and let a screen reader say the title of a new one.

    Args:
        position: number of the slide, from 1, and how many there are.
        title: what is said.
        on_slide: called with the number of the slide that the keys asked for, before the page runs again.
    """
    number, count = position

    def report() -> None:
        asked = st.session_state[KEYS].get("slide")
        if asked is not None:
            on_slide(int(asked))

    with st.container(key="presenter.said"):
        data = {"said": f"{t('presenter.position', number=number, count=count)}: {title}"}
        _keys()(key=KEYS, data=data | {"number": number, "count": count}, on_slide_change=report)


def show_foot(agenda: Sequence[str], current: int, position: tuple[int, int], turn: Callable[[int], None]) -> Any:
    """Draw the line below the slide: the agenda, where one is, the ways back and on; return the place for the way out.

    Args:
        agenda: names of its points.
        current: the point that this slide belongs to, from 0.
        position: number of the slide, from 1, and how many there are.
        turn: called with -1 or 1 by the buttons.
    """
    number, count = position
    foot = st.container(
        key="presenter.foot", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    )
    with foot:
        with st.container(key="presenter.agenda", width="content"):
            points = [f"**{name}**" if i == current else f":gray[{name}]" for i, name in enumerate(agenda)]
            st.markdown(" · ".join(points))
        row = st.container(horizontal=True, vertical_alignment="center", gap="small", width="content")
    with row:
        back, on = (t(f"presenter.{name}") for name in ("previous", "next"))
        options: dict[str, Any] = {"on_click": turn, "type": "tertiary"}
        st.button(
            back, key="presenter.previous", icon=":material/arrow_back:", args=(-1,), disabled=number == 1, **options
        )
        with st.container(key="presenter.position", width="content"):
            st.markdown(t("presenter.position", number=number, count=count))
        st.button(
            on,
            key="presenter.next",
            icon=":material/arrow_forward:",
            icon_position="right",
            args=(1,),
            disabled=number == count,
            **options,
        )
        return st.container(key="presenter.leave", width="content")


def show_chart(figure: go.Figure, *, key: str, alt: str, height: int, width: int | None = None) -> None:
    """Draw a figure in the theme and in the size of the slide, to be looked at and not to be handled.

    Args:
        figure: the figure; its template is set here.
        key: unique on the slide; it begins with "figure.".
        alt: what a screen reader says.
        height: in pixels of the layout.
        width: in the same pixels: on a narrower screen the figure scrolls sideways; None: as wide as the slide.
    """
    figure.update_layout(template=template(is_dark()), separators=",." if language() == "de" else ".,", height=height)
    # A row scrolls sideways where it does not wrap.
    place = st.container(key=key, horizontal=True, wrap=False) if width else st.container(key=key)
    size: Any = width or "stretch"
    place.plotly_chart(figure, width=size, theme=None, key=f"plot.{key}", config={"staticPlot": True}, alt=alt)
    # The style sheet enlarges the drawing, and needs to know the room that it then takes.
    wide = f"{width}px" if width else "calc(100% / var(--kd-zoom))"
    st.html(f"<style>.st-key-{key.replace('.', '-')} {{--kd-height: {height}px; --kd-width: {wide}}}</style>")


@cache
def _keys() -> Callable[..., Any]:
    return component(
        "kd_presenter_keys",
        html='<p class="said" role="status"></p>',
        js=(ASSETS / "keys.js").read_text(encoding="utf-8"),
        # Without a shadow of its own: there is nothing to see.
        isolate_styles=False,
    )

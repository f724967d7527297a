"""Presenter mode: the talk, one slide at a time; the number of the slide lives in the address."""

import streamlit as st

from dashboard import address
from dashboard.components.notices import calm, show_missing
from dashboard.components.stage import listen, set_stage, show_foot
from dashboard.pages import CAME_FROM, ENTRIES
from dashboard.slides import AGENDA, TALK, Point
from dashboard.slides.scene import MissingError, Scene, Slide, read_scene
from dashboard.text import t

_AT = "presenter.at"


def main() -> None:
    """Draw the slide that the address names, and the line below it."""
    set_stage()
    number = _number()
    # For the next turn, which may come before the browser has put this number into the address.
    st.session_state[_AT] = number
    address.write("slide", str(number))
    point = TALK[number - 1]
    stage = st.container(key=f"presenter.slide.{number}")
    names = [t(f"presenter.section.{section}") for section in AGENDA]
    leave = show_foot(names, AGENDA.index(point.section), (number, len(TALK)), _turn)
    with leave:
        st.page_link(ENTRIES[_back()].path, label=t("presenter.leave"), icon=":material/close:")
    with stage, calm():
        _show(point, read_scene(), f"{number} / {len(TALK)}")


def _show(point: Point, scene: Scene | None, position: str) -> None:
    found: Slide | str
    try:
        found = point.make(scene) if scene is not None else t("presenter.no_studies")
    except MissingError as missing:
        found = str(missing)
    # What is missing has no figures to make a sentence of.
    title = found.title if isinstance(found, Slide) else t(f"presenter.section.{point.section}")
    st.title(title, anchor=False)
    listen(f"{position}: {title}")
    if isinstance(found, Slide):
        found.draw()
        st.caption(found.caption)
    else:
        show_missing(found)


def _number() -> int:
    asked = address.read("slide") or ""
    return min(max(int(asked), 1), len(TALK)) if asked.isdecimal() else 1


def _turn(step: int) -> None:
    at = st.session_state.get(_AT, 1) + step
    address.write("slide", str(min(max(at, 1), len(TALK))))


def _back() -> str:
    """Return the page that one came from, which a reload must not forget; the overview without one."""
    came = st.session_state.get(CAME_FROM) or address.read("back")
    page = came if came in ENTRIES and came != "presenter" else "overview"
    address.write("back", page)
    return page


main()

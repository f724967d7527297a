"""Presenter mode: the talk, one slide at a time; the number of the slide lives in the address."""

import logging

import streamlit as st

from dashboard import address
from dashboard.components.notices import calm, show_missing
from dashboard.components.stage import listen, set_stage, show_foot
from dashboard.pages import CAME_FROM, ENTRIES
from dashboard.slides import AGENDA, TALK, Point
from dashboard.slides.ahead import look_ahead
from dashboard.slides.scene import MissingError, Scene, Slide, read_scene
from dashboard.text import t

_AT = "presenter.at"
_log = logging.getLogger(__name__)


def main() -> None:
    """Draw the slide that the address names, and the line below it."""
    set_stage()
    number = _number()
    # For the next turn, which may come before the browser has put this number into the address.
    st.session_state[_AT] = number
    address.write("slide", str(number))
    back, scene = _back(), read_scene()
    # Before anything is drawn: the next turn ends this run wherever it is, and a reload must find this slide.
    address.send()
    point = TALK[number - 1]
    stage = st.container(key=f"slide-{number}")
    names = [t(f"presenter.section.{section}") for section in AGENDA]
    leave = show_foot(names, AGENDA.index(point.section), (number, len(TALK)), _turn)
    with leave:
        st.page_link(ENTRIES[back].path, label=t("presenter.leave"), icon=":material/close:")
    with stage:
        _show(_made(point, scene), t(f"presenter.section.{point.section}"), number)
    if scene is not None:
        look_ahead(scene)


def _made(point: Point, scene: Scene | None) -> Slide | str:
    """Return the slide, or the sentence that stands in its place; whatever goes wrong, the talk goes on."""
    if scene is None:
        return t("presenter.no_studies")
    try:
        return point.make(scene)
    except MissingError as missing:
        return str(missing)
    except Exception:
        _log.exception("a slide failed")
        return t("presenter.failed")


def _show(found: Slide | str, section: str, number: int) -> None:
    # What is missing has no figures to make a sentence of.
    title = section if isinstance(found, str) else found.title
    st.title(title, anchor=False)
    listen((number, len(TALK)), title, _go)
    if isinstance(found, str):
        show_missing(found)
        return
    with calm():
        found.draw()
    st.caption(found.caption)


def _number() -> int:
    asked = address.read("slide") or ""
    return min(max(int(asked), 1), len(TALK)) if asked.isdecimal() else 1


def _turn(step: int) -> None:
    _go(st.session_state.get(_AT, 1) + step)


def _go(number: int) -> None:
    address.write("slide", str(min(max(number, 1), len(TALK))))


def _back() -> str:
    """Return the page that one came from, which a reload must not forget; the overview without one."""
    came = st.session_state.get(CAME_FROM) or address.read("back")
    page = came if came in ENTRIES and came != "presenter" else "overview"
    address.write("back", page)
    return page


main()

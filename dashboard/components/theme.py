"""The reader's theme, followed while a page is open: charts are drawn on the server, in the colours of a theme."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from streamlit.components.v2 import component

from dashboard.components.chart import is_dark

SCRIPT = Path(__file__).resolve().parent.parent / "assets" / "theme" / "follow.js"
KEY = "shell.theme"


def follow_theme() -> None:
    """Let the page run again when its reader changes the theme; it draws nothing."""
    # What is reported is of no use: the run that it starts asks for the theme anew.
    _follower()(key=KEY, data={"drawn": "dark" if is_dark() else "light"}, on_scheme_change=lambda: None)


@cache
def _follower() -> Callable[..., Any]:
    # Without a shadow of its own: there is nothing to see.
    return component("kd_theme", html="<i hidden></i>", js=SCRIPT.read_text(encoding="utf-8"), isolate_styles=False)

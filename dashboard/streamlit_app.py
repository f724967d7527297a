"""The entry: ``streamlit run dashboard/streamlit_app.py``. Navigation, language, and a net under every page."""

import sys
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

HERE = Path(__file__).resolve().parent
ASSETS = HERE / "assets"
# Streamlit puts the folder of the script on the path; the packages lie one above.
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

from dashboard.address import one_entry  # noqa: E402
from dashboard.components.notices import calm  # noqa: E402
from dashboard.components.theme import follow_theme  # noqa: E402
from dashboard.pages import CAME_FROM, ENTRIES, FIRST, SECTIONS, Entry  # noqa: E402
from dashboard.selection import pick_language  # noqa: E402
from dashboard.stamps import one_look  # noqa: E402
from dashboard.text import language, t, writing_in  # noqa: E402


def main() -> None:
    """Draw the frame and run the chosen page in it."""
    # The icon is a file of ours: a Material icon would be fetched from a foreign host for the browser's tab.
    st.set_page_config(page_title="Knowledge Distillation", page_icon=str(ASSETS / "mark.svg"), layout="wide")
    st.logo(str(ASSETS / "logo.svg"), size="large", icon_image=str(ASSETS / "mark.svg"))
    with one_entry():
        with st.sidebar:
            pick_language()
            follow_theme()
        sections = {
            t(f"shell.section.{section}"): [_page(entry) for entry in entries] for section, entries in SECTIONS.items()
        }
        # It stands at the root; who knows the other addresses may try its name.
        by_name = _page(ENTRIES[FIRST], hidden=True)
        page = st.navigation({**sections, "": [by_name]}, expanded=True)
        if page.url_path != "presenter":
            st.session_state[CAME_FROM] = page.url_path or FIRST
        # Every word asks for the language, and every figure for files: the session and they are asked once.
        with calm(), writing_in(language()), one_look():
            page.run()


def _page(entry: Entry, *, hidden: bool = False) -> StreamlitPage:
    first = entry.name == FIRST and not hidden
    return st.Page(
        entry.path,
        title=t(f"shell.nav.{entry.name}"),
        icon=entry.icon,
        url_path="" if first else entry.name,
        default=first,
        visibility="hidden" if hidden else "visible",
    )


main()

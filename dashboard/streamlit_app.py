"""The entry: ``streamlit run dashboard/streamlit_app.py``. Navigation, language, and a net under every page."""

import sys
from pathlib import Path

import streamlit as st

HERE = Path(__file__).resolve().parent
# Streamlit puts the folder of the script on the path; the packages lie one above.
if str(HERE.parent) not in sys.path:
    sys.path.insert(0, str(HERE.parent))

from dashboard.components.notices import calm  # noqa: E402
from dashboard.selection import pick_language  # noqa: E402
from dashboard.text import t  # noqa: E402

# Sections of the navigation with their pages: file name in app_pages, icon.
PAGES = {
    "story": (("overview", "flag"), ("conclusion", "verified")),
    "explain": (("techniques", "school"), ("data_set", "photo_library"), ("models", "account_tree")),
    "results": (
        ("training_curves", "show_chart"),
        ("confusion", "grid_on"),
        ("comparison", "scatter_plot"),
    ),
    "try": (("live", "photo_camera"),),
}


def main() -> None:
    """Draw the frame and run the chosen page in it."""
    st.set_page_config(page_title="Knowledge Distillation", page_icon=":material/hub:", layout="wide")
    st.logo(str(HERE / "assets" / "logo.svg"), size="large", icon_image=str(HERE / "assets" / "mark.svg"))
    with st.sidebar:
        pick_language()
    sections = {
        t(f"shell.section.{section}"): [
            st.Page(
                HERE / "app_pages" / f"{name}.py",
                title=t(f"shell.nav.{name}"),
                icon=f":material/{icon}:",
                default=name == "overview",
            )
            for name, icon in pages
        ]
        for section, pages in PAGES.items()
    }
    page = st.navigation(sections)
    with calm():
        page.run()


main()

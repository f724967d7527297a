"""The button that hands a study over: the report and the numbers behind it as one file."""

from functools import partial

import streamlit as st

from dashboard.report.files import report_archive
from dashboard.text import language, t


def offer_report(study: str) -> None:
    """Draw the button that downloads the report on a study in the language of the session; it is made on the click."""
    st.header(t("report.button_title"), anchor=False)
    st.markdown(t("report.button_lead"))
    st.download_button(
        t("report.button"),
        # The language is taken along: what makes the file knows no session.
        partial(report_archive, study, language()),
        file_name=f"report-{study}.zip",
        mime="application/zip",
        key="conclusion.report",
        icon=":material/download:",
        on_click="ignore",
    )

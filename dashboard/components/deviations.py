"""What is not as the original had it: the settings of the runs that answer to a claim, where they differ."""

import streamlit as st

from dashboard.components.chart import offer_csv
from dashboard.components.sheet import show_sheet
from dashboard.names import run_label, study_name
from dashboard.reproduced import deviations
from dashboard.tables.configurations import SETTING
from dashboard.tables.deviations import SETTINGS
from dashboard.tables.reproduced import Claim
from dashboard.text import t


def show_deviations(claim: Claim) -> None:
    """Draw one row a run, of what is not the same in all of them and in the slides; nothing for a claim without one."""
    if not claim.answers:
        return
    frame, records = deviations(claim)
    names = {name: t(f"reproduced.setting_{name}") for name in SETTINGS}
    # A run a row: there are more settings than runs, and their names are shorter.
    turned = frame.assign(**{SETTING: frame[SETTING].map(names)}).set_index(SETTING).T
    turned.insert(0, t("shell.study"), [study_name(one.study) for one in records])
    st.markdown(f"**{run_label(claim.stated.record)}**")
    key = f"deviations-{claim.stated.record.run}"
    show_sheet(turned, {}, key=key)
    offer_csv(turned, key)

"""The settings of a run beside those of others, at first only where they differ."""

from collections.abc import Sequence

import streamlit as st

from dashboard.choices import pick_any, pick_flag
from dashboard.components.chart import offer_csv
from dashboard.components.notices import show_missing
from dashboard.components.sheet import show_sheet
from dashboard.formats import fmt_count
from dashboard.names import run_label, study_name
from dashboard.tables.configurations import configurations, differing
from dashboard.text import t
from kd_core.artifacts import RunRecord

# What is chosen beside a run hangs on it.
BESIDE = "configs"


def show_configurations(record: RunRecord, records: Sequence[RunRecord]) -> None:
    """Draw the choice of runs, the switch, and the table; nothing for a run without settings.

    Args:
        record: the run, which stands first.
        records: the runs of its study.
    """
    if not record.config:
        return
    st.header(t("models.settings_title"), anchor=False)
    others = {one.run: one for one in records if one.run != record.run and one.config}
    labels = {run: run_label(one) for run, one in others.items()}
    chosen: list[str] = []
    if others:
        default = [one.run for one in _relatives(record, list(others.values()))]
        chosen = pick_any(
            BESIDE, t("models.settings_beside"), list(others), default=default, label_of=labels.__getitem__
        )
    shown = [record, *(others[run] for run in chosen)]
    frame = configurations([one.config for one in shown])
    total = len(frame)
    if len(shown) > 1 and pick_flag("differences", t("models.settings_differences"), default=True):
        frame = differing(frame)
    if frame.empty:
        show_missing(t("models.settings_equal"))
        return
    titles = [t("models.settings_name"), *(run_label(one) for one in shown)]
    frame = frame.set_axis(titles, axis="columns")
    show_sheet(frame, {}, key="models.settings")
    st.caption(
        t(
            "models.settings_caption",
            study=study_name(record.study),
            shown=fmt_count(len(frame)),
            all=fmt_count(total),
        )
    )
    offer_csv(frame, "models.settings")


def _relatives(record: RunRecord, others: Sequence[RunRecord]) -> list[RunRecord]:
    """Return what a run is best compared with: its twin and what it was made from, else who is so related to it."""
    near = [one for one in others if one.run in (record.twin, record.parent)]
    return near or [one for one in others if record.run in (one.twin, one.parent)][:1]

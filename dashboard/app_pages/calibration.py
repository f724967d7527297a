"""Calibration: whether a run that says 90 % is right in 90 %, and what one temperature mends."""

from collections.abc import Sequence

import streamlit as st

from dashboard import calibrated, context, derived
from dashboard.choices import pick_option
from dashboard.components.calibrations import show_calibrations
from dashboard.components.header import page_header
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.reliability import show_reliability
from dashboard.names import run_label, split_name, study_name
from dashboard.selection import pick_clean, pick_runs, pick_split, pick_study
from dashboard.tables.calibration import Calibrated
from dashboard.text import t
from kd_core.artifacts import RunRecord
from kd_core.evaluation.reliability import BINNINGS, Binning

PER_ROW = 3
VIEWS = ("plain", "scaled")

Row = tuple[RunRecord, Calibrated]


def main() -> None:
    """Draw the page."""
    with page_header("calibration"):
        study = pick_study()
        if study is None:
            return
        records, _ = context.runs(study)
        if records and not any(_answers(record) for record in records):
            show_missing(t("calibration.stated", study=study_name(study)))
            return
        chosen = pick_runs(study, keep=_answers, default=_story(study))
    if not any(_answers(record) for record in records):
        return
    split, clean, binning, view = _pick_view(study)
    where = t("calibration.where_clean" if clean else "calibration.where", split=split_name(split))
    where = f"{study_name(study)} · {where}"
    rows: list[Row] = []
    problems = []
    for record in filter(_answers, records):
        found, met = calibrated.calibrated(record, split, clean=clean, binning=binning)
        problems += met
        rows += [(record, found)] if found else []
    show_problems(problems)
    if not rows:
        show_missing(t("calibration.unread", study=study_name(study)))
        return
    _diagrams([row for row in rows if row[0] in chosen], view, binning, where)
    st.header(t("calibration.table_title"), anchor=False)
    st.markdown(t("calibration.scaling"))
    show_calibrations(rows, binning=binning, where=where)


def _answers(record: RunRecord) -> bool:
    return record.claims is None


def _story(study: str) -> list[str]:
    """Return the runs that are shown at first: teacher, best student, and what that was compressed from."""
    teacher, best = derived.teacher(study), derived.best_student(study)
    names = (teacher.run if teacher else None, best.parent if best else None, best.run if best else None)
    offered = [record.run for record in context.runs(study)[0] if _answers(record)]
    return [name for name in dict.fromkeys(names) if name in offered] or offered[:PER_ROW]


def _pick_view(study: str) -> tuple[str, bool, Binning, str]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="calibration.view"):
        split = pick_split()
        clean = pick_clean(study)
        binning = pick_option(
            "binning",
            t("calibration.binning"),
            BINNINGS,
            label_of=lambda name: t(f"calibration.binning_{name.replace('-', '_')}"),
        )
        view = pick_option("scale", t("calibration.view"), VIEWS, label_of=lambda name: t(f"calibration.view_{name}"))
    return split, clean, next(name for name in BINNINGS if name == binning), view


def _diagrams(rows: Sequence[Row], view: str, binning: Binning, where: str) -> None:
    shown = [(record, found.plain if view == "plain" else found.scaled) for record, found in rows]
    missing = [run_label(record) for record, found in shown if found is None]
    if missing:
        show_missing(t("calibration.no_temperature", runs=", ".join(missing)))
    known = [(record, found) for record, found in shown if found is not None]
    for start in range(0, len(known), PER_ROW):
        row = known[start : start + PER_ROW]
        for column, (record, found) in zip(st.columns(max(len(row), 2), gap="large"), row, strict=False):
            with column:
                show_reliability(record, found, binning=binning, where=where)


main()

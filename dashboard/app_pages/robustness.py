"""Robustness: how the accuracy of every run falls when the test pictures get worse."""

from collections.abc import Sequence

import streamlit as st

from dashboard import context
from dashboard.choices import pick_flag, pick_several
from dashboard.components.header import page_header
from dashboard.components.notices import show_missing, show_problems
from dashboard.components.robustness import show_areas, show_curves, title_of
from dashboard.components.worse_picture import show_worse_picture
from dashboard.formats import fmt_count
from dashboard.names import study_name
from dashboard.selection import pick_runs, pick_study
from dashboard.text import t
from kd_core.artifacts import Robustness, RunRecord


def main() -> None:
    """Draw the page."""
    with page_header("robustness"):
        study = pick_study()
    if study is None:
        return
    found, problems = context.robustness(study)
    show_problems(problems)
    if found is not None:
        _measured(study, found)
    elif not problems and any(record.model for record in context.runs(study)[0]):
        show_missing(t("robustness.not_measured", study=study_name(study), command=_command(study)))
    elif not problems:
        show_missing(t("robustness.no_model", study=study_name(study)))
    show_worse_picture(study)


def _measured(study: str, found: Robustness) -> None:
    records, _ = context.runs(study)
    stale = found.stale(_models_today(found, records))
    if stale:
        show_missing(t("robustness.stale", runs=_names(stale), command=_command(study)))
    measured = [run for run in found.runs if run not in stale]
    if found.per_class is not None:
        show_missing(t("robustness.quick", n=fmt_count(found.n), most=fmt_count(found.per_class)))
    if measured:
        _drawn(study, found, measured, records)
    missing = [record.run for record in records if record.model and record.model.file and record.run not in found.runs]
    if missing:
        st.caption(t("robustness.missing", runs=_names(missing), command=_command(study)))


def _drawn(study: str, found: Robustness, measured: Sequence[str], records: Sequence[RunRecord]) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="robustness.view"):
        networks = [record.run for record in records if record.run in measured and record.parent is None]
        chosen = pick_runs(study, keep=lambda record: record.run in measured, default=networks)
        corruptions = pick_several(
            "corruptions",
            t("robustness.corruptions"),
            list(found.corruptions),
            label_of=lambda name: t(f"robustness.corruption.{name}"),
        )
        bounds = pick_flag("intervals", t("robustness.intervals"), help_text=t("robustness.intervals_help"))
    shown = _with_foreign_teacher(found, measured, records, chosen)
    if shown:
        show_curves(found, shown, corruptions, bounds=bounds)
    show_areas(found, measured)


def _models_today(found: Robustness, records: Sequence[RunRecord]) -> dict[str, str]:
    """Return the SHA-256 of every run's model as its record has it now, by the names of the measurement."""
    by_name = {record.run: record for record in records}
    study, _, run = (found.reference or "").rpartition("/")
    teacher = context.record(study, run)[0] if study else None
    if found.reference and teacher:
        by_name[found.reference] = teacher
    return {name: record.model.sha256 for name, record in by_name.items() if record.model}


def _with_foreign_teacher(
    found: Robustness, measured: Sequence[str], records: Sequence[RunRecord], chosen: Sequence[RunRecord]
) -> list[str]:
    """Return the chosen runs, and with them the teacher where it is another study's and so cannot be chosen here."""
    foreign = [run for run in measured if run == found.reference and run not in {record.run for record in records}]
    return [*foreign, *(record.run for record in chosen)]


def _names(runs: Sequence[str]) -> str:
    return ", ".join(title_of(run) for run in runs)


def _command(study: str) -> str:
    return f"python -m kd_core robustness {study}"


main()

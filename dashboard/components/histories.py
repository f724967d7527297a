"""The recorded trainings of runs, and what is said about them beside the curves."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import streamlit as st

from dashboard import context, lineage
from dashboard.components.notices import show_missing
from dashboard.components.sheet import show_sheet
from dashboard.exhibit import Sheet
from dashboard.formats import UNKNOWN, fmt_count, fmt_number, fmt_percent, fmt_seconds
from dashboard.names import run_label
from dashboard.tables.curves import is_taught, mixed_losses, stated_history
from dashboard.text import has, t
from kd_core.artifacts import Problem, RunRecord

TRAINED_STAGES = ("teacher", "scratch", "distill")


@dataclass(frozen=True)
class Trained:
    """A run with its history, one row an epoch; a published run has the stated points only.

    ``begun`` is the run with whose weights it began, None where it began anew, and ``before`` the epochs and seconds
    that these had been trained for: up to the epoch that was kept, and those of whatever that run began with.
    """

    record: RunRecord
    history: pd.DataFrame
    begun: RunRecord | None = None
    before: tuple[int, float] = (0, 0.0)

    @property
    def published(self) -> bool:
        """Whether the figures are stated by the slides and were not recorded here."""
        return self.record.stage == "published"

    @property
    def label(self) -> str:
        """The name in legends and tables; the study is named where it is not our own."""
        name = run_label(self.record)
        return f"{name} ({t('training_curves.stated')})" if self.published else name


def was_trained(record: RunRecord) -> bool:
    """Return whether a run has a training to show: a compressed run may have been made without one."""
    if record.stage in TRAINED_STAGES or record.claims is not None:
        return True
    if not _file(record).is_file():
        return False
    history, problems = context.history(record.study, record.run)
    # A damaged history is offered, so that the page says what is wrong with it.
    return bool(problems) or (history is not None and not history.empty)


def read_histories(records: Sequence[RunRecord]) -> tuple[list[Trained], list[Problem]]:
    """Return the runs with their histories, and a problem for each that cannot be read."""
    trained: list[Trained] = []
    problems: list[Problem] = []
    for record in records:
        if record.claims is not None and not _file(record).is_file():
            history = stated_history(record.claims)
        else:
            read, met = context.history(record.study, record.run)
            problems += met
            history = read if read is not None else pd.DataFrame()
        if len(history):
            line = lineage.begun_with(record)
            seconds, met = _seconds_of(line)
            problems += met
            trained.append(Trained(record, history, line[0] if line else None, (lineage.epochs_kept(line), seconds)))
    return trained, problems


def show_kept_epochs(trained: Sequence[Trained]) -> None:
    """Show which epoch of each run was kept, by which figure, and what the training took."""
    found = kept_epochs(trained)
    if found is not None:
        st.header(t("training_curves.kept_title"), anchor=False)
        show_sheet(found.frame, found.numbers, key="training_curves.kept")


def kept_epochs(trained: Sequence[Trained]) -> Sheet | None:
    """Return which epoch of each run was kept, by which figure, and what the training took; None for stated runs."""
    rows = [_kept(run) for run in trained if not run.published]
    if not rows:
        return None
    shares = all("accuracy" in run.record.selection.metric for run in trained if run.record.selection)
    numbers = {
        t("training_curves.kept"): fmt_count,
        t("training_curves.epochs"): fmt_count,
        t("training_curves.chosen_value"): fmt_percent if shares else lambda value: fmt_number(value, 3),
        t("training_curves.time"): fmt_seconds,
    }
    frame = pd.DataFrame(rows)
    return Sheet(frame, numbers, "", frame)


def show_loss_kinds(trained: Sequence[Trained]) -> None:
    """Say what each run's total loss is a sum of, when they differ; nothing when they do not."""
    if not mixed_losses([run.record for run in trained]):
        return
    kinds: dict[str, list[str]] = {}
    for run in trained:
        kinds.setdefault(_loss_formula(run.record), []).append(run.label)
    lines = [f"- **{formula}**: {', '.join(runs)}" for formula, runs in kinds.items()]
    show_missing(t("training_curves.mixed_losses") + "\n" + "\n".join(lines))


def _seconds_of(line: Sequence[RunRecord]) -> tuple[float, list[Problem]]:
    """Return how long trainings took, each up to the epoch it kept, all together, and what could not be read."""
    seconds = 0.0
    problems: list[Problem] = []
    for earlier in line:
        history, met = context.history(earlier.study, earlier.run)
        problems += met
        if history is not None and earlier.selection is not None:
            seconds += float(history.loc[history["epoch"] <= earlier.selection.epoch, "seconds"].sum())
    return seconds, problems


def _file(record: RunRecord) -> Path:
    return context.store().root / record.study / record.run / "history.csv"


def _kept(run: Trained) -> dict[str, object]:
    # As the curve counts them: those of what the run goes on from, up to the epoch kept there, included.
    selection = run.record.selection
    return {
        t("shell.run"): run.label,
        t("training_curves.kept"): run.before[0] + selection.epoch if selection else None,
        t("training_curves.epochs"): run.before[0] + len(run.history),
        t("training_curves.chosen_by"): _metric_name(selection.metric) if selection else UNKNOWN,
        t("training_curves.chosen_value"): selection.value if selection else None,
        t("training_curves.time"): run.before[1] + run.history["seconds"].sum(min_count=1),
    }


def _metric_name(metric: str) -> str:
    key = f"training_curves.chosen_{metric}"
    return t(key) if has(key) else metric


def _loss_formula(record: RunRecord) -> str:
    if record.stage == "published":
        return t("training_curves.loss_unknown")
    penalty = " + L2" if record.config.get("l2") else ""
    if not is_taught(record):
        return f"CE{penalty}"
    alpha, temperature = record.config.get("alpha"), record.config.get("temperature")
    if not isinstance(alpha, int | float) or not isinstance(temperature, int | float):
        return t("training_curves.loss_unknown")
    square = "T² · " if record.config.get("scale_by_t2") else ""
    share, rest = (fmt_number(value, 2) for value in (alpha, 1 - alpha))
    return f"{share} · CE + {rest} · {square}KL{penalty}, T = {temperature:g}"

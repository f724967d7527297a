"""The training curves: the networks that were trained, and what was fine-tuned afterwards."""

from collections.abc import Sequence

import pandas as pd

from dashboard.components.histories import Trained, kept_epochs, read_histories, was_trained
from dashboard.components.training import training_curves
from dashboard.report.blocks import Block, Chart, Numbers, Prose, Section
from dashboard.report.material import Material
from dashboard.text import t

# Parts that mean the same for every run; what a student distils from a teacher is a sum of its own.
ACCURACY, LOSS = ("val_accuracy", "accuracy"), ("val_loss",)


def training(material: Material) -> Section | None:
    """Return the curves of a study; nothing where no run has a training that was recorded or stated."""
    title = t("training_curves.title")
    trained, problems = read_histories([record for record in material.records if was_trained(record)])
    if not trained:
        return Section("training", title, [Prose(t("report.no_training"))], problems) if problems else None
    networks = [run for run in trained if run.record.parent is None]
    tuned = [run for run in trained if run.record.parent is not None]
    blocks: list[Block] = [Prose(t("training_curves.lead"))]
    blocks += _chart(networks, "accuracy", ACCURACY, "networks", csv="training", table=_histories(trained))
    blocks += _chart(networks, "loss", LOSS, "networks")
    blocks += _chart(tuned, "accuracy", ACCURACY[:1], "tuned")
    kept = kept_epochs(trained)
    if kept is not None:
        blocks.append(Numbers(kept, title=t("training_curves.kept_title")))
    return Section("training", title, blocks, problems)


def _chart(
    trained: Sequence[Trained],
    metric: str,
    parts: Sequence[str],
    whose: str,
    *,
    csv: str = "",
    table: pd.DataFrame | None = None,
) -> list[Block]:
    if not trained:
        return []
    drawn = training_curves(trained, metric=metric, parts=parts, seconds=False, dark=False)
    if drawn is None:
        return []
    return [Chart(drawn, csv, f"{t(f'training_curves.metric_{metric}')}, {t(f'report.{whose}')}", table)]


def _histories(trained: Sequence[Trained]) -> pd.DataFrame:
    """Return every epoch of every run, as it was recorded."""
    return pd.concat([run.history.assign(run=run.record.run) for run in trained], ignore_index=True).pipe(_run_first)


def _run_first(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[["run", *(name for name in frame.columns if name != "run")]]

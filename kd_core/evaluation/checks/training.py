"""Checks of a training: what selected its weights, whether it ran to its end, and whether its figures are numbers."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from kd_core.artifacts import RunRecord
from kd_core.evaluation.checks.finding import Count, Found, Share, SplitName, Verbatim, check
from kd_core.evaluation.checks.view import TRAINED_STAGES, StudyView

_FIGURES = ("loss", "student_loss", "distillation_loss", "accuracy", "val_loss", "val_accuracy", "learning_rate")
_NEEDED = ("loss", "val_loss", "val_accuracy")
# Sparsity counts as reached within this of where it ended; the last weights fall to ties.
_SETTLED = 0.005


def _trained(view: StudyView) -> list[RunRecord]:
    return [record for record in view.measured if record.stage in TRAINED_STAGES]


@check(
    "KD013",
    "error",
    looks_for="trained runs whose weights were selected on another split than validation",
    sentence="The weights of {run} were selected on the split {split} (by `{metric}`): its figures there are the best "
    "of many looks.",
    remedy="Select on validation and train again; until then believe no figure of the split that selected.",
)
def selected_elsewhere(view: StudyView) -> Iterator[Found]:
    """Find records that name another split, or a metric of one; a record of our own cannot, another's may."""
    for record in _trained(view):
        chosen = record.selection
        if chosen is None:
            continue
        of_test = "test" in chosen.metric.lower().split("_")
        if chosen.split != "val" or of_test:
            split = chosen.split if chosen.split != "val" else "test"
            yield Found(record.run, {"split": SplitName(split), "metric": Verbatim(chosen.metric)})


@check(
    "KD024",
    "warning",
    looks_for="trained runs that do not say which epoch was kept and by what",
    sentence="{run} was trained, but its record does not say which epoch was kept, nor by what.",
    remedy="Train it again with this program, which selects on validation and records it.",
)
def selection_unknown(view: StudyView) -> Iterator[Found]:
    """Find trainings that may have been selected on anything."""
    for record in _trained(view):
        if record.selection is None:
            yield Found(record.run)


@check(
    "KD025",
    "warning",
    looks_for="runs whose kept epoch is not the best one by validation, or whose recorded value is not the history's",
    sentence="{run} kept epoch {epoch} with a validation accuracy of {value}, but its history has {kept} there and "
    "{best} at best.",
    remedy="Something else than the recorded validation chose the epoch: find out what, or train the run again.",
)
def selected_otherwise(view: StudyView) -> Iterator[Found]:
    """Find records that the history contradicts.

    The test split leaves no trace in the history, so that this is the nearest to a silent selection on test that
    artifacts can show: an epoch that validation would not have chosen. Of a pruned run only the epochs count in
    which it had reached its sparsity, since the others may not be kept.
    """
    for record in _trained(view):
        history, chosen = view.history(record), record.selection
        if history is None or chosen is None or chosen.metric != "val_accuracy" or history["val_accuracy"].isna().all():
            continue
        kept = history.loc[history["epoch"] == chosen.epoch, "val_accuracy"]
        best = history.loc[_eligible(history), "val_accuracy"].max()
        reached = float(kept.iloc[0]) if len(kept) else float("nan")
        if not (np.isclose(reached, chosen.value, atol=1e-6) and reached >= best - 1e-6):
            values = {
                "epoch": Count(chosen.epoch),
                "value": Share(chosen.value),
                "kept": Share(reached),
                "best": Share(best),
            }
            yield Found(record.run, values)


@check(
    "KD026",
    "warning",
    looks_for="runs that were trained for fewer epochs than their settings say",
    sentence="{run} was to be trained for {planned} epochs, and its history has {done}.",
    remedy="Train it again: a schedule that was cut off leaves the learning rate where it was.",
)
def cut_short(view: StudyView) -> Iterator[Found]:
    """Find trainings that ended early; stated figures name single epochs only and are left out."""
    for record in _trained(view):
        history, planned = view.history(record), record.config.get("epochs")
        if history is not None and isinstance(planned, int) and len(history) < planned:
            yield Found(record.run, {"planned": Count(planned), "done": Count(len(history))})


@check(
    "KD027",
    "error",
    looks_for="figures that are no numbers (NaN or infinite), in a history or among the stored answers",
    sentence="{run} has {count} figures that are no numbers in its `{where}`.",
    remedy="Train it again with a lower `learning_rate` or with `clip_norm`, or evaluate it again.",
)
def not_a_number(view: StudyView) -> Iterator[Found]:
    """Find infinities anywhere, and gaps where every trained run has a figure."""
    for record in view.measured:
        history, answers = view.history(record), view.answers(record)
        if history is not None:
            infinite = np.isinf(history[list(_FIGURES)].to_numpy()).sum()
            count = int(infinite + history[list(_NEEDED)].isna().to_numpy().sum())
            if count:
                yield Found(record.run, {"count": Count(count), "where": Verbatim("history.csv")})
        if answers is not None and not np.isfinite(answers.logits).all():
            count = int((~np.isfinite(answers.logits)).sum())
            yield Found(record.run, {"count": Count(count), "where": Verbatim("predictions.parquet")})


def _eligible(history: pd.DataFrame) -> pd.Series:
    sparsity = history["sparsity"]
    return sparsity.isna() | (sparsity >= sparsity.iloc[-1] - _SETTLED)

"""From a run's history to the curves of one metric: what was recorded as lines, what slides state as points."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from dashboard.charts.curves import Curve, Style
from kd_core.artifacts import RunRecord
from kd_core.artifacts.schema import Claims
from kd_core.artifacts.store import HISTORY_COLUMNS
from kd_core.data.frame import learned

# Of each metric its parts with the style that tells them apart. The validation part, where there is one, comes first:
# the epoch is selected on it.
METRICS: Mapping[str, Mapping[str, Style]] = {
    "accuracy": {"val_accuracy": "solid", "accuracy": "dot"},
    "loss": {"val_loss": "solid", "loss": "dash", "student_loss": "dot", "distillation_loss": "dashdot"},
    "learning_rate": {"learning_rate": "solid"},
    "sparsity": {"sparsity": "solid"},
}


def curves_of(
    record: RunRecord,
    history: pd.DataFrame,
    *,
    metric: str,
    parts: Mapping[str, str],
    run: str,
    colour: str,
    symbol: str = "circle",
    seconds: bool = False,
    before: tuple[float, float] = (0, 0),
) -> list[Curve]:
    """Return one curve for every part that the run has figures of.

    Args:
        record: the run; its selected epoch is marked on the metric's first part.
        history: one row an epoch with ``HISTORY_COLUMNS``, ``seconds`` being what each epoch took.
        metric: a key of ``METRICS``.
        parts: the chosen columns of the metric with their names.
        run: the run's name in the legend.
        colour: the run's.
        symbol: the run's marker.
        seconds: put the time since the training's start on the x axis instead of the epoch.
        before: epochs and seconds that the weights had been trained for already, by the runs it goes on from.
    """
    stated = record.stage == "published"
    if seconds and (stated or history["seconds"].isna().all()):
        return []
    x = before[1] + history["seconds"].cumsum() if seconds else before[0] + history["epoch"]
    curves = []
    for column, style in METRICS[metric].items():
        if column not in parts or history[column].isna().all():
            continue
        curve = Curve(run, parts[column], x.tolist(), history[column].tolist(), colour, style, symbol, stated)
        curves.append(curve)
    at = _selected(record, history)
    if curves and at is not None:
        curves[0] = replace(curves[0], best=at)
    return curves


def curves_frame(curves: Sequence[Curve], x_name: str) -> pd.DataFrame:
    """Return the points of the curves as a long table: ``run``, ``part``, the x axis as ``x_name``, ``value``."""
    rows = [
        (curve.run, curve.part, x, y)
        for curve in curves
        for x, y in zip(curve.x, curve.y, strict=True)
        if not math.isnan(y)
    ]
    return pd.DataFrame(rows, columns=["run", "part", x_name, "value"])


def stated_history(claims: Claims) -> pd.DataFrame:
    """Return the end point that the slides state as a history of one row; of no rows when they name no epoch."""
    row = {
        "epoch": claims.epochs,
        "loss": claims.train_loss,
        "accuracy": claims.train_accuracy,
        "val_loss": claims.validation_loss,
        "val_accuracy": claims.validation_accuracy,
    }
    rows = [] if claims.epochs is None else [row]
    frame = pd.DataFrame(rows, columns=list(HISTORY_COLUMNS))
    return frame.astype({name: float for name in HISTORY_COLUMNS if name != "phase"})


def selected_on(record: RunRecord, index: pd.DataFrame | None) -> int | None:
    """Return on how many validation pictures a training was watched: those without a copy in what it trained on.

    None is not known.
    """
    if record.data is None or index is None:
        return None
    return int(((index["split"] == "val") & ~learned(index)).sum())


def mixed_losses(records: Sequence[RunRecord]) -> bool:
    """Return whether the total losses of these runs are sums of different things, and so say nothing side by side."""
    return len({_loss_kind(record) for record in records}) > 1


def is_taught(record: RunRecord) -> bool:
    """Return whether a run learned from a teacher's answers: distilled, or compressed with the teacher beside it."""
    return record.stage == "distill" or (record.parent is not None and record.teacher is not None)


def _loss_kind(record: RunRecord) -> tuple[object, ...]:
    keys = ("alpha", "temperature", "scale_by_t2") if is_taught(record) else ()
    # What the slides mean by loss is not known, so it is a kind of its own.
    return (record.stage == "published", bool(record.config.get("l2")), *(record.config.get(key) for key in keys))


def _selected(record: RunRecord, history: pd.DataFrame) -> int | None:
    if record.selection is None:
        return None
    rows = (history["epoch"] == record.selection.epoch).to_numpy().nonzero()[0]
    return int(rows[0]) if rows.size else None

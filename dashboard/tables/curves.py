"""From a run's history to the curves of one metric: what was recorded as lines, what slides state as points."""

import math
import re
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
    before: tuple[int, float] = (0, 0.0),
    smoothing: float = 0.0,
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
        seconds: put the time since the first training's start on the x axis instead of the epoch.
        before: epochs and seconds that the weights had been trained for already, by the runs it goes on from.
        smoothing: the weight in 0..1 that ``smoothed`` gives to what came before; 0 leaves the curves as they are.
    """
    stated = record.stage == "published"
    if seconds and (stated or history["seconds"].isna().all()):
        return []
    x = _along(history, before, seconds=seconds)
    curves = []
    for column, style in METRICS[metric].items():
        if column not in parts or history[column].isna().all():
            continue
        smooth = smoothed(history[column], smoothing).tolist() if smoothing and not stated else None
        curve = Curve(
            run, parts[column], x.tolist(), history[column].tolist(), colour, style, symbol, stated, smooth=smooth
        )
        curves.append(curve)
    at = _selected(record, history)
    if curves and at is not None:
        curves[0] = replace(curves[0], best=at)
    return curves


def smoothed(values: pd.Series, weight: float) -> pd.Series:
    """Return the exponential moving average of a curve, freed of its bias towards the beginning as TensorBoard's is.

    Args:
        values: one an epoch; NaN stays NaN.
        weight: of what came before, in 0..1 without 1.
    """
    return values.ewm(alpha=1 - weight, ignore_na=True).mean().where(values.notna())


def resumptions(
    history: pd.DataFrame, *, seconds: bool = False, before: tuple[int, float] = (0, 0.0)
) -> list[tuple[float, str]]:
    """Return where a training was taken up again: the last x before, and the epochs of what began, as "11\u201324".

    Args:
        history: one row an epoch, whose ``phase`` says from which epoch to which it was trained in one go.
        seconds: as for ``curves_of``.
        before: as for ``curves_of``: with epochs before, the run as a whole was taken up.
    """
    phases, earlier = history["phase"].tolist(), before[0]
    x = _along(history, before, seconds=seconds)
    found = [(before[seconds], _counted_on(phases[0], earlier))] if earlier and phases else []
    again = [row for row in range(1, len(phases)) if phases[row] != phases[row - 1]]
    return found + [(float(x.iloc[row - 1]), _counted_on(phases[row], earlier)) for row in again]


def curves_frame(curves: Sequence[Curve], x_name: str) -> pd.DataFrame:
    """Return the points of the curves as a long table: ``run``, ``part``, the x axis as ``x_name``, ``value``.

    Where a curve is smoothed there is ``smoothed`` too.
    """
    rows = [
        {"run": curve.run, "part": curve.part, x_name: x, "value": y}
        | ({} if curve.smooth is None else {"smoothed": curve.smooth[row]})
        for curve in curves
        for row, (x, y) in enumerate(zip(curve.x, curve.y, strict=True))
        if not math.isnan(y)
    ]
    return pd.DataFrame(rows)


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


def _along(history: pd.DataFrame, before: tuple[int, float], *, seconds: bool) -> pd.Series:
    """Return what stands on the x axis, for each epoch."""
    return before[1] + history["seconds"].cumsum() if seconds else before[0] + history["epoch"]


def _counted_on(phase: object, earlier: int) -> str:
    """Return the epochs of a phase, such as "1-28", counted on from those before."""
    bounds = re.fullmatch(r"(\d+)-(\d+)", str(phase))
    return "\u2013".join(str(int(bound) + earlier) for bound in bounds.groups()) if bounds else str(phase)


def _loss_kind(record: RunRecord) -> tuple[object, ...]:
    keys = ("alpha", "temperature", "scale_by_t2") if is_taught(record) else ()
    # What the slides mean by loss is not known, so it is a kind of its own.
    return (record.stage == "published", bool(record.config.get("l2")), *(record.config.get(key) for key in keys))


def _selected(record: RunRecord, history: pd.DataFrame) -> int | None:
    if record.selection is None:
        return None
    rows = (history["epoch"] == record.selection.epoch).to_numpy().nonzero()[0]
    return int(rows[0]) if rows.size else None

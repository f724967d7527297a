"""What corruptions do to the runs of a study, in numbers."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kd_core.artifacts import Robustness
from kd_core.evaluation.degradation import area, corruption_error, mean_accuracy, retained
from kd_core.evaluation.proportions import wilson


def curve_rows(found: Robustness, runs: Sequence[str], corruptions: Sequence[str]) -> pd.DataFrame:
    """Return one row a run, corruption and severity (0: clean).

    Columns: ``run``, ``corruption``, ``severity``, ``value`` (the corruption's parameter, NaN for clean), ``accuracy``
    (0..1) with ``low`` and ``high``, the interval of Wilson (1927) at 95 %, ``correct``, ``n``, and ``loss`` in nats.
    """
    rows = []
    for run in runs:
        for corruption in corruptions:
            curve, values = found.runs[run].curves[corruption], (np.nan, *found.corruptions[corruption].values)
            for severity, (correct, loss, value) in enumerate(zip(curve.correct, curve.loss, values, strict=True)):
                low, high = wilson(correct, found.n)
                rows.append((run, corruption, severity, value, correct / found.n, low, high, correct, found.n, loss))
    columns = ["run", "corruption", "severity", "value", "accuracy", "low", "high", "correct", "n", "loss"]
    return pd.DataFrame(rows, columns=columns)


def area_rows(found: Robustness, runs: Sequence[str]) -> pd.DataFrame:
    """Return one row a run: accuracies as shares of 1, the others as ``evaluation.degradation`` defines them.

    Columns: ``run``, ``clean``, ``mean``, ``retained``, ``area``, ``relative`` with ``low``, ``high`` and ``p_value``
    (missing for the reference), and ``mce``; these five are missing for all where the reference is not among ``runs``.
    """
    other = _accuracies(found, found.reference) if found.reference and found.reference in runs else None
    rows = []
    for run in runs:
        own, relative = _accuracies(found, run), found.runs[run].relative
        row = {"run": run, "clean": own[0, 0], "mean": mean_accuracy(own), "retained": retained(own)}
        row |= {"area": float(np.mean(area(own)))}
        if other is not None:
            row |= {"relative": 1.0 if relative is None else relative.value, "mce": corruption_error(own, other)}
            row |= relative.model_dump(include={"low", "high", "p_value"}) if relative else {}
        rows.append(row)
    columns = ["run", "clean", "mean", "retained", "area", "relative", "low", "high", "p_value", "mce"]
    return pd.DataFrame(rows).reindex(columns=columns)


def _accuracies(found: Robustness, run: str) -> np.ndarray:
    return np.array([found.accuracy(run, corruption) for corruption in found.corruptions])

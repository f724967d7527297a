"""Calibration as tables: the bins of one run, and all runs of a study before and after temperature scaling."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kd_core.artifacts import RunRecord
from kd_core.evaluation.calibration import Calibration
from kd_core.evaluation.reliability import Bin
from kd_core.evaluation.verdict import SIGNIFICANT

# The claim that a diagram is put into words for.
SPOKEN = 0.9
SCALED = ("nll", "ece", "mce", "brier", "confidence")


@dataclass(frozen=True)
class Calibrated:
    """A run's calibration as it answers, and with its fitted temperature; ``scaled`` is None where there is none."""

    plain: Calibration
    scaled: Calibration | None


def leaning(found: Calibration) -> str:
    """Return "over" or "under" where mean confidence and accuracy differ at the 5 % level, else "open"."""
    if math.isnan(found.gap_p_value) or found.gap_p_value >= SIGNIFICANT:
        return "open"
    return "over" if found.gap > 0 else "under"


def spoken_for(bins: Sequence[Bin]) -> Bin:
    """Return the bin, of those with pictures, whose mean confidence lies nearest to ``SPOKEN``."""
    return min((one for one in bins if one.count), key=lambda one: abs(one.confidence - SPOKEN))


def bins_frame(bins: Sequence[Bin]) -> pd.DataFrame:
    """Return one row a bin: bounds, count, mean confidence, accuracy with its interval, and the gap; shares of 1."""
    rows = [
        {
            "confidence_above": one.low,
            "confidence_to": one.high,
            "n": one.count,
            "right": one.right,
            "mean_confidence": one.confidence,
            "accuracy": one.accuracy,
            "accuracy_low": one.interval()[0],
            "accuracy_high": one.interval()[1],
            "gap": one.gap,
        }
        for one in bins
    ]
    return pd.DataFrame(rows)


def calibration_frame(rows: Sequence[tuple[RunRecord, Calibrated]]) -> pd.DataFrame:
    """Return one row a run: its figures as it answers, and with its temperature those that this changes (``_scaled``).

    NLL in nats, Brier score 0..2, all others as shares of 1; None where no temperature could be fitted.
    """
    return pd.DataFrame([_row(record, found) for record, found in rows])


def _row(record: RunRecord, found: Calibrated) -> dict[str, object]:
    plain, scaled = found.plain, found.scaled
    after = {f"{name}_scaled": getattr(scaled, name) if scaled else None for name in SCALED}
    return {
        "run": record.run,
        "n": plain.n,
        "accuracy": plain.accuracy,
        "temperature": scaled.temperature if scaled else None,
        **{name: getattr(plain, name) for name in SCALED},
        **after,
        "ece_by_chance": plain.chance,
        "ece_p_value": plain.ece_p_value,
        "ece_by_chance_scaled": scaled.chance if scaled else None,
        "ece_p_value_scaled": scaled.ece_p_value if scaled else None,
        "gap": plain.gap,
        "gap_low": plain.gap_low,
        "gap_high": plain.gap_high,
        "gap_p_value": plain.gap_p_value,
        "leaning": leaning(plain),
        "gap_scaled": scaled.gap if scaled else None,
        "gap_low_scaled": scaled.gap_low if scaled else None,
        "gap_high_scaled": scaled.gap_high if scaled else None,
    }

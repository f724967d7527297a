"""How far two runs lie apart in accuracy on the same pictures, whole and without what leaked from training."""

import pandas as pd

from kd_core.artifacts import Predictions
from kd_core.evaluation.metrics import leak_free
from kd_core.evaluation.pairing import common
from kd_core.evaluation.statistics import PairedDifference, paired_difference

WHOLE, CLEAN = "whole", "leak_free"
SIGNIFICANT = 0.05


def accuracy_differences(
    first: Predictions, second: Predictions, split: str, index: pd.DataFrame | None
) -> dict[str, PairedDifference]:
    """Return the accuracy of ``first`` minus that of ``second``: on the split as published and on its leak-free part.

    Args:
        first: stored answers of one run.
        second: stored answers of the other.
        split: "val" or "test".
        index: the data index that knows which pictures leaked; None leaves the leak-free part out.

    Raises:
        KdError: if the two runs tell different classes apart or have no picture in common.
    """
    one, other = common(first.of(split), second.of(split))
    masks = {WHOLE: None, CLEAN: leak_free(one, index) if index is not None else None}
    found = {}
    for part, mask in masks.items():
        if part == CLEAN and (mask is None or not mask.any()):
            continue
        a, b = (one, other) if mask is None else (one.where(mask), other.where(mask))
        found[part] = paired_difference(a.logits.argmax(axis=1) == a.label, b.logits.argmax(axis=1) == b.label)
    return found


def verdict(result: PairedDifference) -> str:
    """Return "better", "worse" or "open": what the exact test says about the first run at the 5 % level."""
    if result.p_value >= SIGNIFICANT:
        return "open"
    return "better" if result.difference > 0 else "worse"

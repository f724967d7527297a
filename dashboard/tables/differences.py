"""How far two runs lie apart in accuracy on the same pictures, whole and without what leaked from training."""

from collections.abc import Mapping

import pandas as pd

from kd_core.artifacts import Predictions
from kd_core.evaluation.groups import picture_groups
from kd_core.evaluation.pairing import common
from kd_core.evaluation.parts import CLEAN, WHOLE, parts
from kd_core.evaluation.statistics import PairedDifference, paired_difference
from kd_core.evaluation.verdict import Outcome, outcome


def accuracy_differences(
    first: Predictions, second: Predictions, split: str, index: pd.DataFrame | None
) -> dict[str, PairedDifference]:
    """Return the accuracy of ``first`` minus that of ``second``: on the split as published and on its leak-free part.

    Args:
        first: stored answers of one run.
        second: stored answers of the other.
        split: "val" or "test".
        index: the data index that knows which pictures leaked, and which are near-copies of one another; None leaves
            the leak-free part out.

    Raises:
        KdError: if the two runs tell different classes apart or have no picture in common.
    """
    one, other = common(first.of(split), second.of(split))
    right = [answers.logits.argmax(axis=1) == answers.label for answers in (one, other)]
    groups = picture_groups(one, index)
    return {
        part: paired_difference(right[0][mask], right[1][mask], groups[mask])
        for part, mask in parts(one, index).items()
    }


def same_pictures(found: Mapping[str, PairedDifference]) -> bool:
    """Return whether the leak-free part is the whole split: of as many pictures, since it lies within it."""
    return WHOLE in found and CLEAN in found and found[WHOLE].n == found[CLEAN].n


def verdict(result: PairedDifference) -> Outcome:
    """Return "better", "worse" or "open": what is proven about the first of two runs, by the core's one rule."""
    return outcome(result.low, result.high, [result])

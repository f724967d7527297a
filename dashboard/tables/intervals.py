"""How far an accuracy can be trusted: its bootstrap interval on each part of a split."""

import pandas as pd

from kd_core.artifacts import Predictions
from kd_core.evaluation.bootstrap import Estimate, estimate
from kd_core.evaluation.groups import picture_groups
from kd_core.evaluation.parts import parts


def accuracy_estimates(predictions: Predictions, split: str, index: pd.DataFrame | None) -> dict[str, Estimate]:
    """Return the accuracy of a run by part of a split (``WHOLE``, ``CLEAN``), with near-copies as one draw.

    Args:
        predictions: the stored answers of the run.
        split: "val" or "test".
        index: the data index that knows which pictures leaked, and which are near-copies of one another; None leaves
            the leak-free part out.
    """
    answers = predictions.of(split)
    right = answers.logits.argmax(axis=1) == answers.label
    groups = picture_groups(answers, index)
    return {part: estimate(right[mask], groups[mask]) for part, mask in parts(answers, index).items()}

"""The two parts of a split that every figure is given for: as published, and without what leaked from training."""

import numpy as np
import pandas as pd

from kd_core.artifacts import Predictions
from kd_core.evaluation.metrics import leak_free

WHOLE, CLEAN = "whole", "leak_free"


def parts(predictions: Predictions, index: pd.DataFrame | None) -> dict[str, np.ndarray]:
    """Return which predictions belong to a part, bool [n], by ``WHOLE`` and ``CLEAN``; empty parts are left out.

    Args:
        predictions: stored answers to the pictures of one split.
        index: the data index that knows which pictures leaked; None leaves the leak-free part out.
    """
    found = {WHOLE: np.ones(len(predictions), bool)}
    if index is not None:
        found[CLEAN] = leak_free(predictions, index)
    return {part: mask for part, mask in found.items() if mask.any()}

"""Two runs on the same pictures: the rows that both answered, in the same order."""

import numpy as np
import pandas as pd

from kd_core.artifacts import Predictions
from kd_core.errors import KdError


def common(first: Predictions, second: Predictions) -> tuple[Predictions, Predictions]:
    """Return the answers of both runs to the pictures that both were asked, ordered as in ``first``.

    Pictures are matched by their index path (``split/class/file``), so that runs of different studies on the same
    data set can be compared too.

    Raises:
        KdError: if the two runs tell different classes apart, or have no picture in common.
    """
    if first.classes != second.classes:
        raise KdError("The two runs tell different classes apart: choose two runs of the same data set.")
    position = pd.Index(second.path).get_indexer(pd.Index(first.path))
    shared = position >= 0
    if not shared.any():
        raise KdError("The two runs have no picture in common: choose two runs of the same data set.")
    return first.where(shared), second.where(position[shared])


def agreement(first: Predictions, second: Predictions) -> float:
    """Return the share of the common pictures to which both runs give the same class, right or wrong; 0..1.

    Stanton et al., "Does Knowledge Distillation Really Work?" (2021), call it top-1 agreement.

    Raises:
        KdError: as ``common``.
    """
    one, other = common(first, second)
    return float(np.mean(one.logits.argmax(axis=1) == other.logits.argmax(axis=1)))

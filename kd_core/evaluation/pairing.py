"""Runs on the same pictures: the rows that all of them answered, in the same order."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kd_core.artifacts import Predictions
from kd_core.errors import KdError


def common(first: Predictions, second: Predictions) -> tuple[Predictions, Predictions]:
    """Return the answers of both runs to the pictures that both were asked, ordered as in ``first``.

    Raises:
        KdError: as ``aligned``.
    """
    one, other = aligned([first, second])
    return one, other


def aligned(answers: Sequence[Predictions]) -> list[Predictions]:
    """Return the answers of every run to the pictures that all of them were asked, ordered as in the first.

    Pictures are matched by their index path (``split/class/file``), so that runs of different studies on the same
    data set can be compared too.

    Args:
        answers: of one or more runs.

    Raises:
        KdError: if the runs tell different classes apart, or have no picture in common.
    """
    first, *others = answers
    if any(other.classes != first.classes for other in others):
        raise KdError("The runs tell different classes apart: choose runs of the same data set.")
    paths = pd.Index(first.path)
    positions = [np.arange(len(first)), *(pd.Index(other.path).get_indexer(paths) for other in others)]
    shared = np.all([position >= 0 for position in positions], axis=0)
    if not shared.any():
        raise KdError("The runs have no picture in common: choose runs of the same data set.")
    return [one.where(position[shared]) for one, position in zip(answers, positions, strict=True)]


def agreement(first: Predictions, second: Predictions) -> float:
    """Return the share of the common pictures to which both runs give the same class, right or wrong; 0..1.

    Stanton et al., "Does Knowledge Distillation Really Work?" (2021), call it top-1 agreement.

    Raises:
        KdError: as ``aligned``.
    """
    one, other = common(first, second)
    return float(np.mean(one.logits.argmax(axis=1) == other.logits.argmax(axis=1)))

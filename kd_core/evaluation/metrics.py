"""Figures derived from stored logits: accuracy, loss, confusion matrix, and the part of a split that did not leak."""

import numpy as np
import pandas as pd

from kd_core.artifacts import Predictions
from kd_core.data.frame import learned

NORMS = ("count", "row", "column")


def accuracy(predictions: Predictions) -> float:
    """Return the share of pictures whose largest logit is the true class, 0..1; NaN for no pictures.

    Of equal logits the class that comes first counts, as everywhere in NumPy.
    """
    if not len(predictions):
        return float("nan")
    return float(np.mean(predictions.logits.argmax(axis=1) == predictions.label))


def log_loss(predictions: Predictions) -> float:
    """Return the mean cross-entropy in nats, ``mean(logsumexp(z) - z[label])``, in float64; NaN for no pictures.

    Taken from the logits and not from rounded probabilities, so that a confident mistake costs what it costs and
    is never infinite.
    """
    if not len(predictions):
        return float("nan")
    logits = predictions.logits.astype(np.float64)
    own = np.take_along_axis(logits, predictions.label[:, np.newaxis], axis=1)[:, 0]
    return float(np.mean(np.logaddexp.reduce(logits, axis=1) - own))


def top_k(logits: np.ndarray, k: int) -> np.ndarray:
    """Return the classes of the ``k`` largest logits, best first: int64, [n, k] for logits of shape [n, classes].

    Raises:
        ValueError: if ``k`` is not within 1..classes.
    """
    if not 1 <= k <= logits.shape[1]:
        raise ValueError(f"k is {k}, there are {logits.shape[1]} classes")
    return np.argsort(-logits.astype(np.float64), axis=1, kind="stable")[:, :k]


def confusion(predictions: Predictions) -> np.ndarray:
    """Return the confusion matrix: int64, [classes, classes], rows true, columns predicted."""
    k = len(predictions.classes)
    cell = predictions.label * k + predictions.logits.argmax(axis=1)
    return np.bincount(cell, minlength=k * k).reshape(k, k).astype(np.int64)


def normalised(matrix: np.ndarray, norm: str) -> np.ndarray:
    """Return a confusion matrix as counts ("count"), shares of its row or shares of its column (0..1), in float64.

    The diagonal of "row" is the recall of the classes, that of "column" their precision. A row or column without
    pictures has no shares: NaN.

    Args:
        matrix: counts, int [classes, classes], rows true.
        norm: one of ``NORMS``.
    """
    if norm == "count":
        return matrix.astype(np.float64)
    totals = matrix.sum(axis=1 if norm == "row" else 0, keepdims=True).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(totals > 0, matrix / totals, np.nan)


def matrix_accuracy(matrix: np.ndarray) -> float:
    """Return the share of a confusion matrix that lies on its diagonal, 0..1; NaN for an empty matrix."""
    total = matrix.sum()
    return float(np.trace(matrix) / total) if total else float("nan")


def leak_free(predictions: Predictions, index: pd.DataFrame) -> np.ndarray:
    """Return which predictions are of pictures of which no copy or near-copy was trained on: bool, [n].

    A study that leaves the copies out of training has no other pictures in validation and test, and says something
    honest of all of them.

    Args:
        predictions: the stored answers of one run.
        index: the study's ``data.parquet``; a picture that it does not list counts as leak-free, since nothing
            says otherwise.
    """
    return ~pd.Series(predictions.path, dtype=object).isin(set(index.loc[learned(index), "path"])).to_numpy()

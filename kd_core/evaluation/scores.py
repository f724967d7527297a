"""The scores of one run on a set of pictures: the headline figures, and precision, recall and F1 of every class.

Apart from ``metrics`` since scikit-learn takes a second to load, which who wants an accuracy need not wait for.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from sklearn.metrics import brier_score_loss, precision_recall_fscore_support

from kd_core.artifacts import Predictions
from kd_core.errors import KdError
from kd_core.evaluation.classifier import softmax
from kd_core.evaluation.metrics import confusion, log_loss, top_k
from kd_core.evaluation.proportions import wilson

FEW_PICTURES = 30
"""Below so many pictures of a class its figures say little: one picture more or less moves its recall by 3 points."""

AVERAGES = ("macro", "weighted")
_K = 3  # of top-3


@dataclass(frozen=True)
class Share:
    """A share of pictures, 0..1, with the bounds of its Wilson interval at 95 %."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Scores:
    """What one run scores on ``n`` pictures.

    ``loss`` is the negative log-likelihood in nats a picture (``metrics.log_loss``), ``brier`` as ``brier`` has it.
    These two and ``top3`` need the answers themselves: None where only a confusion matrix is known; ``top3`` also
    where there are no more than three classes.

    ``classes`` has one row a class: ``class``; ``precision``, ``recall`` and ``f1`` in 0..1, the first two with
    ``_low`` and ``_high``, their Wilson intervals at 95 %; ``support``, the pictures of the class; ``predicted``, the
    answers that name it. A share of nothing is NaN: precision of a class that was never named, recall of one that no
    picture shows. ``averages`` has the rows "macro" (every class counts the same) and "weighted" (by support) with
    ``average``, ``precision``, ``recall``, ``f1``, ``support``; they leave out what is NaN.
    """

    n: int
    top1: Share
    top3: Share | None
    loss: float | None
    brier: float | None
    classes: pd.DataFrame
    averages: pd.DataFrame

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the classes, 0..1."""
        return float(self.averages["f1"].iloc[AVERAGES.index("macro")])


def scores_of(predictions: Predictions) -> Scores:
    """Return the scores of stored answers; give the part of them that is meant, such as ``leak_free`` test pictures.

    Raises:
        KdError: if there is no picture.
    """
    matrix_scores = scores_of_matrix(confusion(predictions), predictions.classes)
    enough = len(predictions.classes) > _K
    return replace(
        matrix_scores,
        top3=_share(_hits(predictions, _K), matrix_scores.n) if enough else None,
        loss=log_loss(predictions),
        brier=brier(predictions),
    )


def scores_of_matrix(matrix: np.ndarray, classes: tuple[str, ...]) -> Scores:
    """Return what a confusion matrix alone tells: top-1 and the scores of the classes.

    Args:
        matrix: counts, int [classes, classes], rows true.
        classes: their names.

    Raises:
        KdError: if the matrix counts no picture.
    """
    n = int(matrix.sum())
    if not n:
        raise KdError("There is no picture to score: choose another split, or evaluate the run again.")
    return Scores(
        n=n,
        top1=_share(int(np.trace(matrix)), n),
        top3=None,
        loss=None,
        brier=None,
        classes=_class_scores(matrix, classes),
        averages=_averages(matrix),
    )


def brier(predictions: Predictions) -> float:
    """Return the Brier score, 0 (best) to 2; NaN for no pictures.

    In Brier's own form (1950) for any number of classes: the mean over the pictures of the sum over the classes of
    ``(p - y)^2``, with y = 1 for the true class and else 0. Half of it is what is often given for two classes.
    """
    if not len(predictions):
        return float("nan")
    every = range(len(predictions.classes))
    return float(brier_score_loss(predictions.label, softmax(predictions.logits), labels=every, scale_by_half=False))


def _hits(predictions: Predictions, k: int) -> int:
    # Not scikit-learn's top_k_accuracy_score: of equal logits, which int8 models often give, that one takes the last
    # class, and top-1 would then be another than the accuracy.
    return int((top_k(predictions.logits, k) == predictions.label[:, np.newaxis]).sum())


def _share(successes: int, n: int) -> Share:
    return Share(successes / n, *wilson(successes, n))


def _class_scores(matrix: np.ndarray, classes: tuple[str, ...]) -> pd.DataFrame:
    precision, recall, f1, _ = _scikit_learn(matrix, None)
    right, support, predicted = np.diagonal(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    frame = pd.DataFrame({"class": classes, "precision": precision, "recall": recall, "f1": f1})
    for name, counts in (("precision", predicted), ("recall", support)):
        bounds = [wilson(int(hits), int(n)) for hits, n in zip(right, counts, strict=True)]
        frame[[f"{name}_low", f"{name}_high"]] = bounds
    return frame.assign(support=support, predicted=predicted)


def _averages(matrix: np.ndarray) -> pd.DataFrame:
    rows = [(name, *_scikit_learn(matrix, name)[:3]) for name in AVERAGES]
    return pd.DataFrame(rows, columns=["average", "precision", "recall", "f1"]).assign(support=int(matrix.sum()))


def _scikit_learn(matrix: np.ndarray, average: str | None) -> tuple:
    """Return precision, recall, F1 and support, of every class or their average, from the counts as weights."""
    true, predicted = np.indices(matrix.shape)
    return precision_recall_fscore_support(
        true.ravel(),
        predicted.ravel(),
        labels=range(len(matrix)),
        average=average,
        sample_weight=matrix.ravel(),
        zero_division=np.nan,
    )

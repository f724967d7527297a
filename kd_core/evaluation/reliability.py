"""Reliability bins: how often answers of about the same confidence are right, and how far that lies from what they say.

The confidence of an answer is its largest probability; it is calibrated where, of the pictures answered with 80 %, 80 %
are right (Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", 2017).
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import numpy as np

from kd_core.evaluation.proportions import Interval, wilson

Binning = Literal["equal-width", "equal-mass"]
BINNINGS: tuple[Binning, ...] = get_args(Binning)
BINS = 15
NAN = float("nan")


@dataclass(frozen=True)
class Bin:
    """The ``count`` pictures with a confidence in ``(low, high]``, of which ``right`` are answered right.

    ``confidence`` is their mean confidence, 0..1; NaN for no pictures, as are the figures that follow from it.
    """

    low: float
    high: float
    count: int
    right: int
    confidence: float

    @property
    def accuracy(self) -> float:
        """Return the share of pictures that is right, 0..1."""
        return self.right / self.count if self.count else NAN

    @property
    def gap(self) -> float:
        """Return confidence minus accuracy: above 0 the answers claim more than they hold."""
        return self.confidence - self.accuracy

    def interval(self) -> Interval:
        """Return the bounds of the accuracy's 95 % interval after Wilson (1927), within 0..1."""
        return wilson(self.right, self.count)


def reliability(
    probabilities: np.ndarray, labels: np.ndarray, *, bins: int = BINS, binning: Binning = "equal-width"
) -> tuple[Bin, ...]:
    """Return the reliability bins of the top-label confidence, from the least confident to the most.

    Args:
        probabilities: float, shape [n, classes]; rows that sum to 1, not logits.
        labels: int class indices, shape [n].
        bins: how many, at least 1.
        binning: "equal-width", ``((m - 1) / bins, m / bins]`` as in Guo et al., empty bins included; or "equal-mass",
            with as many pictures in every bin as can be (the adaptive bins of Nguyen and O'Connor 2015), which
            begin and end at confidences that occur. Pictures of one confidence are never torn apart, so that where
            many share one there are fewer bins, and no order of the pictures matters.

    Raises:
        ValueError: if the shapes do not fit, a row is no distribution, or ``bins`` or ``binning`` is none of these.
    """
    confidence, right = confidences(probabilities, labels)
    edges = _edges(confidence, bins, binning)
    where = _members(confidence, edges)
    return tuple(
        _bin(low, high, confidence[where == m], right[where == m]) for m, (low, high) in enumerate(pairwise(edges))
    )


def expected_error(bins: tuple[Bin, ...]) -> float:
    """Return the ECE of bins that are there already; NaN for no pictures."""
    n = sum(one.count for one in bins)
    return sum(one.count * abs(one.gap) for one in bins if one.count) / n if n else NAN


def largest_error(bins: tuple[Bin, ...]) -> float:
    """Return the maximum calibration error (MCE): the largest ``|accuracy_m - confidence_m|``, 0..1.

    One bin with a handful of pictures can make it; NaN for no pictures.
    """
    return max((abs(one.gap) for one in bins if one.count), default=NAN)


def chance_errors(
    confidence: np.ndarray,
    *,
    bins: int = BINS,
    binning: Binning = "equal-width",
    draws: int = 200,
    seed: int = 0,
) -> np.ndarray:
    """Return which ECE a perfectly calibrated model with these confidences shows by chance: float64, shape [draws].

    Each draw makes every picture right with the probability that its confidence states, and takes the ECE anew: the
    consistency resampling of Bröcker and Smith (2007). An ECE within these draws is no evidence against calibration.

    Args:
        confidence: float, shape [n], 0..1, n at least 1.
        bins: as ``reliability``.
        binning: as ``reliability``.
        draws: how many.
        seed: of the draws.
    """
    n, edges = len(confidence), _edges(confidence, bins, binning)
    where, random = _members(confidence, edges), np.random.default_rng(seed)
    # The count of a bin cancels: n_m / n * |accuracy_m - confidence_m| is |sum over the bin of right - confidence| / n.
    return np.array(
        [np.abs(np.bincount(where, (random.random(n) < confidence) - confidence)).sum() / n for _ in range(draws)]
    )


def confidences(probabilities: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return of each picture the largest probability (float64) and whether that class is the true one (bool)."""
    probabilities, labels = np.asarray(probabilities, np.float64), np.asarray(labels)
    if probabilities.ndim != 2 or labels.shape != probabilities.shape[:1]:
        raise ValueError(f"one label a row is needed, not {labels.shape} for probabilities {probabilities.shape}")
    if (probabilities < 0).any() or not np.allclose(probabilities.sum(axis=1), 1, rtol=0, atol=1e-4):
        raise ValueError("a row of probabilities does not sum to 1: give softmax(logits), not logits")
    return probabilities.max(axis=1, initial=0), probabilities.argmax(axis=1) == labels


def _edges(confidence: np.ndarray, bins: int, binning: Binning) -> np.ndarray:
    """Return the bounds of the bins, ascending: float64, one more than there are bins."""
    if bins < 1 or binning not in BINNINGS:
        raise ValueError(f"bins is {bins} and binning {binning!r}: at least 1, and one of {', '.join(BINNINGS)}")
    n = len(confidence)
    if binning == "equal-width" or not n:
        return np.arange(bins + 1) / bins
    ordered = np.sort(confidence)
    # The k-th bin ends with the picture of rank ceil(k n / bins), in whole numbers so that nothing is rounded.
    ends = np.unique(ordered[[-(-k * n // bins) - 1 for k in range(1, bins + 1)]])
    return np.concatenate([ordered[:1], ends]) if len(ends) > 1 else np.array([ordered[0], ordered[-1]])


def _members(confidence: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the bin of each confidence; the upper edge belongs to the bin below it."""
    return np.searchsorted(edges[1:-1], confidence, side="left")


def _bin(low: float, high: float, confidence: np.ndarray, right: np.ndarray) -> Bin:
    mean = float(confidence.mean()) if confidence.size else NAN
    return Bin(float(low), float(high), confidence.size, int(right.sum()), mean)

"""Whether a confidence can be taken at its word: calibration errors, and temperature scaling that mends them.

After Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks" (2017).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy

from kd_core.artifacts import Predictions
from kd_core.evaluation.bootstrap import estimate
from kd_core.evaluation.classifier import softmax
from kd_core.evaluation.groups import group_sums
from kd_core.evaluation.metrics import leak_free
from kd_core.evaluation.reliability import (
    BINS,
    NAN,
    Bin,
    Binning,
    chance_errors,
    confidences,
    expected_error,
    largest_error,
    reliability,
)

# Of the bootstrap: a whole page of runs is waited for.
_DRAWS = 2_000
# A temperature beyond these leaves nothing of an answer: all on one class, or the same for every class.
COLDEST, HOTTEST = 0.05, 20.0


@dataclass(frozen=True)
class Calibration:
    """How well the confidences of one run fit its answers to ``n`` pictures, at one temperature.

    ``nll`` in nats. ``brier``: mean squared distance to the label over all classes, 0..2 (Brier 1950). ``ece`` and
    ``mce`` in 0..1, by ``bins``; ``chance`` is the ECE that perfect calibration would show on average, and
    ``ece_p_value`` how often it would show at least this one (see ``chance_errors``), which takes the pictures to be
    independent. ``gap``: mean confidence minus accuracy, with its 95 % bootstrap interval and the p-value of the
    two-sided t-test that it is 0: near-copies are one draw of both, which are NaN for fewer than two.
    """

    n: int
    temperature: float
    accuracy: float
    confidence: float
    nll: float
    brier: float
    ece: float
    mce: float
    chance: float
    ece_p_value: float
    gap: float
    gap_low: float
    gap_high: float
    gap_p_value: float
    bins: tuple[Bin, ...]


def calibration_error(
    probabilities: np.ndarray, labels: np.ndarray, *, bins: int = BINS, binning: Binning = "equal-width"
) -> float:
    """Return the expected calibration error (ECE): ``sum_m n_m / n * |accuracy_m - confidence_m|``, 0..1.

    An estimate from few pictures is too high: chance alone moves the accuracy of a bin (see ``chance_errors``). NaN for
    no pictures. Arguments and errors as ``reliability``.
    """
    return expected_error(reliability(probabilities, labels, bins=bins, binning=binning))


def fit_temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the T for which ``softmax(logits / T)`` has the least mean NLL on these pictures (Guo et al. 2017).

    One number for all classes keeps the order of the classes, and with it every answer and the accuracy. The loss is
    convex in 1 / T, so that it has one valley along log T, which Brent's method descends. A T at a bound says that the
    pictures give no better one: of answers that are all right, the sharpest fit best.

    Args:
        logits: float, shape [n, classes], of pictures that nothing is reported on: validation, never test.
        labels: int class indices, shape [n].

    Returns:
        T between ``COLDEST`` and ``HOTTEST``; above 1 the logits are too large (overconfident), below 1 too small.

    Raises:
        ValueError: if there are no pictures, the shapes do not fit, or a logit is not finite.
    """
    logits, labels = np.asarray(logits, np.float64), np.asarray(labels)
    if logits.ndim != 2 or labels.shape != logits.shape[:1] or not labels.size:
        raise ValueError(f"one label a row of logits is needed, not {labels.shape} for {logits.shape}")
    if not np.isfinite(logits).all():
        raise ValueError("a logit is not finite")
    found = scipy.optimize.minimize_scalar(
        lambda log_t: _nll(logits, labels, np.exp(log_t)),
        bounds=(np.log(COLDEST), np.log(HOTTEST)),
        method="bounded",
        options={"xatol": 1e-7},
    )
    return float(np.exp(found.x))


def validation_temperature(predictions: Predictions, index: pd.DataFrame) -> float | None:
    """Return the temperature of a run, fitted on the leak-free part of its validation pictures; None without any.

    A leaked picture was trained on, is answered more surely than a new one, and would make the temperature too low.

    Args:
        predictions: the run's stored answers to all splits.
        index: the study's ``data.parquet``, which knows what leaked.
    """
    held_out = predictions.of("val")
    held_out = held_out.where(leak_free(held_out, index))
    return fit_temperature(held_out.logits, held_out.label) if len(held_out) else None


def calibration(
    logits: np.ndarray,
    labels: np.ndarray,
    groups: np.ndarray | None = None,
    *,
    temperature: float = 1.0,
    bins: int = BINS,
    binning: Binning = "equal-width",
) -> Calibration:
    """Return how well ``softmax(logits / temperature)`` is calibrated on these pictures.

    Args:
        logits: float, shape [n, classes], n at least 1.
        labels: int class indices, shape [n].
        groups: shape [n]; near-copies have equal entries. None: every picture is its own group.
        temperature: T; 1 leaves the answers as the network gives them.
        bins: as ``reliability``.
        binning: as ``reliability``.

    Raises:
        ValueError: if there are no pictures or a logit is not finite, and as ``reliability``.
    """
    if not np.isfinite(logits).all():
        raise ValueError("a logit is not finite")
    probabilities = softmax(logits, temperature)
    confidence, right = confidences(probabilities, labels)
    if not right.size:
        raise ValueError("there are no pictures to calibrate on")
    found = reliability(probabilities, labels, bins=bins, binning=binning)
    error, by_chance = expected_error(found), chance_errors(confidence, bins=bins, binning=binning)
    gap = estimate(confidence - right, groups, resamples=_DRAWS)
    return Calibration(
        n=right.size,
        temperature=temperature,
        accuracy=float(right.mean()),
        confidence=float(confidence.mean()),
        nll=_nll(np.asarray(logits, np.float64), labels, temperature),
        brier=float(((probabilities - np.eye(probabilities.shape[1])[labels]) ** 2).sum(axis=1).mean()),
        ece=error,
        mce=largest_error(found),
        chance=float(by_chance.mean()),
        # Rounding apart, a draw that is the observed one counts; and the observed one is one of them.
        ece_p_value=float((1 + (by_chance >= error - 1e-12).sum()) / (1 + len(by_chance))),
        gap=gap.value,
        gap_low=gap.low,
        gap_high=gap.high,
        gap_p_value=_zero_test(group_sums(confidence - right, groups)),
        bins=found,
    )


def _zero_test(values: np.ndarray) -> float:
    """Return the p-value of a mean's being 0; NaN for fewer than two values."""
    if len(values) < 2:
        return NAN
    if np.ptp(values) < 1e-12:
        # No spread, no test: as good as certain.
        return float(abs(values[0]) < 1e-12)
    return float(scipy.stats.ttest_1samp(values, 0).pvalue)


def _nll(logits: np.ndarray, labels: np.ndarray, temperature: float) -> float:
    log_p = scipy.special.log_softmax(logits / temperature, axis=1)
    return float(-np.take_along_axis(log_p, labels[:, np.newaxis], axis=1).mean())

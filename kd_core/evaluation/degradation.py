"""How much accuracy corruptions take: areas under the accuracy curves, beside those of a reference."""

from dataclasses import dataclass

import numpy as np
import scipy

NAN = float("nan")


@dataclass(frozen=True)
class AreaRatio:
    """A relative area with its bootstrap interval at ``level``, and the p-value of the paired test."""

    value: float
    low: float
    high: float
    level: float
    p_value: float


def area(accuracy: np.ndarray) -> np.ndarray:
    """Return the area under accuracy over severity, by the trapezoid rule and divided by the range of severities.

    It is the mean height of the curve from the clean picture to the highest severity, 0..1: a run that no corruption
    touches has its clean accuracy as area.

    Args:
        accuracy: 0..1, shape [..., severities]; severity 0 first.

    Returns:
        Shape [...].
    """
    return np.trapezoid(np.asarray(accuracy, np.float64), axis=-1) / (np.shape(accuracy)[-1] - 1)


def mean_accuracy(accuracy: np.ndarray) -> float:
    """Return the mean accuracy over all corruptions and all severities but 0; [corruptions, severities]."""
    return float(np.mean(np.asarray(accuracy, np.float64)[:, 1:]))


def relative_area(accuracy: np.ndarray, reference: np.ndarray) -> float:
    """Return the mean relative area: a run's area over the reference's, averaged over the corruptions.

    1 is as good as the reference. It is the counterpart of ``corruption_error`` in accuracy: a ratio for each
    corruption first, so that a hard one does not count for less. NaN where the reference has an area of 0.

    Args:
        accuracy: 0..1, shape [corruptions, severities]; severity 0 first.
        reference: the same of the reference.
    """
    return float(_mean_ratio(area(accuracy), area(reference)))


def corruption_error(accuracy: np.ndarray, reference: np.ndarray) -> float:
    """Return mCE, the mean corruption error of Hendrycks and Dietterich (2019), with the given run as reference.

    ``mean over c of (sum over s of E[c, s] / sum over s of E_reference[c, s])`` with the error E = 1 - accuracy and the
    severities s from 1 on; theirs takes AlexNet as reference and is given in percent. Below 1 is better than the
    reference. NaN where the reference makes no mistake.

    Args:
        accuracy: 0..1, shape [corruptions, severities]; severity 0 first and not counted.
        reference: the same of the reference.
    """
    errors, others = (1 - np.asarray(one, np.float64)[:, 1:] for one in (accuracy, reference))
    return float(_mean_ratio(errors.sum(axis=1), others.sum(axis=1)))


def retained(accuracy: np.ndarray) -> float:
    """Return the share of its clean accuracy that a run keeps on average under corruption; NaN where that is 0.

    Robustness apart from accuracy: the question of the relative mCE of Hendrycks and Dietterich (2019), asked as a
    share, which stays finite where a reference hardly loses anything.

    Args:
        accuracy: 0..1, shape [corruptions, severities]; severity 0 first.
    """
    clean = float(np.mean(np.asarray(accuracy, np.float64)[:, 0]))
    return mean_accuracy(accuracy) / clean if clean else NAN


def compare_areas(
    correct: np.ndarray,
    reference: np.ndarray,
    groups: np.ndarray,
    *,
    level: float = 0.95,
    resamples: int = 2_000,
    seed: int = 0,
) -> AreaRatio:
    """Return the relative area of a run with its interval and the test whether it differs from the reference.

    The interval is the percentile bootstrap (Efron 1979) over whole groups of pictures, drawn together for both runs:
    near-copies are right or wrong together, and a hard picture is hard for both. The test is a t-test of the groups'
    differences in area, averaged over the corruptions, against 0: paired as the interval is.

    Args:
        correct: bool, shape [n, corruptions, severities]: which pictures the run has right.
        reference: the same of the reference, on the same pictures.
        groups: shape [n]: pictures that are near-copies of one another share a value.
        level: the interval's coverage, between 0 and 1.
        resamples: bootstrap draws.
        seed: of the draws.

    Raises:
        ValueError: if the shapes do not agree or there are no pictures.
    """
    if correct.shape != reference.shape or correct.shape[:1] != np.shape(groups) or not len(correct):
        raise ValueError(f"the same pictures are needed, not {correct.shape}, {reference.shape}, {np.shape(groups)}")
    member = np.unique(groups, return_inverse=True)[1]
    count = int(member.max()) + 1
    own, other = np.zeros((count, correct.shape[1])), np.zeros((count, correct.shape[1]))
    np.add.at(own, member, area(correct))
    np.add.at(other, member, area(reference))
    draws = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=resamples)
    tail = (1 - level) / 2
    # Of few pictures a draw may hold none that the reference ever has right: there is no ratio to it.
    ratios = _mean_ratio(draws @ own, draws @ other)
    low, high = np.quantile(ratios[np.isfinite(ratios)], [tail, 1 - tail]) if np.isfinite(ratios).any() else (NAN, NAN)
    value = float(_mean_ratio(own.sum(axis=0), other.sum(axis=0)))
    return AreaRatio(value, float(low), float(high), level, _p_value((own - other).mean(axis=1)))


def _mean_ratio(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the mean over the last axis of values / others; NaN where one of the others is 0."""
    safe = np.where(others > 0, others, np.nan)
    return (values / safe).mean(axis=-1)


def _p_value(differences: np.ndarray) -> float:
    # Without any spread there is nothing to divide by: the same answers throughout, or too few groups to tell.
    if len(differences) < 2 or np.ptp(differences) == 0:
        return 1.0 if not differences.any() or len(differences) < 2 else 0.0
    return float(scipy.stats.ttest_1samp(differences, 0.0).pvalue)

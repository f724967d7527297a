"""How sure a share or a mean is: Wilson's interval, the bootstrap's, and an exact test of two paired means."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest, bootstrap, permutation_test

NAN = float("nan")


@dataclass(frozen=True)
class Interval:
    """The bounds around a figure, in its unit; NaN where too few pictures were seen to have any."""

    low: float
    high: float


@dataclass(frozen=True)
class MeanDifference:
    """The mean of a first model's figure minus that of a second on the same ``n`` pictures.

    ``low`` and ``high`` bound the bootstrap interval at ``level``; ``p_value`` is the two-sided sign-flip test's.
    """

    difference: float
    low: float
    high: float
    p_value: float
    n: int
    level: float


def share_interval(count: int, n: int, *, level: float = 0.95) -> Interval:
    """Return the interval of Wilson (1927) around ``count / n``, within 0..1; NaN for no pictures.

    Unlike the textbook's normal interval it has a width at 0 and at 1, where classes that are always or never right
    lie, and keeps its coverage at the few dozen pictures of one class (Brown, Cai and DasGupta 2001).
    """
    if not n:
        return Interval(NAN, NAN)
    found = binomtest(count, n).proportion_ci(confidence_level=level, method="wilson")
    return Interval(float(found.low), float(found.high))


def mean_interval(values: np.ndarray, *, level: float = 0.95, resamples: int = 2_000, seed: int = 0) -> Interval:
    """Return the percentile bootstrap interval (Efron 1979) around a mean; NaN for fewer than two values.

    Args:
        values: float, shape [n].
        level: the interval's coverage, between 0 and 1.
        resamples: bootstrap draws.
        seed: of the draws.
    """
    if len(values) < 2:
        return Interval(NAN, NAN)
    found = bootstrap(
        (np.asarray(values, np.float64),),
        np.mean,
        n_resamples=resamples,
        batch=500,
        confidence_level=level,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return Interval(float(found.low), float(found.high))


def mean_difference(
    first: np.ndarray, second: np.ndarray, *, level: float = 0.95, resamples: int = 1_999, seed: int = 0
) -> MeanDifference:
    """Compare the means of two models' figures on the same pictures.

    The test flips the sign of each picture's difference like a fair coin (Fisher's randomisation test): what McNemar's
    is for right and wrong, it is for figures of any size, and it asks for no bell curve, which divergences are far
    from. Of few pictures all flips are counted, of many ``resamples`` are drawn, so that p is at least
    ``2 / (resamples + 1)``.

    Args:
        first: float, shape [n]; the first model's figure for each picture.
        second: float, shape [n]; the second model's, in the same order.
        level: the interval's coverage, between 0 and 1.
        resamples: draws of the bootstrap, and at most of the test.
        seed: of the draws.

    Raises:
        ValueError: if the shapes differ or there are no pictures.
    """
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if first.shape != second.shape or first.ndim != 1 or not first.size:
        raise ValueError(f"one figure a picture is needed from each model, not {first.shape} and {second.shape}")
    gap = first - second
    interval = mean_interval(gap, level=level, resamples=resamples, seed=seed)
    test = permutation_test(
        (first, second),
        lambda one, other, axis: np.mean(one - other, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=resamples,
        batch=500,
        rng=np.random.default_rng(seed),
    )
    return MeanDifference(
        difference=float(gap.mean()),
        low=interval.low,
        high=interval.high,
        p_value=float(test.pvalue),
        n=gap.size,
        level=level,
    )

"""Whether two models' figures of any size, such as divergences, differ in their mean on the same pictures."""

from dataclasses import dataclass

import numpy as np
import scipy

from kd_core.evaluation.bootstrap import estimate
from kd_core.evaluation.groups import group_sums


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


def mean_difference(
    first: np.ndarray,
    second: np.ndarray,
    groups: np.ndarray | None = None,
    *,
    level: float = 0.95,
    resamples: int = 1_999,
    seed: int = 0,
) -> MeanDifference:
    """Compare the means of two models' figures on the same pictures.

    The test flips the sign of each picture's difference like a fair coin (Fisher's randomisation test): what McNemar's
    is for right and wrong, it is for figures of any size, and it asks for no bell curve, which divergences are far
    from. Near-copies are flipped together, as ``kd_core.evaluation.bootstrap.estimate`` draws them together for the
    interval. Of few groups all flips are counted, of many ``resamples`` are drawn, so that p is at least
    ``2 / (resamples + 1)``.

    Args:
        first: float, shape [n]; the first model's figure for each picture.
        second: float, shape [n]; the second model's, in the same order.
        groups: shape [n]; near-copies have equal entries. None: every picture is its own group.
        level: the interval's coverage, between 0 and 1.
        resamples: draws of the bootstrap, and at most of the test.
        seed: of the draws.

    Raises:
        ValueError: if the shapes differ or there are no pictures.
    """
    first, second = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if first.shape != second.shape or first.ndim != 1 or not first.size:
        raise ValueError(f"one figure a picture is needed from each model, not {first.shape} and {second.shape}")
    gap = estimate(first - second, groups, level=level, resamples=resamples, seed=seed)
    test = scipy.stats.permutation_test(
        (group_sums(first, groups), group_sums(second, groups)),
        lambda one, other, axis: np.mean(one - other, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=resamples,
        batch=500,
        rng=np.random.default_rng(seed),
    )
    return MeanDifference(
        difference=gap.value,
        low=gap.low,
        high=gap.high,
        p_value=float(test.pvalue),
        n=gap.n,
        level=level,
    )

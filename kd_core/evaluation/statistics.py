"""Whether two models differ on the same pictures: an interval and an exact test, so that no difference stands bare."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import binomtest


@dataclass(frozen=True)
class PairedDifference:
    """The accuracy of a first model minus that of a second on the same ``n`` pictures, as fractions.

    ``low`` and ``high`` bound the bootstrap interval at ``level``. ``only_first`` and ``only_second`` count the
    pictures that exactly one of the two has right; ``p_value`` is McNemar's, two-sided and exact.
    """

    difference: float
    low: float
    high: float
    p_value: float
    only_first: int
    only_second: int
    n: int
    level: float


def paired_difference(
    first: np.ndarray, second: np.ndarray, *, level: float = 0.95, resamples: int = 10_000, seed: int = 0
) -> PairedDifference:
    """Compare two models by which pictures each has right.

    The test is McNemar's (1947) in its exact binomial form: under equal accuracy the discordant pictures fall to
    either side like a fair coin. The interval is the percentile bootstrap (Efron 1979) over pictures. A picture
    contributes +1, 0 or -1 to the difference, so that drawing n pictures with replacement is drawing the three
    counts from one multinomial distribution: the same distribution, without an array of n x resamples.

    Args:
        first: bool, shape [n]; whether the first model has the picture right.
        second: bool, shape [n]; the second model on the same pictures in the same order.
        level: the interval's coverage, between 0 and 1.
        resamples: bootstrap draws.
        seed: of the draws.

    Raises:
        ValueError: if the shapes differ or there are no pictures.
    """
    first, second = np.asarray(first, bool), np.asarray(second, bool)
    if first.shape != second.shape or first.ndim != 1 or not first.size:
        raise ValueError(f"one answer a picture is needed from each model, not {first.shape} and {second.shape}")
    n = first.size
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    shares = np.array([only_first, only_second, n - only_first - only_second]) / n
    draws = np.random.default_rng(seed).multinomial(n, shares, size=resamples)
    tail = (1 - level) / 2
    low, high = np.quantile((draws[:, 0] - draws[:, 1]) / n, [tail, 1 - tail])
    return PairedDifference(
        difference=(only_first - only_second) / n,
        low=float(low),
        high=float(high),
        p_value=_mcnemar(only_first, only_second),
        only_first=only_first,
        only_second=only_second,
        n=n,
        level=level,
    )


def _mcnemar(only_first: int, only_second: int) -> float:
    discordant = only_first + only_second
    return float(binomtest(only_first, discordant, 0.5).pvalue) if discordant else 1.0

"""Whether two models differ on the same pictures: an interval and an exact test, so that no difference stands bare."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from kd_core.evaluation.bootstrap import Estimate, estimate


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


@dataclass(frozen=True)
class SeededDifference:
    """The accuracy of one recipe minus that of another over several trainings of both, on the same pictures.

    ``over`` is the mean over the trainings with its interval, ``each`` the pairs of trainings one by one, each with a
    test of its own. Tests are never pooled: the same pictures answered by three models are not three times as many.
    """

    over: Estimate
    each: tuple[PairedDifference, ...]


def paired_difference(
    first: np.ndarray,
    second: np.ndarray,
    groups: np.ndarray | None = None,
    *,
    level: float = 0.95,
    resamples: int = 10_000,
    seed: int = 0,
) -> PairedDifference:
    """Compare two models by which pictures each has right.

    The test is McNemar's (1947) in its exact binomial form: under equal accuracy the discordant pictures fall to
    either side like a fair coin. It takes pictures to be independent, which near-copies are not; the interval, that of
    ``kd_core.evaluation.bootstrap.estimate``, does not.

    Args:
        first: bool, shape [n]; whether the first model has the picture right.
        second: bool, shape [n]; the second model on the same pictures in the same order.
        groups: shape [n]; near-copies have equal entries. None: every picture is its own group.
        level: the interval's coverage, between 0 and 1.
        resamples: bootstrap draws.
        seed: of the draws.

    Raises:
        ValueError: if the shapes differ or there are no pictures.
    """
    first, second = np.asarray(first, bool), np.asarray(second, bool)
    if first.shape != second.shape or first.ndim != 1 or not first.size:
        raise ValueError(f"one answer a picture is needed from each model, not {first.shape} and {second.shape}")
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    gap = estimate(_gap(first, second), groups, level=level, resamples=resamples, seed=seed)
    return PairedDifference(
        # From the counts: as exact as a fraction can be, and the mirror image where the models are swapped.
        difference=(only_first - only_second) / first.size,
        low=gap.low,
        high=gap.high,
        p_value=mcnemar(only_first, only_second),
        only_first=only_first,
        only_second=only_second,
        n=first.size,
        level=level,
    )


def seeded_difference(
    pairs: Sequence[tuple[np.ndarray, np.ndarray]],
    groups: np.ndarray | None = None,
    *,
    level: float = 0.95,
    resamples: int = 10_000,
    seed: int = 0,
) -> SeededDifference:
    """Compare two recipes over pairs of trainings, such as a distilled student and its twin of the same seed.

    Args:
        pairs: for every pair of trainings what ``paired_difference`` takes as ``first`` and ``second``; all on the
            same pictures in the same order.
        groups: as in ``paired_difference``.
        level: the intervals' coverage, between 0 and 1.
        resamples: bootstrap draws.
        seed: of the draws.

    Raises:
        ValueError: if there is no pair, there are no pictures, or not all pairs answer as many.
    """
    if not pairs:
        raise ValueError("at least one pair of trainings is needed")
    each = tuple(
        paired_difference(first, second, groups, level=level, resamples=resamples, seed=seed) for first, second in pairs
    )
    if len({one.n for one in each}) > 1:
        raise ValueError(f"all trainings must answer the same pictures, not {[one.n for one in each]}")
    gaps = np.stack([_gap(first, second) for first, second in pairs])
    return SeededDifference(estimate(gaps, groups, level=level, resamples=resamples, seed=seed), each)


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the exact two-sided p-value of McNemar's test for the counts of pictures that one alone has right."""
    discordant = only_first + only_second
    return float(scipy.stats.binomtest(only_first, discordant, 0.5).pvalue) if discordant else 1.0


def _gap(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.asarray(first, np.int8) - np.asarray(second, np.int8)

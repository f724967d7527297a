"""A mean over pictures with its bootstrap interval: near-copies stay together, and trainings are drawn too."""

from dataclasses import dataclass

import numpy as np

# Entries of one block of draws: 8 MB, however many kinds of groups there are.
_BLOCK = 2**20


@dataclass(frozen=True)
class Estimate:
    """A mean over ``n`` pictures in ``groups`` independent groups, and over the trainings that were given.

    ``low`` and ``high`` bound the interval at ``level``. ``each`` holds the mean of every training, ``value`` the mean
    of these, and ``deviation`` their standard deviation (ddof 1; None for one training, of which nothing is known).
    """

    value: float
    low: float
    high: float
    level: float
    n: int
    groups: int
    each: tuple[float, ...]
    deviation: float | None


def estimate(
    values: np.ndarray,
    groups: np.ndarray | None = None,
    *,
    level: float = 0.95,
    resamples: int = 10_000,
    seed: int = 0,
) -> Estimate:
    """Return the mean of what every picture contributes, with the percentile bootstrap interval (Efron 1979).

    For an accuracy a picture contributes whether it is right; for a paired difference the one model's minus the
    other's. The interval treats what was drawn by chance as it was drawn:

    - Pictures that are near-copies of one another fall together. Whole groups are drawn with replacement, as many as
      there are, and the mean is taken over the pictures drawn: the cluster bootstrap (Davison and Hinkley, "Bootstrap
      Methods and their Application", 1997, section 3.8; Field and Welsh, "Bootstrapping clustered data", 2007).
    - All trainings answer the same pictures, so that trainings and pictures are crossed, not nested: first trainings
      are drawn, then one set of groups for all of these, as in Owen, "The pigeonhole bootstrap" (2007). A set of its
      own for every training would shrink the chance of the pictures by the number of trainings. Of S trainings S - 1
      are drawn, which makes the variance between them unbiased (McCarthy and Snowden 1985; Rao and Wu 1988) where S
      draws lose a third of it for S = 3.

    Of one training the interval covers the choice of pictures alone. A mean without any variation, such as the
    accuracy of a model that has everything right, gets an interval without width: the bootstrap knows no more. Of one
    group nothing is known of how groups vary, and the bounds are NaN.

    Args:
        values: what each picture contributes: bool, int or float, shape [n], or [trainings, n] with one column a
            picture.
        groups: shape [n]: pictures with equal entries are one group; None: every picture is its own.
        level: the interval's coverage, between 0 and 1.
        resamples: bootstrap draws.
        seed: of the draws.

    Raises:
        ValueError: if there are no pictures, or the groups do not fit them.
    """
    table = np.atleast_2d(np.asarray(values, np.float64))
    if table.ndim != 2 or not table.size:
        raise ValueError(f"values of shape [n] or [trainings, n] are needed, not {np.shape(values)}")
    kinds, counts = _kinds(table, groups)
    means = _resampled_means(kinds, counts, resamples, seed)
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail]) if counts.sum() > 1 else (np.nan, np.nan)
    each = table.mean(axis=1)
    return Estimate(
        value=float(each.mean()),
        low=float(low),
        high=float(high),
        level=level,
        n=table.shape[1],
        groups=int(counts.sum()),
        each=tuple(map(float, each)),
        deviation=float(each.std(ddof=1)) if len(each) > 1 else None,
    )


def _kinds(table: np.ndarray, groups: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the different (size, sum in each training) of the groups, [kinds, 1 + trainings], and how often each is.

    Groups of one kind count alike, and there are few kinds: drawing how often each kind comes up is drawing the
    groups, without an array of groups x resamples.
    """
    n = table.shape[1]
    member = np.arange(n) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    if member.shape != (n,):
        raise ValueError(f"one group for each of {n} pictures is needed, not {member.shape}")
    columns = [np.bincount(member), *(np.bincount(member, weights=row) for row in table)]
    kinds, counts = np.unique(np.stack(columns, axis=1), axis=0, return_counts=True)
    return kinds.astype(np.float64), counts


def _resampled_means(kinds: np.ndarray, counts: np.ndarray, resamples: int, seed: int) -> np.ndarray:
    trainings, groups = kinds.shape[1] - 1, int(counts.sum())
    # Streams of their own: with one training, the pictures are drawn as if trainings were never thought of.
    of_pictures, of_trainings = np.random.default_rng(seed).spawn(2)
    drawn = max(trainings - 1, 1)
    weights = of_trainings.multinomial(drawn, np.full(trainings, 1 / trainings), size=resamples) / drawn
    means = np.empty(resamples)
    rows = max(1, _BLOCK // len(kinds))
    for start in range(0, resamples, rows):
        block = slice(start, min(start + rows, resamples))
        if len(kinds) < groups:
            totals = of_pictures.multinomial(groups, counts / groups, size=block.stop - start) @ kinds
        else:
            # No two groups alike: to draw the groups themselves is the same, and several times as fast.
            drawn_groups = of_pictures.integers(groups, size=(block.stop - start, groups))
            totals = np.stack([column[drawn_groups].sum(axis=1) for column in kinds.T], axis=1)
        means[block] = (weights[block] * totals[:, 1:]).sum(axis=1) / totals[:, 0]
    return means

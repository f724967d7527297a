"""The interval of a share: how far the share in all such pictures may lie from the one that was counted."""

from typing import NamedTuple

import scipy


class Interval(NamedTuple):
    """The bounds around a figure, in its unit; NaN where too few pictures were seen to have any."""

    low: float
    high: float


UNBOUNDED = Interval(float("nan"), float("nan"))
"""What is known of a figure that too few pictures were seen for."""


def wilson(successes: int, n: int, level: float = 0.95) -> Interval:
    """Return the score interval of a proportion (Wilson 1927, without continuity correction), both bounds in 0..1.

    It holds its level also for few pictures and near 0 and 1, where the usual one, plus and minus 1.96 standard
    errors, ends outside of 0..1 or has no width at all (Brown, Cai and DasGupta 2001). It takes the pictures for
    independent of one another: copies among them make it too narrow.

    Args:
        successes: how many of the pictures count.
        n: how many pictures; of none nothing is known, and both bounds are NaN.
        level: the coverage, between 0 and 1.

    Raises:
        ValueError: if ``successes`` is not within 0..n, or ``level`` is no share.
    """
    if n == successes == 0:
        return UNBOUNDED
    found = scipy.stats.binomtest(successes, n).proportion_ci(confidence_level=level, method="wilson")
    return Interval(float(found.low), float(found.high))

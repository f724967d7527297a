"""Which of several runs no other beats, when one thing is to be high and another low."""

from collections.abc import Sequence

import numpy as np


def undominated(costs: Sequence[float], accuracies: Sequence[float]) -> list[int]:
    """Return the positions of the points on the Pareto front, cheapest first.

    A point is dominated by another that costs no more and scores no less, and is better in one of the two. Of equal
    points none dominates the other: both are on the front, or neither.

    Args:
        costs: one a point, to be low.
        accuracies: one a point, in the same order, to be high.
    """
    cost, accuracy = np.asarray(costs, float), np.asarray(accuracies, float)
    # [i, j]: whether point i dominates point j.
    no_worse = (cost[:, None] <= cost) & (accuracy[:, None] >= accuracy)
    better = (cost[:, None] < cost) | (accuracy[:, None] > accuracy)
    front = np.flatnonzero(~(no_worse & better).any(axis=0))
    return [int(i) for i in sorted(front, key=lambda i: (cost[i], i))]

"""The front holds exactly what nothing beats."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dashboard.tables.pareto import undominated

# Few values, so that equal costs, equal accuracies and equal points come up.
POINTS = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 6)), max_size=12)


def beats(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a != b and a[0] <= b[0] and a[1] >= b[1]


@given(POINTS)
def test_no_point_of_the_front_is_beaten_and_every_other_is(points):
    front = undominated([cost for cost, _ in points], [accuracy for _, accuracy in points])
    for position, point in enumerate(points):
        assert (position in front) == (not any(beats(other, point) for other in points))


@given(POINTS)
def test_along_the_front_more_cost_buys_more_accuracy(points):
    front = [points[i] for i in undominated([c for c, _ in points], [a for _, a in points])]
    for (cost, accuracy), (next_cost, next_accuracy) in pairwise(front):
        assert (cost, accuracy) == (next_cost, next_accuracy) or (cost < next_cost and accuracy < next_accuracy)


def test_equal_points_are_on_it_together():
    assert undominated([1, 1, 2], [0.7, 0.7, 0.6]) == [0, 1]
    assert undominated([], []) == []

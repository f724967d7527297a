"""In which order the classes of a confusion matrix stand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.tables.class_order import ORDERS, by_error, by_name, by_similarity, class_order

matrices = st.integers(1, 7).flatmap(
    lambda n: st.lists(st.integers(0, 9), min_size=n * n, max_size=n * n).map(lambda v: np.array(v).reshape(n, n))
)


def test_by_name_puts_umlauts_beside_their_vowels_and_ignores_case() -> None:
    names = ["Zebra", "Kuh", "Käfer", "Katze", "affe"]
    assert [names[i] for i in by_name(names)] == ["affe", "Käfer", "Katze", "Kuh", "Zebra"]


def test_by_error_the_worst_come_first_and_what_has_no_pictures_last() -> None:
    # Errors: 1/4, none known, 3/4, 1/4.
    matrix = np.array([[3, 1, 0, 0], [0, 0, 0, 0], [2, 1, 1, 0], [0, 1, 0, 3]])
    assert by_error(matrix) == [2, 0, 3, 1]


def test_by_similarity_what_is_confused_stands_together() -> None:
    # 0 and 3 are taken for one another, and so are 1 and 4; 2 is never taken for anything.
    matrix = np.diag([10, 10, 10, 10, 10])
    matrix[0, 3] = matrix[3, 0] = 6
    matrix[1, 4] = 8
    order = by_similarity(matrix)
    neighbours = {frozenset(pair) for pair in pairwise(order)}
    assert {frozenset((0, 3)), frozenset((1, 4))} <= neighbours


def test_by_similarity_neighbours_at_the_seam_of_two_groups_are_the_closest() -> None:
    # Two pairs, and of all across them 1 and 2 are the most alike: whichever way each pair is turned, they must meet.
    rates = np.array(
        [
            [0.60, 0.40, 0.00, 0.00],
            [0.40, 0.50, 0.10, 0.00],
            [0.00, 0.10, 0.50, 0.40],
            [0.00, 0.00, 0.40, 0.60],
        ]
    )
    shuffled = [2, 0, 3, 1]
    order = by_similarity((rates * 100).astype(int)[np.ix_(shuffled, shuffled)])
    assert [shuffled[i] for i in order] in ([0, 1, 2, 3], [3, 2, 1, 0])


@settings(deadline=None)
@given(matrices)
def test_every_order_holds_every_class_once(matrix: np.ndarray) -> None:
    names = [f"class {i}" for i in range(len(matrix))]
    for order in ORDERS:
        assert sorted(class_order(order, matrix, names)) == list(range(len(matrix)))


@pytest.mark.parametrize(("order", "expected"), [("name", [1, 0]), ("error", [0, 1]), ("similarity", [0, 1])])
def test_the_order_is_the_one_that_was_asked_for(order: str, expected: list[int]) -> None:
    assert class_order(order, np.array([[1, 3], [0, 4]]), ["b", "a"]) == expected

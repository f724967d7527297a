"""Confusion matrices in numbers: differences, the largest confusions, and the pictures behind a cell."""

import math

import numpy as np
import pytest

from dashboard.tables.confusion import (
    Cell,
    apart,
    difference,
    largest_confusions,
    opinions,
    parse_cell,
    pictures_of,
)
from kd_core.artifacts import Predictions

MATRIX = np.array([[8, 2, 0], [1, 3, 0], [0, 0, 0]])
CLASSES = ("cat", "dog", "cow")


def predictions() -> Predictions:
    logits = [[3, 0, 0], [0, 2, 0], [0, 9, 1], [0, 4, 0]]
    return Predictions(
        CLASSES,
        np.array(["test"] * 4, object),
        np.array(["test/a", "test/b", "test/c", "test/d"], object),
        np.array([0, 0, 0, 1]),
        np.array(logits, np.float32),
    )


def other_predictions() -> Predictions:
    # a: as before. b: right now. c: the same mistake, less surely. d: taken for a cat.
    logits = [[3, 0, 0], [2, 0, 0], [0, 1, 0], [4, 0, 0]]
    first = predictions()
    return Predictions(first.classes, first.split, first.path, first.label, np.array(logits, np.float32))


def test_largest_confusions_leave_out_the_diagonal_and_the_empty() -> None:
    assert largest_confusions(MATRIX, CLASSES, 5) == [(Cell("cat", "dog"), 2), (Cell("dog", "cat"), 1)]
    assert largest_confusions(MATRIX, CLASSES, 1) == [(Cell("cat", "dog"), 2)]
    assert largest_confusions(np.eye(3, dtype=int), CLASSES, 3) == []


def test_the_largest_changes_are_those_of_either_sign_and_unknown_ones_are_none() -> None:
    values = np.array([[0.9, 0.1, -0.3], [np.nan, 0.0, 0.2], [0.0, 0.0, -0.8]])
    assert largest_confusions(values, CLASSES, 9) == [
        (Cell("cat", "cow"), -0.3),
        (Cell("dog", "cow"), 0.2),
        (Cell("cat", "dog"), 0.1),
    ]


def test_the_difference_is_first_minus_second_in_the_chosen_figures() -> None:
    other = np.array([[4, 1, 0], [3, 1, 0], [0, 0, 2]])
    assert difference(MATRIX, other, "count").tolist() == [[4, 1, 0], [-2, 2, 0], [0, 0, -2]]
    rows = difference(MATRIX, other, "row")
    assert rows[0].tolist() == pytest.approx([8 / 10 - 4 / 5, 2 / 10 - 1 / 5, 0])
    assert rows[1].tolist() == pytest.approx([1 / 4 - 3 / 4, 3 / 4 - 1 / 4, 0])
    # No cow was shown to the first, so that it has no shares of cows.
    assert np.isnan(rows[2]).all()
    columns = difference(MATRIX, other, "column")
    assert columns[:, 0].tolist() == pytest.approx([8 / 9 - 4 / 7, 1 / 9 - 3 / 7, 0])


def test_pictures_that_two_runs_put_into_a_cell_are_parted_by_who_does() -> None:
    found = apart(predictions(), other_predictions(), Cell("cat", "dog"))
    assert (found.first, found.second, found.both) == (["test/b"], [], ["test/c"])
    found = apart(predictions(), other_predictions(), Cell("cat", "cat"))
    assert (found.first, found.second, found.both) == ([], ["test/b"], ["test/a"])
    found = apart(predictions(), other_predictions(), Cell("dog", "cat"))
    assert (found.first, found.second, found.both) == ([], ["test/d"], [])


def test_pictures_of_a_cell_most_confident_first() -> None:
    assert pictures_of(predictions(), Cell("cat", "dog")).path.tolist() == ["test/c", "test/b"]
    assert pictures_of(predictions(), Cell("cat", "cat")).path.tolist() == ["test/a"]
    assert pictures_of(predictions(), Cell("cow", "cow")).path.tolist() == []


def test_opinions_are_the_largest_probabilities() -> None:
    found = opinions(predictions(), ["test/c", "test/not-there"], k=2)
    assert list(found) == ["test/c"]
    assert found["test/c"].names == ("dog", "cow")
    total = 1 + math.exp(9) + math.exp(1)
    assert found["test/c"].probabilities == pytest.approx((math.exp(9) / total, math.exp(1) / total))


def test_cells_in_the_address() -> None:
    cell = Cell("cat", "dog")
    assert parse_cell(cell.write(), CLASSES) == cell
    for bad in (None, "", "cat", "cat~", "cat~unicorn", "~"):
        assert parse_cell(bad, CLASSES) is None

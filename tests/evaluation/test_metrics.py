"""The metrics against independent computations."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as reference

from kd_core.artifacts import Predictions
from kd_core.evaluation.metrics import accuracy, confusion, leak_free, log_loss, matrix_accuracy, normalised, top_k


def _predictions(seed: int, n: int, classes: int) -> Predictions:
    random = np.random.default_rng(seed)
    return Predictions(
        classes=tuple(f"c{i}" for i in range(classes)),
        split=np.array(["test"] * n, object),
        path=np.array([f"test/c/{i}.jpg" for i in range(n)], object),
        label=random.integers(0, classes, n),
        logits=random.normal(0, 4, (n, classes)).astype(np.float32),
    )


def _by_hand(logits: list[list[float]], label: list[int]) -> Predictions:
    n, k = len(label), len(logits[0])
    return Predictions(
        tuple("abcdefgh"[:k]),
        np.array(["test"] * n, object),
        np.array([f"test/{i}" for i in range(n)], object),
        np.array(label, np.int64),
        np.array(logits, np.float32),
    )


@given(seed=st.integers(0, 10**6), n=st.integers(1, 60), classes=st.integers(2, 16))
def test_agrees_with_scikit_learn(seed: int, n: int, classes: int) -> None:
    p = _predictions(seed, n, classes)
    shifted = np.exp(p.logits.astype(np.float64) - p.logits.max(axis=1, keepdims=True))
    probabilities = shifted / shifted.sum(axis=1, keepdims=True)
    answer = p.logits.argmax(axis=1)
    assert accuracy(p) == pytest.approx(reference.accuracy_score(p.label, answer))
    assert log_loss(p) == pytest.approx(
        reference.log_loss(p.label, probabilities, labels=range(classes)), rel=1e-6, abs=1e-9
    )
    assert np.array_equal(confusion(p), reference.confusion_matrix(p.label, answer, labels=range(classes)))
    assert matrix_accuracy(confusion(p)) == pytest.approx(accuracy(p))


def test_loss_by_hand() -> None:
    # Equal logits over four classes: ln 4, whatever the label is.
    assert log_loss(_by_hand([[2, 2, 2, 2]], [3])) == pytest.approx(math.log(4))
    # Two classes, a gap of 1000 on the wrong side: 1000 nats, finite although the probability is zero in float64.
    assert log_loss(_by_hand([[1000, 0]], [1])) == pytest.approx(1000)


def test_rows_are_true_classes() -> None:
    # One picture of class a called c: row 0, column 2.
    matrix = confusion(_by_hand([[0, 1, 5]], [0]))
    assert matrix.tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0]]


def test_shares_of_rows_and_columns_by_hand() -> None:
    matrix = np.array([[8, 2, 0], [1, 3, 0], [0, 0, 0]])
    assert normalised(matrix, "count").tolist() == matrix.tolist()
    rows = normalised(matrix, "row")
    assert rows[:2].tolist() == [[0.8, 0.2, 0.0], [0.25, 0.75, 0.0]]
    assert np.isnan(rows[2]).all()
    columns = normalised(matrix, "column")
    assert columns[:, 0].tolist() == pytest.approx([8 / 9, 1 / 9, 0])
    assert np.isnan(columns[:, 2]).all()


@settings(deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 60), classes=st.integers(2, 8))
def test_shares_agree_with_scikit_learn(seed: int, n: int, classes: int) -> None:
    p = _predictions(seed, n, classes)
    answer = p.logits.argmax(axis=1)
    for norm, theirs in (("row", "true"), ("column", "pred")):
        expected = reference.confusion_matrix(p.label, answer, labels=range(classes), normalize=theirs)
        # Where nothing is counted, scikit-learn says 0.
        assert np.nan_to_num(normalised(confusion(p), norm)) == pytest.approx(expected)


def test_nothing_to_measure_is_not_zero() -> None:
    empty = _predictions(0, 1, 3).where(np.array([False]))
    assert math.isnan(accuracy(empty))
    assert math.isnan(log_loss(empty))
    assert confusion(empty).sum() == 0
    assert math.isnan(matrix_accuracy(confusion(empty)))


def test_top_k_best_first_and_first_of_equals() -> None:
    assert top_k(np.array([[0.1, 3.0, 2.0], [1.0, 1.0, 0.0]]), 2).tolist() == [[1, 2], [0, 1]]
    with pytest.raises(ValueError, match="k is 4"):
        top_k(np.zeros((1, 3)), 4)


def test_leak_free_follows_the_index() -> None:
    p = _predictions(1, 4, 3)
    index = pd.DataFrame(
        {
            "path": ["train/c/0.jpg", "train/c/1.jpg", "test/c/0.jpg", "test/c/2.jpg", "test/c/3.jpg"],
            "group": [0, 2, 0, 1, 2],
            "used": ["trained", "dropped: its copy stands in validation or test", *["held out"] * 3],
        }
    )
    # Row 0 has a copy that was trained on; that of row 3 was left out of training. Row 1 is not in the index.
    assert leak_free(p, index).tolist() == [False, True, True, True]

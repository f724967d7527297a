"""The scores of a run against NumPy in float64 and examples worked out in their sources."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import top_k_accuracy_score

from kd_core.artifacts import Predictions
from kd_core.errors import KdError
from kd_core.evaluation.metrics import accuracy, confusion, log_loss
from kd_core.evaluation.proportions import wilson
from kd_core.evaluation.scores import Scores, brier, scores_of, scores_of_matrix


def answers(label: list[int] | np.ndarray, logits: list[list[float]] | np.ndarray) -> Predictions:
    logits = np.asarray(logits, np.float32)
    n, k = logits.shape
    names = tuple(f"c{i}" for i in range(k))
    path = np.array([f"test/{i}" for i in range(n)], object)
    return Predictions(names, np.array(["test"] * n, object), path, np.asarray(label, np.int64), logits)


def random_answers(seed: int, n: int, classes: int) -> Predictions:
    random = np.random.default_rng(seed)
    return answers(random.integers(0, classes, n), random.normal(0, 3, (n, classes)))


def probable(probabilities: list[list[float]]) -> np.ndarray:
    """Logits that stand for these probabilities; 0 becomes what float32 cannot tell from it."""
    return np.log(np.maximum(probabilities, 1e-30))


def shown(scores: Scores, name: str) -> list[float]:
    return scores.classes[name].tolist()


sizes = {"seed": st.integers(0, 10**6), "n": st.integers(1, 80), "classes": st.integers(2, 9)}


@settings(deadline=None, max_examples=40)
@given(**sizes)
def test_classes_and_averages_agree_with_counting(seed: int, n: int, classes: int) -> None:
    p = random_answers(seed, n, classes)
    answer = p.logits.argmax(axis=1)
    own = np.arange(classes)
    hits = np.array([np.sum((answer == c) & (p.label == c)) for c in own], np.float64)
    support = np.array([np.sum(p.label == c) for c in own])
    predicted = np.array([np.sum(answer == c) for c in own])
    with np.errstate(invalid="ignore"):
        expected = {"precision": hits / predicted, "recall": hits / support, "f1": 2 * hits / (support + predicted)}
    found = scores_of(p)
    assert shown(found, "class") == list(p.classes)
    assert (shown(found, "support"), shown(found, "predicted")) == (support.tolist(), predicted.tolist())
    for name, values in expected.items():
        assert found.classes[name].to_numpy() == pytest.approx(values, nan_ok=True)
        known = ~np.isnan(values)
        macro, weighted = found.averages[name]
        assert macro == pytest.approx(values[known].mean())
        # Where no class with a figure has a picture, there is nothing to weigh by.
        if support[known].any():
            assert weighted == pytest.approx(np.average(values[known], weights=support[known]))
    assert found.macro_f1 == found.averages["f1"].iloc[0]
    assert found.averages["support"].tolist() == [n, n]


@settings(deadline=None, max_examples=40)
@given(**sizes)
def test_what_must_hold_of_all_scores(seed: int, n: int, classes: int) -> None:
    p = random_answers(seed, n, classes)
    found = scores_of(p)
    assert found.n == n == found.classes["support"].sum() == found.classes["predicted"].sum()
    # Weighted by its pictures, recall counts every right answer once.
    assert found.averages["recall"].iloc[1] == pytest.approx(found.top1.value)
    assert found.top1.value == pytest.approx(accuracy(p))
    assert found.loss == log_loss(p)
    assert (found.top1.low, found.top1.high) == wilson(round(accuracy(p) * n), n)
    if classes > 3:
        assert found.top3 is not None
        assert found.top3.value >= found.top1.value
        assert found.top3.value == pytest.approx(top_k_accuracy_score(p.label, p.logits, k=3, labels=range(classes)))
    else:
        assert found.top3 is None
    for name, counts in (("precision", "predicted"), ("recall", "support")):
        rows = found.classes[found.classes[counts] > 0]
        assert (rows[f"{name}_low"] <= rows[name]).all()
        assert (rows[name] <= rows[f"{name}_high"]).all()
        assert rows["f1"].between(0, 1).all()


@settings(deadline=None, max_examples=40)
@given(**sizes)
def test_brier_agrees_with_numpy_and_lies_in_its_range(seed: int, n: int, classes: int) -> None:
    p = random_answers(seed, n, classes)
    shares = np.exp(p.logits.astype(np.float64))
    shares /= shares.sum(axis=1, keepdims=True)
    gap = shares - np.eye(classes)[p.label]
    assert brier(p) == pytest.approx(np.mean(np.sum(gap**2, axis=1)))
    assert 0 <= brier(p) <= 2


def test_the_example_of_brier_1950() -> None:
    # Monthly Weather Review 78, table 1: ten forecasts of rain and no rain, P = 0.19.
    rain = [0.7, 0.9, 0.8, 0.4, 0.2, 0.0, 0.0, 0.0, 0.0, 0.1]
    fell = [0, 0, 0, 1, 0, 1, 1, 1, 1, 1]
    assert brier(answers(fell, probable([[share, 1 - share] for share in rain]))) == pytest.approx(0.19, abs=1e-6)


def test_the_ends_of_the_brier_score() -> None:
    sure = [[100.0, 0.0, 0.0]]
    assert brier(answers([0], sure)) == pytest.approx(0)
    assert brier(answers([1], sure)) == pytest.approx(2)
    # Even guessing among k classes: (1 - 1/k)^2 + (k - 1) / k^2 = 1 - 1/k.
    assert brier(answers([2], [[1.0] * 5])) == pytest.approx(0.8)
    assert math.isnan(brier(answers([0], sure).where(np.array([False]))))


def test_the_example_of_scikit_learns_guide() -> None:
    # precision_recall_fscore_support in its reference: true 0 1 2 0 1 2, predicted 0 2 1 0 0 1.
    found = scores_of(answers([0, 1, 2, 0, 1, 2], np.eye(3)[[0, 2, 1, 0, 0, 1]]))
    assert shown(found, "precision") == pytest.approx([2 / 3, 0, 0])
    assert shown(found, "recall") == pytest.approx([1, 0, 0])
    assert shown(found, "f1") == pytest.approx([0.8, 0, 0])
    macro = found.averages.iloc[0]
    assert (macro["precision"], macro["recall"], macro["f1"]) == pytest.approx((2 / 9, 1 / 3, 0.8 / 3))


def test_intervals_stand_over_their_own_counts() -> None:
    matrix = np.array([[8, 2], [1, 3]])
    first = scores_of_matrix(matrix, ("a", "b")).classes.iloc[0]
    assert (first["recall_low"], first["recall_high"]) == wilson(8, 10)
    assert (first["precision_low"], first["precision_high"]) == wilson(8, 9)


def test_a_share_of_nothing_is_no_zero_and_no_part_of_the_mean() -> None:
    # No picture shows c, and no answer names b or c.
    found = scores_of_matrix(np.array([[4, 0, 0], [2, 0, 0], [0, 0, 0]]), ("a", "b", "c"))
    assert shown(found, "precision") == pytest.approx([4 / 6, math.nan, math.nan], nan_ok=True)
    assert shown(found, "recall") == pytest.approx([1, 0, math.nan], nan_ok=True)
    # The class b has pictures and none was found: its F1 is 0, and pulls the mean down.
    assert shown(found, "f1") == pytest.approx([0.8, 0, math.nan], nan_ok=True)
    assert found.macro_f1 == pytest.approx(0.4)
    assert (found.top3, found.loss, found.brier) == (None, None, None)


def test_of_equal_logits_the_first_counts_in_top_1_and_top_3() -> None:
    # As int8 models often give them: five equal logits; the first three classes are the first three answers.
    found = scores_of(answers([0, 2, 3, 4], np.zeros((4, 5))))
    assert found.top3 is not None
    assert (found.top1.value, found.top3.value) == (0.25, 0.5)


def test_the_matrix_of_the_answers_tells_the_same() -> None:
    p = random_answers(3, 50, 6)
    one, other = scores_of(p), scores_of_matrix(confusion(p), p.classes)
    assert one.classes.equals(other.classes)
    assert one.averages.equals(other.averages)
    assert one.top1 == other.top1


def test_no_picture_is_a_sentence() -> None:
    with pytest.raises(KdError, match="no picture to score: choose another split"):
        scores_of(random_answers(0, 3, 3).where(np.zeros(3, bool)))

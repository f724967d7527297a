"""What a compressed run loses and gains, on answers that can be counted by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from kd_core.artifacts import Predictions
from kd_core.errors import KdError
from kd_core.evaluation.classifier import softmax
from kd_core.evaluation.forgotten import COLUMNS, class_differences, gained, lost
from kd_core.evaluation.metrics import accuracy

CLASSES = ("Cat", "Dog", "Cow")
CHOSEN = st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=1, max_size=40)


def _answers(label: list[int], chosen: list[int], sure: list[float] | None = None) -> Predictions:
    n = len(label)
    logits = np.zeros((n, 3), np.float32)
    logits[np.arange(n), chosen] = sure or [3.0] * n
    names = np.array([f"test/{i}" for i in range(n)], object)
    return Predictions(CLASSES, np.full(n, "test", object), names, np.array(label), logits)


LABEL = [0, 1, 2, 0, 1, 2]
PARENT = _answers(LABEL, [0, 1, 2, 0, 0, 1], [1.0, 5.0, 3.0, 2.0, 2.0, 4.0])
VARIANT = _answers(LABEL, [1, 1, 0, 0, 1, 2], [6.0, 1.0, 2.0, 2.0, 1.0, 3.0])


def test_the_lost_come_with_both_answers_the_parents_surest_first() -> None:
    found = lost(PARENT, VARIANT)
    assert tuple(found.columns) == COLUMNS
    assert found["path"].tolist() == ["test/2", "test/0"]
    assert found[["true", "parent", "variant"]].to_numpy().tolist() == [["Cow", "Cow", "Cat"], ["Cat", "Cat", "Dog"]]
    # softmax([z, 0, 0]) = e^z / (e^z + 2)
    assert found["parent_probability"].tolist() == pytest.approx([np.exp(z) / (np.exp(z) + 2) for z in (3.0, 1.0)])
    assert found["variant_probability"].tolist() == pytest.approx([np.exp(z) / (np.exp(z) + 2) for z in (2.0, 6.0)])


def test_the_gained_are_ranked_by_how_sure_the_variant_is() -> None:
    found = gained(PARENT, VARIANT)
    assert found["path"].tolist() == ["test/5", "test/4"]
    assert found[["true", "parent", "variant"]].to_numpy().tolist() == [["Cow", "Dog", "Cow"], ["Dog", "Cat", "Dog"]]


def test_the_probability_of_the_right_one_is_that_of_the_true_class() -> None:
    random = np.random.default_rng(5)
    label = random.integers(0, 3, 60).tolist()
    runs = [replace(_answers(label, label), logits=random.normal(0, 2, (60, 3)).astype(np.float32)) for _ in range(2)]
    truth = dict(zip(runs[0].path, softmax(runs[0].logits)[np.arange(60), label], strict=True))
    found = lost(*runs)
    assert len(found) > 5
    assert found["parent_probability"].tolist() == pytest.approx([truth[path] for path in found["path"]])
    assert found["parent_probability"].is_monotonic_decreasing


@given(CHOSEN)
def test_lost_less_gained_is_the_difference_in_accuracy(chosen: list[tuple[int, int, int]]) -> None:
    label, first, second = (list(column) for column in zip(*chosen, strict=True))
    parent, variant = _answers(label, first), _answers(label, second)
    gone, new = lost(parent, variant), gained(parent, variant)
    assert len(gone) - len(new) == round(len(label) * (accuracy(parent) - accuracy(variant)))
    assert not set(gone["path"]) & set(new["path"])
    # Backwards, what was lost is gained.
    assert gained(variant, parent)["path"].tolist() == gone["path"].tolist()
    counted = [found.result for found in class_differences(parent, variant) if found.result]
    assert sum(result.n for result in counted) == len(label)
    assert sum(result.only_second for result in counted) == len(gone)
    assert sum(result.only_first for result in counted) == len(new)


def test_a_network_forgets_nothing_against_itself() -> None:
    assert lost(PARENT, PARENT).empty
    assert gained(PARENT, PARENT).empty
    assert [found.p_adjusted for found in class_differences(PARENT, PARENT)] == [1.0, 1.0, 1.0]


def test_classes_that_pay_are_tested_with_the_correction() -> None:
    # Cat: 12 lost of 20; Dog: 7 lost, 1 gained of 20; Cow has no picture and is no test.
    label = [0] * 20 + [1] * 20
    parent = _answers(label, [0] * 20 + [1] * 19 + [2])
    variant = _answers(label, [1] * 12 + [0] * 8 + [0] * 7 + [1] * 13)
    cat, dog, cow = class_differences(parent, variant)
    assert cat.result is not None and dog.result is not None
    assert (cat.name, cat.result.difference, cat.result.n) == ("Cat", -0.6, 20)
    assert (dog.result.difference, dog.result.only_first, dog.result.only_second) == (-0.3, 1, 7)
    assert cat.result.p_value == pytest.approx(2 / 2**12)
    assert dog.result.p_value == pytest.approx(binomtest(1, 8).pvalue)
    # Of two tests Holm doubles the smaller p-value and leaves the larger.
    assert (cat.p_adjusted, dog.p_adjusted) == pytest.approx((4 / 2**12, binomtest(1, 8).pvalue))
    assert cat.result.low < -0.6 < cat.result.high < 0
    assert (cow.result, cow.p_adjusted) == (None, None)


def test_the_interval_of_a_class_draws_near_copies_together() -> None:
    label, before, after = [0] * 12 + [1] * 8, [0] * 12 + [1] * 8, [1] * 5 + [0] * 7 + [0] * 2 + [1] * 6
    once = class_differences(_answers(label, before), _answers(label, after))
    parent, variant = (_answers(np.repeat(label, 3).tolist(), np.repeat(run, 3).tolist()) for run in (before, after))
    index = pd.DataFrame({"path": parent.path, "group": np.repeat(np.arange(20), 3)})
    together, apart = class_differences(parent, variant, index), class_differences(parent, variant)
    for one, other, naive in zip(once[:2], together, apart, strict=False):
        assert one.result is not None and other.result is not None and naive.result is not None
        assert (other.result.low, other.result.high) == pytest.approx((one.result.low, one.result.high))
        assert naive.result.high - naive.result.low < 0.7 * (other.result.high - other.result.low)


def test_runs_of_other_pictures_are_refused() -> None:
    with pytest.raises(KdError, match="no picture in common"):
        lost(PARENT.where(np.array([0])), VARIANT.where(np.array([1])))

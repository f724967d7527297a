import numpy as np
import pytest

from kd_core.artifacts import Predictions
from kd_core.errors import KdError
from kd_core.evaluation.pairing import agreement, common


def _answers(paths: list[str], chosen: list[int], classes: tuple[str, ...] = ("Cat", "Dog", "Cow")) -> Predictions:
    logits = np.full((len(paths), len(classes)), -1.0, np.float32)
    logits[np.arange(len(paths)), chosen] = 2.0
    names = np.array(paths, object)
    return Predictions(classes, np.array(["test"] * len(paths), object), names, np.zeros(len(paths), np.int64), logits)


def test_only_shared_pictures_remain_in_the_order_of_the_first():
    one, other = common(_answers(["a", "b", "c"], [0, 1, 2]), _answers(["c", "x", "a"], [2, 0, 1]))
    assert list(one.path) == list(other.path) == ["a", "c"]
    assert list(one.logits.argmax(axis=1)) == [0, 2]
    assert list(other.logits.argmax(axis=1)) == [1, 2]


def test_agreement_counts_equal_answers_right_or_wrong():
    first, second = _answers(["a", "b", "c", "d"], [0, 1, 2, 2]), _answers(["d", "c", "b", "a"], [2, 2, 0, 0])
    assert agreement(first, second) == 0.75


def test_other_classes_and_other_pictures_are_named():
    cats = _answers(["a"], [0])
    with pytest.raises(KdError, match="different classes"):
        common(cats, _answers(["a"], [0], ("Cat", "Dog", "Emu")))
    with pytest.raises(KdError, match="no picture in common"):
        common(cats, _answers(["b"], [0]))

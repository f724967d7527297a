"""Fidelity on answers that can be counted by hand, and against SciPy and NumPy."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from kd_core.artifacts import Predictions
from kd_core.errors import KdError
from kd_core.evaluation.classifier import softmax
from kd_core.evaluation.distillation import kl_divergence, loss_parts
from kd_core.evaluation.fidelity import fidelity, fidelity_by_class, fidelity_change, imitation
from kd_core.evaluation.pairing import agreement

CLASSES = ("Cat", "Dog", "Cow")
LOGITS = arrays(np.float32, (12, 3), elements=st.floats(-60, 60, width=32))


def _answers(label: list[int], logits: np.ndarray) -> Predictions:
    names = np.array([f"test/{i}" for i in range(len(label))], object)
    return Predictions(CLASSES, np.full(len(label), "test", object), names, np.array(label), np.asarray(logits))


def _chosen(label: list[int], chosen: list[int]) -> Predictions:
    return _answers(label, np.eye(3, dtype=np.float32)[chosen] * 4)


#            kept  kept  missed  copied  corrected  own mistake
LABEL = [0, 0, 1, 1, 2, 2]
TEACHER = [0, 0, 1, 2, 0, 0]
STUDENT = [0, 0, 2, 2, 2, 1]


def test_counts_worked_out_by_hand() -> None:
    found = fidelity(imitation(_chosen(LABEL, STUDENT), _chosen(LABEL, TEACHER)))
    assert (found.n, found.agreed, found.student_right) == (6, 3, 3)
    assert (found.teacher_right, found.teacher_wrong) == (3, 3)
    assert (found.kept, found.copied, found.corrected) == (2, 1, 1)
    assert (found.agreement, found.accuracy) == (0.5, 0.5)
    assert (found.agreement_right, found.agreement_wrong) == pytest.approx((2 / 3, 1 / 3))


def test_by_class_means_by_true_class_and_the_parts_make_the_whole() -> None:
    pictures = imitation(_chosen(LABEL, STUDENT), _chosen(LABEL, TEACHER))
    cat, dog, cow = fidelity_by_class(pictures, 3)
    assert [part.agreement for part in (cat, dog, cow)] == [1.0, 0.5, 0.0]
    assert [part.teacher_wrong for part in (cat, dog, cow)] == [0, 1, 2]
    assert math.isnan(cat.agreement_wrong)
    whole = fidelity(pictures)
    for name in ("n", "agreed", "student_right", "teacher_wrong", "copied", "corrected"):
        assert sum(getattr(part, name) for part in (cat, dog, cow)) == getattr(whole, name)
    assert whole.kl == pytest.approx(np.average([p.kl for p in (cat, dog, cow)], weights=[2, 2, 2]))


def test_divergence_on_two_classes_worked_out_by_hand() -> None:
    # softmax([ln 3, 0]) = [3/4, 1/4] and softmax([0, 0]) = [1/2, 1/2]
    found = kl_divergence(np.array([[math.log(3), 0.0]]), np.array([[0.0, 0.0]]))
    assert found == pytest.approx([0.75 * math.log(1.5) + 0.25 * math.log(0.5)])


def test_divergence_is_from_the_teacher_to_the_student_as_scipy_has_it() -> None:
    random = np.random.default_rng(3)
    teacher, student = (_answers([0] * 40, random.normal(0, 3, (40, 3)).astype(np.float32)) for _ in range(2))
    found = imitation(student, teacher)
    assert found.kl == pytest.approx(stats.entropy(softmax(teacher.logits), softmax(student.logits), axis=1))
    parts = loss_parts(teacher.logits, student.logits, student.label, temperature=1.0, alpha=0.0)
    assert fidelity(found).kl == pytest.approx(parts.distillation)


def test_a_class_that_the_student_rules_out_costs_its_logit_and_not_infinity() -> None:
    found = kl_divergence(np.array([[0.0, 1000.0]]), np.array([[1000.0, 0.0]]))
    assert found == pytest.approx([1000.0])


@given(LOGITS, LOGITS)
def test_divergence_is_never_negative_and_nothing_to_oneself(teacher: np.ndarray, student: np.ndarray) -> None:
    assert (kl_divergence(teacher, student) >= 0).all()
    assert (kl_divergence(teacher, teacher) == 0).all()


@given(LOGITS, LOGITS, st.lists(st.integers(0, 2), min_size=12, max_size=12))
def test_shares_fit_one_another(teacher: np.ndarray, student: np.ndarray, label: list[int]) -> None:
    one, other = _answers(label, student), _answers(label, teacher)
    found = fidelity(imitation(one, other))
    assert found.agreement == agreement(one, other)
    assert found.kept + found.corrected == found.student_right
    assert found.copied + found.corrected <= found.teacher_wrong
    itself = fidelity(imitation(one, one))
    assert (itself.agreement, itself.kl, itself.corrected) == (1.0, 0.0, 0)


def test_no_pictures_have_no_shares() -> None:
    pictures = imitation(_chosen([0], [0]), _chosen([0], [0]))
    none = fidelity(pictures.where(np.array([False])))
    assert none.n == 0
    assert all(math.isnan(v) for v in (none.agreement, none.accuracy, none.agreement_right, none.kl))


def test_what_distillation_changed_counts_the_pictures_of_either_alone() -> None:
    label = [0] * 10
    teacher = _chosen(label, [0] * 6 + [1] * 4)
    student = _chosen(label, [0] * 5 + [2] + [1] * 3 + [0])
    twin = _chosen(label, [0] * 3 + [2] * 3 + [0] * 4)
    found = fidelity_change(student, twin, teacher)
    assert (found.student.agreement, found.twin.agreement) == (0.8, 0.3)
    assert (found.agreement.difference, found.agreement.only_first, found.agreement.only_second) == (0.5, 5, 0)
    assert found.agreement.p_value == pytest.approx(2 / 2**5)
    assert found.right is not None and found.wrong is not None
    assert (found.right.n, found.right.only_first) == (6, 2)
    assert (found.wrong.n, found.wrong.only_first, found.wrong.difference) == (4, 3, 0.75)
    assert found.kl.difference == pytest.approx(found.student.kl - found.twin.kl)
    assert found.kl.difference < 0


def test_near_copies_are_drawn_together_in_all_four_differences() -> None:
    random = np.random.default_rng(5)
    label = random.integers(0, 3, 60)
    once = [_answers(label.tolist(), random.normal(0, 2, (60, 3)).astype(np.float32)) for _ in range(3)]
    copied = [_answers(np.repeat(label, 3).tolist(), np.repeat(run.logits, 3, axis=0)) for run in once]
    index = pd.DataFrame({"path": copied[0].path, "group": np.repeat(np.arange(60), 3)})
    alone, together = fidelity_change(*once), fidelity_change(*copied, index)
    assert imitation(copied[0], copied[2], index).group.tolist() == np.repeat(np.arange(60), 3).tolist()
    for name in ("agreement", "right", "wrong", "kl"):
        one, other = getattr(alone, name), getattr(together, name)
        assert (other.low, other.high) == pytest.approx((one.low, one.high))
        assert other.n == 3 * one.n
    assert together.kl.p_value == pytest.approx(alone.kl.p_value)


def test_a_teacher_without_mistakes_has_none_to_copy() -> None:
    label = [0, 1, 2]
    found = fidelity_change(_chosen(label, [0, 1, 1]), _chosen(label, [0, 2, 1]), _chosen(label, label))
    assert found.wrong is None
    assert found.right == found.agreement


def test_only_what_all_three_saw_is_compared() -> None:
    label = [0, 1, 2, 0]
    whole = _chosen(label, label)
    found = fidelity_change(
        whole, whole.where(np.array([0, 1, 2])), _chosen(label, [0, 0, 2, 0]).where(np.array([3, 2, 1]))
    )
    assert (found.student.n, found.student.teacher_wrong) == (2, 1)


def test_other_pictures_are_refused() -> None:
    one = _chosen([0, 1], [0, 1])
    with pytest.raises(KdError, match="no picture in common"):
        imitation(one.where(np.array([0])), one.where(np.array([1])))

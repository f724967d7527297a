"""The numbers behind the techniques page, against sums written out by hand and against SciPy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from kd_core.evaluation.classifier import softmax
from kd_core.evaluation.distillation import entropy, loss_parts

LOGITS = arrays(np.float64, (3, 5), elements=st.floats(-30, 30))
TEMPERATURES = st.floats(0.5, 20)


def test_loss_on_two_classes_worked_out_by_hand():
    # softmax([ln 3, 0]) = [3/4, 1/4] and softmax([0, 0]) = [1/2, 1/2]
    parts = loss_parts(
        np.array([[math.log(3), 0.0]]), np.array([[0.0, 0.0]]), np.array([0]), temperature=1.0, alpha=0.25
    )
    assert parts.student == pytest.approx(math.log(2))
    assert parts.distillation == pytest.approx(0.75 * math.log(1.5) + 0.25 * math.log(0.5))
    assert parts.total == pytest.approx(0.25 * parts.student + 0.75 * parts.distillation)


def test_temperature_softens_the_divergence_but_not_the_cross_entropy():
    # softmax([ln 9, 0] / 2) = softmax([ln 3, 0]) = [3/4, 1/4]
    teacher, student = np.array([[math.log(9), 0.0]]), np.array([[math.log(3), 0.0]])
    parts = loss_parts(teacher, student, np.array([1]), temperature=2.0, alpha=0.0)
    softened = np.array([math.sqrt(3), 1.0]) / (math.sqrt(3) + 1.0)
    assert parts.student == pytest.approx(math.log(4))
    assert parts.distillation == pytest.approx(
        0.75 * math.log(0.75 / softened[0]) + 0.25 * math.log(0.25 / softened[1])
    )
    assert parts.total == parts.distillation


def test_divergence_is_summed_over_the_classes_and_averaged_over_the_batch():
    rng = np.random.default_rng(3)
    teacher, student, labels = rng.normal(size=(4, 15)), rng.normal(size=(4, 15)), np.array([0, 3, 7, 14])
    parts = loss_parts(teacher, student, labels, temperature=4.0, alpha=0.1)
    each = [
        stats.entropy(np.exp(t / 4) / np.exp(t / 4).sum(), np.exp(s / 4) / np.exp(s / 4).sum())
        for t, s in zip(teacher, student, strict=True)
    ]
    assert parts.distillation == pytest.approx(np.mean(each), rel=1e-12)


def test_teacher_and_student_are_not_interchangeable():
    teacher, student, label = np.array([[4.0, 0.0]]), np.array([[0.5, 0.0]]), np.array([0])
    there = loss_parts(teacher, student, label, temperature=1.0, alpha=0.0).total
    back = loss_parts(student, teacher, label, temperature=1.0, alpha=0.0).total
    assert there == pytest.approx(stats.entropy(softmax(teacher[0]), softmax(student[0])))
    assert there != pytest.approx(back, rel=0.05)


def test_original_settings_in_both_forms_are_proportional():
    # alpha 0.1 at T 10 without the factor has the same minimum as alpha 0.1 / (0.1 + 0.9 / 100) = 0.917 with it.
    rng = np.random.default_rng(0)
    teacher, student, labels = rng.normal(size=(8, 15)), rng.normal(size=(8, 15)), rng.integers(0, 15, 8)
    plain = loss_parts(teacher, student, labels, temperature=10, alpha=0.1)
    scaled = loss_parts(teacher, student, labels, temperature=10, alpha=0.1 / 0.109, scale_by_t2=True)
    assert scaled.total * 0.109 == pytest.approx(plain.total)
    assert scaled.distillation == pytest.approx(100 * plain.distillation)


@given(LOGITS, LOGITS, TEMPERATURES)
def test_divergence_is_never_negative_and_zero_for_equal_answers(teacher, student, temperature):
    labels = np.array([0, 1, 2])
    apart = loss_parts(teacher, student, labels, temperature=temperature, alpha=0.5)
    same = loss_parts(teacher, teacher, labels, temperature=temperature, alpha=0.5)
    assert apart.distillation >= -1e-12
    assert same.distillation == 0.0


@given(LOGITS, TEMPERATURES, st.floats(1.0, 5.0))
def test_a_higher_temperature_never_lowers_the_entropy(logits, temperature, factor):
    cooler, warmer = entropy(softmax(logits, temperature)), entropy(softmax(logits, temperature * factor))
    assert (warmer >= cooler - 1e-9).all()
    assert (warmer <= math.log(5) + 1e-9).all()


def test_entropy_of_certainty_and_of_ignorance():
    assert entropy(np.array([1.0, 0.0, 0.0])) == 0.0
    assert entropy(np.full((2, 15), 1 / 15)) == pytest.approx([math.log(15)] * 2)


@pytest.mark.parametrize(("temperature", "alpha", "labels"), [(0.0, 0.5, [0]), (1.0, 1.5, [0]), (1.0, 0.5, [0, 1])])
def test_impossible_settings_are_refused(temperature, alpha, labels):
    with pytest.raises(ValueError, match=r"temperature|shapes"):
        loss_parts(np.zeros((1, 2)), np.zeros((1, 2)), np.array(labels), temperature=temperature, alpha=alpha)

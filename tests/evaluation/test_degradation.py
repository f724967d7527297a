"""Areas and errors under corruption against worked examples, and the interval against SciPy's own bootstrap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from kd_core.evaluation.degradation import (
    area,
    compare_areas,
    corruption_error,
    mean_accuracy,
    relative_area,
    retained,
)

# Two corruptions at severities 0, 1, 2.
OWN = np.array([[0.8, 0.6, 0.2], [0.8, 0.8, 0.6]])
TEACHER = np.array([[0.9, 0.8, 0.6], [0.9, 0.5, 0.2]])


def test_worked_example():
    # Trapezoids: (0.8/2 + 0.6 + 0.2/2) / 2 = 0.55, (0.4 + 0.8 + 0.3) / 2 = 0.75; teacher 0.775 and 0.525.
    assert area(OWN) == pytest.approx([0.55, 0.75])
    assert area(TEACHER) == pytest.approx([0.775, 0.525])
    assert relative_area(OWN, TEACHER) == pytest.approx((0.55 / 0.775 + 0.75 / 0.525) / 2)
    assert mean_accuracy(OWN) == pytest.approx((0.6 + 0.2 + 0.8 + 0.6) / 4)
    assert retained(OWN) == pytest.approx(0.55 / 0.8)
    # Errors from severity 1 on: 0.4 + 0.8 over 0.2 + 0.4, and 0.2 + 0.4 over 0.5 + 0.8.
    assert corruption_error(OWN, TEACHER) == pytest.approx((1.2 / 0.6 + 0.6 / 1.3) / 2)


def test_half_the_mistakes_of_alexnet_are_an_mce_of_one_half():
    # AlexNet's errors under Gaussian, shot and impulse noise (Hendrycks and Dietterich 2019); clean it has 43.5 %.
    alexnet = 1 - np.array([[0.435, 0.886], [0.435, 0.894], [0.435, 0.923]])
    half = 1 - (1 - alexnet) / 2
    assert corruption_error(half, alexnet) == pytest.approx(0.5)


@given(arrays(np.float64, (3, 6), elements=st.floats(0.05, 0.95)))
def test_a_run_beside_itself_is_one_and_the_area_is_a_mean_height(accuracy):
    assert relative_area(accuracy, accuracy) == pytest.approx(1)
    assert corruption_error(accuracy, accuracy) == pytest.approx(1)
    assert (accuracy.min(axis=1) - 1e-9 <= area(accuracy)).all()
    assert (area(accuracy) <= accuracy.max(axis=1) + 1e-9).all()


def test_what_has_no_denominator_is_not_a_number():
    assert np.isnan(relative_area(OWN, np.zeros((2, 3))))
    assert np.isnan(corruption_error(OWN, np.ones((2, 3))))
    assert np.isnan(retained(np.zeros((2, 3))))


def _answers(seed: int, skill: float, n: int = 400) -> np.ndarray:
    """Answers to n pictures, the hard ones hard for every model, under two corruptions at severities 0..5."""
    hardness = np.random.default_rng(0).uniform(size=n)
    noise = np.random.default_rng(seed).normal(0, 0.15, (n, 2, 6))
    return hardness[:, None, None] + noise + 0.1 * np.arange(6) < skill


def test_value_and_interval_agree_with_scipy():
    own, other = _answers(1, 0.7), _answers(2, 0.9)
    found = compare_areas(own, other, np.arange(400), resamples=8_000)
    assert found.value == pytest.approx(relative_area(own.mean(axis=0), other.mean(axis=0)))
    areas = [area(one) for one in (own, other)]

    def statistic(rows: np.ndarray) -> float:
        return float(np.mean(areas[0][rows].mean(axis=0) / areas[1][rows].mean(axis=0)))

    peer = stats.bootstrap(
        (np.arange(400),), statistic, n_resamples=4_000, method="percentile", vectorized=False,
        rng=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    assert (found.low, found.high) == pytest.approx((peer.low, peer.high), abs=3e-3)
    paired = stats.ttest_rel(areas[0].mean(axis=1), areas[1].mean(axis=1))
    assert found.p_value == pytest.approx(paired.pvalue)


def test_copies_of_every_picture_change_nothing_when_they_are_one_group():
    own, other, groups = _answers(1, 0.75), _answers(2, 0.8), np.arange(400)
    once = compare_areas(own, other, groups)
    twice = compare_areas(np.repeat(own, 2, axis=0), np.repeat(other, 2, axis=0), np.repeat(groups, 2))
    assert (twice.value, twice.low, twice.high) == pytest.approx((once.value, once.low, once.high))
    assert twice.p_value == pytest.approx(once.p_value)
    taken_apart = compare_areas(np.repeat(own, 2, axis=0), np.repeat(other, 2, axis=0), np.arange(800))
    assert taken_apart.high - taken_apart.low < 0.8 * (once.high - once.low)


def test_equal_answers_do_not_differ_and_hopeless_references_give_no_ratio():
    own = _answers(1, 0.7)
    same = compare_areas(own, own, np.arange(400))
    assert (same.value, same.low, same.high, same.p_value) == (1, 1, 1, 1)
    none = compare_areas(own, np.zeros_like(own), np.arange(400))
    assert np.isnan([none.value, none.low, none.high]).all()
    always = compare_areas(np.ones((5, 1, 6), bool), np.zeros((5, 1, 6), bool), np.arange(5))
    assert always.p_value == 0


def test_other_pictures_are_refused():
    with pytest.raises(ValueError, match="the same pictures are needed"):
        compare_areas(_answers(1, 0.7), _answers(1, 0.7, 300), np.arange(400))
    with pytest.raises(ValueError, match="the same pictures are needed"):
        compare_areas(_answers(1, 0.7), _answers(2, 0.7), np.arange(399))

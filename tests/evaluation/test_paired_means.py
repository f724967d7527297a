"""The paired difference of means and its sign-flip test against full enumeration and independent computations."""

import itertools

import numpy as np
import pytest
from scipy import stats

from kd_core.evaluation.paired_means import mean_difference


def test_of_few_pictures_all_flips_of_sign_are_counted() -> None:
    first, second = np.array([1.2, 0.9, 2.0, 0.4, 1.1]), np.array([1.0, 0.2, 0.7, 0.5, 0.6])
    gap = first - second
    flipped = np.array([np.mean(gap * signs) for signs in itertools.product((-1, 1), repeat=5)])
    found = mean_difference(first, second)
    assert found.difference == pytest.approx(gap.mean())
    assert found.p_value == pytest.approx(min(1.0, 2 * np.mean(flipped >= gap.mean() - 1e-12)))
    assert found.n == 5


def test_near_copies_are_flipped_and_drawn_together() -> None:
    first, second = np.array([1.2, 0.9, 2.0, 0.4, 1.1, 0.8]), np.array([1.0, 0.2, 0.7, 0.5, 0.6, 0.9])
    groups = np.array([7, 7, 3, 9, 3, 5])
    sums = np.array([sum((first - second)[groups == name]) for name in (7, 3, 9, 5)])
    flipped = np.array([np.sum(sums * signs) for signs in itertools.product((-1, 1), repeat=4)])
    found = mean_difference(first, second, groups)
    assert found.difference == pytest.approx((first - second).mean())
    assert found.p_value == pytest.approx(min(1.0, 2 * np.mean(flipped >= sums.sum() - 1e-12)))
    assert found.n == 6


def test_copies_prove_nothing_that_one_picture_does_not() -> None:
    random = np.random.default_rng(6)
    first = random.normal(0.0, 1.0, 200)
    second = first + random.normal(0.1, 1.0, 200)
    once = mean_difference(first, second)
    copied = mean_difference(np.repeat(first, 4), np.repeat(second, 4), np.repeat(np.arange(200), 4))
    assert (copied.low, copied.high, copied.p_value) == pytest.approx((once.low, once.high, once.p_value))
    error = (first - second).std() / np.sqrt(200)
    expected = (first - second).mean() + stats.norm.ppf(0.975) * error * np.array([-1, 1])
    assert (once.low, once.high) == pytest.approx(expected, abs=0.02)
    naive = mean_difference(np.repeat(first, 4), np.repeat(second, 4))
    assert naive.high - naive.low < 0.6 * (copied.high - copied.low)


def test_of_many_pictures_it_agrees_with_the_paired_t_test() -> None:
    random = np.random.default_rng(4)
    first = random.normal(0.0, 1.0, 1500)
    second = first + random.normal(0.05, 1.0, 1500)
    found = mean_difference(first, second)
    assert found.p_value == pytest.approx(stats.ttest_rel(first, second).pvalue, abs=0.03)
    assert found.low < found.difference < found.high


def test_equal_models_do_not_differ() -> None:
    same = np.random.default_rng(1).exponential(size=300)
    found = mean_difference(same, same)
    assert (found.difference, found.low, found.high, found.p_value) == (0.0, 0.0, 0.0, 1.0)


def test_swapping_the_models_mirrors_the_difference_and_the_same_seed_gives_the_same() -> None:
    first, second = np.random.default_rng(8).exponential(size=(2, 400))
    there, back = mean_difference(first, second), mean_difference(second, first)
    assert back.difference == -there.difference
    # Other draws, of which the bounds are quantiles: alike to a tenth of the interval.
    within = (there.high - there.low) / 10
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low), abs=within)
    assert mean_difference(first, second) == there
    assert mean_difference(first, second, seed=1) != there


@pytest.mark.parametrize(("first", "second"), [([], []), ([1.0], [1.0, 2.0]), ([[1.0]], [[1.0]])])
def test_figures_that_do_not_pair_up_are_refused(first: list, second: list) -> None:
    with pytest.raises(ValueError, match="one figure a picture"):
        mean_difference(np.array(first), np.array(second))

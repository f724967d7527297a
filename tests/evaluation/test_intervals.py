"""Intervals and the sign-flip test against worked examples and independent computations."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kd_core.evaluation.intervals import mean_difference, mean_interval, share_interval

NORMAL = stats.norm.ppf(0.975)


def test_wilson_is_the_worked_example_of_newcombe() -> None:
    # Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3.
    assert (share_interval(81, 263).low, share_interval(81, 263).high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert (share_interval(15, 148).low, share_interval(15, 148).high) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert (share_interval(0, 20).low, share_interval(0, 20).high) == pytest.approx((0.0, 0.1611), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_solves_its_equation(counted: tuple[int, int]) -> None:
    count, n = counted
    found = share_interval(count, n)
    share = count / n
    assert -1e-12 <= found.low <= share + 1e-12
    assert share - 1e-12 <= found.high <= 1 + 1e-12
    # Its bounds are the true shares that lie just 1.96 of their own standard errors away.
    for bound in (found.low, found.high):
        assert (share - bound) ** 2 == pytest.approx(NORMAL**2 * bound * (1 - bound) / n, abs=1e-9)


def test_nothing_seen_has_no_interval() -> None:
    assert np.isnan([share_interval(0, 0).low, share_interval(0, 0).high]).all()
    assert np.isnan([mean_interval(np.array([0.4])).low, mean_interval(np.array([])).high]).all()


def test_the_bootstrap_of_a_mean_agrees_with_the_normal_approximation() -> None:
    values = np.random.default_rng(2).exponential(1.0, 2000)
    found = mean_interval(values, resamples=10_000)
    error = values.std() / np.sqrt(2000)
    assert (found.low, found.high) == pytest.approx(values.mean() + NORMAL * error * np.array([-1, 1]), abs=3e-3)


def test_of_few_pictures_all_flips_of_sign_are_counted() -> None:
    first, second = np.array([1.2, 0.9, 2.0, 0.4, 1.1]), np.array([1.0, 0.2, 0.7, 0.5, 0.6])
    gap = first - second
    flipped = np.array([np.mean(gap * signs) for signs in itertools.product((-1, 1), repeat=5)])
    found = mean_difference(first, second)
    assert found.difference == pytest.approx(gap.mean())
    assert found.p_value == pytest.approx(min(1.0, 2 * np.mean(flipped >= gap.mean() - 1e-12)))
    assert found.n == 5


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
    assert (back.low, back.high) == pytest.approx((-there.high, -there.low))
    assert mean_difference(first, second) == there
    assert mean_difference(first, second, seed=1) != there


@pytest.mark.parametrize(("first", "second"), [([], []), ([1.0], [1.0, 2.0]), ([[1.0]], [[1.0]])])
def test_figures_that_do_not_pair_up_are_refused(first: list, second: list) -> None:
    with pytest.raises(ValueError, match="one figure a picture"):
        mean_difference(np.array(first), np.array(second))

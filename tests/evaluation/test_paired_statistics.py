"""The paired difference against values worked out by hand and against SciPy's own bootstrap."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kd_core.evaluation.bootstrap import estimate
from kd_core.evaluation.statistics import mcnemar, paired_difference, seeded_difference


def _answers(only_first: int, only_second: int, both: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    first = np.repeat([True, False, True, False], [only_first, only_second, both, neither])
    second = np.repeat([False, True, True, False], [only_first, only_second, both, neither])
    return first, second


def test_counts_and_difference_worked_out_by_hand():
    found = paired_difference(*_answers(9, 1, 70, 20))
    assert (found.only_first, found.only_second, found.n) == (9, 1, 100)
    assert found.difference == pytest.approx(0.08)


def test_mcnemar_is_the_two_sided_binomial_tail():
    found = paired_difference(*_answers(9, 1, 70, 20))
    assert found.p_value == pytest.approx(2 * (comb(10, 0) + comb(10, 1)) / 2**10)


@pytest.mark.parametrize(
    ("only_first", "only_second", "published"),
    [
        # Airway hyper-responsiveness before and after a transplantation: Fagerland, Lydersen and Laake, "The McNemar
        # test for binary matched-pairs data" (2013), table 1, after Bentur et al.; exact conditional test.
        (1, 7, 0.070),
        # Two media for cultures of tuberculosis: Armitage and Berry (1994), p. 127, exact test after Liddell.
        (12, 2, 0.0129),
        # No pair differs: nothing speaks against equality.
        (0, 0, 1.0),
    ],
)
def test_mcnemar_on_worked_examples(only_first, only_second, published):
    assert mcnemar(only_first, only_second) == pytest.approx(published, abs=5e-4)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar_is_twice_the_smaller_tail(only_first, only_second):
    tail = stats.binom.cdf(min(only_first, only_second), only_first + only_second, 0.5)
    assert mcnemar(only_first, only_second) == pytest.approx(min(1.0, 2 * tail))


def test_near_copies_widen_the_interval_and_leave_test_and_difference():
    once = _answers(18, 12, 160, 50)
    first, second = (np.repeat(side, 3) for side in once)
    groups = np.repeat(np.arange(240), 3)
    together, apart = paired_difference(first, second, groups), paired_difference(first, second)
    assert (together.low, together.high) == pytest.approx((paired_difference(*once).low, paired_difference(*once).high))
    assert together.high - together.low > 1.5 * (apart.high - apart.low)
    assert (together.difference, together.p_value, together.n) == (apart.difference, apart.p_value, 720)


def test_interval_agrees_with_scipy_on_the_pictures_themselves():
    first, second = _answers(180, 120, 1600, 500)
    found = paired_difference(first, second, resamples=20_000)
    gap = first.astype(float) - second
    peer = stats.bootstrap(
        (gap,), np.mean, n_resamples=4_000, method="percentile", rng=np.random.default_rng(1), batch=200
    ).confidence_interval
    assert found.low == pytest.approx(peer.low, abs=8e-4)
    assert found.high == pytest.approx(peer.high, abs=8e-4)


def test_interval_agrees_with_the_normal_approximation():
    found = paired_difference(*_answers(180, 120, 1600, 500), resamples=50_000)
    n, mean = 2400, 60 / 2400
    error = np.sqrt((300 / n - mean**2) / n)
    assert (found.low, found.high) == pytest.approx((mean - 1.96 * error, mean + 1.96 * error), abs=6e-4)


def test_equal_models_have_no_difference_and_a_p_value_of_one():
    found = paired_difference(*_answers(0, 0, 30, 12))
    assert (found.difference, found.low, found.high, found.p_value) == (0.0, 0.0, 0.0, 1.0)


def test_the_same_seed_gives_the_same_interval():
    answers = _answers(40, 30, 200, 30)
    assert paired_difference(*answers, seed=5) == paired_difference(*answers, seed=5)
    assert paired_difference(*answers, seed=5) != paired_difference(*answers, seed=6)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 40), st.integers(0, 40))
def test_swapping_the_models_mirrors_the_result(only_first, only_second, both, neither):
    there = paired_difference(*_answers(only_first, only_second, both, neither), resamples=200)
    back = paired_difference(*_answers(only_second, only_first, both, neither), resamples=200)
    assert back.difference == -there.difference
    assert back.p_value == pytest.approx(there.p_value)
    assert 0 <= there.p_value <= 1


@pytest.mark.parametrize(("first", "second"), [([], []), ([True], [True, False]), ([[True]], [[True]])])
def test_answers_that_do_not_pair_up_are_refused(first, second):
    with pytest.raises(ValueError, match="one answer a picture"):
        paired_difference(np.array(first, bool), np.array(second, bool))


def test_over_seeds_every_pair_keeps_its_own_test():
    random = np.random.default_rng(0)
    pairs = [(random.random(300) < 0.8, random.random(300) < 0.7) for _ in range(3)]
    groups = np.arange(300) // 2
    found = seeded_difference(pairs, groups, resamples=500)
    assert found.each == tuple(paired_difference(*pair, groups, resamples=500) for pair in pairs)
    values = [first.mean() - second.mean() for first, second in pairs]
    assert found.over.each == pytest.approx(tuple(values))
    assert found.over.value == pytest.approx(np.mean(values))
    assert found.over.deviation == pytest.approx(np.std(values, ddof=1))
    gaps = np.stack([first.astype(float) - second for first, second in pairs])
    assert found.over == estimate(gaps, groups, resamples=500)


def test_one_seed_says_what_the_pair_says():
    pair = _answers(40, 30, 200, 30)
    found, alone = seeded_difference([pair]), paired_difference(*pair)
    assert (found.over.low, found.over.high, found.each) == (alone.low, alone.high, (alone,))
    assert found.over.value == pytest.approx(alone.difference)


def test_trainings_on_different_pictures_are_refused():
    with pytest.raises(ValueError, match="the same pictures"):
        seeded_difference([_answers(1, 1, 1, 1), _answers(1, 1, 1, 0)])
    with pytest.raises(ValueError, match="at least one pair"):
        seeded_difference([])

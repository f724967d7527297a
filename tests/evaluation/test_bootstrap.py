"""The bootstrap against every possible resample, against draws made one by one, and against SciPy's own."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kd_core.evaluation.bootstrap import estimate

ANSWERS = st.lists(st.booleans(), min_size=2, max_size=40)


def every_resample(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the mean of all resamples, each as likely as the next: trainings, one fewer, and groups as many."""
    trainings, names = len(values), np.unique(groups)
    means = []
    for seeds in product(range(trainings), repeat=max(trainings - 1, 1)):
        for drawn in product(names, repeat=len(names)):
            columns = np.concatenate([np.flatnonzero(groups == name) for name in drawn])
            means.append(np.mean([values[seed, columns].mean() for seed in seeds]))
    return np.array(means)


def drawn_one_by_one(values: np.ndarray, groups: np.ndarray, resamples: int) -> np.ndarray:
    random, names = np.random.default_rng(11), np.unique(groups)
    members = {name: np.flatnonzero(groups == name) for name in names}
    means = np.empty(resamples)
    for i in range(resamples):
        seeds = random.integers(len(values), size=max(len(values) - 1, 1))
        columns = np.concatenate([members[name] for name in random.choice(names, len(names))])
        means[i] = values[seeds][:, columns].mean()
    return means


@pytest.mark.parametrize(
    ("values", "groups"),
    [
        ([[1, 0, 0, 1, 1, 0]], [0, 0, 1, 2, 2, 2]),
        ([[1, 0, -1, 1, 0]], [0, 1, 2, 3, 4]),
        ([[1, 0, 0, 1], [0, 0, 1, 1]], [0, 0, 1, 2]),
        ([[1, 0, 0, 1], [0, 1, 1, 1], [0, 0, 0, 1]], [3, 5, 5, 9]),
    ],
)
def test_intervals_are_quantiles_over_every_possible_resample(values, groups):
    values, groups = np.array(values, float), np.array(groups)
    exact = np.sort(every_resample(values, groups))
    for level in (0.5, 0.8, 0.9, 0.95):
        found = estimate(values, groups, level=level, resamples=100_000)
        tail = (1 - level) / 2
        for bound, share in ((found.low, tail), (found.high, 1 - tail)):
            # The exact distribution is a staircase: the bound lies on a step that is no farther off than the draws err.
            low, high = np.quantile(exact, [max(share - 0.006, 0), min(share + 0.006, 1)], method="inverted_cdf")
            assert low - 1e-9 <= bound <= high + 1e-9


def test_groups_and_seeds_agree_with_draws_made_one_by_one():
    random = np.random.default_rng(3)
    groups = random.integers(0, 60, 150)
    # Near-copies are answered much alike, and trainings differ.
    hard = random.normal(0, 1, 60)[groups]
    values = (hard + random.normal(0, 0.5, (3, 150)) + np.array([[0.4], [0.0], [-0.2]]) > 0).astype(float)
    means = drawn_one_by_one(values, groups, 6_000)
    found = estimate(values, groups, resamples=50_000)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(means, [0.025, 0.975])), abs=0.008)
    assert found.groups == len(np.unique(groups))
    assert found.each == pytest.approx(tuple(values.mean(axis=1)))
    assert found.value == pytest.approx(values.mean())
    assert found.deviation == pytest.approx(np.std(values.mean(axis=1), ddof=1))


def test_an_accuracy_agrees_with_scipy_and_with_the_normal_approximation():
    right = np.repeat([True, False], [1829, 577])
    found = estimate(right, resamples=50_000)
    peer = stats.bootstrap(
        (right.astype(float),), np.mean, n_resamples=4_000, method="percentile", rng=np.random.default_rng(1), batch=200
    ).confidence_interval
    assert (found.low, found.high) == pytest.approx((peer.low, peer.high), abs=1.5e-3)
    share = 1829 / 2406
    error = 1.959964 * np.sqrt(share * (1 - share) / 2406)
    assert (found.low, found.high) == pytest.approx((share - error, share + error), abs=5e-4)


@given(ANSWERS)
def test_groups_of_one_picture_are_no_groups(right):
    alone = np.random.default_rng(0).permutation(len(right)) * 7
    assert estimate(right, alone, resamples=200) == estimate(right, resamples=200)


@given(ANSWERS, st.integers(2, 4))
def test_copies_within_their_groups_tell_nothing_new(right, copies):
    once = estimate(right, resamples=300)
    copied = estimate(np.repeat(right, copies), np.repeat(np.arange(len(right)), copies), resamples=300)
    assert (copied.low, copied.high, copied.groups) == (pytest.approx(once.low), pytest.approx(once.high), once.groups)
    assert copied.n == copies * once.n


def test_copies_taken_for_new_pictures_make_the_interval_too_narrow():
    right = np.repeat([1, 0], [70, 30])
    copies, groups = np.repeat(right, 4), np.repeat(np.arange(100), 4)
    honest, naive = estimate(copies, groups), estimate(copies)
    # Four times the pictures promise half the width.
    assert (honest.high - honest.low) / (naive.high - naive.low) == pytest.approx(2, rel=0.05)


def test_one_set_of_pictures_is_drawn_for_all_trainings():
    random = np.random.default_rng(4)
    right = random.random(400) < 0.7
    # Three trainings that answer alike are worth one: the chance of the pictures does not shrink.
    alike, one = estimate(np.stack([right] * 3), resamples=20_000), estimate(right, resamples=20_000)
    assert (alike.low, alike.high) == pytest.approx((one.low, one.high), abs=1e-3)
    assert alike.deviation == 0


@pytest.mark.parametrize("means", [(0.2, 0.6), (0.1, 0.4, 0.5), (0.1, 0.2, 0.6, 0.7)])
def test_the_variance_between_trainings_is_unbiased(means):
    # Pictures without any chance of their own: only the trainings differ.
    values = np.tile(np.array(means)[:, np.newaxis], (1, 5))
    draws = [np.mean(drawn) for drawn in product(means, repeat=len(means) - 1)]
    assert np.var(draws) == pytest.approx(np.var(means, ddof=1) / len(means))
    found = estimate(values, level=0.5, resamples=100_000)
    assert (found.low, found.high) == pytest.approx(
        (np.quantile(draws, 0.25, method="inverted_cdf"), np.quantile(draws, 0.75, method="inverted_cdf"))
    )


def test_one_training_has_no_deviation_and_draws_repeat():
    values = np.random.default_rng(2).random((1, 90))
    assert estimate(values).deviation is None
    bounds = [(found.low, found.high) for found in (estimate(values, seed=s) for s in (5, 5, 6))]
    assert bounds[0] == bounds[1] != bounds[2]


def test_a_mean_of_figures_that_all_differ_agrees_with_the_normal_approximation():
    values = np.random.default_rng(2).exponential(1.0, 2000)
    found = estimate(values)
    error = 1.959964 * values.std() / np.sqrt(2000)
    assert (found.low, found.high) == pytest.approx((values.mean() - error, values.mean() + error), abs=3e-3)


def test_of_one_group_nothing_is_known():
    for found in (estimate([0.4]), estimate([1, 0, 1], np.array([5, 5, 5]))):
        assert np.isnan([found.low, found.high]).all()
        assert found.groups == 1
    assert estimate([1, 0, 1], np.array([5, 5, 5])).value == pytest.approx(2 / 3)


def test_many_kinds_of_groups_are_drawn_in_blocks_that_leave_no_seam(monkeypatch):
    values = np.random.default_rng(8).random(300)
    whole = estimate(values, resamples=500)
    monkeypatch.setattr("kd_core.evaluation.bootstrap._BLOCK", 7 * 300)
    assert (estimate(values, resamples=500).low, estimate(values, resamples=500).high) == (whole.low, whole.high)


@pytest.mark.parametrize(
    ("values", "groups", "said"),
    [([], None, "are needed"), (np.zeros((1, 2, 3)), None, "are needed"), ([1, 0, 1], [0, 1], "one group for each")],
)
def test_what_does_not_fit_is_refused(values, groups, said):
    with pytest.raises(ValueError, match=said):
        estimate(values, None if groups is None else np.array(groups))

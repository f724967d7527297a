"""Answers out of sample: no group on both sides, the same for the same seed, and what scikit-learn says by hand."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from kd_core.training.out_of_sample import fold_of, out_of_sample
from kd_core.training.suspects import doubted


def blobs(n: int = 600, classes: int = 4, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features [n, 16], labels and groups: clouds around a centre a class, every third picture with a copy."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, classes, n)
    features = 4 * random.standard_normal((classes, 16))[labels] + random.standard_normal((n, 16))
    groups = np.arange(n)
    groups[1::3] = groups[::3][: len(groups[1::3])]
    return features, labels, groups


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_folds_never_split_a_group_and_share_the_classes(seed):
    _, labels, groups = blobs()
    fold = fold_of(labels, groups, seed)
    assert set(fold) == set(range(5))
    assert all(len(set(fold[groups == group])) == 1 for group in np.unique(groups))
    counts = np.array([np.bincount(labels[fold == number], minlength=4) for number in range(5)])
    np.testing.assert_allclose(counts, np.tile(np.bincount(labels) / 5, (5, 1)), atol=4)


def test_the_seed_deals_the_groups():
    _, labels, groups = blobs()
    np.testing.assert_array_equal(fold_of(labels, groups, 3), fold_of(labels, groups, 3))
    assert (fold_of(labels, groups, 3) != fold_of(labels, groups, 4)).mean() > 0.5


def test_every_fold_is_answered_by_a_classifier_of_the_others():
    features, labels, groups = blobs()
    steps = []
    found = out_of_sample(features, labels, groups, 7, advance=lambda: steps.append(1))
    assert len(steps) == 5
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_array_equal(found, out_of_sample(features, labels, groups, 7))
    fold = fold_of(labels, groups, 7)
    for number in range(5):
        held_out = fold == number
        mean, spread = features[~held_out].mean(axis=0), features[~held_out].std(axis=0)
        standard = (features - mean) / spread
        by_hand = LogisticRegression(C=3e-3, max_iter=1000, tol=1e-8).fit(standard[~held_out], labels[~held_out])
        np.testing.assert_allclose(found[held_out], by_hand.predict_proba(standard[held_out]), atol=2e-3)


def test_a_copy_does_not_vouch_for_its_copy():
    features, labels, groups = blobs()
    # Far from all others, two copies and the same wrong label on both: who learns from one believes the other.
    twins = np.flatnonzero(groups == groups[0])
    assert len(twins) == 2
    features[twins] += 40 * np.random.default_rng(1).standard_normal(16)
    labels[twins] = 3
    together = out_of_sample(features, labels, groups, 0)[twins, 3]
    # Dealt as if they were no copies, into two folds.
    apart = groups.copy()
    apart[twins] = 1000 + np.arange(2)
    seed = next(s for s in range(20) if len(set(fold_of(labels, apart, s)[twins])) == 2)
    assert (together < 0.5 * out_of_sample(features, labels, apart, seed)[twins, 3]).all()


def test_a_class_that_stands_in_one_fold_only_has_no_probability_there():
    features, labels, groups = blobs()
    rare = labels == 3
    groups[rare] = 10_000
    found = out_of_sample(features, labels, groups, 0)
    assert found.shape == (600, 4)
    assert (found[rare, 3] == 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-12)


def test_planted_wrong_labels_are_the_first_that_are_doubted():
    features, labels, groups = blobs(1200)
    groups = np.arange(1200)
    planted = np.random.default_rng(5).choice(1200, 30, replace=False)
    noisy = labels.copy()
    noisy[planted] = (labels[planted] + 1) % 4
    probabilities = out_of_sample(features, noisy, groups, 0)
    rows, quality = doubted(noisy, probabilities)
    assert len(set(rows[:30]) & set(planted)) >= 28
    assert len(rows) <= 36
    # The margin by hand, and the order by it.
    given = probabilities[np.arange(1200), noisy]
    others = np.where(np.eye(4, dtype=bool)[noisy], -1, probabilities).max(axis=1)
    np.testing.assert_allclose(quality, (1 + given - others) / 2, atol=1e-9)
    assert (np.diff(quality[rows]) >= 0).all()
    assert (probabilities[rows].argmax(axis=1) != noisy[rows]).all()

"""What a linear classifier answers to every picture when it has learnt from the others: cross-validation by group."""

from collections.abc import Callable

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

FOLDS = 5
# Inverse strength of the L2 penalty on standardised features.
_C = 3e-3
_MOST_STEPS = 200


def fold_of(labels: np.ndarray, groups: np.ndarray, seed: int, folds: int = FOLDS) -> np.ndarray:
    """Return the fold of every picture: int64 [n] in 0..folds-1; a group is in one fold, a class evenly in all.

    Args:
        labels: int64 [n].
        groups: int64 [n]; pictures that are copies or near-copies of one another share a number.
        seed: of the order in which groups are dealt.
        folds: at least 2.
    """
    fold = np.empty(len(labels), np.int64)
    splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    for number, (_, held_out) in enumerate(splitter.split(np.zeros(len(labels)), labels, groups)):
        fold[held_out] = number
    return fold


def out_of_sample(
    features: np.ndarray,
    labels: np.ndarray,
    groups: np.ndarray,
    seed: int,
    *,
    folds: int = FOLDS,
    advance: Callable[[], object] = lambda: None,
) -> np.ndarray:
    """Return the class probabilities of every picture from a classifier that saw neither it nor a copy of it.

    A multinomial logistic regression on features standardised by the training folds; the same arguments give the same
    probabilities on one machine.

    Args:
        features: float [n, d].
        labels: int64 [n], class indices from 0 on.
        groups: int64 [n], see ``fold_of``.
        seed: of the folds.
        folds: at least 2.
        advance: called after each fold.

    Returns:
        float64 [n, classes], rows sum to one; zero for a class of which all pictures are in the same fold.
    """
    fold = fold_of(labels, groups, seed, folds)
    probabilities = np.zeros((len(labels), int(labels.max()) + 1))
    for number in range(folds):
        held_out = fold == number
        classifier = make_pipeline(StandardScaler(), LogisticRegression(C=_C, max_iter=_MOST_STEPS))
        classifier.fit(features[~held_out].astype(np.float32), labels[~held_out])
        answers = classifier.predict_proba(features[held_out].astype(np.float32)).astype(np.float64)
        probabilities[np.ix_(held_out, classifier.classes_)] = answers / answers.sum(axis=1, keepdims=True)
        advance()
    return probabilities

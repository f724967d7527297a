"""In which order the classes of a confusion matrix stand: by name, by error, or similar ones side by side."""

import unicodedata
from collections.abc import Sequence

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from kd_core.evaluation.metrics import normalised

ORDERS = ("name", "error", "similarity")


def class_order(order: str, matrix: np.ndarray, names: Sequence[str]) -> list[int]:
    """Return the positions of the classes in the wanted order.

    Args:
        order: one of ``ORDERS``.
        matrix: counts, int [classes, classes], rows true.
        names: of the classes in the reader's language.
    """
    if order == "error":
        return by_error(matrix)
    return by_similarity(matrix) if order == "similarity" else by_name(names)


def by_name(names: Sequence[str]) -> list[int]:
    """Return the positions of the names in the order of the alphabet, an umlaut beside its vowel."""
    return sorted(range(len(names)), key=lambda i: (_plain(names[i]), names[i]))


def by_error(matrix: np.ndarray) -> list[int]:
    """Return the positions by the share of each class that is taken for another, the highest first.

    Of equal ones the order stays, and classes without pictures come last.
    """
    error = 1 - np.diag(normalised(matrix, "row"))
    return [int(i) for i in np.argsort(-np.nan_to_num(error, nan=-1.0), kind="stable")]


def by_similarity(matrix: np.ndarray) -> list[int]:
    """Return the positions such that classes that are taken for one another stand side by side.

    Two classes are as similar as they are confused: the mean of the two shares of their rows. Hierarchical clustering
    (average linkage) with the leaf order in which neighbours are closest (Bar-Joseph et al. 2001).
    """
    if len(matrix) < 3:
        return list(range(len(matrix)))
    shares = np.nan_to_num(normalised(matrix, "row"))
    distance = 1 - (shares + shares.T) / 2
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), method="average", optimal_ordering=True)
    return [int(i) for i in leaves_list(tree)]


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))

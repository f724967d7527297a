"""Confusion matrices in numbers: their difference, the largest confusions, and the pictures behind a cell."""

from dataclasses import dataclass

import numpy as np

from kd_core.artifacts import Predictions
from kd_core.evaluation.classifier import softmax
from kd_core.evaluation.metrics import normalised, top_k


@dataclass(frozen=True)
class Cell:
    """One cell of a confusion matrix by class names: what a picture shows, and what it was called."""

    true: str
    predicted: str

    def write(self) -> str:
        """Return the cell as it stands in the address."""
        return f"{self.true}~{self.predicted}"


@dataclass(frozen=True)
class Opinion:
    """A model's first guesses for one picture: class names and probabilities 0..1, best first."""

    names: tuple[str, ...]
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class Apart:
    """Paths of the pictures that only the first, only the second, or both of two runs put into a cell."""

    first: list[str]
    second: list[str]
    both: list[str]


def parse_cell(text: str | None, classes: tuple[str, ...]) -> Cell | None:
    """Return the cell that an address names; None when it names none or a class that is not there."""
    true, _, predicted = (text or "").partition("~")
    return Cell(true, predicted) if true in classes and predicted in classes else None


def difference(first: np.ndarray, second: np.ndarray, norm: str) -> np.ndarray:
    """Return how much more stands in each cell of the first matrix than of the second: float64 [classes, classes].

    Args:
        first: counts, int [classes, classes], rows true.
        second: the same of the other run.
        norm: "count", or "row" or "column" for a difference of shares (-1..1); NaN where one of the two has none.
    """
    return normalised(first, norm) - normalised(second, norm)


def largest_confusions(values: np.ndarray, classes: tuple[str, ...], most: int) -> list[tuple[Cell, float]]:
    """Return the off-diagonal cells with the largest values of either sign, the largest first.

    Args:
        values: of a matrix or of a difference, [classes, classes], rows true; NaN and zero are left out.
        classes: in the order of the values.
        most: cells at most.
    """
    off = np.nan_to_num(np.asarray(values, float))
    np.fill_diagonal(off, 0)
    order = np.argsort(-np.abs(off), axis=None, kind="stable")[:most]
    places = [divmod(int(i), len(classes)) for i in order]
    return [(Cell(classes[i], classes[j]), float(off[i, j])) for i, j in places if off[i, j]]


def pictures_of(predictions: Predictions, cell: Cell) -> Predictions:
    """Return the pictures behind a cell, the most confident answers first: of mistakes the worst come first."""
    classes = predictions.classes
    answer = predictions.logits.argmax(axis=1)
    inside = (predictions.label == classes.index(cell.true)) & (answer == classes.index(cell.predicted))
    chosen = predictions.where(inside)
    confidence = softmax(chosen.logits).max(axis=1) if len(chosen) else np.zeros(0)
    # A mask cannot reorder; indexing by position does both.
    return chosen.where(np.argsort(-confidence, kind="stable"))


def apart(first: Predictions, second: Predictions, cell: Cell) -> Apart:
    """Return the pictures that two runs put into a cell, parted by who does; each in the order of ``pictures_of``."""
    one, other = (pictures_of(answers, cell).path.tolist() for answers in (first, second))
    in_one, in_other = set(one), set(other)
    return Apart(
        first=[path for path in one if path not in in_other],
        second=[path for path in other if path not in in_one],
        both=[path for path in one if path in in_other],
    )


def opinions(predictions: Predictions, paths: list[str], k: int = 3) -> dict[str, Opinion]:
    """Return the first ``k`` guesses for each of the paths that these predictions hold, keyed by path."""
    position = {path: i for i, path in enumerate(predictions.path)}
    known = [path for path in paths if path in position]
    if not known:
        return {}
    logits = predictions.logits[[position[path] for path in known]]
    probabilities = softmax(logits)
    best = top_k(logits, min(k, logits.shape[1]))
    return {
        path: Opinion(tuple(predictions.classes[c] for c in row), tuple(float(probabilities[i, c]) for c in row))
        for i, (path, row) in enumerate(zip(known, best, strict=True))
    }

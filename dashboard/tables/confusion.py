"""Confusion matrices in numbers: the largest confusions, and the pictures behind a cell."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

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


def parse_cell(text: str | None, classes: tuple[str, ...]) -> Cell | None:
    """Return the cell that an address names; None when it names none or a class that is not there."""
    true, _, predicted = (text or "").partition("~")
    return Cell(true, predicted) if true in classes and predicted in classes else None


def largest_confusions(matrix: np.ndarray, classes: tuple[str, ...], most: int) -> pd.DataFrame:
    """Return the fullest off-diagonal cells: ``true``, ``predicted``, ``count`` and ``share`` of the row (0..1)."""
    off = matrix.copy()
    np.fill_diagonal(off, 0)
    order = np.argsort(-off, axis=None, kind="stable")[:most]
    rows = [divmod(int(i), len(classes)) for i in order]
    shares = normalised(matrix, "row")
    found = [
        {"true": classes[i], "predicted": classes[j], "count": int(off[i, j]), "share": float(shares[i, j])}
        for i, j in rows
        if off[i, j] > 0
    ]
    return pd.DataFrame(found, columns=["true", "predicted", "count", "share"])


def pictures_of(predictions: Predictions, cell: Cell) -> Predictions:
    """Return the pictures behind a cell, the most confident answers first: of mistakes the worst come first."""
    classes = predictions.classes
    answer = predictions.logits.argmax(axis=1)
    inside = (predictions.label == classes.index(cell.true)) & (answer == classes.index(cell.predicted))
    chosen = predictions.where(inside)
    confidence = softmax(chosen.logits).max(axis=1) if len(chosen) else np.zeros(0)
    # A mask cannot reorder; indexing by position does both.
    return chosen.where(np.argsort(-confidence, kind="stable"))


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

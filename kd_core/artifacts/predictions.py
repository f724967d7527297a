"""The stored answers of a run, and how they are read."""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from kd_core.artifacts.files import ArtifactError, read_file

LOGIT = "logit_"


@dataclass(frozen=True)
class Predictions:
    """The stored answers of one run.

    ``split`` and ``path``: str, shape [n]. ``label``: int64 class indices, shape [n]. ``logits``: float32,
    shape [n, classes], in the order of ``classes``.
    """

    classes: tuple[str, ...]
    split: np.ndarray
    path: np.ndarray
    label: np.ndarray
    logits: np.ndarray

    def of(self, split: str) -> "Predictions":
        """Return the part that belongs to one split ("val" or "test")."""
        return self.where(self.split == split)

    def where(self, mask: np.ndarray) -> "Predictions":
        """Return the rows that ``mask`` (bool, shape [n]) selects."""
        return Predictions(self.classes, self.split[mask], self.path[mask], self.label[mask], self.logits[mask])

    def __len__(self) -> int:
        return len(self.label)


def read_predictions(path: Path, classes: tuple[str, ...]) -> Predictions:
    """Return what a run's ``predictions.parquet`` holds, with the logits in the order of ``classes``.

    Raises:
        ArtifactError: if the file is missing or damaged, or belongs to other classes.
    """
    frame = read_file(path, pd.read_parquet)
    wanted = [LOGIT + name for name in classes]
    missing = {"split", "path", "label", *wanted} - set(frame.columns)
    unknown = set(frame.get("label", pd.Series(dtype=str)).astype(str)) - set(classes)
    if missing or unknown:
        what = f"lacks the column {sorted(missing)[0]}" if missing else f"has the unknown label {sorted(unknown)[0]}"
        raise ArtifactError(f"{path} {what}: evaluate the run again.")
    position = {name: i for i, name in enumerate(classes)}
    return Predictions(
        classes=classes,
        split=_interned(frame["split"]),
        path=_interned(frame["path"]),
        label=frame["label"].astype(str).map(position).to_numpy(np.int64),
        logits=frame[wanted].to_numpy(np.float32),
    )


def _interned(column: pd.Series) -> np.ndarray:
    """Return strings, of which equal ones are one object: hundreds of runs answer the same pictures."""
    return np.array([sys.intern(word) for word in column.astype(str)], object)

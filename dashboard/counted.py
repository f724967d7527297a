"""Whom a run took for whom on a part of a split: counted from its answers, or as the slides state it."""

from dataclasses import dataclass

import numpy as np

from dashboard import context
from dashboard.names import run_label
from dashboard.part import Part, answers
from kd_core.artifacts import Predictions, Problem, RunRecord
from kd_core.evaluation.metrics import confusion


@dataclass(frozen=True)
class Counted:
    """One confusion matrix: counts (int, rows true) and the predictions behind it; None for one that was stated."""

    record: RunRecord
    matrix: np.ndarray
    predictions: Predictions | None

    @property
    def label(self) -> str:
        """The run's name."""
        return run_label(self.record)


def has_matrix(record: RunRecord) -> bool:
    """Return whether a run has a matrix: a published one only if the slides show it, every run of our own."""
    return record.claims is None or context.stated_confusion(record.study, record.run)[0] is not None


def counted(record: RunRecord, split: str, clean: bool) -> tuple[Counted | None, list[Problem]]:
    """Return the matrix of a run; None where it has none, or its file or what leaked cannot be read.

    Args:
        record: the run.
        split: "val" or "test"; a stated matrix is always one of the test split.
        clean: whether pictures that leaked from training are left out.
    """
    if record.claims is not None:
        stated, problems = context.stated_confusion(record.study, record.run)
        return (Counted(record, stated.to_numpy(), None) if stated is not None else None), problems
    found, problems = answers(record, Part(split, clean))
    return (Counted(record, confusion(found), found) if found is not None else None), problems

"""What compression forgot: the pictures and the classes that pay for a smaller network.

Hooker, Courville, Clark, Dauphin and Frome, "What Do Compressed Deep Neural Networks Forget?" (2019): nearly the same
accuracy can hide that a few classes and a few pictures pay for it. They compare populations of thirty trainings a
network; here two given networks are compared, so that the interval and the test speak of the pictures, not of what
another training would have forgotten.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kd_core.artifacts import Predictions
from kd_core.evaluation.classifier import softmax
from kd_core.evaluation.groups import picture_groups
from kd_core.evaluation.multiple import holm
from kd_core.evaluation.pairing import common
from kd_core.evaluation.statistics import PairedDifference, paired_difference

COLUMNS = ("path", "true", "parent", "parent_probability", "variant", "variant_probability")


@dataclass(frozen=True)
class ClassDifference:
    """How one class fares: the accuracy of the variant minus the parent's on its pictures.

    ``p_adjusted`` is McNemar's p-value corrected by Holm for the count of classes that have pictures; both it and
    ``result`` are None for a class that has none. The interval in ``result`` is that of this class alone.
    """

    name: str
    result: PairedDifference | None
    p_adjusted: float | None


def lost(parent: Predictions, variant: Predictions) -> pd.DataFrame:
    """Return the pictures that the parent gets right and the variant does not, the parent's surest first.

    Args:
        parent: stored answers of the run that was compressed.
        variant: stored answers of what was made of it.

    Returns:
        One row a picture with ``COLUMNS``: its path, true class, each one's answer (class names) and the softmax
        probability, 0..1, that each gives to its own answer.

    Raises:
        KdError: if the two tell different classes apart or have no picture in common.
    """
    rows = _answers(parent, variant)
    gone = rows[(rows["parent"] == rows["true"]) & (rows["variant"] != rows["true"])]
    return gone.sort_values("parent_probability", ascending=False, kind="stable", ignore_index=True)


def gained(parent: Predictions, variant: Predictions) -> pd.DataFrame:
    """Return the pictures that the variant gets right and the parent does not, the variant's surest first.

    Arguments, columns and errors are those of ``lost``.
    """
    rows = _answers(parent, variant)
    new = rows[(rows["variant"] == rows["true"]) & (rows["parent"] != rows["true"])]
    return new.sort_values("variant_probability", ascending=False, kind="stable", ignore_index=True)


def class_differences(
    parent: Predictions, variant: Predictions, index: pd.DataFrame | None = None
) -> tuple[ClassDifference, ...]:
    """Return how every true class fares, in the order of the classes.

    Args:
        parent: stored answers of the run that was compressed.
        variant: stored answers of what was made of it.
        index: the study's ``data.parquet``, which knows the near-copies that the intervals draw together; None: every
            picture is a draw of its own.

    Raises:
        KdError: if the two tell different classes apart or have no picture in common.
    """
    before, after = common(parent, variant)
    groups = picture_groups(before, index)
    was_right, is_right = (run.logits.argmax(axis=1) == run.label for run in (before, after))
    found = {
        i: paired_difference(is_right[own], was_right[own], groups[own])
        for i in range(len(before.classes))
        if (own := before.label == i).any()
    }
    adjusted = dict(zip(found, holm([result.p_value for result in found.values()]), strict=True))
    return tuple(
        ClassDifference(name, found.get(i), float(adjusted[i]) if i in adjusted else None)
        for i, name in enumerate(before.classes)
    )


def _answers(parent: Predictions, variant: Predictions) -> pd.DataFrame:
    before, after = common(parent, variant)
    names = np.array(before.classes, object)
    columns = [before.path, names[before.label]]
    for run in (before, after):
        columns += [names[run.logits.argmax(axis=1)], softmax(run.logits).max(axis=1)]
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))

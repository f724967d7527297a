"""Which evaluated pictures are copies or near-copies of one another, and so count as one draw."""

import numpy as np
import pandas as pd

from kd_core.artifacts import Predictions


def picture_groups(predictions: Predictions, index: pd.DataFrame | None) -> np.ndarray:
    """Return the group of every evaluated picture: int64, shape [n]; pictures with equal numbers are near-copies.

    Args:
        predictions: the stored answers of one run.
        index: the study's ``data.parquet``; a picture that it does not list, and every picture where it is None, is a
            group of its own.
    """
    alone = np.arange(len(predictions), dtype=np.int64)
    if index is None:
        return alone
    known = index.drop_duplicates("path").set_index("path")["group"]
    # -1 where the index has no group.
    codes, names = pd.factorize(pd.Series(predictions.path, dtype=object).map(known))
    return np.where(codes < 0, len(names) + alone, codes).astype(np.int64)


def group_sums(values: np.ndarray, groups: np.ndarray | None) -> np.ndarray:
    """Return the sum of every group's values: float64, shape [groups].

    A test that takes these for its draws need not take near-copies for independent of one another; whether their mean
    is 0 is whether that of the pictures is.

    Args:
        values: what each picture contributes, shape [n].
        groups: shape [n]; near-copies have equal entries. None: every picture is its own group.

    Raises:
        ValueError: if the groups do not fit the values.
    """
    values = np.asarray(values, np.float64)
    if groups is None:
        return values
    if np.shape(groups) != values.shape:
        raise ValueError(f"one group for each of {len(values)} pictures is needed, not {np.shape(groups)}")
    return np.bincount(np.unique(groups, return_inverse=True)[1], weights=values)

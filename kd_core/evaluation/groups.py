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

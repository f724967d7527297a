"""Doubtful labels in numbers: which class is suggested in place of which."""

import pandas as pd


def pair_counts(suspects: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the most frequent pairs of given and suggested class: ``label``, ``suggested``, ``count``, most first.

    Args:
        suspects: one row a picture, with ``label`` and ``suggested``.
        most: how many pairs.
    """
    counts = suspects.groupby(["label", "suggested"]).size().reset_index(name="count")
    order = counts.sort_values(["count", "label", "suggested"], ascending=[False, True, True], ignore_index=True)
    return order.head(most)

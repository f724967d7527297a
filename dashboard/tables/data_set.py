"""What the index of a data set says in numbers."""

from collections.abc import Sequence

import pandas as pd

from kd_core.data.frame import TRAINED, learned

SPLITS = ("train", "val", "test")


def class_counts(index: pd.DataFrame) -> pd.DataFrame:
    """Return pictures a class and split: classes as rows (sorted), the splits that occur as columns."""
    counts = pd.crosstab(index["label"], index["split"])
    return counts[[split for split in SPLITS if split in counts.columns]]


def size_counts(index: pd.DataFrame, most: int = 10) -> pd.DataFrame:
    """Return how many pictures have which size: ``width``, ``height``, ``count``, most frequent first.

    Sizes beyond the ``most`` frequent ones are summed up in a last row whose width and height are missing.
    """
    counts = index.groupby(["width", "height"]).size().reset_index(name="count")
    counts = counts.sort_values(["count", "width", "height"], ascending=[False, True, True], ignore_index=True)
    head, tail = counts.head(most).astype("Int64"), counts.iloc[most:]
    if tail.empty:
        return head
    rest = pd.DataFrame({"width": [pd.NA], "height": [pd.NA], "count": [tail["count"].sum()]}, dtype="Int64")
    return pd.concat([head, rest], ignore_index=True)


def copy_counts(index: pd.DataFrame) -> pd.DataFrame:
    """Return for every split: ``split``, ``pictures``, ``copies`` (with another picture in their group), ``leaked``."""
    shared = index["group"].duplicated(keep=False)
    frame = pd.DataFrame(
        {"split": index["split"], "pictures": 1, "copies": shared, "leaked": index["leaked"].fillna(False).astype(bool)}
    )
    sums = frame.groupby("split").sum().astype("int64")
    return sums.loc[[split for split in SPLITS if split in sums.index]].reset_index()


def use_counts(index: pd.DataFrame) -> pd.DataFrame:
    """Return what became of the training pictures: ``used`` (trained on, or why not) and ``count``, largest first."""
    used = index.loc[index["split"] == "train", "used"].fillna("").astype(str)
    return used.value_counts().rename_axis("used").reset_index(name="count")


def trained_count(index: pd.DataFrame) -> int:
    """Return how many pictures the runs of the study were trained on."""
    return int((index["used"] == TRAINED).sum())


def copies_left_out(index: pd.DataFrame) -> bool:
    """Return whether test pictures have copies in the training split, and the study trained on none of these."""
    test = index["split"] == "test"
    leaked = index["leaked"].fillna(False).astype(bool)
    return bool((test & leaked).any()) and not bool((test & learned(index)).any())


def sample(index: pd.DataFrame, split: str, label: str, start: int, count: int) -> Sequence[str]:
    """Return ``count`` paths of one class and split from position ``start`` on, going round at the end."""
    paths = sorted(index.loc[(index["split"] == split) & (index["label"] == label), "path"])
    if not paths:
        return []
    return [paths[(start + i) % len(paths)] for i in range(min(count, len(paths)))]

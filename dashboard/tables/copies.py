"""Pictures beside their copies, across the splits and within one, as the groups of the index pair them."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Kind:
    """Which pairs are meant: pictures of ``split`` with copies in ``beside``, which may be the same split."""

    split: str
    beside: str

    def write(self) -> str:
        """Return the kind as the address has it."""
        return f"{self.split}-{self.beside}"


# What makes figures doubtful comes first.
KINDS = (
    Kind("test", "train"),
    Kind("val", "train"),
    Kind("test", "val"),
    Kind("train", "train"),
    Kind("val", "val"),
    Kind("test", "test"),
)


def found_pairs(index: pd.DataFrame) -> Mapping[Kind, pd.DataFrame]:
    """Return the pairs of every kind that occurs, as ``copy_pairs`` does, in the order of ``KINDS``."""
    shared = index[index["group"].duplicated(keep=False)]
    found = {kind: copy_pairs(shared, kind) for kind in KINDS}
    return {kind: pairs for kind, pairs in found.items() if len(pairs)}


def copy_pairs(index: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    """Return one row a picture that has a copy: ``path``, ``copy`` and ``equal`` (bool: whether the files are).

    Across two splits it is every such picture with one of its copies; within one, so that no pair comes twice, every
    such picture but the first of its group, with one that stands before it. In the order of their contents, so that
    the classes come mixed; an altered copy is taken before an equal one.

    Args:
        index: one row a picture, with ``split``, ``path``, ``sha256`` and ``group``.
        kind: which pairs.
    """
    columns = ["path", "sha256", "group"]
    own, others = (index.loc[index["split"] == split, columns] for split in (kind.split, kind.beside))
    both = own.merge(others, on="group", suffixes=("", "_copy"))
    if kind.split == kind.beside:
        both = both[both["path_copy"] < both["path"]]
    both = both.assign(equal=both["sha256"] == both["sha256_copy"])
    first = both.sort_values(["sha256", "path", "equal", "path_copy"]).drop_duplicates("path")
    return first[["path", "path_copy", "equal"]].rename(columns={"path_copy": "copy"}).reset_index(drop=True)

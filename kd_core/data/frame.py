"""What can be said of a data set from its index alone, without a picture at hand."""

import hashlib

import pandas as pd

# Values of the column ``used``.
TRAINED = "trained"
HELD_OUT = "held out"
DROPPED = "dropped: its copy stands in validation or test"


def fingerprint(frame: pd.DataFrame) -> str:
    """Return the SHA-256 over every picture's path and content: the same data gives the same text anywhere.

    Args:
        frame: the index, one row a picture, with ``path`` and ``sha256``; its order counts.
    """
    digest = hashlib.sha256()
    for path, content in zip(frame["path"], frame["sha256"], strict=True):
        digest.update(f"{path} {content}\n".encode())
    return digest.hexdigest()


def learned(frame: pd.DataFrame) -> pd.Series:
    """Return which pictures were trained on, themselves or a copy or near-copy of them: bool, one value a row.

    Args:
        frame: the index, with ``group`` and ``used``.
    """
    return frame["group"].isin(frame.loc[frame["used"] == TRAINED, "group"])

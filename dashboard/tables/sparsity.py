"""Magnitude pruning of one kernel: which weights fall, and what is left of it."""

import zlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

# gzip's own default: -9 takes up to ten times as long on zeros, for a hundredth of the size.
LEVEL = 6


@dataclass(frozen=True)
class Cut:
    """A kernel with its smallest weights at zero.

    ``weights``: in the shape of the kernel. ``kept``: bool, where no weight fell. ``threshold``: the smallest magnitude
    that stays. ``zeros``: weights that are zero now, those that were before included. ``norm``: the share of the sum of
    squares that stays, 0..1.
    """

    weights: np.ndarray
    kept: np.ndarray
    threshold: float
    zeros: int
    norm: float


def cut(kernel: np.ndarray, sparsity: float) -> Cut:
    """Return the kernel as the training's pruning cuts it: all that is smaller than the last that is kept falls.

    Args:
        kernel: float32, of any shape.
        sparsity: the share of weights to fall, 0..1; weights of one magnitude fall or stay together.
    """
    magnitudes = np.abs(kernel)
    stay = max(1, round(kernel.size * (1 - sparsity)))
    threshold = float(np.partition(magnitudes, kernel.size - stay, axis=None)[kernel.size - stay])
    kept = magnitudes >= threshold
    weights = np.where(kept, kernel, np.float32(0))
    whole = float(np.square(kernel, dtype=np.float64).sum())
    left = float(np.square(weights, dtype=np.float64).sum())
    return Cut(weights, kept, threshold, kernel.size - int(np.count_nonzero(weights)), left / whole if whole else 1.0)


def gzipped(weights: np.ndarray) -> int:
    """Return the bytes that the weights take behind gzip at its default level, without its header of 18 bytes."""
    return len(zlib.compress(np.ascontiguousarray(weights).tobytes(), LEVEL))


def piece_rows(before: np.ndarray, after: np.ndarray) -> pd.DataFrame:
    """Return a piece of a kernel one row a weight: ``row`` and ``column``, both from 1, ``before`` and ``after``.

    Args:
        before: float32 [rows, columns].
        after: the same piece, changed.
    """
    row, column = np.indices(before.shape) + 1
    return pd.DataFrame(
        {"row": row.ravel(), "column": column.ravel(), "before": before.ravel(), "after": after.ravel()}
    )

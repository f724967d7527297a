"""Pictures that are copies or near-copies of one another: re-encoded, resized, mirrored, recoloured, slightly cropped.

Three steps, each for fewer pictures than the one before: equal files; pictures whose coarse layout and colours are
alike, found in a k-d tree; and of those the pairs that stay alike down to their details once one lies over the other.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from PIL import Image
from scipy.fft import dctn
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from kd_core.data.likeness import likeness
from kd_core.progress import Reporter, Silent

SIDE = 64
COLOUR_SIDE = 8
# Measured on the original data set: of pairs with different labels none above 0.65 was a wrong one, and of the pairs
# above 0.70 that were looked at none; of 12,000 planted copies 99 % are above 0.87.
COPY = 0.70
# At half the size, where a comparison takes a quarter of the time; planted copies are above 0.65.
_MAYBE_COPY = 0.45
# The farthest that two layouts, vectors of length 1, may lie apart: 99 % of planted copies are within.
_RADIUS = 0.35
# The least cosine between the colours of two copies, 99 % of which are above 0.85; nearly grey ones are not compared,
# since a black-and-white copy is a copy.
_SAME_COLOURS = 0.85
_GREY = 3.0
# No picture is compared with more than these: copies of copies find one another by way of those between them.
_NEIGHBOURS = 64
# Cut off each side of a picture when it looks for others: what has lost a margin is met halfway.
_MARGINS = (0, 2)
_FREQUENCIES = 6
_AT_ONCE = 256


@dataclass(frozen=True)
class Thumbnails:
    """Pictures as copies are looked for, squashed to squares.

    ``grey``: uint8 [n, SIDE, SIDE]. ``colour``: the two chroma channels of JPEG, 0 for grey, int8
    [n, COLOUR_SIDE, COLOUR_SIDE, 2].
    """

    grey: np.ndarray
    colour: np.ndarray

    @classmethod
    def of(cls, each: Sequence[tuple[np.ndarray, np.ndarray]]) -> "Thumbnails":
        """Return the thumbnails that ``thumbnail`` made one by one."""
        shapes = (SIDE, SIDE), (COLOUR_SIDE, COLOUR_SIDE, 2)
        grey, colour = (np.array([one[part] for one in each]).reshape(-1, *shapes[part]) for part in (0, 1))
        return cls(grey, colour)

    def __len__(self) -> int:
        return len(self.grey)

    def __getitem__(self, positions: np.ndarray) -> "Thumbnails":
        return Thumbnails(self.grey[positions], self.colour[positions])


def thumbnail(image: Image.Image) -> tuple[np.ndarray, np.ndarray]:
    """Return ``grey`` and ``colour`` of one picture, as ``Thumbnails`` has them of many."""
    grey = image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    colour = image.resize((COLOUR_SIDE, COLOUR_SIDE), Image.Resampling.BOX).convert("YCbCr")
    return np.asarray(grey, np.uint8), (np.asarray(colour, np.int16)[..., 1:] - 128).astype(np.int8)


def groups_of(thumbnails: Thumbnails | None, contents: Sequence[str], progress: Reporter | None = None) -> np.ndarray:
    """Return a number for each picture that it shares with its copies and near-copies: int64 [n], by first appearance.

    A copy of a copy is in the same group, however little it is like the first.

    Args:
        thumbnails: of n pictures; None for equal files alone.
        contents: a hash of each file: equal ones are copies without a look.
        progress: where to show the progress.
    """
    exact = pd.factorize(np.asarray(contents, dtype=object))[0]
    if thumbnails is None:
        return exact.astype(np.int64)
    firsts = np.unique(exact, return_index=True)[1]
    pairs = near_copies(thumbnails[firsts], progress)
    edges = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(firsts), len(firsts)))
    joined = connected_components(edges, directed=False)[1]
    return pd.factorize(joined[exact])[0].astype(np.int64)


def near_copies(thumbnails: Thumbnails, progress: Reporter | None = None) -> np.ndarray:
    """Return the pairs of pictures that are near-copies: int64 [m, 2], the lower position first, sorted.

    Memory and time grow with n log n: every picture is compared with its nearest neighbours only.

    Args:
        thumbnails: of n files that differ.
        progress: where to show the progress.
    """
    told = progress or Silent()
    suspects = _suspects(thumbnails, told)
    full = thumbnails.grey
    small = full.reshape(-1, SIDE // 2, 2, SIDE // 2, 2).mean(axis=(2, 4)).astype(np.float32)
    found = []
    batches = [suspects[start : start + _AT_ONCE] for start in range(0, len(suspects), _AT_ONCE)]

    def confirmed(batch: np.ndarray) -> np.ndarray:
        batch = batch[_alike(small, batch) >= _MAYBE_COPY]
        return batch[_alike(full, batch) >= COPY] if len(batch) else batch

    with told.task("Comparing similar pictures", len(suspects)) as advance, ThreadPoolExecutor(os.cpu_count()) as pool:
        for batch, kept in zip(batches, pool.map(confirmed, batches), strict=True):
            found.append(kept[:, :2])
            advance(len(batch))
    return np.unique(np.concatenate(found), axis=0) if found else np.empty((0, 2), np.int64)


def _alike(pictures: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    first, second = pictures[pairs[:, 0]], pictures[pairs[:, 1]]
    mirrored = pairs[:, 2].astype(bool)
    second[mirrored] = second[mirrored, :, ::-1]
    return likeness(first, second)


def _suspects(thumbnails: Thumbnails, progress: Reporter) -> np.ndarray:
    """Return the pairs whose layout and colours are alike: int64 [m, 3], lower, higher position, whether mirrored."""
    if len(thumbnails) < 2:
        return np.empty((0, 3), np.int64)
    tree = cKDTree(_layouts(thumbnails.grey, 0))
    found = []
    with progress.task("Looking for similar pictures", len(thumbnails)) as advance:
        for start in range(0, len(thumbnails), 2048):
            part = thumbnails.grey[start : start + 2048]
            for layouts, mirrored in _looks(part):
                near = tree.query(
                    layouts, k=min(_NEIGHBOURS, len(thumbnails)), distance_upper_bound=_RADIUS, workers=-1
                )[1]
                own, slot = np.nonzero(near < len(thumbnails))
                pair = np.sort(np.stack([own + start, near[own, slot]], axis=1), axis=1)
                pair = pair[pair[:, 0] < pair[:, 1]]
                found.append(np.column_stack([pair, np.full(len(pair), mirrored, np.int64)]))
            advance(len(part))
    pairs = np.unique(np.concatenate(found), axis=0)
    return pairs[_same_colours(thumbnails.colour, pairs)]


def _same_colours(colour: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    first, second = (colour[pairs[:, side]].astype(np.float32) for side in (0, 1))
    mirrored = pairs[:, 2].astype(bool)
    second[mirrored] = second[mirrored, :, ::-1]
    lengths = [np.sqrt((one**2).sum(axis=(1, 2, 3))) for one in (first, second)]
    cosine = (first * second).sum(axis=(1, 2, 3)) / np.maximum(lengths[0] * lengths[1], 1e-6)
    return (np.minimum(*lengths) < _GREY * COLOUR_SIDE) | (cosine >= _SAME_COLOURS)


def _looks(thumbnails: np.ndarray) -> Iterator[tuple[np.ndarray, int]]:
    for margin in _MARGINS:
        yield _layouts(thumbnails, margin), 0
        yield _layouts(thumbnails[:, :, ::-1], margin), 1


def _layouts(thumbnails: np.ndarray, margin: int) -> np.ndarray:
    """Return the lowest frequencies of each picture as a vector of length 1, whatever its brightness and contrast."""
    inner = thumbnails[:, margin : SIDE - margin, margin : SIDE - margin].astype(np.float32)
    side = inner.shape[1] // 4
    coarse = inner.reshape(-1, side, 4, side, 4).mean(axis=(2, 4))
    frequencies = dctn(coarse, axes=(1, 2), norm="ortho")[:, :_FREQUENCIES, :_FREQUENCIES]
    down, across = np.indices((_FREQUENCIES, _FREQUENCIES))
    low = frequencies[:, (down + across > 0) & (down + across < _FREQUENCIES)]
    return low / np.maximum(np.linalg.norm(low, axis=1, keepdims=True), 1e-3)

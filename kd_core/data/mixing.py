"""Views of two pictures: blended (mixup) or one pasted into the other (CutMix), stateless like every view.

What view v of picture i is mixed with, and how, is a function of (seed, i, v), in coordinates of the view, so that
teacher and student are shown the same mixture at their own input sizes.
"""

from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field
from scipy.special import betaincinv

# A stream of numbers of its own, beside that of the crops: the third word of the generator's counter.
_STREAM = 1
# A picture's five numbers take two counts of the generator.
_COUNTS = 2


class Mixing(BaseModel):
    """How views are mixed.

    "mixup" blends two views pixel by pixel (Zhang et al. 2018), "cutmix" pastes a rectangle of the second into the
    first (Yun et al. 2019). The share of the second is drawn from Beta(``concentration``, ``concentration``) and, the
    two being interchangeable, is at most a half. ``probability``: the share of the views that are mixed at all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["mixup", "cutmix"]
    concentration: float = Field(1.0, gt=0, le=100)
    probability: float = Field(1.0, gt=0, le=1)


def partners_of(
    mixing: Mixing, seed: int, pictures: np.ndarray, view: int, count: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return what view number ``view`` of some pictures is mixed with.

    Args:
        mixing: how views are mixed.
        seed: of the views.
        pictures: int64 [n], the numbers of the pictures, 0 or more.
        view: 0 or more.
        count: how many pictures there are to mix with.

    Returns:
        ``partners``: int64 [n], positions in 0..count - 1. ``shares``: float64 [n], the partner's, in 0..0.5; 0 is not
        mixed. ``corners``: float64 [n, 2], where in 0..1 of what it leaves free a pasted rectangle stands: left, top.
    """
    first = int(pictures.min())
    counts = _COUNTS * (int(pictures.max()) - first + 1)
    # As for the crops any view can be drawn without those before it; four numbers a count of the generator.
    stream = np.random.Philox(key=seed, counter=[_COUNTS * first, view, _STREAM, 0]).random_raw(4 * counts) * 2.0**-64
    numbers = stream.reshape(-1, 4 * _COUNTS)[pictures - first]
    drawn = betaincinv(mixing.concentration, mixing.concentration, numbers[:, 1])
    shares = np.where(numbers[:, 2] < mixing.probability, np.minimum(drawn, 1 - drawn), 0.0)
    partners = np.minimum((numbers[:, 0] * count).astype(np.int64), count - 1)
    return partners, shares, numbers[:, 3:5]


def mix(mixing: Mixing, first: np.ndarray, second: np.ndarray, share: float, corner: np.ndarray) -> np.ndarray:
    """Return two rendered views as one: uint8 [height, width, 3].

    Args:
        mixing: blended or pasted.
        first: uint8 [height, width, 3].
        second: likewise.
        share: of the second, 0..0.5; of a pasted rectangle the area.
        corner: float64 [2], as of ``partners_of``.
    """
    if mixing.kind == "mixup":
        blended = (1 - share) * first + share * second.astype(np.float32)
        return np.rint(blended).astype(np.uint8)
    height, width = first.shape[:2]
    side = np.sqrt(share)
    left, top = (1 - side) * corner
    rows = slice(round(top * height), round((top + side) * height))
    columns = slice(round(left * width), round((left + side) * width))
    pasted = first.copy()
    pasted[rows, columns] = second[rows, columns]
    return pasted

"""A photo with what each part of it said for and against a class laid over it, and the scale that goes with it."""

import numpy as np
from PIL import Image, ImageDraw

# Orange for, blue against: apart for the common kinds of colour blindness, on a photo without colours of its own.
FOR, AGAINST = (242, 110, 0), (35, 110, 245)
# Where a position says most, this much of the photo is covered: what is there must still be seen.
MOST = 0.7
# Black and white of the photo: on either extreme a colour would look weaker or stronger than it is meant.
DARKEST, LIGHTEST = 56, 216
# Pixels of the longer side: the shared photos are small, and larger they only blur.
SIDE = 320
_LINE = (255, 255, 255, 70)


def draw_overlay(
    photo: Image.Image, grid: np.ndarray, limit: float, *, covered: tuple[float, float] = (1.0, 1.0)
) -> Image.Image:
    """Return the photo in grey with the grid over it, each value as a flat rectangle.

    Nothing is smoothed between the values: a grid of 4 x 4 knows no more than 16 places. The greys are compressed to
    ``DARKEST`` .. ``LIGHTEST``, so that the strength of a colour says the same everywhere.

    Args:
        photo: RGB, of any size.
        grid: float [h, w]: above 0 for the class, below 0 against it, 0 leaves the photo as it is.
        limit: the value, above 0, at which the colour is full; further ones are drawn as it.
        covered: share of height and width over which the grid lies, from the top left corner.

    Returns:
        RGB, in the photo's proportions, ``SIDE`` pixels on its longer side.
    """
    scale = SIDE / max(photo.size)
    size = (max(round(photo.width * scale), 1), max(round(photo.height * scale), 1))
    light = np.asarray(photo.convert("L").resize(size, Image.Resampling.BILINEAR)) / 255
    width, height = (max(round(side * share), 1) for side, share in zip(size, covered[::-1], strict=True))
    strength = np.zeros((size[1], size[0]))
    # Which position of the grid each pixel lies on.
    rows, columns = np.arange(height) * grid.shape[0] // height, np.arange(width) * grid.shape[1] // width
    strength[:height, :width] = np.clip(grid / limit, -1, 1)[np.ix_(rows, columns)]
    drawn = Image.fromarray(_blend(DARKEST + light * (LIGHTEST - DARKEST), strength))
    pen = ImageDraw.Draw(drawn, "RGBA")
    for i in range(1, grid.shape[1]):
        x = -(-i * width // grid.shape[1])
        pen.line((x, 0, x, height - 1), fill=_LINE)
    for i in range(1, grid.shape[0]):
        y = -(-i * height // grid.shape[0])
        pen.line((0, y, width - 1, y), fill=_LINE)
    return drawn


def draw_scale(width: int, height: int) -> Image.Image:
    """Return the colours from ``-limit`` (left) to ``limit`` (right), over a middle grey: RGB."""
    strength = np.tile(np.linspace(-1, 1, width), (height, 1))
    return Image.fromarray(_blend(np.full((height, width), 128.0), strength))


def _blend(grey: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Return grey (float [h, w], 0..255) with the colours of ``strength`` (-1..1) over it: uint8 [h, w, 3]."""
    colour = np.where(strength[..., np.newaxis] > 0, FOR, AGAINST)
    share = MOST * np.abs(strength)[..., np.newaxis]
    return np.round(grey[..., np.newaxis] * (1 - share) + colour * share).astype(np.uint8)

"""The colour of a cell by its value, and the ink that can be read on it."""

import re
from collections.abc import Sequence

import numpy as np
from plotly.colors import sample_colorscale

Scale = Sequence[tuple[float, str]]

# One of pure black and pure white has 4.58:1 or more on any colour (WCAG AA asks for 4.5); softer ones fail on blues.
INKS = ("#000000", "#ffffff")


def shades(values: np.ndarray, scale: Scale, *, centred: bool = False) -> list[str]:
    """Return one CSS colour a value, in the order of the flattened array.

    Args:
        values: any shape; NaN has the colour of zero.
        scale: stops from 0 to 1 as "#rrggbb". They span 0 to the largest value.
        centred: they span the largest value on either side of zero instead, with zero in the middle.
    """
    known = np.nan_to_num(np.asarray(values, float).ravel())
    largest = np.abs(known).max(initial=0.0) or 1.0
    points = known / largest
    if centred:
        points = (points + 1) / 2
    return list(sample_colorscale([list(stop) for stop in scale], points.tolist()))


def ink_on(colour: str) -> str:
    """Return which of ``INKS`` stands out more from a colour ("#rrggbb" or "rgb(r, g, b)"), by WCAG's contrast."""
    return max(INKS, key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours after WCAG 2: 1 for the same, 21 for black on white."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = np.array(_channels(colour)) / 255
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def _channels(colour: str) -> list[float]:
    if colour.startswith("#"):
        return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return [float(number) for number in re.findall(r"[\d.]+", colour)[:3]]

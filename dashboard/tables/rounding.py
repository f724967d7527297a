"""A kernel in few bits: scale, zero point, the grid they span, and what the rounding onto it costs."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Rounded:
    """A kernel on an integer grid.

    ``values``: the real numbers that the integers stand for, in the kernel's shape; ``integers`` int64 beside them.
    ``scales`` and ``zero_points``: one, or one a channel. ``low`` and ``high``: the smallest and largest integer.
    """

    values: np.ndarray
    integers: np.ndarray
    scales: np.ndarray
    zero_points: np.ndarray
    low: int
    high: int

    def grid(self, channel: int = 0) -> np.ndarray:
        """Return the real values that a weight can have, float64 [levels]; ``channel`` where each has its own."""
        integers = np.arange(self.low, self.high + 1)
        return (integers - self.zero_points[channel]) * self.scales[channel]


@dataclass(frozen=True)
class Errors:
    """What stands between two kernels: root mean square, the largest difference, and signal to noise in dB."""

    rms: float
    worst: float
    snr: float


def rounded(
    kernel: np.ndarray, bits: int, *, axis: int | None = None, clip: float = 1.0, symmetric: bool = True
) -> Rounded:
    """Return a kernel rounded to integers.

    Args:
        kernel: float32.
        bits: of an integer, 2..16.
        axis: that of the channels, each of which gets a scale of its own; None: one scale for all.
        clip: the share of the range that the grid spans, above 0 and up to 1; what lies beyond goes to its end.
        symmetric: the zero point is 0 and the lowest integer is left out, as LiteRT has it for weights; else the grid
            spans the smallest to the largest value, and zero is still one of its values.
    """
    others = None if axis is None else tuple(i for i in range(kernel.ndim) if i != axis)
    least = np.minimum(kernel.min(axis=others, keepdims=True), 0).astype(np.float64) * clip
    most = np.maximum(kernel.max(axis=others, keepdims=True), 0).astype(np.float64) * clip
    high = 2 ** (bits - 1) - 1
    if symmetric:
        low, span = -high, 2 * np.maximum(-least, most)
    else:
        low, span = -high - 1, most - least
    scales = np.where(span > 0, span, 1.0) / (high - low)
    zero_points = np.zeros_like(scales) if symmetric else np.rint(low - least / scales)
    integers = np.clip(np.rint(kernel / scales) + zero_points, low, high)
    values = ((integers - zero_points) * scales).astype(np.float32)
    return Rounded(values, integers.astype(np.int64), scales.ravel(), zero_points.ravel().astype(np.int64), low, high)


def errors(kernel: np.ndarray, other: np.ndarray) -> Errors:
    """Return how far ``other`` is from ``kernel``; the signal to noise is infinite where they are equal."""
    exact = kernel.astype(np.float64)
    difference = other.astype(np.float64) - exact
    noise, signal = float(np.mean(difference**2)), float(np.mean(exact**2))
    snr = 10 * float(np.log10(signal / noise)) if noise and signal else float("inf")
    return Errors(noise**0.5, float(np.abs(difference).max()), snr)

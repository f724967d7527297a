"""Fifteen shapes as functions of the plane: what the generated picture set is about."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

Shape = Callable[[np.ndarray, np.ndarray, float], np.ndarray]
"""Points (u, v) of the plane, any shape, and a pitch near 1 -> bool, whether each point belongs to the shape.

A shape fills the unit circle; the pitch says how fine a texture is, and outlines do not depend on it.
"""

_RIM = 0.95  # textures fill a disc of this radius, so that their outline does not tell them apart


def _polygon(u: np.ndarray, v: np.ndarray, corners: int, inner: float) -> np.ndarray:
    """Inside a star with its tips at radius 1 and its notches at ``inner``; cos(pi / corners) is a plain polygon."""
    half = np.pi / corners
    angle = half - np.abs(np.mod(np.arctan2(v, u), 2 * half) - half)  # 0 at a tip, half at a notch
    radius = np.hypot(u, v)
    x, y = radius * np.cos(angle), radius * np.sin(angle)
    notch_x, notch_y = inner * np.cos(half), inner * np.sin(half)
    return (x - 1) * notch_y - y * (notch_x - 1) < 0


def _arrow(u: np.ndarray, v: np.ndarray, pitch: float) -> np.ndarray:
    shaft = (np.abs(v) < 0.16) & (u > -0.95) & (u < 0.2)
    head = (u >= 0.1) & (np.abs(v) < 0.8 * (0.95 - u))
    return shaft | head


def _bullseye(u: np.ndarray, v: np.ndarray, pitch: float) -> np.ndarray:
    radius = np.hypot(u, v)
    return (np.mod(1.8 * pitch * radius, 1) < 0.5) & (radius < _RIM)


def _checker(u: np.ndarray, v: np.ndarray, pitch: float) -> np.ndarray:
    fields = np.floor(2.2 * pitch * u) + np.floor(2.2 * pitch * v)
    return (np.mod(fields, 2) == 0) & (np.hypot(u, v) < _RIM)


def _crescent(u: np.ndarray, v: np.ndarray, pitch: float) -> np.ndarray:
    return (np.hypot(u, v) < _RIM) & (np.hypot(u - 0.5, v) > 0.75)


def _cross(u: np.ndarray, v: np.ndarray, pitch: float) -> np.ndarray:
    return (np.minimum(np.abs(u), np.abs(v)) < 0.22) & (np.maximum(np.abs(u), np.abs(v)) < 0.9)


def _disc(u: np.ndarray, v: np.ndarray, pitch: float) -> np.ndarray:
    return np.hypot(u, v) < 0.85


def _dots(u: np.ndarray, v: np.ndarray, pitch: float) -> np.ndarray:
    x, y = (np.mod(2 * pitch * w, 1) - 0.5 for w in (u, v))
    return (np.hypot(x, y) < 0.3) & (np.hypot(u, v) < _RIM)


def _heart(u: np.ndarray, v: np.ndarray, pitch: float) -> np.ndarray:
    x, y = 1.36 * u, 0.1 - 1.36 * v
    return (x**2 + y**2 - 1) ** 3 < x**2 * y**3


def _pinwheel(u: np.ndarray, v: np.ndarray, pitch: float) -> np.ndarray:
    return (np.mod(2 * np.arctan2(v, u) / np.pi, 1) < 0.5) & (np.hypot(u, v) < _RIM)


def _ring(u: np.ndarray, v: np.ndarray, pitch: float) -> np.ndarray:
    radius = np.hypot(u, v)
    return (radius > 0.6) & (radius < _RIM)


def _spiral(u: np.ndarray, v: np.ndarray, pitch: float) -> np.ndarray:
    radius = np.hypot(u, v)
    return (np.mod(np.arctan2(v, u) / (2 * np.pi) - 1.4 * pitch * radius, 1) < 0.5) & (radius < _RIM)


def _square(u: np.ndarray, v: np.ndarray, pitch: float) -> np.ndarray:
    return _polygon(u, v, 4, np.cos(np.pi / 4))


def _star(u: np.ndarray, v: np.ndarray, pitch: float) -> np.ndarray:
    return _polygon(u, v, 5, 0.4)


def _stripes(u: np.ndarray, v: np.ndarray, pitch: float) -> np.ndarray:
    return (np.mod(2.2 * pitch * u, 1) < 0.5) & (np.hypot(u, v) < _RIM)


def _triangle(u: np.ndarray, v: np.ndarray, pitch: float) -> np.ndarray:
    return _polygon(u, v, 3, np.cos(np.pi / 3))


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        "arrow": _arrow,
        "bullseye": _bullseye,
        "checker": _checker,
        "crescent": _crescent,
        "cross": _cross,
        "disc": _disc,
        "dots": _dots,
        "heart": _heart,
        "pinwheel": _pinwheel,
        "ring": _ring,
        "spiral": _spiral,
        "square": _square,
        "star": _star,
        "stripes": _stripes,
        "triangle": _triangle,
    }
)
"""The shapes by name, sorted."""

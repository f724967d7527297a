"""A picture set that is drawn, not downloaded: fifteen shapes, deterministic by seed.

A class is a shape. Place, size, turn, colours, background, distractors and noise are drawn at random, so that no
pixel and no colour tells the class: a linear classifier must fail where a small convolutional network does not.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from PIL import Image

from kd_core.atomic import atomic_folder
from kd_core.data.layout import SPLITS
from kd_core.data.shapes import SHAPES
from kd_core.errors import KdError

CLASSES = tuple(SHAPES)
PER_SPLIT: Mapping[str, int] = MappingProxyType({"train": 150, "val": 40, "test": 40})
MARKER = "synthetic.json"

_DRAWING = 1  # raised when the same parameters give other pixels, so that an older set is drawn again
_OVERSAMPLING = 2
_LUMINANCE = np.array([0.299, 0.587, 0.114])


class SyntheticError(KdError):
    """A picture set cannot be drawn as asked."""


def draw(
    folder: Path,
    *,
    classes: tuple[str, ...] = CLASSES,
    per_split: Mapping[str, int] = PER_SPLIT,
    size: int = 64,
    seed: int = 1,
) -> None:
    """Draw the picture set as ``folder/train|val|test/<class>/<class>-0001.png``, whole or not at all.

    Nothing is done where it is there already, complete and with the same parameters; a set of ours with other
    parameters is replaced. A picture depends on the seed, its split, its class, its number and the size only: a
    larger set contains a smaller one.

    Args:
        folder: where the set shall be.
        classes: names of shapes, from ``CLASSES``.
        per_split: pictures of each class in each split.
        size: height and width in pixels, at least 16.
        seed: at least 0.

    Raises:
        SyntheticError: if a class or split is unknown, or a number is out of range.
        WriteError: if the folder holds something else, the disk is full, or it may not be written.
    """
    _check(classes, per_split, size, seed)
    parameters = {
        "drawing": _DRAWING, "classes": list(classes), "per_split": dict(per_split), "size": size, "seed": seed,
    }  # fmt: skip
    marked = _marker(folder)
    if marked == parameters and _is_complete(folder, classes, per_split):
        return
    with atomic_folder(folder, replace=marked is not None) as hidden:
        for split, count in per_split.items():
            for name in classes:
                place = hidden / split / name
                place.mkdir(parents=True)
                for number in range(count):
                    pixels = picture(name, size, (seed, SPLITS.index(split), CLASSES.index(name), number))
                    # Compression level 1: noise hardly compresses, and the default takes three times as long.
                    Image.fromarray(pixels).save(place / f"{name}-{number + 1:04d}.png", compress_level=1)
        (hidden / MARKER).write_text(json.dumps(parameters, indent=2) + "\n", encoding="utf-8")


def picture(name: str, size: int, seed: tuple[int, ...]) -> np.ndarray:
    """Return one picture of a shape: uint8 RGB, [size, size, 3]; the same for the same arguments."""
    rng = np.random.default_rng(seed)
    background, foreground = _colours(rng)
    canvas = background + _shading(rng, size)
    for _ in range(rng.integers(2, 5)):
        distractor = _inside("disc", size, rng, radius=(0.04, 0.08))
        canvas[distractor] = rng.uniform(0, 1, 3)
    inside = _inside(name, _OVERSAMPLING * size, rng, radius=(0.55, 0.8))
    edges = inside.reshape(size, _OVERSAMPLING, size, _OVERSAMPLING).mean(axis=(1, 3))[..., np.newaxis]
    canvas += edges * (foreground - canvas)
    canvas += rng.uniform(0.01, 0.04) * rng.standard_normal(canvas.shape, np.float32)
    return np.round(np.clip(canvas, 0, 1) * 255).astype(np.uint8)


def _inside(name: str, size: int, rng: np.random.Generator, radius: tuple[float, float]) -> np.ndarray:
    """Return which points a shape of random place, size, turn and pitch covers: bool, [size, size]."""
    scale = rng.uniform(*radius)
    x0, y0 = rng.uniform(-1, 1, 2) * (1 - scale)
    turn, pitch = rng.uniform(-np.pi / 7, np.pi / 7), rng.uniform(0.9, 1.1)
    axis = (2 * np.arange(size) + 1) / size - 1
    x, y = (axis[np.newaxis, :] - x0) / scale, (axis[:, np.newaxis] - y0) / scale
    u, v = np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x
    return SHAPES[name](u, v, pitch)


def _colours(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return background and foreground, float64 in 0..1, [3], at least 0.3 apart in luminance.

    The foreground is the brighter one in three of four pictures: enough for a linear classifier to be above chance.
    """
    while True:
        dark, bright = sorted(rng.uniform(0, 1, (2, 3)), key=lambda colour: float(colour @ _LUMINANCE))
        if (bright - dark) @ _LUMINANCE >= 0.3:
            return dark, bright


def _shading(rng: np.random.Generator, size: int) -> np.ndarray:
    """Return a slope of light across the picture, at most 0.15 from one edge to the other: [size, size, 1]."""
    axis = np.linspace(-0.5, 0.5, size)
    along, across = rng.uniform(-0.15, 0.15, 2)
    return (along * axis[np.newaxis, :] + across * axis[:, np.newaxis])[..., np.newaxis]


def _check(classes: tuple[str, ...], per_split: Mapping[str, int], size: int, seed: int) -> None:
    for unknown in [name for name in classes if name not in SHAPES]:
        raise SyntheticError(f'There is no shape "{unknown}" to draw: choose from {", ".join(CLASSES)}.')
    for unknown in [name for name in per_split if name not in SPLITS]:
        raise SyntheticError(f'There is no split "{unknown}" to draw: choose from {", ".join(SPLITS)}.')
    if len(classes) < 2 or len(set(classes)) < len(classes):
        raise SyntheticError(f"A picture set needs two classes or more, each once, not {', '.join(classes) or 'none'}.")
    if size < 16 or seed < 0 or not per_split or min(per_split.values()) < 1:
        raise SyntheticError(
            f"A picture set needs a size of at least 16 (not {size}), a seed of at least 0 (not {seed}) and at least "
            f"one picture of each class in each split (not {dict(per_split)})."
        )


def _marker(folder: Path) -> dict[str, Any] | None:
    """Return the parameters of a set that we drew, {} where they cannot be read, None where we drew none."""
    file = folder / MARKER
    if not file.is_file():
        return None
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        return {}


def _is_complete(folder: Path, classes: tuple[str, ...], per_split: Mapping[str, int]) -> bool:
    return all(
        len(list((folder / split / name).glob("*.png"))) == count
        for split, count in per_split.items()
        for name in classes
    )

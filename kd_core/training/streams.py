"""The input pipeline: batches as a function of (seed, epoch, step), sharded over the workers of a strategy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from kd_core.artifacts import InputSpec
from kd_core.backend import tf
from kd_core.data.augment import Augmentation, View, render, views_of
from kd_core.data.mixing import mix, partners_of
from kd_core.data.pixels import Pictures


@dataclass(frozen=True)
class Examples:
    """What a training or a validation reads.

    ``fetch(positions, view)`` returns the inputs [m, ...] of the pictures at ``positions`` (int64 [m]) in one view:
    uint8 pixels or cached float16 features. ``labels``: int64 [n]. ``targets``: the teacher's logits, [n, classes] for
    each view, or None. ``shape`` and ``dtype`` are those of one input. ``mixed(positions, view)`` tells with which
    positions (int64 [m]) those pictures are mixed, and the partners' shares (float64 [m]); None is with nothing.
    """

    fetch: Callable[[np.ndarray, int], np.ndarray]
    shape: tuple[int, ...]
    dtype: type
    labels: np.ndarray
    views: int = 1
    targets: Sequence[np.ndarray] | None = None
    classes: int = 0
    mixed: Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]] | None = None

    def __len__(self) -> int:
        return len(self.labels)


def pixel_fetch(
    pictures: Pictures, rows: np.ndarray, size: tuple[int, int], augmentation: Augmentation | None
) -> Callable[[np.ndarray, int], np.ndarray]:
    """Return a ``fetch`` that renders views of pictures; without ``augmentation`` the pictures as they are.

    Args:
        pictures: decoded pictures by position.
        rows: int64 [n], the number that each picture has in the index: its views are drawn by that.
        size: height and width.
        augmentation: how views are drawn.
    """

    def plain(positions: np.ndarray, view: int) -> np.ndarray:
        out = np.empty((len(positions), *size, 3), np.uint8)
        views = views_of(augmentation, rows[positions], view) if augmentation else [View()] * len(positions)
        for slot, (position, drawn) in enumerate(zip(positions.tolist(), views, strict=True)):
            out[slot] = render(pictures[position], drawn, *size)
        return out

    if augmentation is None or augmentation.mixing is None:
        return plain
    mixing, seed = augmentation.mixing, augmentation.seed

    def mixtures(positions: np.ndarray, view: int) -> np.ndarray:
        out = plain(positions, view)
        partners, shares, corners = partners_of(mixing, seed, rows[positions], view, len(rows))
        slots = np.flatnonzero(shares)
        if not len(slots):
            return out
        for slot, partner in zip(slots, plain(partners[slots], view), strict=True):
            out[slot] = mix(mixing, out[slot], partner, shares[slot], corners[slot])
        return out

    return mixtures


def mixed_with(
    rows: np.ndarray, augmentation: Augmentation | None
) -> Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]] | None:
    """Return the ``mixed`` of the examples that ``pixel_fetch`` renders; None where nothing is mixed."""
    if augmentation is None or augmentation.mixing is None:
        return None
    mixing, seed = augmentation.mixing, augmentation.seed
    return lambda positions, view: partners_of(mixing, seed, rows[positions], view, len(rows))[:2]


def array_fetch(arrays: Sequence[np.ndarray]) -> Callable[[np.ndarray, int], np.ndarray]:
    """Return a ``fetch`` that reads cached arrays, one [n, ...] for each view."""
    return lambda positions, view: arrays[view][positions]


def order_of(seed: int, epoch: int, count: int) -> np.ndarray:
    """Return the order in which an epoch shows ``count`` pictures: int64 [count], a permutation."""
    return np.random.default_rng([seed, epoch]).permutation(count)


def training_stream(
    examples: Examples, batch_size: int, seed: int, epochs: range, *, part: int = 0, parts: int = 1
) -> tf.data.Dataset:
    """Return the batches of the epochs in ``epochs`` (counted from 0), each a dict as ``Distiller`` takes it.

    Epoch e shows view ``e mod views`` of every picture, in ``order_of(seed, e, n)``; the pictures beyond the last
    whole batch are left for another epoch's order. Worker ``part`` of ``parts`` reads its rows of each batch only.
    """
    steps = steps_per_epoch(examples, batch_size)
    # Of two epochs: around the end of one, batches of both are made.
    order_in = lru_cache(maxsize=2)(lambda epoch: order_of(seed, epoch, len(examples)))

    def batch(step: np.int64) -> tuple[np.ndarray, ...]:
        epoch, within = divmod(int(step), steps)
        positions = order_in(epoch)[within * batch_size : (within + 1) * batch_size][part::parts]
        return tuple(_content(examples, positions, epoch % examples.views).values())

    kinds = _kinds(examples)

    def load(step: tf.Tensor) -> dict[str, tf.Tensor]:
        tensors = tf.numpy_function(batch, [step], [dtype for dtype, _ in kinds.values()])
        for tensor, (_, shape) in zip(tensors, kinds.values(), strict=True):
            tensor.set_shape((None, *shape))
        return dict(zip(kinds, tensors, strict=True))

    numbers = tf.data.Dataset.range(epochs.start * steps, epochs.stop * steps)
    return numbers.map(load, num_parallel_calls=2, deterministic=True).prefetch(4)


def _kinds(examples: Examples) -> dict[str, tuple[Any, tuple[int, ...]]]:
    """Return dtype and shape of one picture's part of everything in a batch, in the order of ``_content``."""
    kinds: dict[str, tuple[Any, tuple[int, ...]]] = {
        "inputs": (examples.dtype, examples.shape),
        "labels": (np.int64, ()),
    }
    if examples.mixed is not None:
        kinds |= {"partner_labels": (np.int64, ()), "shares": (np.float32, ())}
    return kinds if examples.targets is None else kinds | {"targets": (examples.targets[0].dtype, (examples.classes,))}


def _content(examples: Examples, positions: np.ndarray, view: int) -> dict[str, np.ndarray]:
    """Return a batch as ``Distiller`` takes it: one view of the pictures at some positions."""
    content = {"inputs": examples.fetch(positions, view), "labels": examples.labels[positions]}
    if examples.mixed is not None:
        partners, shares = examples.mixed(positions, view)
        content |= {"partner_labels": examples.labels[partners], "shares": shares.astype(np.float32)}
    return content if examples.targets is None else content | {"targets": examples.targets[view][positions]}


def steps_per_epoch(examples: Examples, batch_size: int) -> int:
    """Return the whole batches of an epoch, at least one."""
    return max(1, len(examples) // batch_size)


def normalised(stream: tf.data.Dataset, spec: InputSpec) -> tf.data.Dataset:
    """Return the stream with uint8 pixels turned into the network's float32 input."""
    scale, offset = tf.constant(spec.scale, tf.float32), tf.constant(spec.offset, tf.float32)

    def normalise(batch: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        return batch | {"inputs": tf.cast(batch["inputs"], tf.float32) * scale + offset}

    return stream.map(normalise, num_parallel_calls=2, deterministic=True)

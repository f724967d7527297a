"""What is computed once since it does not change: a frozen trunk's features, a teacher's answers to every view."""

from collections.abc import Sequence
from pathlib import Path
from threading import local
from typing import Any

import numpy as np

from kd_core.artifacts import InputSpec
from kd_core.backend import keras, tf
from kd_core.evaluation.classifier import Classifier
from kd_core.progress import Reporter
from kd_core.training.arrays import Compute, kept_views
from kd_core.training.streams import Examples

# Pictures of which a teacher's answers are computed at a time.
BATCH = 64


def features_of(
    trunk: keras.Model,
    examples: Examples,
    spec: InputSpec,
    *,
    key: dict[str, Any],
    cache: Path,
    label: str,
    progress: Reporter,
) -> list[np.ndarray]:
    """Return what a frozen trunk makes of every picture: for each view, float16 [n, ...].

    Args:
        trunk: image [batch, height, width, 3] -> features [batch, ...].
        examples: pixels to fetch, in views.
        spec: how pixels become the trunk's input.
        key: everything the features depend on: backbone and weights, data, how views are drawn, size.
        cache: the cache folder.
        label: what the progress calls this.
        progress: where to show it.
    """
    scale, offset = tf.constant(spec.scale, tf.float32), tf.constant(spec.offset, tf.float32)

    @tf.function(reduce_retracing=True)
    def forward(pixels: tf.Tensor) -> tf.Tensor:
        return tf.cast(trunk(tf.cast(pixels, tf.float32) * scale + offset, training=False), tf.float16)

    def compute(view: int, positions: np.ndarray) -> np.ndarray:
        return forward(tf.constant(examples.fetch(positions, view))).numpy()

    shape = (len(examples), *trunk.output_shape[1:])
    return kept_views(cache, key, examples.views, shape, compute, batch=BATCH, label=label, progress=progress)


def teacher_targets(
    top: keras.Model,
    features: Sequence[np.ndarray],
    *,
    key: dict[str, Any],
    cache: Path,
    label: str,
    progress: Reporter,
) -> list[np.ndarray]:
    """Return the teacher's logits for every picture: for each view, float16 [n, classes].

    Args:
        top: features [batch, ...] -> logits [batch, classes]: the part of the teacher that was trained.
        features: what its trunk made of each view, [n, ...].
        key: everything the logits depend on: the teacher's weights and the features' key.
        cache: the cache folder.
        label: what the progress calls this.
        progress: where to show it.
    """

    @tf.function(reduce_retracing=True)
    def forward(batch: tf.Tensor) -> tf.Tensor:
        return tf.cast(top(batch, training=False), tf.float16)

    def compute(view: int, positions: np.ndarray) -> np.ndarray:
        return forward(tf.cast(tf.constant(features[view][positions]), top.input.dtype)).numpy()

    shape = (len(features[0]), top.output_shape[-1])
    return kept_views(cache, key, len(features), shape, compute, batch=512, label=label, progress=progress)


def deployed_targets(
    model: Path,
    spec: InputSpec,
    examples: Examples,
    *,
    key: dict[str, Any],
    cache: Path,
    label: str,
    progress: Reporter,
) -> list[np.ndarray]:
    """Return a deployed teacher's logits for every picture: for each view, float16 [n, classes].

    As int8 a teacher answers in a fraction of the time: many more views can be taught in it.

    Args:
        model: the ``.tflite`` file.
        spec: how pixels become its input.
        examples: pixels to fetch, in views, at the teacher's input size.
        key: everything the logits depend on: the model and how views are drawn.
        cache: the cache folder.
        label: what the progress calls this.
        progress: where to show it.

    Raises:
        ArtifactError: if the model cannot be loaded.
        WriteError: if the disk is full.
    """
    compute = deployed_answers(model, spec, examples)
    shape = (len(examples), examples.classes)
    return kept_views(cache, key, examples.views, shape, compute, batch=BATCH, label=label, progress=progress)


def deployed_answers(model: Path, spec: InputSpec, examples: Examples) -> Compute:
    """Return a function of a view and positions (int64 [m]) that gives a deployed model's logits, float32 [m, classes].

    It may be called from several threads. The arguments are those of ``deployed_targets``.
    """
    own = local()

    def compute(view: int, positions: np.ndarray) -> np.ndarray:
        # One interpreter a thread: it is not safe to share.
        if not hasattr(own, "classifier"):
            own.classifier = Classifier(model, spec)
        return np.stack([own.classifier(pixels).logits for pixels in examples.fetch(positions, view)])

    return compute

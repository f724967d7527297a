"""A small network, a task that it learns in seconds, and a fine-tuning of it."""

from pathlib import Path

import numpy as np

from kd_core.backend import keras
from kd_core.progress import Silent
from kd_core.settings import FineTuning
from kd_core.training.distiller import Recipe
from kd_core.training.fit import Compressing, Fitted, fit
from kd_core.training.strategies import strategy
from kd_core.training.streams import Examples, array_fetch

CLASSES, SIZE = 3, 8
RANDOM = np.random.default_rng(0)
PATTERNS = RANDOM.normal(size=(CLASSES, SIZE, SIZE, 4)).astype(np.float32)


class CutOffError(Exception):
    """Stands for a kill."""


class CutOff(keras.callbacks.Callback):
    """Kills a training as an epoch (from 0) begins."""

    def __init__(self, epoch: int) -> None:
        super().__init__()
        self._last = epoch

    def on_epoch_begin(self, epoch, logs=None) -> None:
        if epoch == self._last:
            raise CutOffError


def examples(count: int) -> Examples:
    """Pictures [8, 8, 4]: the pattern of one of three classes, under noise."""
    labels = np.arange(count) % CLASSES
    noise = RANDOM.normal(scale=1.0, size=(count, SIZE, SIZE, 4)).astype(np.float32)
    return Examples(array_fetch([PATTERNS[labels] + noise]), (SIZE, SIZE, 4), np.float32, labels, classes=CLASSES)


TRAIN, VAL = examples(96), examples(60)


def network(seed: int = 3, batch_size: int | None = None) -> keras.Model:
    """Two convolutions with batch normalisation, and a dense layer: 4 * 8, 72 * 16 and 1024 * 3 weights in kernels."""
    keras.utils.set_random_seed(seed)
    image = keras.Input((SIZE, SIZE, 4), batch_size=batch_size)
    x = keras.layers.Conv2D(8, 1, name="first")(image)
    x = keras.layers.BatchNormalization(momentum=0.9, name="first_bn")(x)
    x = keras.layers.ReLU(name="first_relu")(x)
    x = keras.layers.Conv2D(16, 3, padding="same", name="second")(x)
    x = keras.layers.BatchNormalization(momentum=0.9, name="second_bn")(x)
    x = keras.layers.ReLU(name="features")(x)
    x = keras.layers.Flatten(name="flatten")(x)
    return keras.Model(image, keras.layers.Dense(CLASSES, dtype="float32", name="logits")(x), name="small")


def tune(
    model: keras.Model, settings: FineTuning, folder: Path, compressing: Compressing | None = None, progress=None
) -> Fitted:
    """Train ``model`` on the small task as a fine-tuning does."""
    return fit(
        model,
        TRAIN,
        VAL,
        settings,
        Recipe(),
        spec=None,
        folder=folder,
        label="small",
        progress=progress or Silent(),
        strategy=strategy("none"),
        compressing=compressing,
    )

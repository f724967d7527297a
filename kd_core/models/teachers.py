"""The teachers: a pretrained backbone, frozen, under a head that is trained."""

from typing import Any, Literal

from kd_core.backend import keras
from kd_core.models.backbones import Weights, backbone
from kd_core.models.blocks import MOMENTUM, penalty
from kd_core.models.frozen import freeze
from kd_core.models.inputs import NetworkError, image_input

Head = Literal["pooled", "published"]


def build_teacher(
    name: str,
    classes: int,
    size: int,
    *,
    head: Head = "pooled",
    weights: Weights = "imagenet",
    dropout: float = 0.2,
    l2: float = 0.0,
    unfreeze: int = 0,
    batch_size: int | None = None,
) -> keras.Model:
    """Return a teacher: image [batch, size, size, 3] float32 -> logits [batch, classes] float32.

    The last spatial map is the layer "features", what the head makes of it first is "embedding" (pooled or
    flattened), the answer is "logits".

    Args:
        name: the backbone: "resnet50", "efficientnet-lite0", "efficientnet-lite1" or "efficientnet-lite2".
        classes: number of classes, at least 2.
        size: height and width in pixels, a multiple of 32 from 32 to 256.
        head: "pooled" is global average pooling, dropout and one dense layer; "published" is that of the original:
            flatten, batch normalisation, dense 256 and 128 with dropout 0.4 and 0.1.
        weights: of the backbone: "imagenet", the path of the published file, or None for random ones.
        dropout: of the pooled head, in 0..1; the published head has its own.
        l2: strength of the L2 penalty on the kernels of the head; 0 is none.
        unfreeze: how many of the backbone's last stages are trained too (``kd_core.models.frozen``).
        batch_size: None leaves the batch open; deployment wants 1.

    Raises:
        NetworkError: if a name is unknown, a number out of range, or the weights cannot be had.
    """
    if head not in _HEADS:
        raise NetworkError(f'There is no head "{head}": choose one of {", ".join(_HEADS)}.')
    image = image_input(size, classes, batch_size)
    x = _HEADS[head](backbone(name).build(image, weights), dropout, l2)
    logits = keras.layers.Dense(classes, kernel_regularizer=penalty(l2), dtype="float32", name="logits")(x)
    model = keras.Model(image, logits, name=name)
    freeze(model, name, unfreeze)
    return model


# Dropout draws from a generator of its own ("stateful"), which training seeds anew each epoch, so that it can resume.
def _pooled(features: Any, dropout: float, l2: float) -> Any:
    del l2  # nothing in it has a kernel
    # The mean in float32: under a bfloat16 policy its low digits would be lost, and cached features with them.
    x = keras.layers.GlobalAveragePooling2D(dtype="float32", name="embedding")(features)
    return keras.layers.Dropout(dropout, rng_type="stateful", name="dropout")(x)


def _published(features: Any, dropout: float, l2: float) -> Any:
    del dropout  # its rates are published
    x = keras.layers.Flatten(name="embedding")(features)
    x = keras.layers.BatchNormalization(momentum=MOMENTUM, name="head_norm")(x)
    x = keras.layers.Dense(256, activation="relu", kernel_regularizer=penalty(l2), name="dense1")(x)
    x = keras.layers.Dropout(0.4, rng_type="stateful", name="dropout1")(x)
    x = keras.layers.Dense(128, activation="relu", kernel_regularizer=penalty(l2), name="dense2")(x)
    return keras.layers.Dropout(0.1, rng_type="stateful", name="dropout2")(x)


_HEADS = {"pooled": _pooled, "published": _published}

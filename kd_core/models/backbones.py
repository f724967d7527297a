"""The backbones a teacher can stand on, and what each of them takes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kd_core.backend import keras
from kd_core.models import resnet50
from kd_core.models.efficientnet_lite import (
    OFFSET,
    SCALE,
    Variant,
    efficientnet_lite,
    imagenet_weights,
    set_imagenet_weights,
    stage_starts,
)
from kd_core.models.inputs import NetworkError

Weights = str | Path | None


@dataclass(frozen=True)
class Backbone:
    """One pretrained network without its classifier.

    ``build`` takes the image tensor and the weights ("imagenet", a path or None) and returns the tensor of the layer
    "features". ``stage_starts`` names the first layer of every stage, the last stage first. ``scale`` and ``offset``
    are the input contract, applied to 0..255 RGB.
    """

    build: Callable[[Any, Weights], Any]
    stage_starts: tuple[str, ...]
    scale: float
    offset: tuple[float, float, float]


def backbone(name: str) -> Backbone:
    """Return a backbone by name.

    Raises:
        NetworkError: if there is none of that name.
    """
    if name not in _BACKBONES:
        raise NetworkError(f'There is no backbone "{name}": choose one of {", ".join(BACKBONES)}.')
    return _BACKBONES[name]


def _efficientnet_lite(variant: Variant) -> Backbone:
    def build(image: Any, weights: Weights) -> Any:
        features = efficientnet_lite(image, variant)
        if weights is not None:
            path = None if weights == "imagenet" else Path(weights)
            set_imagenet_weights(keras.Model(image, features), imagenet_weights(variant, path))
        return features

    return Backbone(build, stage_starts(variant), SCALE, (OFFSET, OFFSET, OFFSET))


_BACKBONES = {
    "resnet50": Backbone(resnet50.resnet50, resnet50.STAGE_STARTS, resnet50.SCALE, resnet50.OFFSET),
    "efficientnet-lite0": _efficientnet_lite(0),
    "efficientnet-lite1": _efficientnet_lite(1),
    "efficientnet-lite2": _efficientnet_lite(2),
}
BACKBONES = tuple(_BACKBONES)

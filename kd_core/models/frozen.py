"""Which part of a teacher is trained, and the cut in front of it, so that the frozen part need run only once."""

from typing import Any

from kd_core.backend import keras
from kd_core.models.backbones import backbone
from kd_core.models.inputs import NetworkError


def freeze(model: keras.Model, name: str, unfreeze: int = 0) -> None:
    """Freeze a teacher's backbone but for its last ``unfreeze`` stages, in place; the head is always trained.

    Batch normalisation stays frozen, and so in inference mode, in the trained stages as well: statistics of small
    batches would destroy what the backbone has learnt.

    Args:
        model: a teacher of ``build_teacher``.
        name: its backbone.
        unfreeze: 0 to the number of the backbone's stages (ResNet-50 4, EfficientNet-Lite 7).

    Raises:
        NetworkError: if the backbone has no so many stages.
    """
    frozen = _layer_names(model, _boundary(model, name, unfreeze))
    pretrained = _layer_names(model, model.get_layer("features").output)
    for layer in model.layers:
        keeps_statistics = layer.name in pretrained and isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = layer.name not in frozen and not keeps_statistics


def split_at_frozen(model: keras.Model, name: str, unfreeze: int = 0) -> tuple[keras.Model, keras.Model]:
    """Return the frozen trunk and the trained top of a teacher: ``top(trunk(x)) == model(x)``.

    Both share their layers with ``model``: what is trained in ``top`` is trained in ``model``, and the trunk's answers
    can be computed once and kept. Freezes as ``freeze`` does, with the same arguments and errors.

    Returns:
        ``trunk``: image -> the pooled or flattened features (``unfreeze`` 0), or the input of the first trained
        stage. ``top``: that tensor -> logits.
    """
    freeze(model, name, unfreeze)
    boundary = _boundary(model, name, unfreeze)
    trunk = keras.Model(model.input, boundary, name=f"{model.name}_trunk")
    top = keras.Model(boundary, model.output, name=f"{model.name}_top")
    return trunk, top


def _boundary(model: keras.Model, name: str, unfreeze: int) -> Any:
    """Return the tensor at which training starts."""
    starts = backbone(name).stage_starts
    if not 0 <= unfreeze <= len(starts):
        raise NetworkError(f"{name} has {len(starts)} stages: unfreeze 0 to {len(starts)} of them, not {unfreeze}.")
    return model.get_layer(starts[unfreeze - 1]).input if unfreeze else model.get_layer("embedding").output


def _layer_names(model: keras.Model, output: Any) -> set[str]:
    return {layer.name for layer in keras.Model(model.input, output).layers}

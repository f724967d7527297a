"""What a network is made of: its layers, parameters and multiplications, and its last linear layer."""

from typing import Any

import numpy as np
import pandas as pd

from kd_core.artifacts.schema import Parameters
from kd_core.artifacts.store import LAYER_COLUMNS
from kd_core.backend import keras
from kd_core.evaluation.activation import LINEAR_LAYERS


def layer_table(model: keras.Model) -> pd.DataFrame:
    """Return one row a layer with ``LAYER_COLUMNS``, in the order of the graph.

    ``output_shape`` is text without the batch ("4x4x512"); ``macs`` are the multiply-accumulates of one picture in
    convolutions and dense layers, 0 elsewhere; ``non_zero`` counts all parameters that are not 0; ``sparsity`` is the
    share of zeros in the layer's kernel, in 0..1, NaN for a layer without one.
    """
    return pd.DataFrame([_row(layer) for layer in model.layers], columns=list(LAYER_COLUMNS))


def parameter_counts(model: keras.Model) -> Parameters:
    """Return how many parameters a network has, how many of them are trained, and how many are not zero."""
    return Parameters(
        total=_count(model.weights),
        trainable=_count(model.trainable_weights),
        non_zero=sum(int(np.count_nonzero(weight)) for weight in model.get_weights()),
        wrapped_total=None,
    )


def head_kernel(model: keras.Model) -> dict[str, np.ndarray] | None:
    """Return the linear layer over the last spatial map, from which class activation maps come (Zhou et al. 2016).

    ``logits == sum(features * kernel, axis=(h, w, c)) + bias``. After global average pooling every position has the
    same kernel, divided by their number: it is given once, and NumPy repeats it over the map.

    Returns:
        ``kernel`` float32 [h, w, c, classes], or [1, 1, c, classes] after pooling; ``bias`` float32 [classes];
        ``covered`` float32 [2], the share of height and width that the map sees, from the top left corner: a pooling
        window that does not divide what it pools leaves a rest. None where the way from the layer "features" to the
        layer "logits" is not linear.
    """
    logits = model.get_layer("logits")
    pooled = False
    tensor = logits.input
    while (layer := tensor.node.layer).name != "features":
        if type(layer).__name__ not in LINEAR_LAYERS:
            return None
        pooled |= isinstance(layer, keras.layers.GlobalAveragePooling2D)
        tensor = layer.input
    kernel, bias = (np.asarray(weight, np.float32) for weight in logits.get_weights())
    _, height, width, channels = tensor.shape
    if pooled:
        kernel = (kernel / (height * width))[np.newaxis, np.newaxis]
    else:
        kernel = kernel.reshape(height, width, channels, -1)
    return {"kernel": kernel, "bias": bias, "covered": _covered(model.get_layer("features"))}


def _covered(features: keras.layers.Layer) -> np.ndarray:
    if not isinstance(features, keras.layers.AveragePooling2D | keras.layers.MaxPooling2D):
        return np.ones(2, np.float32)
    before, after = (np.array(shape[1:3]) for shape in (features.input_shape, features.output_shape))
    seen = (after - 1) * np.array(features.strides) + np.array(features.pool_size)
    return np.minimum(seen / before, 1).astype(np.float32)


def _row(layer: keras.layers.Layer) -> dict[str, Any]:
    shape = layer.output.shape[1:]
    kernel = kernel_of(layer)
    return {
        "name": layer.name,
        "type": type(layer).__name__,
        "output_shape": "x".join(str(side) for side in shape),
        "parameters": layer.count_params(),
        "non_zero": sum(int(np.count_nonzero(weight)) for weight in layer.get_weights()),
        # Every kernel entry is used once at each output position; the last axis of the output is the kernel's own.
        "macs": 0 if kernel is None else kernel.size * int(np.prod(shape[:-1], dtype=np.int64)),
        "sparsity": float("nan") if kernel is None else 1 - np.count_nonzero(kernel) / kernel.size,
    }


def kernel_of(layer: keras.layers.Layer) -> np.ndarray | None:
    """Return the kernel of a convolution or dense layer, channels last; None for every other layer."""
    if isinstance(layer, keras.layers.DepthwiseConv2D):
        return layer.depthwise_kernel.numpy()
    return layer.kernel.numpy() if isinstance(layer, keras.layers.Conv2D | keras.layers.Dense) else None


def _count(weights: list[Any]) -> int:
    return sum(int(np.prod(weight.shape, dtype=np.int64)) for weight in weights)

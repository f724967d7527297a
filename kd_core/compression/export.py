"""From a Keras network to the deployed ``.tflite``: batch 1, outputs ``logits`` and ``features``."""

from collections.abc import Iterable
from typing import Literal

import numpy as np

from kd_core.backend import keras, tf
from kd_core.errors import KdError

Scheme = Literal["float32", "float16", "dynamic", "int8"]


class ExportError(KdError):
    """A network cannot be converted."""


def deployable(network: keras.Model) -> keras.Model:
    """Return the network with both outputs that a deployed model has, sharing its weights.

    Args:
        network: float32, batch 1, with the layers "features" (the last spatial map) and "logits".
    """
    outputs = {"logits": network.get_layer("logits").output, "features": network.get_layer("features").output}
    return keras.Model(network.input, outputs, name=network.name)


def convert(network: keras.Model, scheme: Scheme, representative: Iterable[np.ndarray] | None = None) -> bytes:
    """Return the ``.tflite`` of a network.

    float16 stores the weights in half precision and calculates in float32. "dynamic" stores int8 weights and
    quantizes activations as they come. int8 is integer throughout, input and outputs included, per channel, with the
    ranges of the representative inputs (Jacob et al. 2018, "Quantization and training of neural networks for
    efficient integer-arithmetic-only inference").

    Args:
        network: float32, batch 1, with the layers "features" and "logits".
        scheme: the precision.
        representative: for int8, prepared inputs, each float32 [1, height, width, 3].

    Raises:
        ExportError: if the converter refuses the network.
    """
    converter = tf.lite.TFLiteConverter.from_keras_model(deployable(network))
    if scheme != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if scheme == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if scheme == "int8":
        if representative is None:
            raise ValueError("int8 needs representative inputs")
        inputs = list(representative)
        converter.representative_dataset = lambda: ([tensor] for tensor in inputs)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
    try:
        return converter.convert()
    # The converter answers an operation that it does not know with exceptions of many kinds.
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ExportError(f"The network {network.name} cannot be converted to {scheme}: {reason}.") from error

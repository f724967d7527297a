"""From a Keras network to the deployed ``.tflite``: batch 1, outputs ``logits`` and ``features``."""

import re
import warnings
from collections.abc import Iterable
from typing import Literal

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from kd_core.backend import keras, tf
from kd_core.compression.errors import CompressionError
from kd_core.compression.fold import fold_batch_norms
from kd_core.compression.qat import is_quantize_aware
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
    efficient integer-arithmetic-only inference"), or those that a quantization-aware network has learnt. For int8 a
    batch normalisation that follows no convolution is folded first (``kd_core.compression.fold``).

    Args:
        network: float32, batch 1, with the layers "features" and "logits"; for int8 also one of
            ``kd_core.compression.qat.quantize_aware``.
        scheme: the precision.
        representative: for int8, prepared inputs, each float32 [1, height, width, 3]; none for a quantization-aware
            network.

    Raises:
        ExportError: if the converter refuses the network, or leaves part of an int8 one in float32; it names the layer.
    """
    aware = is_quantize_aware(network)
    if aware and scheme != "int8":
        raise ValueError(f"a quantization-aware network becomes int8, not {scheme}")
    if scheme == "int8" and not aware:
        network = _folded(network)
    converter = _converter(deployable(network))
    if scheme != "float32":
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if scheme == "float16":
        converter.target_spec.supported_types = [tf.float16]
    if scheme == "int8":
        converter.inference_input_type = converter.inference_output_type = tf.int8
    if scheme == "int8" and not aware:
        if representative is None:
            raise ValueError("int8 needs representative inputs")
        inputs = list(representative)
        converter.representative_dataset = lambda: ([tensor] for tensor in inputs)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    try:
        with warnings.catch_warnings():
            # A quantization-aware network brings the statistics in itself.
            warnings.filterwarnings("ignore", "Statistics for quantized inputs were expected")
            model = converter.convert()
    # The converter answers an operation that it does not know with exceptions of many kinds.
    except Exception as error:
        raise ExportError(
            f"The network {network.name} cannot be converted to {scheme}{_why(error, network)}."
        ) from error
    if scheme == "int8" and (left := _first_float(model)) is not None:
        raise ExportError(
            f"The network {network.name} cannot be converted to int8 because of the layer "
            f"{_layer_in(left, network) or left}: TensorFlow Lite has it in float32 only."
        )
    return model


def _converter(network: keras.Model) -> tf.lite.TFLiteConverter:
    """Return the converter of a network with batch 1.

    It is given one function and its weights. A Keras network it would write to disk with all functions of all layers
    and read back: the same file in two to three times the time.
    """
    holder = tf.Module()
    holder.weights = list(network.weights)
    image = tf.TensorSpec(network.input_shape, tf.float32, name=network.input_names[0])
    holder.answer = tf.function(lambda inputs: network(inputs, training=False), input_signature=[image])
    return tf.lite.TFLiteConverter.from_concrete_functions([holder.answer.get_concrete_function()], holder)


def _folded(network: keras.Model) -> keras.Model:
    if not any(isinstance(layer, keras.layers.BatchNormalization) for layer in network.layers):
        return network
    try:
        return fold_batch_norms(network)
    except CompressionError:
        # The converter multiplies and adds instead: one rounding more, but nothing that would have to fail.
        return network


def _why(error: Exception, network: keras.Model) -> str:
    """Return the layer and the reason, as far as the converter tells them, to be put behind a sentence."""
    for told in getattr(error, "errors", ()):
        for call in told.location.call:
            if layer := _layer_in(call.name, network):
                return f" because of the layer {layer}: {told.error_message.splitlines()[0]}"
    lines = str(error).strip().splitlines()
    return f": {lines[0] if lines else type(error).__name__}"


def _first_float(model: bytes) -> str | None:
    """Return the name of the first float32 tensor of a ``.tflite``: an operation without integer arithmetic."""
    tensors = Interpreter(model_content=model).get_tensor_details()
    named = [tensor["name"] for tensor in tensors if tensor["dtype"] == np.float32]
    # Besides the operation's own there are those that only lead to it.
    return next((name for name in named if not name.startswith("tfl.")), named[0] if named else None)


def _layer_in(name: str, network: keras.Model) -> str | None:
    """Return the layer that the name of an operation or a tensor ("network/layer/Conv2D;...") speaks of."""
    known = {layer.name for layer in network.layers}
    return next((part for part in re.split("[/;@]", name) if part in known), None)

"""Quantization-aware training: a float32 network that learns while int8 arithmetic is simulated in it.

Jacob et al. 2018, with tfmot's wrappers. Everything that changes is among the wrapped network's weights, except which
weights are zero and stay so: that is read from the network given. A training therefore goes on exactly where it
stopped if ``quantize_aware`` is given the same trained parent again before ``set_weights``; and a batch-1 network for
export is made in the same way.
"""

from typing import Any

import numpy as np

from kd_core.backend import keras, tf
from kd_core.compression.errors import CompressionError
from kd_core.compression.fold import fold_batch_norms
from kd_core.compression.schemes import EightBitScheme, Keep, SharedValuesQuantizer
from kd_core.compression.toolkit import tfmot
from kd_core.models.depthwise import DepthwiseConv2D

# isort: split
from tensorflow_model_optimization.python.core.quantization.keras.default_8bit import default_8bit_quantize_registry
from tensorflow_model_optimization.python.core.quantization.keras.quantize_layer import QuantizeLayer
from tensorflow_model_optimization.python.core.quantization.keras.quantize_wrapper import QuantizeWrapperV2

_RANGE_BATCH = 64
_tfmot = tfmot.quantization.keras


def foldable(network: keras.Model, keep: Keep) -> keras.Model:
    """Return the plain float32 network that is wrapped: ``fold_batch_norms``, with clustered kernels left as they are.

    Its depthwise convolutions are Keras' own, since tfmot knows a layer by its very class; what they compute is the
    same, and 5x5 ones learn more slowly.

    Raises:
        CompressionError: as ``fold_batch_norms``.
    """
    return fold_batch_norms(_with_known_layers(network), keep_kernels=keep == "clusters")


def quantize_aware(network: keras.Model, keep: Keep) -> keras.Model:
    """Return a network that simulates int8 arithmetic: image -> logits, as ``network`` takes and gives them.

    Its layers are called as before; behind the input stands one more. The ranges of the
    activations begin at tfmot's -6..6, which its moving averages leave only after thousands of steps: call
    ``set_ranges`` before the training.

    Args:
        network: float32, flat and functional, with the weights to begin from; it is folded first, and not changed.
        keep: "nothing" lets all weights go; "sparsity" holds the zeros of the kernels of convolutions and dense layers
            (not of depthwise ones); "clusters" also the number of different values in such a kernel, where it has 2 to
            256. An L2 penalty does not act on clustered kernels.

    Raises:
        CompressionError: if the network calculates in bfloat16, or a layer cannot be quantized, which is named.
    """
    _check(network)
    plain = foldable(network, keep)
    try:
        wrapped = _wrapped(plain, keep)
    # tfmot answers with exceptions of many kinds, few of which name the layer.
    except Exception as error:
        name, reason = _culprit(plain, keep) or ("a layer that could not be told", error)
        raise CompressionError(
            f"{network.name} cannot be trained for int8 because of {name}: {str(reason).splitlines()[0]}"
        ) from error
    for layer in _wrappers(wrapped):
        _hold(layer)
        for kernel, quantizer, variables in layer._weight_vars:
            quantizer(kernel, True, variables)
    return wrapped


def is_quantize_aware(network: keras.Model) -> bool:
    """Return whether a network is one of ``quantize_aware``."""
    return bool(_wrappers(network))


def set_ranges(wrapped: keras.Model, plain: keras.Model, inputs: np.ndarray) -> None:
    """Set the ranges of all activations, in place, to what they are in the float32 network.

    They are the means, over batches of 64, of the smallest and the largest value: what the moving averages of the
    training tend to.

    Args:
        wrapped: what ``quantize_aware`` gave.
        plain: what ``foldable`` gave for the same network.
        inputs: prepared inputs, float32 [n, height, width, 3], several hundred.
    """
    ranges = [(_source(layer, plain), bounds) for layer in wrapped.layers if (bounds := _bounds(layer))]
    reader = keras.Model(plain.input, [tensor for tensor, _ in ranges])
    seen = []
    for start in range(0, len(inputs), _RANGE_BATCH):
        values = reader(inputs[start : start + _RANGE_BATCH], training=False)
        # Zero is always in the range: int8 arithmetic needs it to be exact.
        seen.append([(min(0.0, float(np.min(value))), max(0.0, float(np.max(value)))) for value in values])
    for (_, bounds), means in zip(ranges, np.mean(seen, axis=0), strict=True):
        for variable, mean in zip(bounds, means, strict=True):
            variable.assign(mean)


def float_network(wrapped: keras.Model, plain: keras.Model) -> keras.Model:
    """Return the plain float32 network with the trained weights of the wrapped one, clustered kernels as they predict.

    Args:
        wrapped: what ``quantize_aware`` gave, trained.
        plain: what ``foldable`` gave for the same network; it is not changed.
    """
    network = keras.models.clone_model(plain)
    for layer in network.layers:
        if layer.weights:
            trained = _by_name(wrapped.get_layer(layer.name))
            layer.set_weights([trained[name].numpy() for name in _by_name(layer)])
    return network


def _wrapped(plain: keras.Model, keep: Keep) -> keras.Model:
    # Without tfmot's "quant_" before their names, all that looks for "features" and "logits" finds them.
    annotated = _tfmot.quantize_annotate_model(plain)
    return _tfmot.quantize_apply(annotated, EightBitScheme(keep), quantized_layer_name_prefix="")


def _with_known_layers(network: keras.Model) -> keras.Model:
    """Return a copy of a network in which our depthwise convolutions are Keras' own."""

    def known(layer: keras.layers.Layer) -> keras.layers.Layer:
        kind = keras.layers.DepthwiseConv2D if isinstance(layer, DepthwiseConv2D) else type(layer)
        return kind.from_config(layer.get_config())

    copy = keras.models.clone_model(network, clone_function=known)
    copy.set_weights(network.get_weights())
    return copy


def _check(network: keras.Model) -> None:
    known = default_8bit_quantize_registry.Default8BitQuantizeRegistry()
    for layer in network.layers:
        if layer.compute_dtype != "float32":
            raise CompressionError(
                f"{network.name} cannot be trained for int8 because {layer.name} calculates in {layer.compute_dtype}: "
                "build it for float32 and set its weights."
            )
        # What becomes of normalisation is decided by folding, and our depthwise convolutions become Keras' own.
        decided = keras.layers.InputLayer | keras.layers.BatchNormalization | DepthwiseConv2D
        if not isinstance(layer, decided) and not known.supports(layer):
            raise CompressionError(
                f"{network.name} cannot be trained for int8 because of {layer.name}: tfmot cannot quantize a layer of "
                f"the kind {type(layer).__name__}."
            )


def _culprit(plain: keras.Model, keep: Keep) -> tuple[str, Exception] | None:
    """Return the first layer that cannot be quantized by itself, and why."""
    for layer in plain.layers:
        if isinstance(layer, keras.layers.InputLayer | keras.layers.BatchNormalization):
            continue
        inputs = tf.nest.map_structure(lambda tensor: keras.Input(batch_shape=tensor.shape), layer.input)
        alone = keras.Model(inputs, type(layer).from_config(layer.get_config())(inputs))
        try:
            _wrapped(alone, keep)
        except Exception as error:
            return layer.name, error
    return None


def _wrappers(wrapped: keras.Model) -> list[QuantizeWrapperV2]:
    return [layer for layer in wrapped.layers if isinstance(layer, QuantizeWrapperV2)]


def _hold(wrapper: QuantizeWrapperV2) -> None:
    """Keep from training what the wrapper would train: the weights of a frozen layer, and effective kernels."""
    effective = {id(kernel) for kernel, how, _ in wrapper._weight_vars if isinstance(how, SharedValuesQuantizer)}
    listed = {id(weight) for weight in wrapper.layer.weights}
    free, held = [], []
    for weight in wrapper._trainable_weights:
        if not wrapper.layer.trainable or id(weight) in effective:
            held.append(weight)
        else:
            free.append(weight)
    wrapper._trainable_weights = free
    # In place: a variable in a list that is assigned to a layer becomes one of its trained ones.
    wrapper._non_trainable_weights.extend(weight for weight in held if id(weight) not in listed)


def _by_name(layer: keras.layers.Layer) -> dict[str, Any]:
    """Return a layer's weights by the last part of their names: "kernel", "bias", "kernel_min", ..."""
    return {weight.name.split("/")[-1].split(":")[0]: weight for weight in layer.weights}


def _bounds(layer: keras.layers.Layer) -> tuple[Any, Any] | None:
    """Return the variables with the range of a layer's output, None where that is not rounded."""
    weights = _by_name(layer)
    for kind in ("output", "post_activation", layer.name):
        if f"{kind}_min" in weights:
            return weights[f"{kind}_min"], weights[f"{kind}_max"]
    return None


def _source(layer: keras.layers.Layer, plain: keras.Model) -> Any:
    """Return the float32 tensor that a layer of the wrapped network rounds."""
    return plain.input if isinstance(layer, QuantizeLayer) else plain.get_layer(layer.name).output

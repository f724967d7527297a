"""The 8-bit scheme of quantization-aware training (Jacob et al. 2018): tfmot's, made to keep zeros and clusters.

Three things of tfmot 0.8.1 are put right here. It leaves the kernel of a convolution out of quantization, and so out
of preservation, when a ReLU follows without a normalisation between. Its cluster-preserving quantizer takes a kernel
whose channels all use the same values for one clustered by channel: six values became 41 in three epochs. And one
layer without a zero makes it forget the zeros of all convolutions.
"""

from typing import Any, Literal

import numpy as np

from kd_core.backend import keras, tf
from kd_core.compression.toolkit import tfmot

# isort: split
from tensorflow_model_optimization.python.core.quantization.keras.collab_opts.prune_preserve import (
    prune_preserve_quantize_registry,
)
from tensorflow_model_optimization.python.core.quantization.keras.default_8bit import (
    default_8bit_quantize_configs,
    default_8bit_quantize_layout_transform,
    default_8bit_quantize_registry,
    default_8bit_quantize_scheme,
)
from tensorflow_model_optimization.python.core.quantization.keras.quantize_aware_activation import NoOpActivation

Keep = Literal["nothing", "sparsity", "clusters"]

# More different values than eight bits hold are no clusters.
MOST_CLUSTERS = 256

_KERNELS = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D, keras.layers.Dense)


class EightBitScheme(default_8bit_quantize_scheme.Default8BitQuantizeScheme):
    """int8 weights, by channel in convolutions, and int8 activations.

    Args:
        keep: "sparsity" holds the zeros of every kernel, "clusters" also the number of its different values.
    """

    def __init__(self, keep: Keep) -> None:
        self._keep = keep

    def get_layout_transformer(self) -> Any:
        """Return what arranges the layers as int8 kernels will fuse them."""
        return _Layout()

    def get_quantize_registry(self) -> Any:
        """Return what says, layer by layer, how it is quantized."""
        if self._keep == "nothing":
            return default_8bit_quantize_registry.Default8BitQuantizeRegistry()
        zeros = prune_preserve_quantize_registry.Default8bitPrunePreserveQuantizeRegistry()
        return zeros if self._keep == "sparsity" else _ClusterRegistry(zeros)


class SharedValuesQuantizer(tfmot.quantization.keras.quantizers.LastValueQuantizer):
    """int8 weights that are a few shared values, trained as in tfmot's clustering (Han, Mao, Dally 2016).

    Trained are the values and a latent kernel, which has the gradient of the effective one; each weight is the value
    nearest to its latent weight. The value 0 and the weights that had it stay. After each training step the layer's
    own kernel is the effective one of that step: it predicts, is stored and exported, and must not be trained.

    Args:
        per_axis: whether each output channel has an int8 range of its own.
    """

    def __init__(self, per_axis: bool) -> None:
        super().__init__(num_bits=8, per_axis=per_axis, symmetric=True, narrow_range=True)

    def build(self, tensor_shape: Any, name: str, layer: Any) -> dict[str, Any]:
        """Return the variables of one kernel, which begin with what it is now."""
        kernel = getattr(layer.layer, name).numpy()
        values = np.unique(kernel)
        initial = keras.initializers.Constant
        return super().build(tensor_shape, name, layer) | {
            "values": layer.add_weight(f"{name}_values", shape=values.shape, initializer=initial(values)),
            "latent": layer.add_weight(f"{name}_latent", shape=tensor_shape, initializer=initial(kernel)),
            "nonzero_values": tf.constant(values != 0, tf.float32),
            "nonzero_weights": tf.constant(kernel != 0, tf.float32),
        }

    def __call__(self, inputs: Any, training: bool, weights: dict[str, Any], **kwargs: Any) -> Any:
        """Return the kernel in int8 steps; when training, the effective one, which is put into ``inputs`` too."""
        if training:
            values = tf.sort(weights["values"] * weights["nonzero_values"])
            latent = weights["latent"] * weights["nonzero_weights"]
            middles = (values[1:] + values[:-1]) / 2
            nearest = tf.searchsorted(middles, tf.reshape(latent, [-1]))
            # The gradient of the effective kernel is that of the shared values, summed, and of the latent kernel.
            effective = tf.reshape(tf.gather(values, nearest), latent.shape) + (latent - tf.stop_gradient(latent))
            inputs.assign(effective)
            inputs = effective
        return super().__call__(inputs, training, weights, **kwargs)


class _Layout(default_8bit_quantize_layout_transform.Default8BitQuantizeLayoutTransform):
    """tfmot's arrangement, with the kernels quantized that it leaves out."""

    def apply(self, model: keras.Model, layer_quantize_map: dict[str, Any]) -> tuple[keras.Model, dict[str, Any]]:
        model, how = super().apply(model, layer_quantize_map)
        for layer in model.layers:
            left_out = isinstance(
                how.get(layer.name, {}).get("quantize_config"), default_8bit_quantize_configs.NoOpQuantizeConfig
            )
            if isinstance(layer, _KERNELS) and left_out:
                how[layer.name] = {"quantize_config": None}
                # Fused with the ReLU behind it, so that nothing is rounded between them.
                if layer.activation is keras.activations.linear:
                    layer.activation = NoOpActivation()
        return model, how


class _ClusterRegistry:
    """Clusters are kept where a kernel has some, zeros everywhere."""

    def __init__(self, zeros: Any) -> None:
        self._zeros = zeros

    def supports(self, layer: keras.layers.Layer) -> bool:
        return bool(self._zeros.supports(layer))

    def get_quantize_config(self, layer: keras.layers.Layer) -> Any:
        config = self._zeros.get_quantize_config(layer)
        kernel = type(layer) in (keras.layers.Conv2D, keras.layers.Dense) and layer.trainable
        if kernel and 1 < len(np.unique(layer.kernel)) <= MOST_CLUSTERS:
            config.weight_quantizer = SharedValuesQuantizer(per_axis=isinstance(layer, keras.layers.Conv2D))
        return config

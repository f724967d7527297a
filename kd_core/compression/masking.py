"""tfmot's pruning wrapper for networks that calculate in bfloat16.

tfmot's own multiplies the weights by their masks in the arithmetic of the layer: in bfloat16 it would round the float32
weights after every step, losing small ones, and count thresholds among rounded weights.
"""

from typing import Any

from kd_core.backend import keras
from kd_core.compression.toolkit import tfmot  # noqa: F401  (first, or the toolkit would meet Keras 3)

# isort: split
from tensorflow_model_optimization.python.core.sparsity.keras.pruning_impl import Pruning
from tensorflow_model_optimization.python.core.sparsity.keras.pruning_wrapper import PruneLowMagnitude
from tf_keras.src.mixed_precision.autocast_variable import enable_auto_cast_variables


class Masked(PruneLowMagnitude):
    """A layer whose kernel is pruned, in the layer's arithmetic, its float32 weights masked in float32."""

    def __init__(self, layer: keras.layers.Layer, **options: Any) -> None:
        super().__init__(layer, dtype=layer.dtype_policy, **options)

    def build(self, input_shape: Any) -> None:
        """Make tfmot's masks and thresholds, and what updates them."""
        super().build(input_shape)
        self.pruning_obj = _Float32Masks(
            training_step_fn=lambda: self.pruning_step,
            pruning_vars=self.pruning_vars,
            pruning_schedule=self.pruning_schedule,
            block_size=self.block_size,
            block_pooling_type=self.block_pooling_type,
            sparsity_m_by_n=self.sparsity_m_by_n,
        )


class _Float32Masks(Pruning):
    def conditional_mask_update(self) -> Any:
        with enable_auto_cast_variables(None):
            return super().conditional_mask_update()

    def weight_mask_op(self) -> Any:
        with enable_auto_cast_variables(None):
            return super().weight_mask_op()

"""The arithmetic that a network is built for: float32, or bfloat16 with float32 variables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from kd_core.backend import keras

Precision = Literal["float32", "bfloat16"]

_POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16"}


@contextmanager
def precision(name: Precision) -> Iterator[None]:
    """Build the networks within this context for ``name``, and restore the policy that was there before.

    Under "bfloat16" layers calculate in bfloat16 and keep float32 variables, in the same order as under "float32":
    ``set_weights(get_weights())`` carries a trained network from one to the other, which the TFLite converter and
    quantization-aware training need, since they refuse bfloat16.
    """
    before = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy(_POLICIES[name])
    try:
        yield
    finally:
        keras.mixed_precision.set_global_policy(before)

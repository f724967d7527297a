"""The model optimization toolkit, imported after the backend has set TensorFlow up for it."""

import kd_core.backend  # noqa: F401  (first, or the toolkit would meet Keras 3)

# isort: split
import tensorflow_model_optimization as tfmot

__all__ = ["tfmot"]

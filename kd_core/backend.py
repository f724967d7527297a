"""The one place where TensorFlow comes in: Keras 2 (``tf_keras``), which tfmot's pruning and QAT work on."""

import os

# Read by TensorFlow when it is imported; tfmot would set the first one too, but only after others had looked.
os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import tensorflow as tf
import tf_keras as keras

__all__ = ["keras", "tf"]

"""The one place where TensorFlow comes in: Keras 2 (``tf_keras``), which tfmot's pruning and QAT work on."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

# Read by TensorFlow when it is imported; tfmot would set it too, but only after others had looked.
os.environ["TF_USE_LEGACY_KERAS"] = "1"
# Otherwise it tells, while it works, which of its kernels a processor has no faster variant of.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@contextmanager
def _without_notices() -> Iterator[None]:
    """Keep what TensorFlow's libraries write while they load away from the terminal; errors are raised all the same.

    They tell of every accelerator that is not there, before any setting of a log level is read.
    """
    terminal = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(nowhere)
        os.close(terminal)


with _without_notices():
    import tensorflow as tf
    import tf_keras as keras

    # The search for accelerators is the last that speaks; it takes place at the first question for one.
    tf.config.list_physical_devices()

# Every training of a study traces functions of its own: TensorFlow warns of that as of a loop that forgot to keep one.
tf.get_logger().setLevel(logging.ERROR)

__all__ = ["keras", "tf"]

"""Where a training runs: this process, all devices of this machine, or several machines; TensorFlow's own engine."""

from typing import Literal

from kd_core.backend import tf

Strategy = Literal["none", "mirrored", "multi-worker"]


def strategy(name: Strategy) -> tf.distribute.Strategy:
    """Return a distribution strategy by name.

    "mirrored" trains on all accelerators of this machine (or its logical processors, where they were configured).
    "multi-worker" takes the addresses of the workers from the environment variable TF_CONFIG, as TensorFlow
    describes it; every worker reads its own share of each batch.
    """
    if name == "mirrored":
        return tf.distribute.MirroredStrategy()
    if name == "multi-worker":
        return tf.distribute.MultiWorkerMirroredStrategy()
    return tf.distribute.get_strategy()

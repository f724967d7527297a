"""A network's weights as one file without pickles: what a clone goes on from."""

from pathlib import Path

import numpy as np

from kd_core.artifacts import ArtifactError
from kd_core.backend import keras


def save_weights(path: Path, network: keras.Model, dtype: type = np.float32) -> None:
    """Write the weights in their order, each named by its variable, as ``dtype``, compressed."""
    arrays = {f"{number:04d} {weight.name}": weight.numpy() for number, weight in enumerate(network.weights)}
    np.savez_compressed(path, **{name: array.astype(dtype) for name, array in arrays.items()})


def load_weights(path: Path, network: keras.Model) -> None:
    """Put stored weights into a network of the same build.

    Raises:
        ArtifactError: if the file is missing, damaged, or of another network.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            arrays = [stored[name].astype(np.float32) for name in sorted(stored.files)]
    except Exception as error:
        raise ArtifactError(f"{path} cannot be read ({type(error).__name__}): restore it, or train again.") from error
    if [array.shape for array in arrays] != [tuple(weight.shape) for weight in network.weights]:
        raise ArtifactError(f"{path} holds the weights of another network than {network.name}: train the run again.")
    network.set_weights(arrays)

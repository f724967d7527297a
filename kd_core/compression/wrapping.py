"""What pruning and clustering share: which layers have a kernel to work on, and a network with some layers wrapped."""

from collections.abc import Callable, Iterable, Mapping

from kd_core.backend import keras, tf
from kd_core.compression.errors import CompressionError

_KINDS = keras.layers.Conv2D | keras.layers.Dense  # a depthwise kernel is small, and tfmot leaves it alone


def trained_kernels(network: keras.Model, named: Iterable[str]) -> dict[str, tf.TensorShape]:
    """Return the shapes of the kernels that training changes, by the layer's name, in the order of the graph.

    Args:
        network: flat and functional.
        named: layers that the settings speak of.

    Raises:
        CompressionError: if one of ``named`` is no layer with such a kernel.
    """
    shapes = {
        layer.name: layer.kernel.shape for layer in network.layers if layer.trainable and isinstance(layer, _KINDS)
    }
    for name in named:
        if name not in shapes:
            raise CompressionError(
                f"The network {network.name} has no layer {name} with a kernel that learns: choose among "
                f"{', '.join(shapes)}."
            )
    return shapes


def with_wrapped(
    network: keras.Model, wrappers: Mapping[str, Callable[[keras.layers.Layer], keras.layers.Layer]]
) -> keras.Model:
    """Return the network with the layers named in ``wrappers`` wrapped; all layers and weights are shared."""

    def wrapped(layer: keras.layers.Layer) -> keras.layers.Layer:
        if layer.name in wrappers:
            return wrappers[layer.name](layer)
        # tfmot's own cloning does the same: an input layer cannot be shared, all others can.
        is_input = isinstance(layer, keras.layers.InputLayer)
        return layer.__class__.from_config(layer.get_config()) if is_input else layer

    return keras.models.clone_model(network, clone_function=wrapped)

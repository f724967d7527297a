"""Clustering with tfmot: wrappers that let a kernel have a few shared values only, while the network learns.

Han, Mao, Dally 2016, "Deep compression". What is measured is always the stripped network.
"""

from kd_core.backend import keras
from kd_core.compression.errors import CompressionError
from kd_core.compression.prune import check_names
from kd_core.compression.toolkit import tfmot
from kd_core.settings import Cluster

_KINDS = keras.layers.Conv2D | keras.layers.Dense


def clusterable(network: keras.Model, settings: Cluster) -> keras.Model:
    """Return the network in clustering wrappers, sharing its layers.

    Layers that are not trained are left out, and so are those with no more weights than clusters.

    Args:
        network: images to logits, float32, with the weights to begin from.
        settings: how many clusters, how they begin, and what is left out.

    Raises:
        CompressionError: if the settings name a layer that is not there or has no kernel, or nothing remains.
    """
    names = clustered_layers(network, settings)
    first = getattr(tfmot.clustering.keras.CentroidInitialization, _INITIALIZATIONS[settings.initialization])

    def wrapped(layer: keras.layers.Layer) -> keras.layers.Layer:
        if layer.name not in names:
            # tfmot's own cloning does the same: an input layer cannot be shared, all others can.
            is_input = isinstance(layer, keras.layers.InputLayer)
            return layer.__class__.from_config(layer.get_config()) if is_input else layer
        return tfmot.clustering.keras.cluster_weights(
            layer,
            number_of_clusters=settings.clusters,
            cluster_centroids_init=first,
            preserve_sparsity=settings.preserve_sparsity,
        )

    return keras.models.clone_model(network, clone_function=wrapped)


_INITIALIZATIONS = {"kmeans++": "KMEANS_PLUS_PLUS", "linear": "LINEAR", "density": "DENSITY_BASED"}


def clustered_layers(network: keras.Model, settings: Cluster) -> list[str]:
    """Return the names of the layers that are clustered, in the order of the graph.

    Raises:
        CompressionError: as ``clusterable``.
    """
    sizes = {
        layer.name: layer.kernel.shape.num_elements()
        for layer in network.layers
        if layer.trainable and isinstance(layer, _KINDS)
    }
    check_names(network, sizes, settings.exclude)
    names = [name for name, size in sizes.items() if name not in settings.exclude and size > settings.clusters]
    if not names:
        raise CompressionError(f"Nothing of {network.name} is left to cluster: exclude fewer layers.")
    return names


def stripped(model: keras.Model) -> keras.Model:
    """Return the network without its wrappers, with the values that its kernels share."""
    return tfmot.clustering.keras.strip_clustering(model)

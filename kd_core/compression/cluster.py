"""Clustering with tfmot: wrappers that let a kernel have a few shared values only, while the network learns.

Han, Mao, Dally 2016, "Deep compression". What is measured is always the stripped network.
"""

from functools import partial

from kd_core.backend import keras
from kd_core.compression.errors import CompressionError
from kd_core.compression.toolkit import tfmot
from kd_core.compression.wrapping import trained_kernels, with_wrapped
from kd_core.settings import Cluster

_INITIALIZATIONS = {"kmeans++": "KMEANS_PLUS_PLUS", "linear": "LINEAR", "density": "DENSITY_BASED"}


def clusterable(network: keras.Model, settings: Cluster) -> keras.Model:
    """Return the network in clustering wrappers, sharing its layers.

    Layers that are not trained are left out, and so are those with no more weights than clusters.

    Args:
        network: images to logits, float32, with the weights to begin from.
        settings: how many clusters, how they begin, and what is left out.

    Raises:
        CompressionError: if the settings name a layer that is not there or has no kernel, or nothing remains.
    """
    wrap = partial(
        tfmot.clustering.keras.cluster_weights,
        number_of_clusters=settings.clusters,
        cluster_centroids_init=getattr(
            tfmot.clustering.keras.CentroidInitialization, _INITIALIZATIONS[settings.initialization]
        ),
        preserve_sparsity=settings.preserve_sparsity,
    )
    return with_wrapped(network, dict.fromkeys(clustered_layers(network, settings), wrap))


def clustered_layers(network: keras.Model, settings: Cluster) -> list[str]:
    """Return the names of the layers that are clustered, in the order of the graph.

    Raises:
        CompressionError: as ``clusterable``.
    """
    shapes = trained_kernels(network, settings.exclude)
    sizes = {name: shape.num_elements() for name, shape in shapes.items()}
    names = [name for name, size in sizes.items() if name not in settings.exclude and size > settings.clusters]
    if not names:
        raise CompressionError(f"Nothing of {network.name} is left to cluster: exclude fewer layers.")
    return names


def stripped(model: keras.Model) -> keras.Model:
    """Return the network without its wrappers, with the values that its kernels share."""
    return tfmot.clustering.keras.strip_clustering(model)

"""Weight sharing: a kernel of which every weight is replaced by the nearest of a few values."""

from dataclasses import dataclass

import numpy as np
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from dashboard.tables.histogram import bin_edges

FLOAT_BITS = 32
# Fine enough that the values move by less than the eye sees; a hundred thousand weights one by one take seconds.
BINS = 2048


@dataclass(frozen=True)
class Shared:
    """A kernel of few values.

    ``centroids``: sorted, float32 [clusters]. ``sizes``: weights of each, int64. ``weights``: the kernel with them.
    ``index_bits``: bits by which a weight names its value. ``bits``: these and the table of the values, a weight.
    ``entropy``: what a code that gives frequent values short names needs at least, bits a weight, without the table.
    """

    centroids: np.ndarray
    sizes: np.ndarray
    weights: np.ndarray
    index_bits: int
    bits: float
    entropy: float


def shared(kernel: np.ndarray, clusters: int) -> Shared:
    """Return a kernel with at most so many values: k-means over the histogram of the weights, from even steps.

    Args:
        kernel: float32, of any shape.
        clusters: 2 or more; fewer come out where the weights do not fill them.
    """
    edges = bin_edges(kernel, BINS)
    counts = np.histogram(kernel, edges)[0]
    middles = ((edges[:-1] + edges[1:]) / 2)[counts > 0]
    clusters = min(clusters, len(middles))
    start = np.linspace(float(kernel.min()), float(kernel.max()), clusters)
    # Two thousand points: several threads would only wait for each other.
    with threadpool_limits(1):
        found = KMeans(clusters, init=start[:, np.newaxis], n_init=1).fit(
            middles[:, np.newaxis], sample_weight=counts[counts > 0]
        )
    centroids = np.unique(found.cluster_centers_.astype(np.float32))
    nearest = np.searchsorted((centroids[1:] + centroids[:-1]) / 2, kernel)
    sizes = np.bincount(nearest.ravel(), minlength=len(centroids))
    shares = sizes[sizes > 0] / kernel.size
    index_bits = max(1, int(np.ceil(np.log2(len(centroids)))))
    return Shared(
        centroids=centroids,
        sizes=sizes,
        weights=centroids[nearest],
        index_bits=index_bits,
        bits=index_bits + FLOAT_BITS * len(centroids) / kernel.size,
        entropy=float(-(shares * np.log2(shares)).sum()),
    )

"""The weights of a layer counted in bins that stay where they are while a reader moves a slider."""

import numpy as np

BINS = 120


def bin_edges(weights: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Return the edges of equal bins, float64 [bins + 1], from minus to plus the largest magnitude of the weights."""
    largest = float(np.abs(weights).max()) or 1.0
    return np.linspace(-largest, largest, bins + 1)


def counted(weights: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return how many weights lie in each bin, int64 [bins]; what lies on the last edge belongs to the last bin."""
    return np.histogram(weights, edges)[0]

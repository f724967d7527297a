"""What every network here begins with: a square RGB picture of a checked size, for a checked number of classes."""

from typing import Any

from kd_core.backend import keras
from kd_core.errors import KdError

SIZE_STEP = 32
LARGEST_SIZE = 256


class NetworkError(KdError):
    """A network cannot be built as asked: an unknown name, an impossible size, or weights that are not there."""


def image_input(size: int, classes: int, batch_size: int | None = None) -> Any:
    """Return the input tensor of a network, float32, shape [batch, size, size, 3], already scaled.

    Args:
        size: height and width in pixels, a multiple of 32 from 32 to 256.
        classes: how many classes the network is to tell apart, at least 2.
        batch_size: None leaves the batch open; deployment wants 1.

    Raises:
        NetworkError: if ``size`` or ``classes`` is out of range.
    """
    if size % SIZE_STEP or not SIZE_STEP <= size <= LARGEST_SIZE:
        raise NetworkError(f"A network cannot take {size} px pictures: choose a multiple of 32 from 32 to 256.")
    if classes < 2:
        raise NetworkError(f"A network cannot be built for {classes} class(es): it needs at least 2 to choose from.")
    return keras.Input((size, size, 3), batch_size=batch_size, name="image")

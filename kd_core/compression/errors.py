"""What goes wrong when a network is compressed."""

from kd_core.errors import KdError


class CompressionError(KdError):
    """A network cannot be compressed as asked."""

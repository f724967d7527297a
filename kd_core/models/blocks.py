"""The two bottleneck blocks of ResNet-50 (He et al. 2016), of which the students are made.

Both are built flat, convolution -> batch normalisation -> separate ReLU, which is what pruning, quantization-aware
training and the TFLite converter can all work on.
"""

from typing import Any

from kd_core.backend import keras

# 0.99, the default of Keras, needs several hundred steps to forget its start: too slow for short runs.
MOMENTUM = 0.9

Filters = tuple[int, int, int]


def convolutional_block(
    x: Any, filters: Filters, stride: int, name: str, *, l2: float = 0.0, momentum: float = MOMENTUM
) -> Any:
    """Return a bottleneck whose shortcut is a 1x1 convolution, so that stride and depth may change.

    Args:
        x: float tensor, shape [batch, h, w, c].
        filters: of the 1x1 (which carries the stride), the 3x3 and the last 1x1 convolution.
        stride: of the first 1x1 convolution and of the shortcut.
        name: prefix of the names of the block's layers.
        l2: strength of the L2 penalty on the kernels; 0 is none.
        momentum: of the moving averages of batch normalisation.

    Returns:
        A tensor of shape [batch, ceil(h / stride), ceil(w / stride), filters[2]].
    """
    main = _bottleneck(x, filters, name, stride=stride, l2=l2, momentum=momentum)
    shortcut = conv_bn(x, filters[2], 1, f"{name}_shortcut", stride=stride, l2=l2, momentum=momentum)
    return _join(main, shortcut, name)


def identity_block(x: Any, filters: Filters, name: str, *, l2: float = 0.0, momentum: float = MOMENTUM) -> Any:
    """Return a bottleneck added to its own input: shape in and out [batch, h, w, filters[2]].

    The arguments are those of ``convolutional_block``.
    """
    return _join(_bottleneck(x, filters, name, stride=1, l2=l2, momentum=momentum), x, name)


def conv_bn(
    x: Any,
    filters: int,
    kernel: int,
    name: str,
    *,
    stride: int = 1,
    padding: str = "valid",
    l2: float = 0.0,
    momentum: float = MOMENTUM,
) -> Any:
    """Return convolution and batch normalisation, named ``<name>_conv`` and ``<name>_bn``."""
    x = keras.layers.Conv2D(
        filters, kernel, strides=stride, padding=padding, kernel_regularizer=penalty(l2), name=f"{name}_conv"
    )(x)
    return keras.layers.BatchNormalization(momentum=momentum, name=f"{name}_bn")(x)


def penalty(l2: float) -> Any:
    """Return the kernel regulariser of strength ``l2`` (added to the loss as l2 * sum of squares), or None for 0."""
    return keras.regularizers.L2(l2) if l2 else None


def _bottleneck(x: Any, filters: Filters, name: str, *, stride: int, l2: float, momentum: float) -> Any:
    x = conv_bn(x, filters[0], 1, f"{name}_a", stride=stride, l2=l2, momentum=momentum)
    x = keras.layers.ReLU(name=f"{name}_a_relu")(x)
    x = conv_bn(x, filters[1], 3, f"{name}_b", padding="same", l2=l2, momentum=momentum)
    x = keras.layers.ReLU(name=f"{name}_b_relu")(x)
    return conv_bn(x, filters[2], 1, f"{name}_c", l2=l2, momentum=momentum)


def _join(main: Any, shortcut: Any, name: str) -> Any:
    return keras.layers.ReLU(name=f"{name}_relu")(keras.layers.Add(name=f"{name}_add")([main, shortcut]))

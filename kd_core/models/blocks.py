"""The blocks of which students 1, 3 and 4 are made: bottlenecks of ResNet-50 (He et al. 2016) and inverted residuals.

All are built flat, convolution -> batch normalisation -> separate ReLU, which is what pruning, quantization-aware
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


def inverted_residual(x: Any, hidden: int, name: str, *, l2: float = 0.0) -> Any:
    """Return expansion 1x1, depthwise 3x3 and projection 1x1 added to the input (Sandler et al. 2018).

    Args:
        x: float tensor, shape [batch, h, w, c], which is that of the result too.
        hidden: channels of the expansion.
        name: prefix of the names of the block's layers.
        l2: strength of the L2 penalty on the kernels; 0 is none.
    """
    y = conv_bn_relu(x, hidden, 1, f"{name}_expand", l2=l2)
    # Keras' own layer, which tfmot knows; with 3x3 kernels and stride 1 it trains fast.
    y = keras.layers.DepthwiseConv2D(
        3, padding="same", use_bias=False, depthwise_regularizer=penalty(l2), name=f"{name}_depthwise_conv"
    )(y)
    y = keras.layers.BatchNormalization(momentum=MOMENTUM, name=f"{name}_depthwise_bn")(y)
    y = keras.layers.ReLU(name=f"{name}_depthwise_relu")(y)
    y = conv_bn(y, x.shape[-1], 1, f"{name}_project", bias=False, l2=l2)
    return keras.layers.Add(name=f"{name}_add")([y, x])


def fused_inverted_residual(
    x: Any, hidden: int, name: str, *, filters: int | None = None, stride: int = 1, l2: float = 0.0
) -> Any:
    """Return expansion 3x3 and projection 1x1 (Tan and Le 2021), added to the input where the shapes agree.

    Args:
        x: float tensor, shape [batch, h, w, c].
        hidden: channels of the expansion.
        name: prefix of the names of the block's layers.
        filters: channels of the result; None for those of the input.
        stride: of the expansion.
        l2: strength of the L2 penalty on the kernels; 0 is none.

    Returns:
        A tensor of shape [batch, ceil(h / stride), ceil(w / stride), filters].
    """
    y = conv_bn_relu(x, hidden, 3, f"{name}_expand", stride=stride, l2=l2)
    y = conv_bn(y, filters or x.shape[-1], 1, f"{name}_project", bias=False, l2=l2)
    return keras.layers.Add(name=f"{name}_add")([y, x]) if y.shape == x.shape else y


def conv_bn_relu(x: Any, filters: int, kernel: int, name: str, *, stride: int = 1, l2: float = 0.0) -> Any:
    """Return convolution with padding "same" and without bias, batch normalisation and ReLU, ``<name>_relu``."""
    x = conv_bn(x, filters, kernel, name, stride=stride, padding="same", bias=False, l2=l2)
    return keras.layers.ReLU(name=f"{name}_relu")(x)


def conv_bn(
    x: Any,
    filters: int,
    kernel: int,
    name: str,
    *,
    stride: int = 1,
    padding: str = "valid",
    bias: bool = True,
    l2: float = 0.0,
    momentum: float = MOMENTUM,
) -> Any:
    """Return convolution and batch normalisation, named ``<name>_conv`` and ``<name>_bn``."""
    x = keras.layers.Conv2D(
        filters,
        kernel,
        strides=stride,
        padding=padding,
        use_bias=bias,
        kernel_regularizer=penalty(l2),
        name=f"{name}_conv",
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

"""A depthwise convolution whose kernel learns several times as fast on a CPU.

TensorFlow computes the gradient of a 3x3 depthwise kernel on a fast path, that of a 5x5 one on a path that takes
25 to 130 times as long, and most of a fine-tuning step with it. A 5x5 kernel's gradient can be read off four 3x3
ones, each of the same input moved by two rows or columns: what this layer does. What it computes is the same.
"""

from typing import Any

from kd_core.backend import keras, tf

_TAPS = 3


class DepthwiseConv2D(keras.layers.DepthwiseConv2D):
    """Keras' layer with another gradient for kernels of 4x4 and 5x5; one kernel a channel, padding "same"."""

    def call(self, inputs: Any) -> Any:
        """Return the convolution, shape [batch, ceil(h / stride), ceil(w / stride), channels]."""
        size = self.kernel_size[0]
        divisible = _TAPS < size < 2 * _TAPS and self.kernel_size == (size, size)
        if not divisible or self.use_bias or self.depth_multiplier != 1 or self.padding != "same":
            return super().call(inputs)
        return _convolved(inputs, tf.cast(self.depthwise_kernel, inputs.dtype), self.strides[0])


def _convolved(x: Any, kernel: Any, stride: int) -> Any:
    strides = [1, stride, stride, 1]

    @tf.custom_gradient
    def convolution(x: Any, kernel: Any) -> Any:
        def gradients(upstream: Any) -> tuple[Any, Any]:
            to_input = tf.raw_ops.DepthwiseConv2dNativeBackpropInput(
                input_sizes=tf.shape(x), filter=kernel, out_backprop=upstream, strides=strides, padding="SAME"
            )
            return to_input, kernel_gradient(x, upstream, int(kernel.shape[0]), stride)

        return tf.nn.depthwise_conv2d(x, kernel, strides, "SAME"), gradients

    return convolution(x, kernel)


def kernel_gradient(x: Any, upstream: Any, size: int, stride: int) -> Any:
    """Return the gradient of a square depthwise kernel in a convolution with padding "same".

    Args:
        x: the convolution's input, shape [batch, h, w, channels].
        upstream: the gradient of its output, shape [batch, ceil(h / stride), ceil(w / stride), channels].
        size: the kernel's height and width, 4 or 5.
        stride: of the convolution, in both directions.

    Returns:
        Shape [size, size, channels, 1], in the dtype of ``x``.
    """
    channels = x.shape[-1]
    padding, spans = [[0, 0]], []
    for side, out in zip(x.shape[1:3], upstream.shape[1:3], strict=True):
        total = max((out - 1) * stride + size - side, 0)
        padding.append([total // 2, total - total // 2])
        spans.append((out - 1) * stride + _TAPS)
    padded = tf.pad(x, [*padding, [0, 0]])

    def taps(row: int, column: int) -> Any:
        """Return the gradient of the 3x3 entries that begin at a row and a column of the kernel."""
        return tf.raw_ops.DepthwiseConv2dNativeBackpropFilter(
            input=padded[:, row : row + spans[0], column : column + spans[1]],
            filter_sizes=[_TAPS, _TAPS, channels, 1],
            out_backprop=upstream,
            strides=[1, stride, stride, 1],
            padding="VALID",
        )

    last = size - _TAPS

    def rows(row: int) -> Any:
        return tf.concat([taps(row, 0)[:, :last], taps(row, last)], axis=1)

    return tf.concat([rows(0)[:last], rows(last)], axis=0)

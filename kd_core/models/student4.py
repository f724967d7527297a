"""Student 4, of our own: small as int8 and quick to train on a CPU, after EfficientNetV2 (Tan and Le 2021).

What its shape follows from, as measured (two cores, bfloat16, batches of 128):

- A depthwise convolution of stride 2 takes tens of times as long to train as one of stride 1: every stage opens with a
  fused block, whose 3x3 convolution has the stride. Plain ReLU takes half the time of ReLU6.
- An int8 file has some 29 bytes for each output channel besides the weights: few, wide channels and small expansions.
- Where maps are large, expanded channels cost the most time: the first stage is fused throughout. Where they are
  small, inverted residuals learn more with the same bytes than residual blocks of 3x3 convolutions, which are quicker.
"""

from typing import Any

from kd_core.backend import keras
from kd_core.models.blocks import conv_bn, conv_bn_relu, fused_inverted_residual, inverted_residual

_STEM, _HEAD = 32, 160
# Channels and those of the opening block's expansion; what follows it, how often, and the channels of its expansion.
_STAGES = (
    (32, 48, fused_inverted_residual, 1, 64),
    (64, 96, inverted_residual, 2, 192),
    (96, 96, inverted_residual, 3, 288),
)


def student4(image: Any, size: int, l2: float) -> Any:
    """Return the pooled map of the layer "features", float32 [batch, 160].

    Args:
        image: input tensor, float32, shape [batch, size, size, 3]; the map is [batch, size / 16, size / 16, 160].
        size: height and width in pixels; no layer depends on it.
        l2: strength of the L2 penalty on the kernels; 0 is none.
    """
    del size
    x = conv_bn_relu(image, _STEM, 3, "stem", stride=2, l2=l2)
    for number, (channels, opening, following, times, hidden) in enumerate(_STAGES, 1):
        x = fused_inverted_residual(x, opening, f"stage{number}_block1", filters=channels, stride=2, l2=l2)
        for block in range(2, times + 2):
            x = following(x, hidden, f"stage{number}_block{block}", l2=l2)
    x = keras.layers.ReLU(name="features")(conv_bn(x, _HEAD, 1, "head", bias=False, l2=l2))
    # The mean in float32: under a bfloat16 policy its low digits would be lost.
    return keras.layers.GlobalAveragePooling2D(dtype="float32", name="embedding")(x)

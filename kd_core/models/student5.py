"""Student 5, of our own: it inherits the first layers of EfficientNet-Lite 0 with their ImageNet weights.

A student has too few examples in 28,000 pictures to learn from nothing what an edge, a texture or fur is; the first
stages of the teacher's backbone know it already, and they are its cheapest ones (DistilBERT, Sanh et al. 2019, begins
with layers of its teacher too). What its cut follows from, as measured:

- An int8 file has some 29 bytes for each output channel besides the weights: stages 1 to 4 and the first block of
  stage 5 are just under 0.5 MB, and at 128 px 1.3 ms on one core. A second block of stage 5 alone has 0.2 MB.
- That block's projection to 112 channels is left out: nothing but the mean and the classifier would follow it, both
  linear, so that the 480 channels in front of it say at least as much, with 48,000 weights fewer.
- The stem and stages 1 and 2 stay as they are, as do their statistics: 5 % of the weights, and without their gradients,
  which have the largest maps, an epoch takes two thirds of the time.
"""

from typing import Any

from kd_core.backend import keras
from kd_core.models.backbones import Weights, backbone

BACKBONE = "efficientnet-lite0"
_LAST = "block8_depthwise_bn"
_FROZEN_STAGES = 2


def student5(image: Any, weights: Weights = None) -> Any:
    """Return the pooled map of the layer "features", float32 [batch, 480].

    Args:
        image: input tensor, float32, shape [batch, size, size, 3]; the map is [batch, size / 16, size / 16, 480].
        weights: of the inherited layers: "imagenet", the path of the published file, or None for random ones.

    Raises:
        NetworkError: if the weights cannot be had.
    """
    inherited = backbone(BACKBONE)
    whole = keras.Model(image, inherited.build(image, weights))
    first_trained = whole.get_layer(inherited.stage_starts[-1 - _FROZEN_STAGES])
    for layer in keras.Model(image, first_trained.input).layers:
        layer.trainable = False
    features = keras.layers.ReLU(6.0, name="features")(whole.get_layer(_LAST).output)
    # The mean in float32: under a bfloat16 policy its low digits would be lost.
    return keras.layers.GlobalAveragePooling2D(dtype="float32", name="embedding")(features)

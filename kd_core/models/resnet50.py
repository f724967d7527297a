"""ResNet-50 (He et al. 2016) as a backbone: that of ``keras.applications``, fed with RGB by the input contract."""

from pathlib import Path
from typing import Any

from kd_core.backend import keras
from kd_core.models.inputs import NetworkError

# The published weights were trained on Caffe's input: 0..255 with the mean of every channel taken off.
SCALE = 1.0
OFFSET = (-123.68, -116.779, -103.939)

# First layer of every stage, the last stage first.
STAGE_STARTS = ("conv5_block1_1_conv", "conv4_block1_1_conv", "conv3_block1_1_conv", "conv2_block1_1_conv")


def resnet50(image: Any, weights: str | Path | None) -> Any:
    """Return the last spatial map, [batch, size / 32, size / 32, 2048], of the layer "features".

    Args:
        image: input tensor, float32, shape [batch, size, size, 3], RGB.
        weights: "imagenet" downloads them, a path names the same file (``resnet50_..._notop.h5``), None starts at
            random. Both files expect BGR: the first convolution is turned round, so that the network takes RGB.

    Raises:
        NetworkError: if the weights cannot be downloaded or read.
    """
    if weights not in (None, "imagenet") and not Path(weights).is_file():
        raise NetworkError(
            f"The weights {weights} are missing: name a ResNet-50 file of Keras without its top, or none."
        )
    try:
        backbone = keras.applications.ResNet50(
            include_top=False, weights=None if weights is None else str(weights), input_tensor=image
        )
    # A failed download is a bare Exception in Keras, a damaged file an OSError, one of another network a ValueError.
    except Exception as error:
        raise NetworkError(_why_not(weights)) from error
    if weights is not None:
        _take_rgb(backbone.get_layer("conv1_conv"))
    return keras.layers.Activation("linear", name="features")(backbone.output)


def _why_not(weights: str | Path | None) -> str:
    if weights == "imagenet":
        return (
            "The ImageNet weights of ResNet-50 cannot be downloaded: check the network, give the path of "
            'resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5 as weights, or use "efficientnet-lite0", whose '
            "weights are installed with pip."
        )
    return f"The weights {weights} do not fit ResNet-50 without its top: name the file that Keras publishes."


def _take_rgb(layer: keras.layers.Layer) -> None:
    kernel, bias = layer.get_weights()
    layer.set_weights([kernel[:, :, ::-1], bias])

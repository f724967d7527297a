"""The blocks that the layers of a network make up, as their names tell: ``layers.csv`` knows no edges."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

# "stage2_block3_expand_conv" is of "stage2_block3", "conv4_block1_0_bn" of "conv4_block1", "block0_add" of "block0".
_BLOCK = re.compile(r"(?P<prefix>(?:[a-z]+\d+_)?block)(?P<number>\d+)(?=_|$)")
# "stem_conv", "stem_bn" and "stem_relu" are of "stem". Pooling changes the map and stands alone.
_PART = re.compile(r"(?P<whole>.+)_(?:pad|conv|bn|relu)$")
# Of students and teachers, and of Keras' ResNet-50.
_ASIDE = ("shortcut", "0")


@dataclass(frozen=True)
class Layer:
    """A row of ``layers.csv``: ``shape`` of the output without the batch, empty where it is not readable."""

    name: str
    type: str
    shape: tuple[int, ...]
    parameters: int
    macs: int


@dataclass(frozen=True)
class Block:
    """Consecutive ``layers`` that belong together: ``repeats`` equal blocks, one after the other.

    ``name`` is theirs without the parts', ``before`` the shape that the block takes, empty for the input.
    """

    name: str
    layers: tuple[Layer, ...]
    before: tuple[int, ...]
    repeats: int = 1

    @property
    def once(self) -> tuple[Layer, ...]:
        """Return the layers of the first repeat."""
        return self.layers[: len(self.layers) // self.repeats]

    @property
    def main(self) -> tuple[Layer, ...]:
        """Return the layers of the first repeat that do not stand in its shortcut."""
        return tuple(layer for layer in self.once if part_of(layer) not in _ASIDE)

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape of the output, without the batch."""
        return self.layers[-1].shape

    @property
    def parameters(self) -> int:
        """Return the parameters of all repeats."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def macs(self) -> int:
        """Return the multiply-accumulates of all repeats for one picture."""
        return sum(layer.macs for layer in self.layers)

    @property
    def shortcut(self) -> str:
        """Return what a shortcut around the block is: "none", "identity", or "convolution" where it has one."""
        # A sum whose name is of no block may add anything.
        if not _BLOCK.match(self.layers[0].name) or all(layer.type != "Add" for layer in self.layers):
            return "none"
        return "identity" if self.main == self.once else "convolution"


def blocks(layers: pd.DataFrame) -> list[Block]:
    """Return the blocks of a network from input to output: every layer is in exactly one of them.

    A layer whose name tells of no block is one by itself. Blocks of equal layers are one block that repeats.

    Args:
        layers: the rows of ``layers.csv``, in the order of the graph.
    """
    found: list[Block] = []
    for name, group in groupby(_layers(layers), key=lambda layer: _block_of(layer.name)):
        block = Block(name, tuple(group), found[-1].shape if found else ())
        if found and _repeats(found[-1], block):
            found[-1] = _joined(found[-1], block)
        else:
            found.append(block)
    return found


def part_of(layer: Layer) -> str:
    """Return which part of its block a layer belongs to: "expand" of "block3_expand_bn"; "" outside of blocks."""
    found = _BLOCK.match(layer.name)
    return layer.name[found.end() + 1 :].partition("_")[0] if found else ""


def shape_text(shape: Sequence[int]) -> str:
    """Return a shape as it is written: 8×8×512."""
    return "×".join(map(str, shape))


def blocks_frame(found: Sequence[Block], kind_of: Callable[[Block], str]) -> pd.DataFrame:
    """Return one row a block: what it is, how often it repeats, its shapes ("8x8x512"), and counts of all repeats."""
    return pd.DataFrame(
        {
            "block": block.name,
            "kind": kind_of(block),
            "repeats": block.repeats,
            "shortcut": block.shortcut,
            "layers": len(block.layers),
            "input_shape": "x".join(map(str, block.before)),
            "output_shape": "x".join(map(str, block.shape)),
            "parameters": block.parameters,
            "macs": block.macs,
        }
        for block in found
    )


def _layers(frame: pd.DataFrame) -> list[Layer]:
    columns = [frame[name].fillna("").astype(str) for name in ("name", "type", "output_shape")]
    counts = [frame[name].fillna(0).astype(int) for name in ("parameters", "macs")]
    return [
        Layer(name, kind, tuple(map(int, re.findall(r"\d+", shape))), parameters, macs)
        for name, kind, shape, parameters, macs in zip(*columns, *counts, strict=True)
    ]


def _block_of(name: str) -> str:
    if block := _BLOCK.match(name):
        return block[0]
    part = _PART.match(name)
    return part["whole"] if part else name


def _repeats(before: Block, block: Block) -> bool:
    """Return whether a block is the one before it once more; the numbers of their names follow one another then."""
    last, own = _BLOCK.match(before.layers[-1].name), _BLOCK.match(block.name)
    if last is None or own is None or last["prefix"] != own["prefix"]:
        return False
    return int(own["number"]) == int(last["number"]) + 1 and _made_of(before) == _made_of(block)


def _made_of(block: Block) -> list[tuple[object, ...]]:
    begin = _BLOCK.match(block.once[0].name)
    cut = begin.end() if begin else 0
    return [(layer.name[cut:], layer.type, layer.shape, layer.parameters, layer.macs) for layer in block.once]


def _joined(before: Block, block: Block) -> Block:
    own = _BLOCK.match(block.name)
    first = before.name.partition("–")[0]
    name = f"{first}–{own['number']}" if own else first
    return Block(name, (*before.layers, *block.layers), before.before, before.repeats + 1)

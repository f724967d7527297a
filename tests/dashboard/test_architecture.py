"""Layers become blocks by their names, and no layer is lost, doubled or put where it does not belong."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

from dashboard.tables.architecture import Block, blocks, blocks_frame
from dashboard.tables.block_kinds import Kernel, kernel_of, kind_of

SHIPPED = Path(__file__).resolve().parents[2] / "artifacts"
FILES = sorted(SHIPPED.glob("*/*/layers.csv"))


def frame_of(rows: Sequence[tuple[str, str, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["name", "type", "output_shape"])
    return frame.assign(parameters=0, macs=0)


def shipped(run: str) -> list[Block]:
    return blocks(pd.read_csv(SHIPPED / run / "layers.csv"))


def told(found: Sequence[Block]) -> list[tuple[str, str, int, str]]:
    return [(block.name, kind_of(block), block.repeats, block.shortcut) for block in found]


def built(network: str) -> pd.DataFrame:
    """Return the layers of a network that no shipped run has."""
    from kd_core.models.registry import build
    from kd_core.models.summary import layer_table

    options = {"weights": None, "head": "published"} if network == "resnet50" else {}
    return layer_table(build(network, 15, 64, **options))


def hold_together(layers: pd.DataFrame) -> list[Block]:
    """Assert that the blocks of a network hold each of its layers once and in order, and return them."""
    found = blocks(layers)
    assert [layer.name for block in found for layer in block.layers] == layers["name"].tolist()
    for count in ("parameters", "macs"):
        assert sum(getattr(block, count) for block in found) == layers[count].sum()
    assert all(len(block.layers) == block.repeats * len(block.once) for block in found)
    assert [block.before for block in found] == [(), *(block.shape for block in found[:-1])]
    assert {kind_of(block) for block in found}.isdisjoint({"other", "block"})
    return found


def test_networks_are_shipped() -> None:
    assert len(FILES) >= 20


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.parent.name}/{file.parent.name}")
def test_every_layer_of_a_shipped_network_is_in_one_block(file: Path) -> None:
    hold_together(pd.read_csv(file))


def test_the_blocks_of_student3() -> None:
    found = shipped("showcase/student3-scratch")
    assert told(found) == [
        ("image", "input", 1, "none"),
        ("pad", "padding", 1, "none"),
        ("stem", "convolution", 1, "none"),
        ("stem_pool", "max_pooling", 1, "none"),
        ("block1", "residual", 1, "convolution"),
        ("block2", "residual", 1, "identity"),
        ("features", "average_pooling", 1, "none"),
        ("flatten", "flatten", 1, "none"),
        ("logits", "dense", 1, "none"),
    ]
    stem, block1 = found[2], found[4]
    assert (kernel_of(stem), stem.shape, stem.parameters) == (Kernel(7, 2), (48, 48, 64), 9_728)
    assert (block1.before, block1.shape, block1.parameters, block1.macs) == (
        (23, 23, 64),
        (12, 12, 512),
        260_352,
        36_569_088,
    )
    assert {layer.name for layer in block1.once} - {layer.name for layer in block1.main} == {
        "block1_shortcut_conv",
        "block1_shortcut_bn",
    }


def test_equal_blocks_of_efficientnet_lite_repeat_and_others_do_not() -> None:
    found = shipped("showcase/teacher")
    assert told(found)[1:4] == [
        ("stem", "convolution", 1, "none"),
        ("block0", "separable", 1, "none"),
        ("block1", "inverted", 1, "none"),
    ]
    assert {block.name: block.repeats for block in found if block.repeats > 1} == {
        "block6–7": 2,
        "block9–10": 2,
        "block12–14": 3,
    }
    assert [block.name for block in found if block.shortcut == "identity"] == [
        "block2",
        "block4",
        "block6–7",
        "block9–10",
        "block12–14",
    ]
    by_name = {block.name: block for block in found}
    assert kernel_of(by_name["block3"]) == Kernel(5, 2)
    assert kernel_of(by_name["block12–14"]) == Kernel(5, 1)
    assert by_name["block12–14"].parameters == 3 * 481_152
    assert [kind_of(block) for block in found[-5:]] == ["convolution", "relu", "global_pooling", "dropout", "dense"]


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        ("student1", [("block1", "residual", 1, "convolution"), ("block3", "residual", 1, "identity")]),
        ("student2", [("bn1", "normalisation", 1, "none"), ("conv3", "convolution", 1, "none")]),
        (
            "student4",
            [
                ("stage1_block1", "fused", 1, "none"),
                ("stage1_block2", "fused", 1, "identity"),
                ("stage3_block2–4", "inverted", 3, "identity"),
            ],
        ),
        (
            "student5",
            [
                ("block0", "separable", 1, "none"),
                ("block6–7", "inverted", 2, "identity"),
                ("block8", "expanded", 1, "none"),
            ],
        ),
        (
            "resnet50",
            [
                ("conv1", "convolution", 1, "none"),
                ("conv2_block1", "residual", 1, "convolution"),
                ("conv4_block2–6", "residual", 5, "identity"),
                ("head_norm", "normalisation", 1, "none"),
            ],
        ),
    ],
)
def test_networks_that_are_not_shipped_fall_into_their_blocks(
    network: str, expected: list[tuple[str, str, int, str]]
) -> None:
    found = told(hold_together(built(network)))
    assert [block for block in expected if block not in found] == []


def test_names_that_tell_nothing_stand_alone() -> None:
    rows = [
        ("in", "InputLayer", "(8, 8, 3)"),
        ("mixer", "Mixer", "8x8x3"),
        ("sum", "Add", "8x8x3"),
        ("res_conv", "Conv2D", "8x8x3"),
        ("res_add", "Add", "8x8x3"),
        ("blocked", "Conv2D", ""),
    ]
    found = blocks(frame_of(rows))
    assert told(found) == [
        ("in", "input", 1, "none"),
        ("mixer", "other", 1, "none"),
        ("sum", "other", 1, "none"),
        ("res", "convolution", 1, "none"),
        ("res_add", "other", 1, "none"),
        ("blocked", "convolution", 1, "none"),
    ]
    assert (found[0].shape, found[-1].shape, found[-1].before) == ((8, 8, 3), (), (8, 8, 3))


def test_a_block_that_another_interrupts_is_two_blocks() -> None:
    rows = [("block1_a_conv", "Conv2D", "8x8x3"), ("pool", "Pool", "8x8x3"), ("block1_b_conv", "Conv2D", "8x8x3")]
    assert [block.name for block in blocks(frame_of(rows))] == ["block1", "pool", "block1"]


@pytest.mark.parametrize(
    ("second", "names"),
    [
        ("block2", ["block1–2"]),
        ("block3", ["block1", "block3"]),
        ("stage1_block2", ["block1", "stage1_block2"]),
    ],
)
def test_only_equal_blocks_whose_numbers_follow_are_joined(second: str, names: list[str]) -> None:
    rows = [(f"{block}_{part}", "Conv2D", "8x8x3") for block in ("block1", second) for part in ("a_conv", "b_conv")]
    found = blocks(frame_of(rows))
    assert [block.name for block in found] == names
    assert {kind_of(block) for block in found} == {"block"}
    unequal = frame_of(rows)
    unequal.loc[3, "parameters"] = 1
    assert len(blocks(unequal)) == 2


def test_the_table_has_a_row_a_block_and_counts_all_repeats() -> None:
    table = blocks_frame(shipped("showcase/teacher"), kind_of).set_index("block")
    assert table.loc["block12–14"].to_dict() == {
        "kind": "inverted",
        "repeats": 3,
        "shortcut": "identity",
        "layers": 27,
        "input_shape": "8x8x192",
        "output_shape": "8x8x192",
        "parameters": 1_443_456,
        "macs": 90_464_256,
    }
    assert (table["parameters"].sum(), table["layers"].sum()) == (3_432_239, 144)

"""Student 4: what it is made of, at every size."""

import numpy as np
import pytest

from kd_core.backend import keras
from kd_core.models.students import build_student
from kd_core.models.summary import kernel_of


def test_count_by_hand():
    def conv(kernel, inputs, outputs):
        return kernel * kernel * inputs * outputs + 4 * outputs

    def fused(inputs, hidden, outputs):
        return conv(3, inputs, hidden) + conv(1, hidden, outputs)

    def inverted(channels, hidden):
        return conv(1, channels, hidden) + conv(3, 1, hidden) + conv(1, hidden, channels)

    stage1 = fused(32, 48, 32) + fused(32, 64, 32)
    stage2 = fused(32, 96, 64) + 2 * inverted(64, 192)
    stage3 = fused(64, 96, 96) + 3 * inverted(96, 288)
    expected = conv(3, 3, 32) + stage1 + stage2 + stage3 + conv(1, 96, 160) + 160 * 15 + 15

    assert build_student("student4", 15, 128).count_params() == expected == 393_583


@pytest.mark.parametrize(("size", "side"), [(32, 2), (96, 6), (128, 8), (256, 16)])
def test_a_map_has_a_sixteenth_of_the_picture_and_the_parameters_are_the_same(size, side):
    model = build_student("student4", 7, size)

    assert model.get_layer("features").output_shape == (None, side, side, 160)
    assert model.output_shape == (None, 7)
    assert model.count_params() == 393_583 - 161 * 8


def test_every_block_of_stride_1_is_added_to_its_input_and_no_normalisation_follows_a_sum():
    model = build_student("student4", 4, 64)
    sums = [layer for layer in model.layers if isinstance(layer, keras.layers.Add)]
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]

    assert [layer.name for layer in sums] == [
        "stage1_block2_add",
        *(f"stage2_block{block}_add" for block in (2, 3)),
        *(f"stage3_block{block}_add" for block in (2, 3, 4)),
    ]
    convolutions = keras.layers.Conv2D | keras.layers.DepthwiseConv2D
    assert all(isinstance(norm.input.node.layer, convolutions) for norm in norms)
    assert len(norms) == sum(isinstance(layer, convolutions) for layer in model.layers) == 25


def test_depthwise_convolutions_are_what_trains_fast_and_what_tfmot_knows():
    layers = build_student("student4", 4, 64).layers
    depthwise = [layer for layer in layers if isinstance(layer, keras.layers.DepthwiseConv2D)]

    assert len(depthwise) == 5
    assert {type(layer) for layer in depthwise} == {keras.layers.DepthwiseConv2D}
    assert {(layer.kernel_size, layer.strides) for layer in depthwise} == {((3, 3), (1, 1))}


def test_l2_is_put_on_every_kernel():
    model = build_student("student4", 4, 32, l2=0.5)
    kernels = [kernel for layer in model.layers if (kernel := kernel_of(layer)) is not None]

    assert len(model.losses) == len(kernels) == 26
    expected = sum(0.5 * float(np.sum(np.square(kernel, dtype="float64"))) for kernel in kernels)
    assert float(np.sum(model.losses)) == pytest.approx(expected, rel=1e-5)
    assert build_student("student4", 4, 32).losses == []

"""Student 5: what it inherits, and what of it learns."""

import numpy as np
import pytest

from kd_core.backend import keras
from kd_core.models.efficientnet_lite import imagenet_weights
from kd_core.models.inputs import NetworkError
from kd_core.models.of_run import network_of
from kd_core.models.students import build_student
from kd_core.settings import RUN


def conv(kernel, inputs, outputs):
    return kernel * kernel * inputs * outputs + 4 * outputs


def inverted(inputs, kernel, outputs):
    hidden = 6 * inputs
    return conv(1, inputs, hidden) + conv(kernel, 1, hidden) + conv(1, hidden, outputs)


STEM = conv(3, 3, 32)
STAGE1 = conv(3, 1, 32) + conv(1, 32, 16)
STAGE2 = inverted(16, 3, 24) + inverted(24, 3, 24)
STAGE3 = inverted(24, 5, 40) + inverted(40, 5, 40)
STAGE4 = inverted(40, 3, 80) + 2 * inverted(80, 3, 80)
STAGE5 = conv(1, 80, 480) + conv(5, 1, 480)
HEAD = 480 * 15 + 15


def test_count_by_hand():
    model = build_student("student5", 15, 128)

    assert model.count_params() == STEM + STAGE1 + STAGE2 + STAGE3 + STAGE4 + STAGE5 + HEAD == 323_631


def test_all_but_the_first_two_stages_learn():
    model = build_student("student5", 15, 96)
    learning = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    statistics = 2 * sum(
        int(layer.gamma.shape[0])
        for layer in model.layers
        if isinstance(layer, keras.layers.BatchNormalization) and layer.trainable
    )

    assert learning + statistics == STAGE3 + STAGE4 + STAGE5 + HEAD
    assert not model.get_layer("block2_project_bn").trainable
    assert model.get_layer("block3_expand_conv").trainable


def test_the_statistics_of_the_first_two_stages_stay():
    model = build_student("student5", 4, 32, weights="imagenet")
    before = model.get_layer("block2_project_bn").get_weights()
    later = model.get_layer("block3_project_bn").get_weights()

    model(np.random.default_rng(0).uniform(-1, 1, (8, 32, 32, 3)).astype("float32"), training=True)

    for kept, found in zip(before, model.get_layer("block2_project_bn").get_weights(), strict=True):
        np.testing.assert_array_equal(kept, found)
    assert not np.array_equal(later[2], model.get_layer("block3_project_bn").get_weights()[2])


@pytest.mark.parametrize(("size", "side"), [(32, 2), (96, 6), (128, 8), (256, 16)])
def test_a_map_has_a_sixteenth_of_the_picture_and_the_parameters_are_the_same(size, side):
    model = build_student("student5", 7, size)

    assert model.get_layer("features").output_shape == (None, side, side, 480)
    assert model.count_params() == 323_631 - 481 * 8


def test_a_run_begins_with_the_published_weights_and_a_restored_one_needs_none():
    settings = RUN.validate_python({"stage": "scratch", "network": "student5", "epochs": 1, "input_size": 32})
    published = imagenet_weights(0)

    begun = network_of(settings, 3, pretrained=True)
    restored = network_of(settings, 3)

    np.testing.assert_array_equal(
        begun.get_layer("block8_expand_conv").kernel.numpy(),
        published["_blocks.8._expand_conv.weight"].transpose(2, 3, 1, 0),
    )
    np.testing.assert_array_equal(
        begun.get_layer("block8_depthwise_bn").moving_mean.numpy(), published["_blocks.8._bn1.running_mean"]
    )
    assert not np.array_equal(
        restored.get_layer("block8_expand_conv").kernel.numpy(), begun.get_layer("block8_expand_conv").kernel.numpy()
    )


def test_it_gives_what_the_backbone_gives_at_the_cut():
    student = build_student("student5", 3, 64, weights="imagenet")
    teacher = network_of(
        RUN.validate_python({"stage": "teacher", "network": "efficientnet-lite0", "epochs": 1, "input_size": 64}),
        3,
        pretrained=True,
    )
    pictures = np.random.default_rng(1).uniform(-1, 1, (2, 64, 64, 3)).astype("float32")

    def at(model, layer):
        return keras.Model(model.input, model.get_layer(layer).output)(pictures).numpy()

    found, expected = at(student, "features"), at(teacher, "block8_depthwise_relu")
    assert expected.std() > 0.1
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_what_a_student_cannot_have_is_a_sentence():
    with pytest.raises(NetworkError, match=r"student5 inherits trained layers, which take no l2: leave it out"):
        build_student("student5", 4, 32, l2=0.1)
    with pytest.raises(NetworkError, match=r"student3 has no pretrained weights: leave them out"):
        build_student("student3", 4, 32, weights="imagenet")

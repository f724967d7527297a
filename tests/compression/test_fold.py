"""Batch normalisation is folded forward exactly, wherever it stands, and no layer's name changes its meaning."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kd_core.backend import keras
from kd_core.compression.errors import CompressionError
from kd_core.compression.fold import fold_batch_norms
from kd_core.models.registry import build

layers = keras.layers
PICTURES = np.random.default_rng(0).normal(size=(6, 12, 12, 3)).astype(np.float32)


def before_two_convolutions(image):
    """As in student 1: a maximum lies between the normalisation and its two readers."""
    x = layers.ReLU()(layers.Conv2D(4, 3, name="stem")(image))
    x = layers.MaxPooling2D(2, name="pool")(layers.BatchNormalization(name="norm")(x))
    left, right = layers.Conv2D(5, 1, use_bias=False, name="left")(x), layers.Conv2D(5, 1, name="right")(x)
    return layers.AveragePooling2D(2, name="features")(layers.Add()([left, layers.ReLU()(right)]))


def on_the_image(image):
    """As in student 2, and before a depthwise convolution that makes two channels of one."""
    x = layers.BatchNormalization(scale=False, name="norm")(image)
    x = layers.ReLU()(layers.Conv2D(4, 3, strides=2, name="first")(x))
    x = layers.BatchNormalization(center=False, name="second_norm")(x)
    return layers.ReLU(name="features")(layers.DepthwiseConv2D(3, depth_multiplier=2, name="depthwise")(x))


def in_the_head(image):
    """As in the teacher's published head, behind other layers that commute."""
    x = layers.ReLU(name="features")(layers.Conv2D(4, 3, name="first")(image))
    x = layers.BatchNormalization(name="norm")(x)
    return layers.Dropout(0.5)(layers.AveragePooling2D(3)(x))


def behind_a_convolution(image):
    x = layers.BatchNormalization(name="stays")(layers.Conv2D(4, 3, name="first")(image))
    return layers.ReLU(name="features")(x)


def before_padding(image):
    """The shift would have to reach what is padded, with and without a layer of its own."""
    x = layers.ReLU()(layers.Conv2D(4, 3, name="first")(image))
    x = layers.ZeroPadding2D(1)(layers.BatchNormalization(name="norm")(x))
    x = layers.ReLU()(layers.Conv2D(4, 3, name="second")(x))
    x = layers.BatchNormalization(name="second_norm")(x)
    valid, same = layers.Conv2D(4, 1, name="valid")(x), layers.Conv2D(4, 3, padding="same", name="same")(x)
    return layers.ReLU(name="features")(layers.Add()([valid, same]))


def before_the_features(image):
    x = layers.ReLU()(layers.Conv2D(4, 3, name="first")(image))
    return layers.AveragePooling2D(2, name="features")(layers.BatchNormalization(name="norm")(x))


def made(body, batch_size=None) -> keras.Model:
    keras.utils.set_random_seed(2)
    image = keras.Input((12, 12, 3), batch_size=batch_size, name="image")
    x = layers.Dense(3, name="logits")(layers.Flatten(name="flatten")(body(image)))
    return keras.Model(image, x, name="tiny")


def with_statistics(network: keras.Model, seed: int, negative: bool) -> keras.Model:
    """Give every normalisation the scales, shifts and statistics that a training could."""
    random = np.random.default_rng(seed)
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            for weight in layer.weights:
                kind = weight.name.split("/")[-1]
                sign = (-1) ** np.arange(weight.shape[0]) if negative and kind == "gamma:0" else 1
                positive = kind in ("gamma:0", "moving_variance:0")
                values = random.uniform(0.1, 2, weight.shape) * sign if positive else random.normal(size=weight.shape)
                weight.assign(values)
    return network


def free_standing(network: keras.Model) -> list[str]:
    merging = (layers.Conv2D, layers.DepthwiseConv2D, layers.Dense)
    normalisations = [layer for layer in network.layers if isinstance(layer, layers.BatchNormalization)]
    return [layer.name for layer in normalisations if not isinstance(layer.input.node.layer, merging)]


def names(network: keras.Model, kind: type) -> set[str]:
    return {layer.name for layer in network.layers if type(layer) is kind}


def assert_same_answers(one: keras.Model, other: keras.Model, pictures: np.ndarray) -> None:
    for name in ("features", "logits"):
        a, b = (keras.Model(net.input, net.get_layer(name).output)(pictures).numpy() for net in (one, other))
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-5 * max(1.0, np.abs(a).max()))


# By body: what becomes of its normalisations when no scale is negative, and when some are: folded, or a convolution.
CASES = {
    before_two_convolutions: ({"norm"}, set(), set(), {"norm"}),
    on_the_image: ({"norm", "second_norm"}, set(), {"norm", "second_norm"}, set()),
    in_the_head: ({"norm"}, set(), {"norm"}, set()),
    behind_a_convolution: (set(), set(), set(), set()),
    before_padding: (set(), {"norm", "second_norm"}, set(), {"norm", "second_norm"}),
    before_the_features: (set(), {"norm"}, set(), {"norm"}),
}
NETWORKS = {body: made(body) for body in CASES}


@pytest.mark.parametrize("body", CASES)
@settings(deadline=None, max_examples=5)
@given(seed=st.integers(0, 2**32 - 1), negative=st.booleans())
def test_the_answers_stay_and_nothing_stands_free(body, seed, negative):
    network = with_statistics(NETWORKS[body], seed, negative)
    folded = fold_batch_norms(network)
    assert_same_answers(network, folded, PICTURES)
    assert free_standing(folded) == []


@pytest.mark.parametrize("negative", [False, True])
@pytest.mark.parametrize("body", CASES)
def test_what_can_be_folded_is_and_the_rest_becomes_a_convolution(body, negative):
    network = with_statistics(NETWORKS[body], 7, negative)
    folded = fold_batch_norms(network)
    gone, replaced = CASES[body][2 * negative : 2 * negative + 2]
    assert {layer.name for layer in network.layers} - {layer.name for layer in folded.layers} == gone
    became = names(folded, layers.DepthwiseConv2D) - names(network, layers.DepthwiseConv2D)
    assert became == replaced
    assert names(folded, layers.BatchNormalization) == names(network, layers.BatchNormalization) - gone - replaced


def test_before_a_maximum_the_signs_alone_stay():
    network = with_statistics(NETWORKS[before_two_convolutions], 7, negative=True)
    kernel, bias = fold_batch_norms(network).get_layer("norm").get_weights()
    gamma = network.get_layer("norm").gamma.numpy()
    assert np.sign(gamma).tolist() == [1, -1, 1, -1]
    assert kernel.flatten().tolist() == [1, -1, 1, -1]
    np.testing.assert_array_equal(bias, 0)


def test_a_dense_layer_takes_scale_and_shift_of_every_position():
    image = keras.Input((1, 2, 2), name="image")
    x = layers.Flatten()(layers.BatchNormalization(epsilon=0.0, name="norm")(image))
    network = keras.Model(image, layers.Dense(1, name="logits")(x))
    # Twice and three times the input, less 1 and plus 5.
    network.get_layer("norm").set_weights(np.array([[2, 3], [-1, 5], [0, 0], [1, 1]]))
    network.get_layer("logits").set_weights([np.array([[1], [10], [100], [1000]]), np.array([7])])
    kernel, bias = fold_batch_norms(network).get_layer("logits").get_weights()
    assert kernel.tolist() == [[2], [30], [200], [3000]]
    assert bias.tolist() == [7 - 1 + 50 - 100 + 5000]


def test_kernels_stay_as_they_are_where_that_is_asked():
    network = with_statistics(NETWORKS[on_the_image], 7, negative=True)
    folded = fold_batch_norms(network, keep_kernels=True)
    assert_same_answers(network, folded, PICTURES)
    assert names(folded, layers.DepthwiseConv2D) == {"norm", "second_norm", "depthwise"}
    for name in ("first", "depthwise", "logits"):
        for old, new in zip(network.get_layer(name).get_weights(), folded.get_layer(name).get_weights(), strict=True):
            np.testing.assert_array_equal(old, new)


def test_frozen_layers_stay_frozen_and_the_network_given_stays_whole():
    network = with_statistics(made(before_padding, batch_size=1), 7, negative=False)
    for name in ("first", "norm"):
        network.get_layer(name).trainable = False
    before = network.get_weights()
    folded = fold_batch_norms(network)
    assert {layer.name for layer in folded.layers if not layer.trainable} == {"first", "norm"}
    assert folded.name == "tiny" and folded.input_shape == (1, 12, 12, 3) and folded.input.name == "image"
    folded.set_weights([np.zeros_like(weight) for weight in folded.get_weights()])
    for old, new in zip(before, network.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_where_nothing_stands_free_everything_comes_back_equal():
    network = with_statistics(NETWORKS[behind_a_convolution], 7, negative=True)
    folded = fold_batch_norms(network)
    assert [weight.name for weight in folded.weights] == [weight.name for weight in network.weights]
    for old, new in zip(network.get_weights(), folded.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_what_cannot_be_folded_is_named():
    image = keras.Input((4, 4, 3), name="image")
    x = layers.Dense(5, activation="relu")(layers.Flatten()(image))
    x = layers.Add()([layers.BatchNormalization(name="lost")(x), x])
    network = keras.Model(image, layers.Dense(2, name="logits")(x), name="strange")
    with pytest.raises(CompressionError, match="normalisation lost of strange cannot be folded"):
        fold_batch_norms(network)


@pytest.mark.parametrize(
    ("name", "options", "gone"),
    [
        ("student1", {}, {"stem_bn"}),
        ("student2", {}, {"bn1", "bn2"}),
        ("efficientnet-lite0", {"head": "published", "weights": None}, {"head_norm"}),
    ],
)
def test_the_original_networks_fold_exactly(name, options, gone):
    keras.utils.set_random_seed(0)
    network = with_statistics(build(name, 4, 32, **options), 7, negative=False)
    folded = fold_batch_norms(network)
    assert {layer.name for layer in network.layers} - {layer.name for layer in folded.layers} == gone
    assert free_standing(folded) == []
    assert_same_answers(network, folded, np.random.default_rng(1).normal(size=(4, 32, 32, 3)).astype(np.float32))

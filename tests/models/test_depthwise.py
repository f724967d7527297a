import numpy as np
import pytest

from kd_core.backend import keras, tf
from kd_core.models.depthwise import DepthwiseConv2D


@pytest.mark.parametrize("size", [3, 4, 5])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("shape", [(2, 8, 8, 6), (3, 7, 9, 4)])
def test_answers_and_gradients_are_those_of_keras(size, stride, shape):
    keras.utils.set_random_seed(size)
    options = {"strides": stride, "padding": "same", "use_bias": False}
    ours, plain = DepthwiseConv2D(size, **options), keras.layers.DepthwiseConv2D(size, **options)
    x = tf.random.normal(shape)
    ours(x), plain(x)
    plain.set_weights(ours.get_weights())
    weight = tf.random.normal(plain(x).shape)

    found = []
    for layer in (ours, plain):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x)
            loss = tf.reduce_sum(weight * tf.square(y))
        found.append((y, *tape.gradient(loss, [x, layer.depthwise_kernel])))

    for mine, keras_own in zip(*found, strict=True):
        np.testing.assert_allclose(mine, keras_own, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("other", [{"use_bias": True}, {"depth_multiplier": 2}, {"padding": "valid"}])
def test_what_it_has_no_faster_way_for_is_left_to_keras(other):
    options = {"padding": "same", "use_bias": False} | other
    ours, plain = DepthwiseConv2D(5, **options), keras.layers.DepthwiseConv2D(5, **options)
    x = tf.random.normal((2, 8, 8, 3))
    ours(x), plain(x)
    plain.set_weights(ours.get_weights())
    np.testing.assert_array_equal(ours(x), plain(x))


def test_it_is_a_layer_of_keras_in_tables_and_for_compression():
    layer = DepthwiseConv2D(5, padding="same", use_bias=False)
    assert isinstance(layer, keras.layers.DepthwiseConv2D)
    assert type(layer).__name__ == "DepthwiseConv2D"

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


@pytest.mark.parametrize("size", [3, 5])
def test_under_a_stride_a_bfloat16_gradient_of_the_input_is_the_float32_one_rounded_once(size):
    keras.utils.set_random_seed(size)
    layer = DepthwiseConv2D(size, strides=2, padding="same", use_bias=False, dtype="mixed_bfloat16")
    x = tf.cast(tf.random.normal((2, 8, 8, 6)), tf.bfloat16)
    upstream = tf.cast(tf.random.normal(layer(x).shape), tf.bfloat16)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x)
    found = tape.gradient(y, x, output_gradients=upstream)

    kernel = tf.cast(tf.cast(layer.depthwise_kernel, tf.bfloat16), tf.float32)
    exact_x = tf.cast(x, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(exact_x)
        exact_y = tf.nn.depthwise_conv2d(exact_x, kernel, [1, 2, 2, 1], "SAME")
    exact = tape.gradient(exact_y, exact_x, output_gradients=tf.cast(upstream, tf.float32))
    assert found.dtype == tf.bfloat16
    np.testing.assert_array_equal(tf.cast(found, tf.float32), tf.cast(tf.cast(exact, tf.bfloat16), tf.float32))


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

import numpy as np
import pytest

from kd_core.artifacts.store import LAYER_COLUMNS
from kd_core.backend import keras, tf
from kd_core.models.registry import build
from kd_core.models.summary import head_kernel, layer_table, parameter_counts


def test_the_rows_of_student3():
    model = build("student3", 15, 64)
    table = layer_table(model)
    rows = table.set_index("name")

    assert tuple(table.columns) == LAYER_COLUMNS
    assert rows.loc["features", ["type", "output_shape", "parameters"]].tolist() == ["AveragePooling2D", "4x4x512", 0]
    assert rows.loc["logits", ["type", "output_shape", "parameters"]].tolist() == ["Dense", "15", 8192 * 15 + 15]
    assert rows.loc["stem_conv", "output_shape"] == "32x32x64"
    assert table["parameters"].sum() == 675_343


def test_multiply_accumulates_by_hand():
    rows = layer_table(build("student3", 15, 64)).set_index("name")["macs"]

    # Output positions x kernel height x kernel width x channels in x channels out.
    stem = 32 * 32 * 7 * 7 * 3 * 64
    block1 = 8 * 8 * (64 * 128 + 3 * 3 * 128 * 128 + 128 * 512 + 64 * 512)
    block2 = 8 * 8 * (512 * 128 + 3 * 3 * 128 * 128 + 128 * 512)
    dense = 4 * 4 * 512 * 15
    assert (rows["stem_conv"], rows["logits"], rows["stem_bn"]) == (stem, dense, 0)
    assert rows.sum() == stem + block1 + block2 + dense


def macs_of(layer, shape):
    image = keras.Input(shape)
    return layer_table(keras.Model(image, layer(image)))["macs"].tolist()[-1]


@pytest.mark.parametrize(
    ("shape", "options", "expected"),
    [
        # "valid" leaves out what the kernel does not fit on: 10 wide, kernel 3, 8 positions, every second of them 4.
        ((10, 10, 3), {}, 8 * 8 * 3 * 3 * 3 * 4),
        ((10, 10, 3), {"strides": 2}, 4 * 4 * 3 * 3 * 3 * 4),
        ((9, 9, 3), {"strides": 2}, 4 * 4 * 3 * 3 * 3 * 4),
        # "same" has a position for each pixel, or for each second one, rounded up; those on padding count too.
        ((10, 10, 3), {"padding": "same"}, 10 * 10 * 3 * 3 * 3 * 4),
        ((10, 10, 3), {"padding": "same", "strides": 2}, 5 * 5 * 3 * 3 * 3 * 4),
        ((9, 9, 3), {"padding": "same", "strides": 2}, 5 * 5 * 3 * 3 * 3 * 4),
        ((12, 7, 3), {"kernel_size": (5, 2), "strides": (2, 1)}, 4 * 6 * 5 * 2 * 3 * 4),
        ((10, 10, 3), {"dilation_rate": 2}, 6 * 6 * 3 * 3 * 3 * 4),
        ((10, 10, 6), {"groups": 2}, 8 * 8 * 3 * 3 * 3 * 4),
        ((10, 10, 3), {"use_bias": False}, 8 * 8 * 3 * 3 * 3 * 4),
    ],
)
def test_a_convolution_counts_its_kernel_at_every_position(shape, options, expected):
    assert macs_of(keras.layers.Conv2D(**({"filters": 4, "kernel_size": 3} | options)), shape) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"padding": "same", "strides": 2}, 8 * 8 * 5 * 5 * 6),
        ({}, 12 * 12 * 5 * 5 * 6),
        ({"strides": 2}, 6 * 6 * 5 * 5 * 6),
        ({"depth_multiplier": 2}, 12 * 12 * 5 * 5 * 6 * 2),
    ],
)
def test_a_depthwise_convolution_has_one_kernel_a_channel(options, expected):
    assert macs_of(keras.layers.DepthwiseConv2D(5, **options), (16, 16, 6)) == expected


def test_the_row_of_a_depthwise_convolution():
    image = keras.Input((16, 16, 6))
    model = keras.Model(image, keras.layers.DepthwiseConv2D(5, strides=2, padding="same", name="depthwise")(image))
    row = layer_table(model).set_index("name").loc["depthwise"]
    assert row[["output_shape", "parameters"]].tolist() == ["8x8x6", 5 * 5 * 6 + 6]


def test_a_dense_layer_counts_its_kernel_once_or_at_every_position_of_a_map():
    assert macs_of(keras.layers.Dense(7), (24,)) == 24 * 7
    assert macs_of(keras.layers.Dense(5), (4, 3, 6)) == 4 * 3 * 6 * 5


def test_what_neither_convolves_nor_is_dense_counts_nothing():
    for layer in (keras.layers.BatchNormalization(), keras.layers.ReLU(), keras.layers.AveragePooling2D(2)):
        assert macs_of(layer, (8, 8, 4)) == 0


@pytest.mark.parametrize("size", [32, 64, 96, 256])
def test_student3_in_all_by_the_arithmetic_of_its_slides(size):
    # Padded by 3 on both sides, 7x7 every second pixel; 3x3 pooling every second; the first block every second.
    stem = (size + 6 - 7) // 2 + 1
    pooled = (stem - 3) // 2 + 1
    block = (pooled - 1) // 2 + 1
    bottleneck = 3 * 3 * 128 * 128 + 128 * 512
    per_position = (64 * 128 + bottleneck + 64 * 512) + (512 * 128 + bottleneck)
    expected = stem**2 * 7 * 7 * 3 * 64 + block**2 * per_position + 4 * 4 * 512 * 15
    assert layer_table(build("student3", 15, size))["macs"].sum() == expected
    assert size != 64 or expected == 43_835_392


def depthwise_network():
    image = keras.Input((33, 33, 3))
    x = keras.layers.Conv2D(8, 3, strides=2, padding="same")(image)
    x = keras.layers.DepthwiseConv2D(5, strides=2, padding="same")(x)
    return keras.Model(image, keras.layers.Dense(5)(keras.layers.Flatten()(x)))


@pytest.mark.parametrize(
    "make",
    [
        lambda: build("student1", 15, 64),
        lambda: build("student2", 15, 64),
        lambda: build("student3", 15, 64),
        lambda: build("student4", 15, 64),
        lambda: build("student5", 15, 64),
        depthwise_network,
    ],
)
def test_multiply_accumulates_are_half_of_the_operations_that_tensorflow_counts(make):
    model = make()
    picture = tf.TensorSpec((1, *model.input_shape[1:]), tf.float32)
    graph = tf.function(lambda x: model(x, training=False)).get_concrete_function(picture).graph
    profiler = tf.compat.v1.profiler
    options = profiler.ProfileOptionBuilder(profiler.ProfileOptionBuilder.float_operation())
    node = profiler.profile(graph, cmd="op", options=options.with_empty_output().build())
    counted = 0
    while node.children:
        node = node.children[0]
        counted += node.float_ops if node.name in ("Conv2D", "DepthwiseConv2dNative", "MatMul") else 0
    assert layer_table(model)["macs"].sum() == counted / 2


def test_zeros_are_counted_in_kernels_and_in_all():
    keras.utils.set_random_seed(0)
    model = build("student3", 4, 32)
    layer = model.get_layer("block1_a_conv")
    kernel, bias = layer.get_weights()
    kernel[..., :96] = 0
    layer.set_weights([kernel, bias + 1])

    row = layer_table(model).set_index("name").loc["block1_a_conv"]
    counts = parameter_counts(model)

    assert row["sparsity"] == pytest.approx(0.75)
    assert (row["parameters"], row["non_zero"]) == (64 * 128 + 128, 64 * 32 + 128)
    assert counts.non_zero == layer_table(model)["non_zero"].sum()
    assert counts.total == 552_463 - 15 + 8192 * 4 + 4
    assert np.isnan(layer_table(model).set_index("name").loc["block1_add", "sparsity"])


def pooled(classes):
    image = keras.Input((64, 64, 3))
    features = keras.layers.Conv2D(8, 5, strides=16, padding="same", name="features")(image)
    x = keras.layers.Dropout(0.5)(keras.layers.GlobalAveragePooling2D()(features))
    return keras.Model(image, keras.layers.Dense(classes, bias_initializer="normal", name="logits")(x))


@pytest.mark.parametrize(
    ("make", "grid"),
    [
        (lambda: build("student1", 5, 64), (4, 4, 512)),
        (lambda: build("student3", 5, 64), (4, 4, 512)),
        (lambda: build("student4", 5, 64), (1, 1, 160)),
        (lambda: build("student5", 5, 64, weights="imagenet"), (1, 1, 480)),
        (lambda: pooled(5), (1, 1, 8)),
    ],
)
def test_logits_are_the_features_times_the_kernel(make, grid):
    keras.utils.set_random_seed(0)
    model = make()
    both = keras.Model(model.input, [model.get_layer("features").output, model.output])
    pictures = np.random.default_rng(1).uniform(-1, 1, (3, 64, 64, 3)).astype("float32")
    features, logits = (tensor.numpy() for tensor in both(pictures))

    head = head_kernel(model)

    assert head["kernel"].shape == (*grid, 5)
    assert (head["kernel"].dtype, head["bias"].shape) == (np.float32, (5,))
    assert logits.std() > 0.01
    contributions = features[..., np.newaxis] * head["kernel"]
    np.testing.assert_allclose(contributions.sum(axis=(1, 2, 3)) + head["bias"], logits, atol=1e-4)


def test_a_head_with_hidden_layers_has_no_kernel():
    assert head_kernel(build("student2", 5, 32)) is None


@pytest.mark.parametrize(("size", "expected"), [(64, 8 / 8), (96, 12 / 12), (256, 28 / 32)])
def test_the_share_of_the_picture_that_a_pooled_grid_sees(size, expected):
    # At 256 px windows of 7 leave 4 of the 32 positions of each row and column out (see pool_for_grid).
    assert head_kernel(build("student3", 5, size))["covered"].tolist() == [expected, expected]


def test_a_map_that_is_not_pooled_sees_the_whole_picture():
    for model in (pooled(5), build("student4", 5, 96)):
        assert head_kernel(model)["covered"].tolist() == [1, 1]

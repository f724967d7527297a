import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from tensorflow_model_optimization.sparsity import keras as sparsity

from kd_core.backend import keras
from kd_core.compression.export import convert
from kd_core.models.inputs import NetworkError
from kd_core.models.students import STUDENTS, build_student


def count(weights):
    return sum(int(np.prod(w.shape)) for w in weights)


def test_student3_has_the_published_counts_at_256_px():
    model = build_student("student3", 15, 256)

    assert model.count_params() == 675_343
    assert count(model.trainable_weights) == 671_119


def test_student3_in_pruning_wrappers_has_the_published_total():
    wrapped = sparsity.prune_low_magnitude(build_student("student3", 15, 256))

    assert wrapped.count_params() == 1_340_150
    assert count(wrapped.trainable_weights) == 671_119


def test_student2_has_the_published_count_at_256_px():
    assert build_student("student2", 15, 256).count_params() == 122_058_203


def test_student1_count_by_hand():
    def conv(kernel, inputs, outputs):
        return kernel * kernel * inputs * outputs + outputs

    stem = conv(7, 3, 64) + 4 * 64
    block1 = conv(1, 64, 64) + conv(3, 64, 64) + conv(1, 64, 256) + conv(1, 64, 256) + 4 * (64 + 64 + 256 + 256)
    block2 = conv(1, 256, 128) + conv(3, 128, 128) + conv(1, 128, 512) + conv(1, 256, 512) + 4 * (128 + 128 + 1024)
    block3 = conv(1, 512, 128) + conv(3, 128, 128) + conv(1, 128, 512) + 4 * (128 + 128 + 512)

    assert build_student("student1", 7, 64).count_params() == stem + block1 + block2 + block3 + 4 * 4 * 512 * 7 + 7


@pytest.mark.parametrize(
    ("name", "size"),
    [*(("student3", size) for size in range(32, 257, 32)), *(("student1", size) for size in (32, 96, 224, 256))],
)
def test_the_grid_stays_4x4_at_every_size(name, size):
    model = build_student(name, 15, size)

    assert model.get_layer("features").output_shape == (None, 4, 4, 512)
    assert model.get_layer("logits").output_shape == (None, 15)


@pytest.mark.parametrize(("size", "side"), [(32, 5), (64, 13), (96, 21)])
def test_student2_keeps_the_map_that_valid_convolutions_leave(size, side):
    assert build_student("student2", 3, size).get_layer("features").output_shape == (None, side, side, 128)


@pytest.mark.parametrize("name", STUDENTS)
def test_logits_for_other_numbers_of_classes(name):
    keras.utils.set_random_seed(0)
    model = build_student(name, 2, 32, batch_size=3)
    logits = model(np.random.default_rng(0).normal(size=(3, 32, 32, 3)).astype("float32"))

    assert logits.shape == (3, 2)
    assert model.get_layer("logits").activation is keras.activations.linear
    # Raw logits, not probabilities: nothing makes their rows sum to one.
    assert not np.allclose(np.sum(logits, axis=1), 1, atol=1e-3)


@pytest.mark.parametrize("name", ["student2", "student3", "student4", "student5"])
def test_the_same_seed_gives_the_same_weights_and_another_seed_others(name):
    def weights(seed):
        keras.utils.set_random_seed(seed)
        return build_student(name, 4, 32).get_weights()

    first, again, other = weights(5), weights(5), weights(6)

    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[-2], other[-2])


def test_l2_is_put_on_every_kernel():
    model = build_student("student3", 4, 32, l2=0.5)
    kernels = [layer.kernel for layer in model.layers if hasattr(layer, "kernel")]

    assert len(model.losses) == len(kernels) == 9
    expected = sum(0.5 * float(np.sum(np.square(kernel.numpy(), dtype="float64"))) for kernel in kernels)
    assert float(np.sum(model.losses)) == pytest.approx(expected, rel=1e-5)
    assert build_student("student3", 4, 32).losses == []


@pytest.mark.parametrize("name", STUDENTS)
def test_the_graph_is_flat_and_every_convolution_has_its_relu_apart(name):
    layers = build_student(name, 4, 32).layers

    assert not [layer.name for layer in layers if isinstance(layer, keras.Model)]
    assert {layer.activation.__name__ for layer in layers if isinstance(layer, keras.layers.Conv2D)} == {"linear"}


@pytest.mark.parametrize("size", [0, 16, 100, 288, -32])
def test_an_impossible_size_is_a_sentence(size):
    with pytest.raises(NetworkError, match=f"cannot take {size} px pictures: choose a multiple of 32 from 32 to 256"):
        build_student("student3", 15, size)


def test_one_class_is_a_sentence():
    with pytest.raises(NetworkError, match="at least 2"):
        build_student("student3", 1, 64)


def test_an_unknown_student_is_a_sentence():
    with pytest.raises(NetworkError, match=r'no student "student6": choose one of student1, .*, student5\.'):
        build_student("student6", 15, 64)


@pytest.mark.parametrize("size", [96, 128])
@pytest.mark.parametrize(("name", "parameters"), [("student4", 393_583), ("student5", 323_631)])
def test_the_int8_file_of_our_own_students_is_under_half_a_megabyte(name, parameters, size):
    random = np.random.default_rng(0)
    inputs = [random.uniform(-1, 1, (1, size, size, 3)).astype(np.float32) for _ in range(4)]

    model = convert(build_student(name, 15, size, batch_size=1), "int8", inputs)

    assert {tensor["dtype"] for tensor in Interpreter(model_content=model).get_tensor_details()} == {np.int8, np.int32}
    assert parameters < len(model) < 500_000

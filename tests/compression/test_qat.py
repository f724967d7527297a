"""Quantization-aware networks learn, resume, keep zeros and clusters where asked, and become int8 throughout."""

from functools import cache

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from kd_core.backend import keras, tf
from kd_core.compression.errors import CompressionError
from kd_core.compression.export import convert
from kd_core.compression.qat import float_network, foldable, is_quantize_aware, quantize_aware, set_ranges
from kd_core.models.precision import precision
from kd_core.settings import QuantizeAware
from kd_core.training.fit import Compressing
from tests.compression.small import VAL, CutOff, CutOffError, tune

layers = keras.layers
KEEPS = ("nothing", "sparsity", "clusters")
KERNELS = ("bare", "second", "logits")
CLUSTERS = 6
PICTURES = VAL.fetch(np.arange(60), 0)


def network(batch_size=None) -> keras.Model:
    """A convolution without normalisation, one with, and a dense layer: 288, 576 and 96 weights in kernels."""
    keras.utils.set_random_seed(3)
    image = keras.Input((8, 8, 4), batch_size=batch_size, name="image")
    x = layers.ReLU(name="bare_relu")(layers.Conv2D(8, 3, name="bare")(image))
    x = layers.BatchNormalization(momentum=0.9, name="norm")(layers.Conv2D(8, 3, name="second")(x))
    x = layers.AveragePooling2D(2, name="features")(layers.ReLU(name="relu")(x))
    x = layers.Dropout(0.2, rng_type="stateful", name="dropout")(layers.Flatten(name="flatten")(x))
    return keras.Model(image, layers.Dense(3, name="logits")(x), name="tiny")


def halved(kernel: np.ndarray) -> np.ndarray:
    """Return a kernel whose smaller half is zero."""
    ranks = np.argsort(np.argsort(np.abs(kernel), axis=None)).reshape(kernel.shape)
    return np.where(ranks < kernel.size // 2, 0, kernel)


def shared(kernel: np.ndarray) -> np.ndarray:
    """Return a kernel of zero and five other values, each the mean of as many weights."""
    values = halved(kernel)
    for part in np.array_split(np.argsort(kernel, axis=None)[values.flatten()[np.argsort(kernel, axis=None)] != 0], 5):
        values.flat[part] = kernel.flat[part].mean()
    return values


def settings(**changes) -> QuantizeAware:
    table = {"stage": "qat", "parent": "tiny", "epochs": 2, "batch_size": 16, "learning_rate": 0.003}
    return QuantizeAware(**table | changes)


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    """Return a function that gives the trained network, pruned by half, or clustered, for a way of keeping."""
    model = network()
    tune(model, settings(epochs=4, learning_rate=0.01), tmp_path_factory.mktemp("parent"))
    weights = model.get_weights()

    def make(keep: str, batch_size=None) -> keras.Model:
        made = network(batch_size)
        made.set_weights(weights)
        for name in KERNELS:
            kernel = made.get_layer(name).kernel
            kernel.assign((shared if keep == "clusters" else halved)(kernel.numpy()))
        return made

    return make


@pytest.fixture(scope="module")
def trained(parent, tmp_path_factory):
    """Return a function that gives the wrapped network after its training, and the float32 one with its weights."""

    @cache
    def make(keep: str) -> tuple[keras.Model, keras.Model]:
        return learnt(tmp_path_factory.mktemp(keep), parent(keep), keep)

    return make


def begun(model: keras.Model, keep: str) -> tuple[keras.Model, keras.Model]:
    wrapped, plain = quantize_aware(model, keep), foldable(model, keep)
    set_ranges(wrapped, plain, PICTURES)
    return wrapped, plain


def learnt(folder, model: keras.Model, keep: str, **changes) -> tuple[keras.Model, keras.Model]:
    wrapped, plain = begun(model, keep)
    tune(wrapped, settings(**changes), folder)
    return wrapped, float_network(wrapped, plain)


def kernels(model: keras.Model) -> dict[str, np.ndarray]:
    return {name: model.get_layer(name).kernel.numpy() for name in KERNELS}


def zero_share(model: keras.Model) -> float:
    found = kernels(model).values()
    return sum(int((kernel == 0).sum()) for kernel in found) / sum(kernel.size for kernel in found)


def deployed(wrapped: keras.Model, model: keras.Model, keep: str) -> bytes:
    """Convert by way of a network of the same parent with batch 1."""
    single = quantize_aware(model, keep)
    single.set_weights(wrapped.get_weights())
    return convert(single, "int8")


def int8_kernels(model: bytes) -> list[np.ndarray]:
    interpreter = Interpreter(model_content=model)
    constants = [t for t in interpreter.get_tensor_details() if t["dtype"] == np.int8 and len(t["shape"]) in (2, 4)]
    interpreter.allocate_tensors()
    wanted = {"bare": 288, "second": 576, "logits": 96}
    found = [t for t in constants if "FakeQuant" in t["name"] and np.prod(t["shape"]) in wanted.values()]
    return [interpreter.get_tensor(t["index"]) for t in found]


def answers(model: bytes, pictures: np.ndarray) -> np.ndarray:
    runner = Interpreter(model_content=model).get_signature_runner()
    scale, zero = runner.get_input_details()["image"]["quantization"]
    out_scale, out_zero = runner.get_output_details()["logits"]["quantization"]
    steps = np.clip(np.round(pictures / scale) + zero, -128, 127).astype(np.int8)
    logits = np.concatenate([runner(image=step[np.newaxis])["logits"] for step in steps])
    return (logits.astype(np.float32) - out_zero) * out_scale


def test_before_training_it_answers_as_the_float_network_in_the_ranges_of_that(parent):
    model = parent("nothing")
    wrapped, plain = begun(model, "nothing")
    assert is_quantize_aware(wrapped) and not is_quantize_aware(plain)
    entry = wrapped.layers[1].name
    assert [layer.name for layer in wrapped.layers if layer.name != entry] == [layer.name for layer in model.layers]
    logits = model(PICTURES).numpy()
    np.testing.assert_allclose(wrapped(PICTURES), logits, rtol=0, atol=0.05 * np.abs(logits).max())
    found = {weight.name.split(":")[0]: weight.numpy() for weight in wrapped.weights}
    assert found["bare_relu/output_min"] == 0
    largest = np.max(keras.Model(model.input, model.get_layer("bare_relu").output)(PICTURES))
    assert found["bare_relu/output_max"] == pytest.approx(largest)
    assert found["logits/post_activation_min"] == pytest.approx(logits.min())
    assert found[f"{entry}/{entry}_max"] == pytest.approx(PICTURES.max())
    # By output channel, and symmetrical, as int8 kernels are.
    largest = np.abs(model.get_layer("second").kernel.numpy()).max(axis=(0, 1, 2))
    np.testing.assert_allclose(found["second/kernel_max"], largest)
    np.testing.assert_allclose(found["second/kernel_min"], -largest)


def test_plain_training_destroys_the_sparsity_and_preserving_keeps_it(parent, trained):
    before = kernels(parent("sparsity"))
    assert zero_share(parent("sparsity")) == 0.5
    wrapped, plain = trained("nothing")
    assert zero_share(plain) < 0.05
    shares = [np.mean(kernel == 0) for kernel in int8_kernels(deployed(wrapped, parent("nothing", 1), "nothing"))]
    assert len(shares) == 3 and max(shares) < 0.3
    wrapped, kept = trained("sparsity")
    for name, kernel in kernels(kept).items():
        np.testing.assert_array_equal(kernel == 0, before[name] == 0)
        assert (kernel != before[name])[kernel != 0].mean() > 0.99
    shares = [np.mean(kernel == 0) for kernel in int8_kernels(deployed(wrapped, parent("sparsity", 1), "sparsity"))]
    assert len(shares) == 3 and min(shares) >= 0.5


def test_clusters_are_kept_with_their_zeros(parent, trained):
    before = kernels(parent("clusters"))
    for name, kernel in kernels(trained("clusters")[1]).items():
        assert len(np.unique(before[name])) == len(np.unique(kernel)) == CLUSTERS
        assert (kernel[before[name] == 0] == 0).all()
        assert np.intersect1d(kernel, before[name]).tolist() == [0]


def test_a_kernel_without_zeros_or_without_clusters_costs_the_others_nothing(parent, tmp_path):
    model = parent("clusters")
    model.get_layer("bare").kernel.assign(model.get_layer("bare").kernel + 1e-3)
    loose = halved(np.random.default_rng(0).normal(scale=0.1, size=(3, 3, 8, 8)))
    model.get_layer("second").kernel.assign(loose)
    zeros = kernels(model)["logits"] == 0
    after = kernels(learnt(tmp_path, model, "clusters", epochs=1, optimizer="adamw", weight_decay=0.01)[1])
    assert len(np.unique(after["bare"])) == CLUSTERS and (after["bare"] != 0).all()
    np.testing.assert_array_equal(after["second"] == 0, loose == 0)
    assert len(np.unique(after["second"])) == 289
    assert len(np.unique(after["logits"])) == CLUSTERS and (after["logits"][zeros] == 0).all()


@pytest.mark.parametrize("keep", KEEPS)
def test_it_has_learnt_and_becomes_int8_throughout(parent, trained, keep):
    wrapped, plain = trained(keep)
    logits = wrapped(PICTURES).numpy()
    assert np.mean(logits.argmax(axis=1) == VAL.labels) > 0.9
    # A dozen steps hardly move the ranges: what has grown out of them is cut off. The rest is what int8 rounds.
    within = np.clip(plain(PICTURES), logits.min(), logits.max())
    np.testing.assert_allclose(within, logits, rtol=0, atol=0.05 * np.abs(logits).max())
    model = deployed(wrapped, parent(keep, 1), keep)
    interpreter = Interpreter(model_content=model)
    assert {tensor["dtype"] for tensor in interpreter.get_tensor_details()} == {np.int8, np.int32}
    runner = interpreter.get_signature_runner()
    ends = runner.get_input_details() | runner.get_output_details()
    assert {name: end["dtype"] for name, end in ends.items()} == dict.fromkeys(("image", "logits", "features"), np.int8)
    assert np.mean(answers(model, PICTURES).argmax(axis=1) == logits.argmax(axis=1)) >= 0.97


@pytest.mark.parametrize("keep", KEEPS)
def test_what_was_cut_off_goes_on_to_the_very_same_network(parent, trained, tmp_path, keep):
    whole, _ = trained(keep)
    with pytest.raises(CutOffError):
        tune(begun(parent(keep), keep)[0], settings(), tmp_path, Compressing((CutOff(1),)))
    resumed, _ = learnt(tmp_path, parent(keep), keep)
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("keep", ["nothing", "clusters"])
def test_frozen_layers_stay_as_they_are(parent, tmp_path, keep):
    model = parent("clusters")
    for name in ("bare", "second", "norm"):
        model.get_layer(name).trainable = False
    wrapped, plain = begun(model, keep)
    names = {weight.name for weight in wrapped.trainable_weights}
    trainable = {"kernel"} if keep == "nothing" else {"kernel_values", "kernel_latent"}
    assert names == {f"logits/{name}:0" for name in trainable | {"bias"}}
    tune(wrapped, settings(epochs=1), tmp_path)
    after = float_network(wrapped, plain)
    for name in ("bare", "second", "norm"):
        for old, new in zip(model.get_layer(name).get_weights(), after.get_layer(name).get_weights(), strict=True):
            np.testing.assert_array_equal(old, new)
    assert (model.get_layer("logits").bias.numpy() != after.get_layer("logits").bias.numpy()).all()


def with_layer(layer) -> keras.Model:
    image = keras.Input((8, 8, 4), name="image")
    x = layer(layers.Conv2D(4, 3, name="first")(image))
    return keras.Model(image, layers.Dense(2, name="logits")(layers.Flatten()(x)), name="strange")


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (lambda: layers.ELU(name="odd"), "strange .* because of odd: tfmot cannot quantize a layer of the kind ELU"),
        (lambda: layers.Lambda(tf.sin, name="odd"), "because of odd: .* the kind Lambda"),
        (lambda: layers.Dense(3, activation="elu", name="odd"), "because of odd: Only some Keras activations"),
        (lambda: layers.Activation("elu", name="odd"), "because of odd: Activation .*elu.* not supported"),
    ],
)
def test_a_layer_that_cannot_be_quantized_is_named(layer, words):
    with pytest.raises(CompressionError, match=words):
        quantize_aware(with_layer(layer()), "nothing")


def test_bfloat16_is_refused_by_name():
    with precision("bfloat16"):
        model = network()
    with pytest.raises(CompressionError, match=r"because .* calculates in bfloat16: build it for float32"):
        quantize_aware(model, "nothing")

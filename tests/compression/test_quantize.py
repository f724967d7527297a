"""Representative pictures come from training, from every class alike, and are the network's own inputs."""

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from kd_core.backend import keras, tf
from kd_core.compression.export import ExportError, convert
from kd_core.compression.qat import quantize_aware
from kd_core.compression.quantize import representative_inputs
from kd_core.data.load import load_pixels
from kd_core.models.registry import input_spec

SPEC = input_spec("student3", 32)


def test_every_class_gives_as_many_and_the_seed_says_which(make_job):
    job = make_job()
    inputs = representative_inputs(job, SPEC, 45, seed=1)
    assert len(inputs) == 45
    assert all(tensor.shape == (1, 32, 32, 3) and tensor.dtype == np.float32 for tensor in inputs)
    rows = job.training_rows
    known = {}
    for file, label in zip(job.index.files(rows), rows["label"], strict=True):
        known[(load_pixels(file, 32, 32).astype(np.float32) / 127.5 - 1).round(4).tobytes()] = label
    labels = [known[tensor[0].round(4).tobytes()] for tensor in inputs]
    assert {label: labels.count(label) for label in job.index.classes} == dict.fromkeys(job.index.classes, 3)
    again, other = (representative_inputs(job, SPEC, 45, seed=seed) for seed in (1, 2))
    np.testing.assert_array_equal(np.stack(inputs), np.stack(again))
    assert not np.array_equal(np.stack(inputs), np.stack(other))


def test_int8_without_representative_inputs_is_refused():
    image = keras.Input((8, 8, 3), batch_size=1)
    x = keras.layers.Conv2D(2, 3, name="features")(image)
    network = keras.Model(image, keras.layers.Dense(2, name="logits")(keras.layers.Flatten()(x)))
    with pytest.raises(ValueError, match="representative"):
        convert(network, "int8")


@pytest.mark.parametrize(
    ("scheme", "operation", "reason"),
    [
        (
            "float32",
            lambda t: tf.raw_ops.Betainc(a=t, b=t, x=t),
            "'tf.Betainc' op is neither a custom op nor a flex op",
        ),
        ("int8", lambda t: tf.raw_ops.Betainc(a=t, b=t, x=t), "'tf.Betainc' op is neither a custom op nor a flex op"),
        # The converter takes it, and puts float32 between two conversions.
        ("int8", tf.sin, "TensorFlow Lite has it in float32 only"),
    ],
)
def test_the_layer_that_cannot_be_converted_is_named_with_the_reason(scheme, operation, reason):
    image = keras.Input((8, 8, 3), batch_size=1)
    x = keras.layers.Lambda(operation, name="odd")(keras.layers.Conv2D(2, 3, name="features")(image))
    x = keras.layers.Dense(2, name="logits")(keras.layers.Flatten()(x))
    network = keras.Model(image, x, name="strange")
    words = f"The network strange cannot be converted to {scheme} because of the layer odd: {reason}."
    with pytest.raises(ExportError) as caught:
        convert(network, scheme, [np.ones((1, 8, 8, 3), np.float32)])
    assert str(caught.value) == words


def test_batch_normalisation_on_the_image_is_folded_away_for_int8():
    keras.utils.set_random_seed(1)
    image = keras.Input((8, 8, 3), batch_size=1, name="image")
    x = keras.layers.Conv2D(4, 3, name="conv")(keras.layers.BatchNormalization(name="norm")(image))
    x = keras.layers.Flatten()(keras.layers.ReLU(name="features")(x))
    network = keras.Model(image, keras.layers.Dense(3, name="logits")(x))
    network.get_layer("norm").set_weights(np.array([[2.0, 1, 0.5], [0, 1, -1], [0.1, 0.2, 0.3], [1, 2, 3]]))
    inputs = list(np.random.default_rng(0).normal(size=(50, 1, 8, 8, 3)).astype(np.float32))
    interpreter = Interpreter(model_content=convert(network, "int8", inputs))
    names = [tensor["name"] for tensor in interpreter.get_tensor_details()]
    # Picture, map, rearranged map and logits, two kernels, a bias and a shape: no product or sum of a normalisation.
    assert len(names) == 8 and not any("norm" in name for name in names)
    assert {tensor["dtype"] for tensor in interpreter.get_tensor_details()} == {np.int8, np.int32}
    runner = interpreter.get_signature_runner()
    (scale, zero), out = runner.get_input_details()["image"]["quantization"], runner.get_output_details()["logits"]
    for tensor in inputs[:10]:
        steps = np.clip(np.round(tensor / scale) + zero, -128, 127).astype(np.int8)
        logits = (runner(image=steps)["logits"].astype(np.float32) - out["quantization"][1]) * out["quantization"][0]
        np.testing.assert_allclose(logits, network(tensor), rtol=0, atol=0.1)


def test_a_normalisation_that_nothing_takes_is_converted_all_the_same():
    image = keras.Input((8, 8, 3), batch_size=1, name="image")
    x = keras.layers.Flatten()(keras.layers.Conv2D(2, 3, name="features")(image))
    x = keras.layers.BatchNormalization(name="norm")(keras.layers.Dense(4, activation="relu")(x))
    network = keras.Model(image, keras.layers.Dense(3, name="logits")(keras.layers.ReLU()(x)))
    inputs = [np.full((1, 8, 8, 3), value, np.float32) for value in (-1, 1)]
    tensors = Interpreter(model_content=convert(network, "int8", inputs)).get_tensor_details()
    assert {tensor["dtype"] for tensor in tensors} == {np.int8, np.int32}


def test_a_quantization_aware_network_becomes_int8_and_nothing_else():
    image = keras.Input((8, 8, 3), batch_size=1, name="image")
    x = keras.layers.Flatten()(keras.layers.Conv2D(2, 3, name="features")(image))
    network = quantize_aware(keras.Model(image, keras.layers.Dense(3, name="logits")(x)), "nothing")
    with pytest.raises(ValueError, match="becomes int8, not float16"):
        convert(network, "float16")
    runner = Interpreter(model_content=convert(network, "int8")).get_signature_runner()
    assert set(runner.get_output_details()) == {"logits", "features"}

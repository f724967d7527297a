"""The deployed model as a function: softmax once, numbers in and out of int8, and a sentence for a damaged file."""

import numpy as np
import pytest
from scipy.special import softmax as reference

from kd_core.artifacts import ArtifactError, InputSpec
from kd_core.backend import keras
from kd_core.compression.export import convert
from kd_core.evaluation.classifier import Classifier, softmax

SPEC = InputSpec(height=8, width=8, scale=(1 / 127.5,) * 3, offset=(-1.0,) * 3)


def network() -> keras.Model:
    keras.utils.set_random_seed(3)
    image = keras.Input((8, 8, 3), batch_size=1)
    x = keras.layers.Conv2D(4, 3, strides=2, activation="relu", name="features")(image)
    return keras.Model(image, keras.layers.Dense(5, name="logits")(keras.layers.Flatten()(x)))


RANDOM = np.random.default_rng(0)
PIXELS = RANDOM.integers(0, 256, (20, 8, 8, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder, model = tmp_path_factory.mktemp("models"), network()
    inputs = [(pixels[np.newaxis] / 127.5 - 1).astype(np.float32) for pixels in PIXELS]
    for scheme in ("float32", "float16", "dynamic", "int8"):
        (folder / f"{scheme}.tflite").write_bytes(convert(model, scheme, inputs if scheme == "int8" else None))
    return folder, model


@pytest.mark.parametrize(
    ("scheme", "tolerance"), [("float32", 1e-5), ("float16", 3e-3), ("dynamic", 0.05), ("int8", 0.05)]
)
def test_every_precision_answers_as_the_network(models, scheme, tolerance):
    folder, model = models
    classifier = Classifier(folder / f"{scheme}.tflite", SPEC)
    expected = model.predict_on_batch((PIXELS[:1] / 127.5 - 1).astype(np.float32))
    features = model.get_layer("features")
    for pixels in PIXELS:
        inputs = (pixels[np.newaxis] / 127.5 - 1).astype(np.float32)
        expected = model(inputs).numpy()[0]
        answer = classifier(pixels)
        assert (answer.logits.dtype, answer.logits.shape, answer.features.shape) == (np.float32, (5,), (3, 3, 4))
        np.testing.assert_allclose(answer.logits, expected, atol=tolerance)
        np.testing.assert_allclose(answer.features, features(inputs).numpy()[0], atol=tolerance)


def test_int8_inputs_are_rounded_by_the_models_own_scale(models):
    classifier = Classifier(models[0] / "int8.tflite", SPEC)
    tensor = classifier.prepare(PIXELS[0])
    assert tensor.dtype == np.int8
    assert tensor.shape == (1, 8, 8, 3)
    # The pixels reach from 0 to 255 and int8 from -128 to 127: the scale must come out as that of a pixel.
    np.testing.assert_allclose(tensor[0].astype(int), PIXELS[0].astype(int) - 128, atol=1)


@pytest.mark.parametrize("damage", [b"", b"TFL3", b"not a model at all" * 50])
def test_a_damaged_model_is_a_sentence(tmp_path, damage):
    file = tmp_path / "model.tflite"
    file.write_bytes(damage)
    with pytest.raises(ArtifactError, match=r"model\.tflite cannot be loaded as a model"):
        Classifier(file, SPEC)


def test_a_missing_model_and_one_of_another_size_too(models, tmp_path):
    with pytest.raises(ArtifactError, match="cannot be loaded"):
        Classifier(tmp_path / "none.tflite", SPEC)
    with pytest.raises(ArtifactError, match="the record says 16 x 8"):
        Classifier(models[0] / "float32.tflite", SPEC.model_copy(update={"height": 16}))


def test_softmax_is_scipys_and_survives_large_logits():
    logits = RANDOM.normal(scale=200, size=(6, 5)).astype(np.float32)
    np.testing.assert_allclose(softmax(logits), reference(logits.astype(np.float64), axis=-1), atol=1e-12)
    np.testing.assert_allclose(softmax(logits, 4.0), reference(logits.astype(np.float64) / 4, axis=-1), atol=1e-12)
    assert softmax(logits).dtype == np.float64

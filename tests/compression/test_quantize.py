"""Representative pictures come from training, from every class alike, and are the network's own inputs."""

import numpy as np
import pytest

from kd_core.backend import keras, tf
from kd_core.compression.export import ExportError, convert
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


def test_what_cannot_be_converted_is_named():
    image = keras.Input((8, 8, 3), batch_size=1)
    x = keras.layers.Conv2D(2, 3, name="features")(image)
    x = keras.layers.Lambda(lambda t: tf.raw_ops.Betainc(a=t, b=t, x=t), name="odd")(keras.layers.Flatten()(x))
    network = keras.Model(image, keras.layers.Dense(2, name="logits")(x), name="strange")
    with pytest.raises(ExportError, match="The network strange cannot be converted to float32"):
        convert(network, "float32")

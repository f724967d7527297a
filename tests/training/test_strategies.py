"""Two replicas that split each batch end where one that sees it whole does; run in a process of its own, since a
process cannot change how many devices it has."""

import subprocess
import sys

SCRIPT = """
import sys, tempfile
from pathlib import Path
import numpy as np
from kd_core.backend import keras, tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from kd_core.progress import Silent
from kd_core.settings import Scratch
from kd_core.training.distiller import Recipe
from kd_core.training.fit import TrainingError, fit
from kd_core.training.strategies import strategy
from kd_core.training.streams import Examples, array_fetch

random = np.random.default_rng(0)
inputs = random.normal(size=(1, 64, 5)).astype(np.float32)
labels = (inputs[0, :, 0] > 0).astype(np.int64)
targets = np.stack([-2 * inputs[..., 0], 2 * inputs[..., 0]], axis=-1)
train = Examples(array_fetch(inputs), (5,), np.float32, labels, 1, targets, 2)
settings = Scratch(stage="scratch", network="student3", epochs=3, batch_size=16, learning_rate=0.05)
weights = {}
for name in ("none", "mirrored"):
    chosen = strategy(name)
    with chosen.scope():
        keras.utils.set_random_seed(1)
        image = keras.Input((5,))
        network = keras.Model(image, keras.layers.Dense(2, name="logits")(image))
    fitted = fit(network, train, train, settings, Recipe(0.5, 2.0), spec=None, folder=Path(tempfile.mkdtemp()),
                 label=name, progress=Silent(), strategy=chosen)
    weights[name] = [chosen.num_replicas_in_sync, network.get_weights(), fitted.history["loss"].to_numpy()]
assert weights["none"][0] == 1 and weights["mirrored"][0] == 2, weights
for one, two in zip(weights["none"][1], weights["mirrored"][1]):
    np.testing.assert_allclose(one, two, atol=2e-5)
np.testing.assert_allclose(weights["none"][2], weights["mirrored"][2], atol=1e-5)
try:
    fit(network, train, train, settings.model_copy(update={"batch_size": 15}), Recipe(), spec=None,
        folder=Path(tempfile.mkdtemp()), label="odd", progress=Silent(), strategy=chosen)
except TrainingError as error:
    assert "A batch of 15 pictures cannot be dealt to 2 devices evenly" in str(error)
    print("same")
"""


def test_mirrored_training_equals_plain_training():
    result = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=200)
    assert result.stdout.strip().endswith("same"), result.stdout + result.stderr[-3000:]

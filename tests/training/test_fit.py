"""A training that is cut off goes on as if nothing had happened, keeps its best epoch, and says when it cannot."""

from dataclasses import replace

import numpy as np
import pytest

from kd_core.backend import keras, tf
from kd_core.progress import Silent
from kd_core.settings import Scratch
from kd_core.training.checkpoint import State, load_state, save_state
from kd_core.training.distiller import Recipe
from kd_core.training.fit import TrainingError, fit
from kd_core.training.optimizers import learning_rate, optimizer
from kd_core.training.strategies import strategy
from kd_core.training.streams import Examples, array_fetch

RANDOM = np.random.default_rng(0)
CENTRES = RANDOM.normal(size=(3, 6)).astype(np.float32)


def clusters(count: int, views: int, targets: bool) -> Examples:
    labels = np.arange(count) % 3
    inputs = (CENTRES[labels] + RANDOM.normal(scale=0.4, size=(views, count, 6))).astype(np.float32)
    logits = (np.eye(3)[labels] * 4 + np.zeros((views, 1, 1))).astype(np.float16)
    return Examples(array_fetch(inputs), (6,), np.float32, labels, views, logits if targets else None, 3)


TRAIN, VAL = clusters(96, 2, targets=True), clusters(30, 1, targets=False)


def settings(**changes) -> Scratch:
    table = {"stage": "scratch", "network": "student3", "epochs": 6, "batch_size": 16, "learning_rate": 0.01, "seed": 5}
    return Scratch(
        **table | {"optimizer": "adamw", "schedule": "cosine", "weight_decay": 0.1, "clip_norm": 1.0} | changes
    )


def network(seed: int = 5) -> keras.Model:
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((6,))
    x = keras.layers.Dense(16, activation="relu")(inputs)
    x = keras.layers.BatchNormalization(momentum=0.9)(x)
    x = keras.layers.Dropout(0.4, rng_type="stateful")(x)
    return keras.Model(inputs, keras.layers.Dense(3, name="logits")(x))


def train(folder, model=None, train_on=TRAIN, progress=None, **changes):
    model = model or network()
    fitted = fit(
        model,
        train_on,
        VAL,
        settings(**changes),
        Recipe(0.5, 2.0),
        spec=None,
        folder=folder,
        label="x",
        progress=progress or Silent(),
        strategy=strategy("none"),
    )
    return model, fitted


class CutOffError(Exception):
    """Stands for a kill."""


class CutOff(Silent):
    """Kills the training when it tells its n-th epoch."""

    def __init__(self, epochs: int) -> None:
        self.left = epochs

    def task(self, label, total):
        from contextlib import contextmanager

        @contextmanager
        def bar():
            def advance(steps=1, note=""):
                self.left -= bool(note)
                if not self.left:
                    raise CutOffError

            yield advance

        return bar()


@pytest.mark.parametrize("ema", [0.0, 0.8])
def test_a_resumed_training_equals_the_unbroken_one(tmp_path, ema):
    whole, fitted = train(tmp_path / "whole", ema=ema)
    with pytest.raises(CutOffError):
        train(tmp_path / "cut", progress=CutOff(3), ema=ema)
    assert len(load_state(tmp_path / "cut" / "state.npz").history) == 3
    # Another start: other initial weights, which the state replaces.
    resumed, again = train(tmp_path / "cut", network(seed=99), ema=ema)
    for expected, weight in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, expected)
    columns = [name for name in fitted.history if name != "seconds"]
    assert again.history[columns].equals(fitted.history[columns])
    assert again.epoch == fitted.epoch


def test_with_a_moving_average_that_is_what_is_validated_and_kept(tmp_path):
    # One step an epoch: the states hold the weights after every step.
    few, average, averages = replace(TRAIN, labels=TRAIN.labels[:16]), network().get_weights()[0], []
    for steps in range(1, 5):
        with pytest.raises(CutOffError):
            train(tmp_path / str(steps), train_on=few, progress=CutOff(steps), epochs=5, ema=0.7)
        average = 0.7 * average + 0.3 * load_state(tmp_path / str(steps) / "state.npz").weights[0]
        averages.append(average)
    state = load_state(tmp_path / "4" / "state.npz")
    best = max(state.history, key=lambda row: (row["val_accuracy"], -row["val_loss"]))
    np.testing.assert_allclose(state.best[0], averages[best["epoch"] - 1], rtol=1e-5, atol=1e-6)
    assert not np.allclose(state.best[0], state.weights[0], atol=1e-4)
    averaged = network()
    averaged.set_weights(state.best)
    answers = averaged(VAL.fetch(np.arange(len(VAL)), 0), training=False).numpy().argmax(axis=1)
    assert (answers == VAL.labels).mean() == pytest.approx(best["val_accuracy"])


def test_dropout_and_order_depend_on_the_seed(tmp_path):
    first, _ = train(tmp_path / "a")
    other, _ = train(tmp_path / "b", network(seed=5), seed=6)
    assert not np.array_equal(first.get_weights()[0], other.get_weights()[0])


def test_the_best_epoch_by_validation_is_kept(tmp_path):
    model, fitted = train(tmp_path, learning_rate=0.05)
    history = fitted.history
    assert fitted.value == history["val_accuracy"].max() > 0.9
    best = history[history["val_accuracy"] == fitted.value]
    assert fitted.epoch == int(best.loc[best["val_loss"].idxmin(), "epoch"])
    answers = model(VAL.fetch(np.arange(len(VAL)), 0), training=False).numpy().argmax(axis=1)
    assert (answers == VAL.labels).mean() == pytest.approx(fitted.value)


def test_history_has_the_parts_of_the_loss_and_the_rate_of_each_epoch(tmp_path):
    _, fitted = train(tmp_path)
    history = fitted.history
    assert history["epoch"].tolist() == [1, 2, 3, 4, 5, 6]
    assert set(history["phase"]) == {"1-6"}
    np.testing.assert_allclose(
        history["loss"], 0.5 * history["student_loss"] + 0.5 * history["distillation_loss"], rtol=1e-5
    )
    assert history["learning_rate"].is_monotonic_decreasing
    # The rate of the epoch's last step, which is the 36th of 36.
    assert history["learning_rate"].iloc[-1] == pytest.approx(0.005 * (1 + np.cos(np.pi * 35 / 36)), rel=1e-3)
    assert history["sparsity"].isna().all()


def test_a_finished_training_is_read_back_without_another_step(tmp_path):
    model, fitted = train(tmp_path)
    again, read = train(tmp_path, network(seed=1))
    assert read.history["seconds"].tolist() == fitted.history["seconds"].tolist()
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])


def test_a_loss_that_is_no_number_ends_in_a_sentence(tmp_path):
    inputs = np.full((1, 32, 6), np.nan, np.float32)
    broken = Examples(array_fetch(inputs), (6,), np.float32, np.zeros(32, np.int64))
    with pytest.raises(TrainingError, match=r"no longer a number in epoch 1: lower learning_rate"):
        train(tmp_path, train_on=broken)


def test_a_state_comes_back_as_it_was_saved(tmp_path):
    state = State(
        history=[{"epoch": 1, "phase": "1-2", "sparsity": None}],
        weights=[np.arange(3, dtype=np.float32), np.float32(2) * np.ones((2, 2), np.float32)],
        slots=[np.array(7)],
        best=[np.zeros(3, np.float32)],
    )
    save_state(tmp_path / "s.npz", state)
    back = load_state(tmp_path / "s.npz")
    assert back.history == state.history
    for kind in ("weights", "slots", "best"):
        for expected, array in zip(getattr(state, kind), getattr(back, kind), strict=True):
            np.testing.assert_array_equal(array, expected)
    assert load_state(tmp_path / "missing.npz") is None


@pytest.mark.parametrize("content", [b"", b"PK", b"no archive"])
def test_a_damaged_state_is_none(tmp_path, content):
    save_state(tmp_path / "s.npz", State(weights=[np.zeros(1000, np.float32)]))
    whole = (tmp_path / "s.npz").read_bytes()
    for damaged in (content, whole[: len(whole) // 2]):
        (tmp_path / "s.npz").write_bytes(damaged)
        assert load_state(tmp_path / "s.npz") is None


def test_exponential_decay_is_that_of_the_original():
    rate = learning_rate(settings(schedule="exponential", learning_rate=1e-3, decay_steps=1500, decay_rate=0.96), 100)
    assert float(rate(0)) == pytest.approx(1e-3)
    assert float(rate(1500)) == pytest.approx(0.96e-3)
    assert float(rate(3750)) == pytest.approx(1e-3 * 0.96**2.5)


def test_cosine_warms_up_to_its_peak_and_ends_at_nothing():
    rate = learning_rate(settings(epochs=10, warmup_epochs=2, learning_rate=0.1), 50)
    assert float(rate(0)) == 0
    assert float(rate(50)) == pytest.approx(0.05)
    assert float(rate(100)) == pytest.approx(0.1)
    assert float(rate(300)) == pytest.approx(0.05)
    assert float(rate(500)) == pytest.approx(0, abs=1e-8)


def test_biases_and_normalisation_are_not_decayed():
    model = network()
    made = optimizer(settings(schedule="constant", weight_decay=0.5, learning_rate=0.1), 10)
    made.build(model.trainable_variables)
    before = [variable.numpy() for variable in model.trainable_variables]
    made.apply_gradients([(tf.zeros_like(variable), variable) for variable in model.trainable_variables])
    for variable, old in zip(model.trainable_variables, before, strict=True):
        factor = 0.95 if "kernel" in variable.name else 1.0
        np.testing.assert_allclose(variable.numpy(), old * factor, rtol=1e-5)

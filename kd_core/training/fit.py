"""The training loop: epochs of a distiller, selected on validation, resumable after a kill at any moment.

What one epoch shows (order, views) and drops (dropout) is a function of the seed and the epoch alone, and the state is
written after each: a resumed training equals the unbroken one.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kd_core.artifacts import InputSpec
from kd_core.artifacts.store import HISTORY_COLUMNS
from kd_core.atomic import write_atomic
from kd_core.backend import keras, tf
from kd_core.errors import KdError
from kd_core.progress import Advance, Reporter
from kd_core.settings import Fitting
from kd_core.training.checkpoint import State, load_state, restore, save_state
from kd_core.training.distiller import Distiller, Recipe
from kd_core.training.losses import cross_entropy
from kd_core.training.optimizers import optimizer
from kd_core.training.streams import Examples, normalised, steps_per_epoch, training_stream

METRIC = "val_accuracy"
_VALIDATION_BATCH = 256


class TrainingError(KdError):
    """A training cannot go on."""


@dataclass(frozen=True)
class Compressing:
    """What a compression adds to a training.

    ``callbacks``: called before the state is stored after an epoch. ``sparsity``: reads the share of zeros, 0..1, for
    the history. ``settled``: the first epoch (from 1, at most the last) that may be kept: by then the target is
    reached.
    """

    callbacks: tuple[keras.callbacks.Callback, ...] = ()
    sparsity: Callable[[], float] | None = None
    settled: int = 1


@dataclass(frozen=True)
class Fitted:
    """What a training gave: ``history`` with ``HISTORY_COLUMNS``, the epoch kept (from 1) and its ``val_accuracy``."""

    history: pd.DataFrame
    epoch: int
    value: float


def fit(
    network: keras.Model,
    train: Examples,
    validation: Examples,
    settings: Fitting,
    recipe: Recipe,
    *,
    spec: InputSpec | None,
    folder: Path,
    label: str,
    progress: Reporter,
    strategy: tf.distribute.Strategy,
    compressing: Compressing | None = None,
) -> Fitted:
    """Train ``network`` in place and leave the weights of its best epoch in it.

    Args:
        network: inputs to logits; built within ``strategy``'s scope where one is given.
        train: what it learns from; has ``targets`` when distilling.
        validation: what selects the epoch, by accuracy; never shown to the optimizer.
        settings: epochs, batch size, optimizer and seed.
        recipe: the weights of the losses.
        spec: how uint8 pixels become inputs; None when the inputs are cached features.
        folder: where the state and the live history are kept, and resumed from.
        label: what the progress calls this training.
        progress: where to show it.
        strategy: TensorFlow's distribution strategy, over whose replicas each batch is split.
        compressing: what is done to the network while it learns; None is nothing.

    Raises:
        TrainingError: if the loss is no longer a number.
        WriteError: if the state cannot be written.
    """
    compressing = compressing or Compressing()
    steps = steps_per_epoch(train, settings.batch_size)
    with strategy.scope():
        distiller = Distiller(network, recipe)
        made = optimizer(settings, steps)
        made.build(network.trainable_variables)
        distiller.compile(optimizer=made)
    state = load_state(folder / "state.npz")
    if state is None:
        state = State()
    else:
        restore(state, network, made)
        progress.say(f"  {label}: goes on after epoch {len(state.history)}")
    done = len(state.history)
    if done < settings.epochs:
        stream = _stream(train, settings, range(done, settings.epochs), spec, strategy)
        with progress.task(label, settings.epochs) as advance:
            advance(done)
            recorder = _Recorder(
                network=network,
                made=made,
                state=state,
                validation=validation,
                settings=settings,
                recipe=recipe,
                spec=spec,
                folder=folder,
                advance=advance,
                compressing=compressing,
            )
            distiller.fit(
                stream,
                steps_per_epoch=steps,
                initial_epoch=done,
                epochs=settings.epochs,
                callbacks=[*compressing.callbacks, recorder, keras.callbacks.TerminateOnNaN()],
                verbose=0,
            )
    network.set_weights(state.best)
    epoch = _best_epoch(state.history, compressing.settled)
    history = pd.DataFrame(state.history, columns=list(HISTORY_COLUMNS))
    return Fitted(history, epoch, float(history[METRIC][epoch - 1]))


class _Recorder(keras.callbacks.Callback):
    """Validates after each epoch, writes its row, keeps the best weights, and stores the state."""

    def __init__(
        self,
        *,
        network: keras.Model,
        made: keras.optimizers.Optimizer,
        state: State,
        validation: Examples,
        settings: Fitting,
        recipe: Recipe,
        spec: InputSpec | None,
        folder: Path,
        advance: Advance,
        compressing: Compressing,
    ) -> None:
        super().__init__()
        self._network, self._optimizer, self._state = network, made, state
        self._settings, self._recipe = settings, recipe
        self._folder, self._advance = folder, advance
        self._compressing = compressing
        self._validate = _validator(network, validation, spec)
        self._began = 0.0

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        self._began = time.perf_counter()
        seed_dropout(self._network, self._settings.seed, epoch)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        logs = logs or {}
        if not math.isfinite(logs["loss"]):
            raise TrainingError(
                f"The loss is no longer a number in epoch {epoch + 1}: lower learning_rate, or set clip_norm."
            )
        seconds = time.perf_counter() - self._began
        state = self._state
        state.weights = self._network.get_weights()
        # Puts the moving averages in the weights' place, if there are any.
        self._optimizer.finalize_variable_values(self._network.trainable_variables)
        val_loss, val_accuracy = self._validate()
        validated = self._network.get_weights()
        self._network.set_weights(state.weights)
        distilling = self._recipe.alpha < 1
        sparsity = self._compressing.sparsity
        state.history.append(
            {
                "epoch": epoch + 1,
                "phase": f"1-{self._settings.epochs}",
                "loss": logs["loss"],
                "student_loss": logs["student_loss"],
                "distillation_loss": logs["distillation_loss"] if distilling else None,
                "accuracy": logs["accuracy"],
                "val_loss": val_loss,
                "val_accuracy": val_accuracy,
                "learning_rate": float(keras.backend.get_value(self._optimizer.learning_rate)),
                "sparsity": sparsity() if sparsity else None,
                "seconds": seconds,
            }
        )
        state.slots = [variable.numpy() for variable in self._optimizer.variables]
        settled = self._compressing.settled
        if epoch + 1 >= settled and _best_epoch(state.history, settled) == epoch + 1:
            state.best = validated
        save_state(self._folder / "state.npz", state)
        rows = pd.DataFrame(state.history, columns=list(HISTORY_COLUMNS))
        write_atomic(self._folder / "history.csv", rows.to_csv(index=False).encode())
        self._advance(1, f"loss {logs['loss']:.3f}  val accuracy {val_accuracy:.3f}")


def seed_dropout(network: keras.Model, seed: int, epoch: int) -> None:
    """Make what dropout drops in an epoch a function of the seed, the layer and the epoch."""
    # Under the wrappers of a compression too.
    dropouts = [module for module in network.submodules if isinstance(module, keras.layers.Dropout)]
    for number, layer in enumerate(dropouts):
        # Keras offers no public way to set the generator that a layer with rng_type="stateful" draws from.
        layer._random_generator._generator.reset_from_seed((seed * 1_000_003 + number) * 1_000_003 + epoch)


def _best_epoch(history: list[dict[str, Any]], settled: int) -> int:
    """Return the epoch (from 1, not before ``settled``) of the highest validation accuracy, then of the lowest loss."""
    best = max(history[settled - 1 :], key=lambda row: (row[METRIC], -row["val_loss"]))
    return int(best["epoch"])


def _stream(
    train: Examples, settings: Fitting, epochs: range, spec: InputSpec | None, strategy: tf.distribute.Strategy
) -> tf.data.Dataset:
    replicas = strategy.num_replicas_in_sync
    if settings.batch_size % replicas:
        raise TrainingError(
            f"A batch of {settings.batch_size} pictures cannot be dealt to {replicas} devices evenly: choose a "
            f"batch_size that is a multiple of {replicas}."
        )

    def of_worker(context: tf.distribute.InputContext) -> tf.data.Dataset:
        parts = context.num_input_pipelines
        stream = training_stream(
            train, settings.batch_size, settings.seed, epochs, part=context.input_pipeline_id, parts=parts
        )
        if context.num_replicas_in_sync > parts:
            # Each replica of a worker takes its share of that worker's rows.
            size = settings.batch_size // context.num_replicas_in_sync
            stream = stream.unbatch().batch(size, drop_remainder=True)
        return stream if spec is None else normalised(stream, spec)

    return strategy.distribute_datasets_from_function(of_worker)


def _validator(network: keras.Model, examples: Examples, spec: InputSpec | None) -> Any:
    starts = range(0, len(examples), _VALIDATION_BATCH)

    @tf.function(reduce_retracing=True)
    def figures(inputs: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        if spec is not None:
            inputs = tf.cast(inputs, tf.float32) * tf.constant(spec.scale) + tf.constant(spec.offset)
        logits = network(inputs, training=False)
        right = tf.equal(tf.argmax(logits, axis=-1), labels)
        return tf.reduce_sum(cross_entropy(labels, logits)), tf.reduce_sum(tf.cast(right, tf.int64))

    def validate() -> tuple[float, float]:
        loss, right = 0.0, 0
        for start in starts:
            positions = np.arange(start, min(start + _VALIDATION_BATCH, len(examples)))
            part = figures(tf.constant(examples.fetch(positions, 0)), tf.constant(examples.labels[positions]))
            loss += float(part[0])
            right += int(part[1])
        return loss / len(examples), right / len(examples)

    return validate

"""The student with its losses, as a Keras model that ``fit`` can train under any distribution strategy."""

from dataclasses import dataclass
from typing import Any

from kd_core.backend import keras, tf
from kd_core.settings import Objective
from kd_core.training.losses import (
    correlation_distance,
    cross_entropy,
    decoupled_divergence,
    distillation_divergence,
    distillation_weight,
    mixed_cross_entropy,
    softened_twice,
)


@dataclass(frozen=True)
class Recipe:
    """How labels and teacher weigh: ``alpha`` 1 is plain training on the labels.

    ``objective`` is what the teacher's answers are learnt by, ``beta`` the weight of the other classes in "dkd".
    """

    alpha: float = 1.0
    temperature: float = 1.0
    scale_by_t2: bool = False
    objective: Objective = "kl"
    beta: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.alpha <= 1 or self.temperature <= 0:
            raise ValueError(f"alpha must be in 0..1 and T above 0, not {self.alpha} and {self.temperature}")


class Distiller(keras.Model):
    """Trains ``network`` with ``alpha * CE + (1 - alpha) * KL``, each a mean over the batch, plus its L2 terms.

    A batch is a dict: ``inputs`` [batch, ...], ``labels`` int [batch] and, when distilling, ``targets``: the
    teacher's logits for the same view of the same picture, [batch, classes]. For mixtures ``labels`` are those of the
    larger parts, and there are also ``partner_labels`` int [batch] and the partners' ``shares`` float32 [batch].

    Args:
        network: inputs to logits [batch, classes].
        recipe: the weights of the two losses.
    """

    def __init__(self, network: keras.Model, recipe: Recipe) -> None:
        super().__init__()
        self.network = network
        self.recipe = recipe
        self._loss = keras.metrics.Mean("loss")
        self._student_loss = keras.metrics.Mean("student_loss")
        self._distillation_loss = keras.metrics.Mean("distillation_loss")
        self._accuracy = keras.metrics.SparseCategoricalAccuracy("accuracy")

    @property
    def metrics(self) -> list[Any]:
        """The means over an epoch; Keras resets them at the beginning of each."""
        return [self._loss, self._student_loss, self._distillation_loss, self._accuracy]

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Return the network's logits."""
        return self.network(inputs, training=training)

    def train_step(self, batch: dict[str, tf.Tensor]) -> dict[str, Any]:
        """Do one step and return the running means."""
        recipe = self.recipe
        with tf.GradientTape() as tape:
            logits = self.network(batch["inputs"], training=True)
            student = tf.reduce_mean(_label_loss(batch, logits))
            distillation = tf.zeros(())
            total = recipe.alpha * student
            if "targets" in batch:
                distillation = tf.reduce_mean(_teacher_loss(recipe, batch, logits))
                weight = distillation_weight(recipe.alpha, recipe.temperature, recipe.scale_by_t2)
                total += weight * distillation
            total += tf.add_n(self.network.losses) if self.network.losses else 0.0
            scaled = total / tf.cast(tf.distribute.get_strategy().num_replicas_in_sync, total.dtype)
        self.optimizer.minimize(scaled, self.network.trainable_variables, tape=tape)
        self._loss.update_state(total)
        self._student_loss.update_state(student)
        self._distillation_loss.update_state(distillation)
        self._accuracy.update_state(batch["labels"], logits)
        return {metric.name: metric.result() for metric in self.metrics}


def _label_loss(batch: dict[str, tf.Tensor], logits: tf.Tensor) -> tf.Tensor:
    if "shares" in batch:
        return mixed_cross_entropy(batch["labels"], batch["partner_labels"], batch["shares"], logits)
    return cross_entropy(batch["labels"], logits)


def _teacher_loss(recipe: Recipe, batch: dict[str, tf.Tensor], logits: tf.Tensor) -> tf.Tensor:
    targets, temperature = batch["targets"], recipe.temperature
    if recipe.objective == "dist":
        return correlation_distance(targets, logits, temperature)
    if recipe.objective == "dkd":
        return decoupled_divergence(batch["labels"], targets, logits, temperature, recipe.beta)
    if recipe.objective == "softened twice":
        return softened_twice(targets, logits, temperature)
    return distillation_divergence(targets, logits, temperature)

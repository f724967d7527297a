"""The losses against float64 NumPy, and the bugs that distillation code is known for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import log_softmax

from kd_core.backend import keras, tf
from kd_core.training.distiller import Distiller, Recipe
from kd_core.training.losses import cross_entropy, distillation_divergence, distillation_weight

LOGITS = arrays(np.float32, (4, 5), elements=st.floats(-20, 20, width=32))


def reference_divergence(teacher: np.ndarray, student: np.ndarray, temperature: float) -> np.ndarray:
    t = log_softmax(teacher.astype(np.float64) / temperature, axis=-1)
    s = log_softmax(student.astype(np.float64) / temperature, axis=-1)
    return (np.exp(t) * (t - s)).sum(axis=-1)


@settings(max_examples=50, deadline=None)
@given(LOGITS, LOGITS, st.sampled_from([1.0, 2.0, 4.0, 10.0]))
def test_divergence_is_summed_over_classes_teacher_first(teacher, student, temperature):
    ours = distillation_divergence(teacher, student, temperature).numpy()
    assert ours.shape == (4,)
    np.testing.assert_allclose(ours, reference_divergence(teacher, student, temperature), rtol=1e-4, atol=2e-5)


@settings(max_examples=50, deadline=None)
@given(LOGITS, arrays(np.int64, (4,), elements=st.integers(0, 4)))
def test_cross_entropy(logits, labels):
    expected = -log_softmax(logits.astype(np.float64), axis=-1)[np.arange(4), labels]
    np.testing.assert_allclose(cross_entropy(labels, logits).numpy(), expected, rtol=1e-5, atol=1e-5)


def test_divergence_has_a_direction_and_vanishes_only_for_equal_answers():
    teacher, student = np.array([[3.0, 0.0, -1.0]], np.float32), np.array([[0.0, 1.0, 0.0]], np.float32)
    forward = float(distillation_divergence(teacher, student, 2.0)[0])
    assert forward == pytest.approx(0.4602, abs=5e-4)
    assert forward != pytest.approx(float(distillation_divergence(student, teacher, 2.0)[0]), abs=1e-3)
    # Equal answers up to a constant are equal: only differences of logits carry meaning.
    assert float(distillation_divergence(teacher, teacher + 7, 2.0)[0]) == pytest.approx(0, abs=1e-6)


def test_no_gradient_reaches_the_teacher_and_the_students_is_that_of_softened_probabilities():
    teacher, student = tf.constant([[2.0, -1.0, 0.5]]), tf.constant([[0.3, 0.2, -0.4]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([teacher, student])
        loss = tf.reduce_sum(distillation_divergence(teacher, student, 4.0))
    assert tape.gradient(loss, teacher) is None
    # Hinton et al. 2015, equation 2: dL/ds = (softmax(s/T) - softmax(t/T)) / T. Averaged over classes it would be
    # smaller by their number.
    expected = (tf.nn.softmax(student / 4) - tf.nn.softmax(teacher / 4)) / 4
    np.testing.assert_allclose(tape.gradient(loss, student).numpy(), expected.numpy(), atol=1e-6)


def test_t_squared_is_applied_once_and_only_when_asked_for():
    assert distillation_weight(0.1, 10, scale_by_t2=False) == pytest.approx(0.9)
    assert distillation_weight(0.1, 10, scale_by_t2=True) == pytest.approx(90)
    # DESIGN: with alpha 0.1 and T 10 the plain form weighs its parts as the T² form with alpha 0.917.
    plain = 0.1 / distillation_weight(0.1, 10, scale_by_t2=False)
    assert plain == pytest.approx(0.917 / distillation_weight(0.917, 10, scale_by_t2=True), rel=0.01)


def one_step(recipe: Recipe, batch: dict) -> dict[str, float]:
    keras.utils.set_random_seed(0)
    inputs = keras.Input((3,))
    network = keras.Model(inputs, keras.layers.Dense(4, name="logits")(inputs))
    distiller = Distiller(network, recipe)
    distiller.compile(optimizer=keras.optimizers.SGD(0.1))
    logits = network(batch["inputs"]).numpy()
    history = distiller.fit(tf.data.Dataset.from_tensors(batch), verbose=0).history
    return {name: value[0] for name, value in history.items()} | {"logits": logits}


@pytest.mark.parametrize(("alpha", "scale_by_t2"), [(0.0, False), (0.1, False), (0.1, True), (1.0, False)])
def test_distiller_reports_the_parts_that_it_sums(alpha, scale_by_t2):
    random = np.random.default_rng(1)
    batch = {
        "inputs": random.normal(size=(6, 3)).astype(np.float32),
        "labels": random.integers(0, 4, 6),
        "targets": random.normal(size=(6, 4)).astype(np.float16),
    }
    out = one_step(Recipe(alpha, 3.0, scale_by_t2), batch)
    ce = -log_softmax(out["logits"].astype(np.float64), axis=-1)[np.arange(6), batch["labels"]].mean()
    kl = reference_divergence(batch["targets"], out["logits"], 3.0).mean()
    assert out["student_loss"] == pytest.approx(ce, rel=1e-5)
    assert out["distillation_loss"] == pytest.approx(kl, rel=1e-4)
    assert out["loss"] == pytest.approx(alpha * ce + (1 - alpha) * (9 if scale_by_t2 else 1) * kl, rel=1e-4)


def test_without_targets_the_labels_alone_count():
    batch = {"inputs": np.ones((2, 3), np.float32), "labels": np.array([0, 3])}
    out = one_step(Recipe(), batch)
    assert out["loss"] == pytest.approx(out["student_loss"])
    assert out["distillation_loss"] == 0


def test_softening_probabilities_again_teaches_almost_nothing():
    # The fault of the original's code: with T = 10 the targets of a sure teacher become all but uniform.
    teacher = np.array([[12.0, 2.0, 0.0, -3.0]], np.float32)
    right = tf.nn.softmax(teacher / 10)[0, 0]
    wrong = tf.nn.softmax(tf.nn.softmax(teacher) / 10)[0, 0]
    assert float(right) == pytest.approx(0.5285, abs=1e-3)
    assert float(wrong) == pytest.approx(0.2692, abs=1e-3)


@pytest.mark.parametrize(("alpha", "temperature"), [(-0.1, 1), (1.1, 1), (0.5, 0), (0.5, -2)])
def test_impossible_recipes_are_refused(alpha, temperature):
    with pytest.raises(ValueError, match="alpha must be in"):
        Recipe(alpha, temperature)

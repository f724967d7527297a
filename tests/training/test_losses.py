"""The losses against float64 NumPy, and the bugs that distillation code is known for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import log_softmax

from kd_core.backend import keras, tf
from kd_core.training.distiller import Distiller, Recipe
from kd_core.training.losses import (
    correlation_distance,
    cross_entropy,
    decoupled_divergence,
    distillation_divergence,
    distillation_weight,
    mixed_cross_entropy,
    softened_twice,
)

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


@settings(max_examples=50, deadline=None)
@given(LOGITS, arrays(np.float32, (4,), elements=st.floats(0, 0.5, width=32)))
def test_a_mixtures_cross_entropy_is_that_with_the_mixed_distribution(logits, shares):
    labels, partners = np.array([0, 1, 2, 3]), np.array([4, 1, 0, 2])
    wanted = np.zeros((4, 5))
    np.add.at(wanted, (np.arange(4), labels), 1 - shares.astype(np.float64))
    np.add.at(wanted, (np.arange(4), partners), shares.astype(np.float64))
    expected = -(wanted * log_softmax(logits.astype(np.float64), axis=-1)).sum(axis=-1)
    np.testing.assert_allclose(mixed_cross_entropy(labels, partners, shares, logits), expected, rtol=1e-4, atol=1e-4)


def reference_correlation_distance(teacher: np.ndarray, student: np.ndarray, temperature: float) -> float:
    t, s = (np.exp(log_softmax(x.astype(np.float64) / temperature, axis=-1)) for x in (teacher, student))
    within_pictures = np.mean([np.corrcoef(a, b)[0, 1] for a, b in zip(t, s, strict=True)])
    within_classes = np.mean([np.corrcoef(a, b)[0, 1] for a, b in zip(t.T, s.T, strict=True)])
    return 2 - within_pictures - within_classes


@pytest.mark.parametrize("temperature", [1.0, 4.0])
def test_dist_is_one_minus_pearsons_correlation_within_pictures_and_within_classes(temperature):
    random = np.random.default_rng(2)
    teacher, student = (random.normal(scale=2, size=(8, 5)).astype(np.float32) for _ in range(2))
    found = float(correlation_distance(teacher, student, temperature))
    assert found == pytest.approx(reference_correlation_distance(teacher, student, temperature), rel=1e-4)
    assert float(correlation_distance(teacher, teacher + 3, temperature)) == pytest.approx(0, abs=1e-5)


def test_dist_has_a_gradient_where_the_student_answers_all_alike():
    teacher, student = tf.random.normal((4, 5), seed=1), tf.zeros((4, 5))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([teacher, student])
        loss = correlation_distance(teacher, student, 1.0)
    assert tape.gradient(loss, teacher) is None
    assert np.isfinite(tape.gradient(loss, student).numpy()).all()


def reference_decoupled(labels, teacher, student, temperature, beta) -> np.ndarray:
    """Equation 7 of Zhao et al. 2022, term by term."""
    found = []
    for label, logits in zip(labels, zip(teacher, student, strict=True), strict=True):
        p, q = (np.exp(log_softmax(x.astype(np.float64) / temperature)) for x in logits)
        about = [(p[label], q[label]), (1 - p[label], 1 - q[label])]
        target = sum(a * np.log(a / b) for a, b in about)
        p_rest, q_rest = (np.delete(x, label) / (1 - x[label]) for x in (p, q))
        found.append(target + beta * (p_rest * np.log(p_rest / q_rest)).sum())
    return np.array(found)


@settings(max_examples=50, deadline=None)
@given(
    arrays(np.float32, (4, 5), elements=st.floats(-5, 5, width=32)),
    arrays(np.float32, (4, 5), elements=st.floats(-5, 5, width=32)),
    st.sampled_from([1.0, 4.0]),
    st.sampled_from([0.0, 1.0, 8.0]),
)
def test_dkd_is_the_divergence_about_the_true_class_and_that_among_the_others(teacher, student, temperature, beta):
    labels = np.array([0, 1, 2, 4])
    found = decoupled_divergence(labels, teacher, student, temperature, beta).numpy()
    expected = reference_decoupled(labels, teacher, student, temperature, beta)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


def test_dkd_weighed_as_the_divergence_weighs_it_is_the_divergence():
    # Equation 4 of Zhao et al. 2022: KL = TCKD + (1 - p_true of the teacher) NCKD.
    random = np.random.default_rng(3)
    teacher, student = (random.normal(size=(1, 5)).astype(np.float32) for _ in range(2))
    p_true = np.exp(log_softmax(teacher[0].astype(np.float64)))[2]
    found = decoupled_divergence(np.array([2]), teacher, student, 1.0, 1 - p_true).numpy()
    np.testing.assert_allclose(found, reference_divergence(teacher, student, 1.0), rtol=1e-4)


def test_no_gradient_of_dkd_reaches_the_teacher_and_sure_answers_stay_finite():
    teacher, student = tf.constant([[40.0, -30.0, 0.0]]), tf.constant([[-40.0, 30.0, 1.0]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([teacher, student])
        loss = tf.reduce_sum(decoupled_divergence([0], teacher, student, 1.0, 8.0))
    assert tape.gradient(loss, teacher) is None
    assert np.isfinite(tape.gradient(loss, student).numpy()).all()
    assert float(loss) == pytest.approx(70 + 8 * 29, rel=1e-3)


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


@pytest.mark.parametrize("objective", ["dist", "dkd", "softened twice"])
def test_distiller_learns_the_teachers_answers_by_the_chosen_objective(objective):
    random = np.random.default_rng(1)
    batch = {
        "inputs": random.normal(size=(6, 3)).astype(np.float32),
        "labels": random.integers(0, 4, 6),
        "targets": random.normal(size=(6, 4)).astype(np.float32),
    }
    out = one_step(Recipe(0.2, 3.0, True, objective, 8.0), batch)
    logits = out["logits"]
    expected = {
        "dist": reference_correlation_distance(batch["targets"], logits, 3.0),
        "dkd": reference_decoupled(batch["labels"], batch["targets"], logits, 3.0, 8.0).mean(),
        "softened twice": reference_divergence(
            np.exp(log_softmax(batch["targets"], axis=-1)), np.exp(log_softmax(logits, axis=-1)), 3.0
        ).mean(),
    }[objective]
    assert out["distillation_loss"] == pytest.approx(expected, rel=1e-3)
    assert out["loss"] == pytest.approx(0.2 * out["student_loss"] + 0.8 * 9 * expected, rel=1e-3)


def test_of_a_mixture_both_labels_count():
    inputs = np.eye(3, dtype=np.float32)
    mixed = {"labels": np.array([0, 1, 2]), "partner_labels": np.array([3, 3, 2]), "shares": np.float32([0.5, 0.25, 0])}
    out = one_step(Recipe(), {"inputs": inputs} | mixed)
    logs = -log_softmax(out["logits"].astype(np.float64), axis=-1)
    expected = np.mean([(logs[0, 0] + logs[0, 3]) / 2, 0.75 * logs[1, 1] + 0.25 * logs[1, 3], logs[2, 2]])
    assert out["student_loss"] == pytest.approx(expected, rel=1e-5)


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
    student = np.zeros((1, 4), np.float32)
    twice = reference_divergence(tf.nn.softmax(teacher).numpy(), tf.nn.softmax(student).numpy(), 10)
    assert softened_twice(teacher, student, 10.0).numpy() == pytest.approx(twice, rel=1e-3)
    # No more than 1 / (2 T²), whatever teacher and student say.
    assert twice[0] < 0.005 < reference_divergence(teacher, student, 10)[0]
    assert float(right) == pytest.approx(0.5285, abs=1e-3)
    assert float(wrong) == pytest.approx(0.2692, abs=1e-3)


@pytest.mark.parametrize(("alpha", "temperature"), [(-0.1, 1), (1.1, 1), (0.5, 0), (0.5, -2)])
def test_impossible_recipes_are_refused(alpha, temperature):
    with pytest.raises(ValueError, match="alpha must be in"):
        Recipe(alpha, temperature)

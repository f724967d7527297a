"""Kernels reach the sparsity they were given, keep it, and only what has reached it is selected."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kd_core.backend import keras, tf
from kd_core.compression.errors import CompressionError
from kd_core.compression.prune import prunable, ramp_steps, shortfalls, sparsity_of, stripped, targets
from kd_core.models.precision import precision
from kd_core.models.students import build_student
from kd_core.models.summary import kernel_of, parameter_counts
from kd_core.settings import Prune
from tests.compression.small import TRAIN, VAL, CutOff, CutOffError, network, tune

STEPS = 6  # an epoch of the small task


def settings(**changes) -> Prune:
    table = {"stage": "prune", "parent": "small", "epochs": 4, "batch_size": 16, "learning_rate": 0.01}
    return Prune(**table | changes)


def pruned(folder, model=None, **changes):
    wanted = settings(**changes)
    wrapped, compressing = prunable(model or network(), wanted, STEPS)
    fitted = tune(wrapped, wanted, folder, compressing)
    return stripped(wrapped), fitted


def zeros(model: keras.Model, name: str) -> int:
    kernel = kernel_of(model.get_layer(name))
    return kernel.size - np.count_nonzero(kernel)


@pytest.mark.parametrize("schedule", ["polynomial", "constant"])
def test_every_kernel_has_exactly_the_zeros_that_its_target_asks_for(tmp_path, schedule):
    model, fitted = pruned(tmp_path, sparsity=0.8, layers={"first": 0.5}, sparsity_schedule=schedule)
    assert zeros(model, "first") == 16
    assert zeros(model, "second") == round(0.8 * 8 * 16 * 9)
    assert zeros(model, "logits") == round(0.8 * 1024 * 3)
    assert shortfalls(model, settings(sparsity=0.8, layers={"first": 0.5})) == ()
    assert not any("prune" in layer.name for layer in model.layers)
    assert fitted.value > 0.9


def test_the_way_there_is_polynomial_and_only_epochs_that_arrived_are_kept(tmp_path):
    _, fitted = pruned(tmp_path, sparsity=0.9, epochs=6, ramp=0.5)
    history = fitted.history["sparsity"].to_numpy()
    assert (np.diff(history[:3]) > 0).all()
    assert history[0] == pytest.approx(0.9 * (1 - (1 - 6 / 18) ** 3), abs=0.01)
    np.testing.assert_allclose(history[2:], 0.9, atol=0.001)
    assert fitted.epoch >= 3


def test_a_constant_schedule_is_there_in_the_first_epoch(tmp_path):
    _, fitted = pruned(tmp_path, sparsity=0.7, sparsity_schedule="constant")
    np.testing.assert_allclose(fitted.history["sparsity"], 0.7, atol=0.001)


def test_excluded_layers_keep_all_their_weights(tmp_path):
    model, _ = pruned(tmp_path, sparsity=0.6, exclude=("first", "logits"))
    assert zeros(model, "first") == zeros(model, "logits") == 0
    assert zeros(model, "second") == round(0.6 * 8 * 16 * 9)


def test_two_of_four_neighbours_along_the_input_channels_are_zero(tmp_path):
    model, _ = pruned(tmp_path, pattern="2:4")
    for name in ("first", "second", "logits"):
        kernel = kernel_of(model.get_layer(name))
        groups = np.moveaxis(kernel, -2, -1).reshape(-1, 4)
        assert (np.count_nonzero(groups, axis=1) <= 2).all()
        assert sparsity_of([model.get_layer(name)]) == pytest.approx(0.5)


def test_a_stem_of_three_channels_is_left_out_of_two_of_four():
    student = build_student("student3", 15, 32)
    assert "stem_conv" in targets(student, settings())
    assert list(targets(student, settings(pattern="2:4"))) == [
        name for name in targets(student, settings()) if name != "stem_conv"
    ]


def test_the_wrappers_double_the_count_as_published():
    wrapped, _ = prunable(build_student("student3", 15, 256), settings(), STEPS)
    counts = parameter_counts(wrapped)
    # The original wrapped its 21 layers without kernels too, which adds nothing but a step counter to each.
    assert (counts.total + 21, counts.trainable) == (1_340_150, 671_119)


def test_pruning_works_in_bfloat16(tmp_path):
    with precision("bfloat16"):
        model, fitted = pruned(tmp_path, sparsity=0.8)
    assert zeros(model, "second") == round(0.8 * 8 * 16 * 9)
    assert fitted.value > 0.8
    weights = model.get_layer("second").get_weights()[0]
    weights = weights[weights != 0]
    rounded = tf.cast(tf.cast(weights, tf.bfloat16), tf.float32).numpy()
    assert (weights != rounded).mean() > 0.9  # they stay float32: bfloat16 would swallow small steps


def test_what_was_cut_off_goes_on_to_the_very_same_network(tmp_path):
    whole, _ = pruned(tmp_path / "whole", sparsity=0.8, epochs=4)
    wanted = settings(sparsity=0.8, epochs=4)

    wrapped, compressing = prunable(network(), wanted, STEPS)
    killed = type(compressing)((*compressing.callbacks, CutOff(2)), compressing.sparsity, compressing.settled)
    with pytest.raises(CutOffError):
        tune(wrapped, wanted, tmp_path / "cut", killed)
    resumed, fitted = pruned(tmp_path / "cut", sparsity=0.8, epochs=4)
    assert len(fitted.history) == 4
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_target_that_cannot_be_met_is_explained():
    model = network()
    kernel = kernel_of(model.get_layer("first"))
    model.get_layer("first").kernel.assign(np.where(np.arange(kernel.size).reshape(kernel.shape) < 20, 0, 1.0))
    sentences = shortfalls(model, settings(sparsity=0.5, exclude=("second", "logits")))
    assert sentences == (
        "first has a sparsity of 62.5% where 50.0% was wanted: more of its weights were zero before, or became zero "
        "by themselves.",
    )
    few = shortfalls(model, settings(sparsity=0.64, exclude=("second", "logits")))
    assert few == (
        "first has a sparsity of 62.5% where 64.0% was wanted: it has only 32 weights, and whole ones are pruned.",
    )


def test_layers_that_are_not_there_are_named():
    with pytest.raises(
        CompressionError, match="has no layer third with a kernel that learns: choose among first, second, logits"
    ):
        targets(network(), settings(exclude=("third",)))
    with pytest.raises(CompressionError, match="Nothing of small is left to prune"):
        targets(network(), settings(exclude=("first", "second", "logits")))


@given(epochs=st.integers(1, 50), steps=st.integers(1, 2000), ramp=st.floats(0.01, 0.9))
def test_the_target_falls_on_an_update_within_the_training(epochs, steps, ramp):
    end, frequency = ramp_steps(settings(epochs=epochs, ramp=ramp), steps)
    assert end % frequency == 0
    assert 1 <= end <= max(1, ramp * epochs * steps)


def test_the_small_task_is_as_the_steps_above_say():
    assert len(TRAIN) // 16 == STEPS
    assert len(VAL) == 60

"""Every stage of compression works on our own students: on depthwise convolutions, fused blocks and frozen layers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from kd_core.backend import keras
from kd_core.compression import cluster, prune
from kd_core.compression.qat import float_network, foldable, quantize_aware, set_ranges
from kd_core.models.precision import precision
from kd_core.models.students import build_student
from kd_core.models.summary import kernel_of
from kd_core.progress import Silent
from kd_core.settings import Cluster, Prune, QuantizeAware
from kd_core.training.distiller import Recipe
from kd_core.training.fit import fit
from kd_core.training.strategies import strategy
from kd_core.training.streams import Examples, array_fetch

SIZE, CLASSES, COUNT = 32, 3, 48
RANDOM = np.random.default_rng(0)
LABELS = np.arange(COUNT) % CLASSES
# A colour for each class, under noise.
COLOURS = RANDOM.uniform(-0.5, 0.5, (CLASSES, 1, 1, 3))
PICTURES = (COLOURS[LABELS] + RANDOM.normal(scale=0.3, size=(COUNT, SIZE, SIZE, 3))).astype(np.float32)
SHOWN = Examples(array_fetch([PICTURES]), (SIZE, SIZE, 3), np.float32, LABELS, classes=CLASSES)
SETTINGS = {"parent": "parent", "epochs": 2, "batch_size": 16, "learning_rate": 1e-3}
CLUSTERS = 8


@dataclass(frozen=True)
class Student:
    """A student, layers of it with a kernel that learns, one of them depthwise, and layers that stay as they are."""

    name: str
    kernels: tuple[str, ...]
    depthwise: str
    frozen: tuple[str, ...] = ()

    def network(self) -> keras.Model:
        keras.utils.set_random_seed(4)
        return build_student(self.name, CLASSES, SIZE)

    def with_weights(self, weights: list[np.ndarray]) -> keras.Model:
        model = self.network()
        model.set_weights(weights)
        return model

    def values(self, model: keras.Model) -> dict[str, np.ndarray]:
        return {name: kernel_of(model.get_layer(name)) for name in (*self.kernels, self.depthwise)}


STUDENTS = (
    Student(
        "student4",
        ("stem_conv", "stage1_block2_expand_conv", "stage3_block4_project_conv", "logits"),
        "stage2_block2_depthwise_conv",
    ),
    Student(
        "student5",
        ("block3_expand_conv", "block5_project_conv", "block8_expand_conv", "logits"),
        "block4_depthwise_conv",
        frozen=("stem_conv", "stem_bn", "block2_project_conv", "block2_project_bn"),
    ),
)


@pytest.fixture(scope="module", params=STUDENTS, ids=lambda student: student.name)
def student(request) -> Student:
    return request.param


@pytest.fixture(scope="module")
def tuned(tmp_path_factory):
    """Return a function that trains a model on the pictures, in place."""

    def tune(model: keras.Model, settings, compressing=None) -> None:
        fit(
            model,
            SHOWN,
            SHOWN,
            settings,
            Recipe(),
            spec=None,
            folder=tmp_path_factory.mktemp("state"),
            label="tuned",
            progress=Silent(),
            strategy=strategy("none"),
            compressing=compressing,
        )

    return tune


@pytest.fixture(scope="module")
def pruned(student, tuned) -> list[np.ndarray]:
    """The weights after pruning in bfloat16, as studies do it."""
    settings = Prune(stage="prune", sparsity=0.5, **SETTINGS)
    with precision("bfloat16"):
        model, compressing = prune.prunable(student.network(), settings, COUNT // 16)
    tuned(model, settings, compressing)
    stripped = prune.stripped(model)
    assert prune.shortfalls(stripped, settings) == ()
    return stripped.get_weights()


@pytest.fixture(scope="module")
def clustered(student, tuned, pruned) -> list[np.ndarray]:
    """The weights after clustering of what was pruned."""
    settings = Cluster(stage="cluster", clusters=CLUSTERS, preserve_sparsity=True, **SETTINGS)
    wrapped = cluster.clusterable(student.with_weights(pruned), settings)
    tuned(wrapped, settings)
    return cluster.stripped(wrapped).get_weights()


@pytest.fixture(scope="module")
def aware(student, tuned, pruned, clustered) -> Callable[[str], tuple[keras.Model, keras.Model, keras.Model]]:
    """Return a function that gives a parent, its int8 training and the trained float32 network, by what is kept."""

    @cache
    def make(keep: str) -> tuple[keras.Model, keras.Model, keras.Model]:
        parent = student.with_weights(clustered if keep == "clusters" else pruned)
        wrapped, plain = quantize_aware(parent, keep), foldable(parent, keep)
        set_ranges(wrapped, plain, PICTURES)
        tuned(wrapped, QuantizeAware(stage="qat", preserve=keep, **SETTINGS))
        return parent, wrapped, float_network(wrapped, plain)

    return make


def test_pruning_meets_its_target_and_leaves_depthwise_kernels_alone(student, pruned):
    found = student.values(student.with_weights(pruned))
    for name in student.kernels:
        assert np.mean(found[name] == 0) == pytest.approx(0.5, abs=0.005)
    assert (found[student.depthwise] != 0).all()


def test_clustering_shares_values_and_keeps_the_zeros(student, pruned, clustered):
    before, after = (student.values(student.with_weights(weights)) for weights in (pruned, clustered))
    for name in student.kernels:
        assert len(np.unique(after[name])) <= CLUSTERS
        assert (after[name][before[name] == 0] == 0).all()


def test_training_for_int8_lets_the_zeros_go_or_keeps_zeros_and_clusters(student, aware):
    loose = student.values(aware("nothing")[2])
    zeros = [student.values(model) for model in aware("sparsity")[::2]]
    shared = [student.values(model) for model in aware("clusters")[::2]]
    for name in student.kernels:
        assert np.mean(loose[name] == 0) < 0.05
        np.testing.assert_array_equal(zeros[0][name] == 0, zeros[1][name] == 0)
        assert (zeros[0][name] != zeros[1][name]).any()
        assert len(np.unique(shared[1][name])) <= CLUSTERS
        assert (shared[1][name][shared[0][name] == 0] == 0).all()
    assert (zeros[0][student.depthwise] != zeros[1][student.depthwise]).any()


def test_what_a_student_holds_fixed_stays_through_every_stage(student, pruned, clustered, aware):
    begun = student.network()
    models = [student.with_weights(pruned), student.with_weights(clustered), aware("nothing")[2], aware("clusters")[2]]
    for name in student.frozen:
        for model in models:
            kept = model.get_layer(name).get_weights()
            for expected, found in zip(begun.get_layer(name).get_weights(), kept, strict=True):
                np.testing.assert_array_equal(found, expected)

"""Every stage of compression works on student 4: on depthwise convolutions, fused blocks and sums, as on its rest."""

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
SETTINGS = {"parent": "student4", "epochs": 2, "batch_size": 16, "learning_rate": 1e-3}
CLUSTERS = 8
KERNELS = ("stem_conv", "stage1_block2_expand_conv", "stage3_block4_project_conv", "logits")
DEPTHWISE = "stage2_block2_depthwise_conv"


def network() -> keras.Model:
    keras.utils.set_random_seed(4)
    return build_student("student4", CLASSES, SIZE)


def kernels(model: keras.Model) -> dict[str, np.ndarray]:
    return {name: kernel_of(model.get_layer(name)) for name in (*KERNELS, DEPTHWISE)}


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
            label="student4",
            progress=Silent(),
            strategy=strategy("none"),
            compressing=compressing,
        )

    return tune


@pytest.fixture(scope="module")
def pruned(tuned) -> list[np.ndarray]:
    """The weights after pruning in bfloat16, as studies do it."""
    settings = Prune(stage="prune", sparsity=0.5, **SETTINGS)
    with precision("bfloat16"):
        model, compressing = prune.prunable(network(), settings, COUNT // 16)
    tuned(model, settings, compressing)
    stripped = prune.stripped(model)
    assert prune.shortfalls(stripped, settings) == ()
    return stripped.get_weights()


@pytest.fixture(scope="module")
def clustered(tuned, pruned) -> list[np.ndarray]:
    """The weights after clustering of what was pruned."""
    settings = Cluster(stage="cluster", clusters=CLUSTERS, preserve_sparsity=True, **SETTINGS)
    model = network()
    model.set_weights(pruned)
    wrapped = cluster.clusterable(model, settings)
    tuned(wrapped, settings)
    return cluster.stripped(wrapped).get_weights()


@pytest.fixture(scope="module")
def aware(tuned, pruned, clustered):
    """Return a function that gives a parent, its int8 training and the trained float32 network, by what is kept."""

    @cache
    def make(keep: str) -> tuple[keras.Model, keras.Model, keras.Model]:
        parent = network()
        parent.set_weights(clustered if keep == "clusters" else pruned)
        wrapped, plain = quantize_aware(parent, keep), foldable(parent, keep)
        set_ranges(wrapped, plain, PICTURES)
        tuned(wrapped, QuantizeAware(stage="qat", preserve=keep, **SETTINGS))
        return parent, wrapped, float_network(wrapped, plain)

    return make


def with_weights(weights: list[np.ndarray]) -> keras.Model:
    model = network()
    model.set_weights(weights)
    return model


def test_pruning_meets_its_target_and_leaves_depthwise_kernels_alone(pruned):
    found = kernels(with_weights(pruned))
    for name in KERNELS:
        assert np.mean(found[name] == 0) == pytest.approx(0.5, abs=0.005)
    assert (found[DEPTHWISE] != 0).all()


def test_clustering_shares_values_and_keeps_the_zeros(pruned, clustered):
    before, after = kernels(with_weights(pruned)), kernels(with_weights(clustered))
    for name in KERNELS:
        assert len(np.unique(after[name])) <= CLUSTERS
        assert (after[name][before[name] == 0] == 0).all()


def test_training_for_int8_lets_the_zeros_go_or_keeps_zeros_and_clusters(aware):
    loose = kernels(aware("nothing")[2])
    zeros = [kernels(model) for model in aware("sparsity")[::2]]
    shared = [kernels(model) for model in aware("clusters")[::2]]
    for name in KERNELS:
        assert np.mean(loose[name] == 0) < 0.05
        np.testing.assert_array_equal(zeros[0][name] == 0, zeros[1][name] == 0)
        assert (zeros[0][name] != zeros[1][name]).any()
        assert len(np.unique(shared[1][name])) <= CLUSTERS
        assert (shared[1][name][shared[0][name] == 0] == 0).all()
    assert (zeros[0][DEPTHWISE] != zeros[1][DEPTHWISE]).any()

"""Kernels share a few values, zeros stay zero where asked, and a training that was cut off goes on as if whole."""

import numpy as np
import pytest

from kd_core.backend import keras
from kd_core.compression.cluster import clusterable, clustered_layers, stripped
from kd_core.compression.errors import CompressionError
from kd_core.models.summary import kernel_of
from kd_core.settings import Cluster
from kd_core.training.fit import Compressing
from tests.compression.small import VAL, CutOff, CutOffError, network, tune


def settings(**changes) -> Cluster:
    table = {"stage": "cluster", "parent": "small", "clusters": 4, "epochs": 2, "batch_size": 16}
    return Cluster(**table | {"learning_rate": 0.003} | changes)


def trained(folder) -> keras.Model:
    model = network()
    tune(model, settings(epochs=4, learning_rate=0.01), folder)
    return model


def clustered(folder, model, compressing=None, **changes) -> keras.Model:
    wanted = settings(**changes)
    keras.utils.set_random_seed(1)
    wrapped = clusterable(model, wanted)
    tune(wrapped, wanted, folder, compressing)
    return stripped(wrapped)


def with_zeros(model: keras.Model, share: float) -> keras.Model:
    for name in ("first", "second", "logits"):
        layer = model.get_layer(name)
        kernel = layer.kernel.numpy()
        layer.kernel.assign(np.where(np.abs(kernel) < np.quantile(np.abs(kernel), share), 0, kernel))
    return model


@pytest.mark.parametrize("initialization", ["kmeans++", "linear", "density"])
def test_every_kernel_has_no_more_values_than_clusters(tmp_path, initialization):
    before = network()
    fresh = [kernel_of(before.get_layer(name)).copy() for name in ("first", "second", "logits")]
    model = clustered(tmp_path, before, initialization=initialization)
    assert min(len(np.unique(kernel)) for kernel in fresh) == 32
    for name in ("first", "second", "logits"):
        assert 2 <= len(np.unique(kernel_of(model.get_layer(name)))) <= 4
    assert [layer.name for layer in model.layers] == [layer.name for layer in before.layers]
    accuracy = np.mean(np.argmax(model(VAL.fetch(np.arange(60), 0)), axis=-1) == VAL.labels)
    assert accuracy > 0.8


def test_zeros_stay_zero_where_they_are_to_be_preserved(tmp_path):
    model = with_zeros(trained(tmp_path / "before"), 0.6)
    zeros = {name: kernel_of(model.get_layer(name)) == 0 for name in ("second", "logits")}
    kept = clustered(tmp_path / "kept", model, clusters=8, preserve_sparsity=True)
    for name, where in zeros.items():
        kernel = kernel_of(kept.get_layer(name))
        assert (kernel[where] == 0).all()
        assert len(np.unique(kernel)) <= 8


def test_excluded_and_tiny_layers_are_left_alone(tmp_path):
    model = network()
    assert clustered_layers(model, settings(clusters=40)) == ["second", "logits"]
    alone = clustered(tmp_path, model, exclude=("logits",))
    assert len(np.unique(kernel_of(alone.get_layer("logits")))) > 1000
    with pytest.raises(CompressionError, match="has no layer nothing with a kernel"):
        clustered_layers(model, settings(exclude=("nothing",)))
    with pytest.raises(CompressionError, match="Nothing of small is left to cluster"):
        clustered_layers(model, settings(exclude=("first", "second", "logits")))


def test_what_was_cut_off_goes_on_to_the_very_same_network(tmp_path):
    def pruned() -> keras.Model:
        return with_zeros(network(), 0.5)

    whole = clustered(tmp_path / "whole", pruned(), preserve_sparsity=True)
    with pytest.raises(CutOffError):
        clustered(tmp_path / "cut", pruned(), Compressing((CutOff(1),)), preserve_sparsity=True)
    resumed = clustered(tmp_path / "cut", pruned(), preserve_sparsity=True)
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)

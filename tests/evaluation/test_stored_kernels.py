"""Kernels as they stand in deployed files, on those that ship."""

from pathlib import Path

import numpy as np
import pytest

from kd_core.artifacts import ArtifactError, ArtifactStore
from kd_core.evaluation.stored_kernels import stored_kernels

STORE = ArtifactStore(Path(__file__).parents[2] / "artifacts")


def test_the_int8_file_stands_for_its_parents_weights_to_half_a_step() -> None:
    exact = stored_kernels(STORE.model_path("showcase", "student3-distilled"))
    int8 = stored_kernels(STORE.model_path("showcase", "student3-int8"))
    assert sorted(exact) == sorted(int8) == sorted(STORE.kernels("showcase", "student3-distilled"))
    for name, stored in int8.items():
        assert (stored.raw.dtype, exact[name].scales.size) == (np.dtype("int8"), 0)
        assert stored.zero_points.tolist() == [0] * stored.raw.shape[stored.axis]
        shape = [-1] + [1] * (stored.raw.ndim - 1)
        assert np.all(np.abs(stored.values - exact[name].values) <= 0.501 * stored.scales.reshape(shape))


def test_one_scale_for_a_layer_and_channels_of_a_depthwise_convolution() -> None:
    trained_on = stored_kernels(STORE.model_path("showcase", "student3-pruned80-qat"))["logits"]
    assert trained_on.scales.shape == (1,)
    assert trained_on.values == pytest.approx(trained_on.raw * trained_on.scales[0])
    depthwise = stored_kernels(STORE.model_path("showcase", "teacher-int8"))["block1_depthwise_conv"]
    assert (depthwise.axis, depthwise.scales.size) == (3, depthwise.raw.shape[3])
    assert depthwise.values.shape == depthwise.raw.shape


def test_kernels_of_the_training_are_found_by_layer_with_their_layout() -> None:
    kernels = STORE.kernels("showcase", "student3-distilled")
    assert list(kernels)[:2] == ["stem_conv", "block1_a_conv"]
    assert (kernels["stem_conv"].shape, kernels["stem_conv"].dtype) == ((7, 7, 3, 64), np.dtype("float32"))
    pruned = STORE.kernels("showcase", "student3-pruned80")["block1_b_conv"]
    assert np.mean(pruned == 0) == pytest.approx(0.8, abs=0.001)
    with pytest.raises(ArtifactError, match="missing"):
        STORE.kernels("showcase", "student3-int8")


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "model.tflite"
    for content in (None, b"", b"TFL3 nothing"):
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(ArtifactError, match=r"model\.tflite"):
            stored_kernels(path)

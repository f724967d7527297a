"""What a student that inherits layers begins with, and what of these a training changes."""

import numpy as np
import pytest

from kd_core.models import backbones
from kd_core.models.efficientnet_lite import imagenet_weights
from kd_core.models.inputs import NetworkError
from kd_core.models.of_run import network_of
from kd_core.settings import Scratch
from kd_core.training import student
from kd_core.training.student import train_student
from tests.conftest import tiny_study

INHERITING = {"network": "student5", "input_size": 32, "epochs": 1, "learning_rate": 1e-3}


def settings_of(study) -> Scratch:
    settings = study.runs["scratch"]
    assert isinstance(settings, Scratch)
    return settings


def test_its_first_stages_are_the_published_ones_after_a_training_and_the_others_have_moved(make_job):
    study = tiny_study(scratch=INHERITING)
    published = imagenet_weights(0)

    network, _ = train_student(make_job(study), "scratch", settings_of(study))

    def kernel(block: int) -> np.ndarray:
        return network.get_layer(f"block{block}_project_conv").kernel.numpy()

    def at_first(block: int) -> np.ndarray:
        return published[f"_blocks.{block}._project_conv.weight"].transpose(2, 3, 1, 0)

    np.testing.assert_array_equal(kernel(2), at_first(2))
    moved = np.abs(kernel(3) - at_first(3))
    # A learning rate of 1e-3 moves by little: it did not begin anywhere else.
    assert 0 < moved.mean() < 0.2 * np.abs(at_first(3)).mean()


def test_what_stands_in_its_way_is_found_before_a_view_is_drawn(make_job, monkeypatch):
    study = tiny_study(scratch=INHERITING | {"l2": 1e-4})
    monkeypatch.setattr(student, "drawn", lambda *_: pytest.fail("views were drawn"))
    with pytest.raises(NetworkError, match="student5 inherits trained layers, which take no l2"):
        train_student(make_job(study), "scratch", settings_of(study))


def test_a_trained_one_is_built_without_the_published_file(monkeypatch):
    def gone(*_):
        raise NetworkError("The ImageNet weights are not installed.")

    monkeypatch.setattr(backbones, "imagenet_weights", gone)
    settings = settings_of(tiny_study(scratch=INHERITING))
    assert network_of(settings, 3).count_params() == 323_631 - 481 * 12
    with pytest.raises(NetworkError, match="not installed"):
        network_of(settings, 3, pretrained=True)

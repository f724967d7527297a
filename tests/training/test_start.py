"""A training that goes on from a finished run: the same weights, also at another input size."""

import numpy as np
import pytest

from kd_core.models.of_run import network_of
from kd_core.settings import Scratch, Teacher
from kd_core.training.restored import RestoreError, restored
from kd_core.training.start import begin_from
from kd_core.training.teacher import features_key


def scratch(**changes) -> Scratch:
    return Scratch(**{"stage": "scratch", "network": "student3", "epochs": 1, "input_size": 64} | changes)


def test_a_student_goes_on_at_a_larger_size_with_the_weights_it_had(tiny_made):
    settings = scratch(start="distilled")
    network = network_of(settings, 15)
    begin_from(tiny_made, "larger", settings, network)
    learnt = restored(tiny_made, "distilled").network.get_weights()
    for weight, expected in zip(network.get_weights(), learnt, strict=True):
        np.testing.assert_array_equal(weight, expected)


def test_without_a_start_a_network_stays_as_it_is(tiny_made):
    network = network_of(scratch(), 15)
    before = network.get_weights()
    begin_from(tiny_made, "new", scratch(), network)
    for weight, expected in zip(network.get_weights(), before, strict=True):
        np.testing.assert_array_equal(weight, expected)


def test_another_network_is_refused_in_a_sentence(tiny_made):
    settings = scratch(start="distilled", network="student1")
    with pytest.raises(RestoreError, match=r"other cannot go on from distilled: .* student1 at 64 px"):
        begin_from(tiny_made, "other", settings, network_of(settings, 15))


def test_what_was_kept_of_a_trunk_is_not_taken_for_that_of_a_teacher_that_went_on(tiny_made):
    plain = tiny_made.study.runs["teacher"]
    assert isinstance(plain, Teacher)
    rows = tiny_made.training_rows
    keys = [
        features_key(tiny_made, settings, rows) for settings in (plain, plain.model_copy(update={"start": "teacher"}))
    ]
    assert keys[1] == keys[0] | {"start": tiny_made.record("teacher").model.sha256}

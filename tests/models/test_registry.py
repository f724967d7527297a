from typing import get_args

import numpy as np
import pytest

from kd_core.errors import KdError
from kd_core.models.registry import NETWORKS, build, input_spec
from kd_core.settings import Network


def test_a_study_may_name_every_network_and_no_other():
    assert get_args(Network) == NETWORKS


def test_every_network_is_listed():
    assert sorted(NETWORKS) == [
        "efficientnet-lite0",
        "efficientnet-lite1",
        "efficientnet-lite2",
        "resnet50",
        "student1",
        "student2",
        "student3",
        "student4",
        "student5",
    ]


@pytest.mark.parametrize(
    ("network", "black", "white"),
    [
        ("student3", (-1, -1, -1), (1, 1, 1)),
        ("student4", (-1, -1, -1), (1, 1, 1)),
        ("student5", (-127 / 128,) * 3, (1, 1, 1)),
        ("efficientnet-lite1", (-127 / 128,) * 3, (1, 1, 1)),
        ("resnet50", (-123.68, -116.779, -103.939), (131.32, 138.221, 151.061)),
    ],
)
def test_what_black_and_white_become(network, black, white):
    spec = input_spec(network, 96)

    assert (spec.height, spec.width) == (96, 96)
    np.testing.assert_allclose(spec.offset, black)
    np.testing.assert_allclose(255 * np.array(spec.scale) + spec.offset, white, rtol=1e-6)


def test_options_reach_the_builder():
    assert build("student3", 4, 32, batch_size=1).input_shape == (1, 32, 32, 3)
    teacher = build("efficientnet-lite0", 4, 32, weights=None, dropout=0.5, batch_size=1)
    assert teacher.input_shape == (1, 32, 32, 3)
    assert teacher.get_layer("dropout").rate == 0.5


@pytest.mark.parametrize("ask", [lambda: build("vgg16", 4, 32), lambda: input_spec("vgg16", 32)])
def test_an_unknown_network_is_a_sentence_that_lists_the_known_ones(ask):
    with pytest.raises(KdError, match=r'There is no network "vgg16": choose one of resnet50, .*student5\.'):
        ask()

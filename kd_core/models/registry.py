"""All networks by name: how to build one, and how a picture becomes its input."""

from typing import Any

from kd_core.artifacts.schema import InputSpec
from kd_core.backend import keras
from kd_core.models.backbones import BACKBONES, backbone
from kd_core.models.inputs import NetworkError
from kd_core.models.students import INHERITING, STUDENTS, build_student
from kd_core.models.teachers import build_teacher

NETWORKS = (*BACKBONES, *STUDENTS)


class UnknownNetworkError(NetworkError):
    """There is no network of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f'There is no network "{name}": choose one of {", ".join(NETWORKS)}.')


def build(network: str, classes: int, size: int, **options: Any) -> keras.Model:
    """Return a network by name: image [batch, size, size, 3] float32 -> logits [batch, classes] float32.

    ``options`` are the keyword arguments of ``build_student`` or ``build_teacher``.

    Raises:
        UnknownNetworkError: if there is none of that name.
        NetworkError: if it cannot be built as asked.
    """
    if network in STUDENTS:
        return build_student(network, classes, size, **options)
    if network in BACKBONES:
        return build_teacher(network, classes, size, **options)
    raise UnknownNetworkError(network)


def input_spec(network: str, size: int) -> InputSpec:
    """Return how a picture becomes the input of a network at ``size`` px.

    Students take -1..1, and what a backbone takes if they inherit its layers.

    Raises:
        UnknownNetworkError: if there is none of that name.
    """
    if network not in NETWORKS:
        raise UnknownNetworkError(network)
    if network in STUDENTS and network not in INHERITING:
        scale, offset = 1 / 127.5, (-1.0, -1.0, -1.0)
    else:
        taken = backbone(INHERITING.get(network, network))
        scale, offset = taken.scale, taken.offset
    return InputSpec(height=size, width=size, scale=(scale, scale, scale), offset=offset)

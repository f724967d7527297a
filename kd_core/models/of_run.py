"""The network that a run's settings describe."""

from kd_core.backend import keras
from kd_core.models.registry import build
from kd_core.models.students import INHERITING
from kd_core.settings import Teacher, Training


def network_of(
    settings: Training, classes: int, *, pretrained: bool = False, batch_size: int | None = None
) -> keras.Model:
    """Return the network of a run, in the precision policy in force.

    Args:
        settings: the run's settings.
        classes: number of classes.
        pretrained: whether a teacher's backbone, or what a student inherits of one, gets its pretrained weights; not
            needed where trained ones follow.
        batch_size: None leaves the batch open; deployment wants 1.

    Raises:
        NetworkError: if it cannot be built as asked.
    """
    options: dict[str, object] = {"l2": settings.l2, "batch_size": batch_size}
    if isinstance(settings, Teacher):
        options |= {
            "head": settings.head,
            "weights": settings.weights if pretrained else None,
            "dropout": settings.dropout,
            "unfreeze": settings.unfreeze,
        }
    elif pretrained and settings.network in INHERITING:
        options["weights"] = "imagenet"
    return build(settings.network, classes, settings.input_size, **options)

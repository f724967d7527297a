"""Going on from a finished run: the same network, at the same or another input size."""

from kd_core.backend import keras
from kd_core.settings import Training
from kd_core.training.job import Job
from kd_core.training.restored import RestoreError, require_unseen, restored


def begin_from(job: Job, run: str, settings: Training, network: keras.Model) -> None:
    """Put the weights of the run that ``settings.start`` names into a new network, in place; without one do nothing.

    Raises:
        RestoreError: if that run has another network, one whose weights depend on the input size, or learned pictures
            that this study leaves out.
        KdError: if it cannot be restored.
    """
    if settings.start is None:
        return
    found = restored(job, settings.start)
    require_unseen(job, found.record)
    shapes = [[tuple(weight.shape) for weight in one.weights] for one in (found.network, network)]
    if shapes[0] != shapes[1]:
        raise RestoreError(
            f"{run} cannot go on from {settings.start}: the weights of {settings.network} at {settings.input_size} px "
            "have other shapes. Name a run of the same network, or leave start out."
        )
    network.set_weights(found.network.get_weights())

"""Training a student: on the labels alone, or distilled with the teacher's cached answers."""

from kd_core.backend import keras
from kd_core.models.of_run import network_of
from kd_core.models.precision import precision
from kd_core.models.registry import input_spec
from kd_core.settings import Distill, Scratch
from kd_core.training.distiller import Recipe
from kd_core.training.drawn import drawn
from kd_core.training.fit import Fitted, fit
from kd_core.training.job import Job
from kd_core.training.start import begin_from
from kd_core.training.teaching import taught


def train_student(job: Job, run: str, settings: Scratch | Distill) -> tuple[keras.Model, Fitted]:
    """Train a student and return it with what the training gave; its arithmetic is that of ``settings.precision``.

    Raises:
        KdError: if the teacher cannot be restored, the training cannot go on, or the disk is full.
    """
    keras.utils.set_random_seed(settings.seed)
    # First, since what stands in its way shall not be found after an hour of teacher's answers.
    with job.strategy.scope(), precision(settings.precision):
        network = network_of(settings, len(job.index.classes), pretrained=settings.start is None)
        begin_from(job, run, settings, network)
    train = drawn(job, job.training_rows, settings.input_size, settings.augmentation, settings.epochs)
    recipe = Recipe()
    if isinstance(settings, Distill):
        train, recipe = taught(job, settings, train)
    fitted = fit(
        network,
        train,
        job.pixels(job.validation_rows, settings.input_size),
        settings,
        recipe,
        spec=input_spec(settings.network, settings.input_size),
        folder=job.state_folder(run),
        label=run,
        progress=job.progress,
        strategy=job.strategy,
    )
    return network, fitted

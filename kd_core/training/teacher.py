"""Training a teacher: the frozen trunk runs once over every view, and the rest trains on what it gave."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from kd_core.backend import keras
from kd_core.data.augment import Augmentation
from kd_core.models.frozen import split_at_frozen
from kd_core.models.of_run import network_of
from kd_core.models.precision import precision
from kd_core.models.registry import input_spec
from kd_core.settings import Teacher
from kd_core.training.distiller import Recipe
from kd_core.training.fit import Fitted, fit
from kd_core.training.job import Job
from kd_core.training.start import begin_from
from kd_core.training.streams import Examples, array_fetch
from kd_core.training.targets import features_of


def train_teacher(job: Job, run: str, settings: Teacher) -> tuple[keras.Model, Fitted]:
    """Train a teacher and return it with what the training gave; its arithmetic is that of ``settings.precision``.

    Raises:
        KdError: if the backbone's weights cannot be had, the training cannot go on, or the disk is full.
    """
    keras.utils.set_random_seed(settings.seed)
    with job.strategy.scope(), precision(settings.precision):
        network = network_of(settings, len(job.index.classes), pretrained=settings.start is None)
        begin_from(job, run, settings, network)
        trunk, top = split_at_frozen(network, settings.network, settings.unfreeze)
    fitted = fit(
        top,
        _examples(job, settings, trunk, job.training_rows),
        _examples(job, _without_views(settings), trunk, job.validation_rows),
        settings,
        Recipe(),
        spec=None,
        folder=job.state_folder(run),
        label=run,
        progress=job.progress,
        strategy=job.strategy,
    )
    return network, fitted


def trunk_features(job: Job, settings: Teacher, trunk: keras.Model, rows: pd.DataFrame) -> list[np.ndarray]:
    """Return what a teacher's frozen trunk makes of some pictures: for each view, float16 [n, ...], kept."""
    return features_of(
        trunk,
        job.pixels(rows, settings.input_size, settings.augmentation),
        input_spec(settings.network, settings.input_size),
        key=features_key(job, settings, rows),
        cache=job.cache,
        label=f"Features of {len(rows)} pictures",
        progress=job.progress,
    )


def features_key(job: Job, settings: Teacher, rows: pd.DataFrame) -> dict[str, Any]:
    """Return everything that a frozen trunk's features depend on."""
    started = None if settings.start is None else job.record(settings.start).model
    return {
        # A trunk that was trained before, in the run that this one goes on from, is named by that run's weights.
        **({"start": started.sha256} if started else {}),
        "trunk": [settings.network, settings.weights, settings.input_size, settings.unfreeze, settings.precision],
        # Without pretrained weights the trunk is what the seed made of it.
        "seed": settings.seed if settings.weights is None else None,
        "head": settings.head,
        "views": settings.augmentation.drawn_by,
        "data": job.data_key(rows),
    }


def _examples(job: Job, settings: Teacher, trunk: keras.Model, rows: pd.DataFrame) -> Examples:
    features = trunk_features(job, settings, trunk, rows)
    pixels = job.pixels(rows, settings.input_size, settings.augmentation)
    return replace(pixels, fetch=array_fetch(features), shape=features[0].shape[1:], dtype=features[0].dtype.type)


def _without_views(settings: Teacher) -> Teacher:
    return settings.model_copy(update={"augmentation": Augmentation()})

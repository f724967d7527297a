"""Training a student: from scratch on the labels, or distilled with the teacher's cached answers."""

from dataclasses import replace
from typing import Any

import numpy as np

from kd_core.artifacts import RunRecord
from kd_core.backend import keras
from kd_core.models.frozen import split_at_frozen
from kd_core.models.of_run import network_of
from kd_core.models.precision import precision
from kd_core.models.registry import input_spec
from kd_core.study import Distill, Scratch, Teacher, Training, settings_of
from kd_core.training.distiller import Recipe
from kd_core.training.fit import Fitted, TrainingError, fit
from kd_core.training.job import Job
from kd_core.training.targets import features_of, teacher_targets
from kd_core.training.teacher import features_key, trunk_features
from kd_core.training.weights import load_weights


def train_student(job: Job, run: str, settings: Scratch | Distill) -> tuple[keras.Model, Fitted]:
    """Train a student and return it with what the training gave; its arithmetic is that of ``settings.precision``.

    Raises:
        KdError: if the teacher cannot be read, the training cannot go on, or the disk is full.
    """
    train = job.pixels(job.training_rows, settings.input_size, settings.augmentation)
    recipe = Recipe()
    if isinstance(settings, Distill):
        train = replace(train, targets=targets_for(job, settings))
        recipe = Recipe(settings.alpha, settings.temperature, settings.scale_by_t2)
    keras.utils.set_random_seed(settings.seed)
    with job.strategy.scope(), precision(settings.precision):
        network = network_of(settings, len(job.index.classes))
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


def targets_for(job: Job, settings: Distill) -> list[np.ndarray]:
    """Return the teacher's logits for what the student is shown: for each view, float16 [n, classes].

    The teacher sees each view at its own input size. Computed once, and kept by what they depend on.

    Raises:
        KdError: as ``load_teacher``, or if the disk is full.
    """
    network, teacher = load_teacher(job, settings)
    teacher = teacher.model_copy(update={"augmentation": settings.augmentation})
    record = _teacher_record(job, settings)
    rows = job.training_rows
    key: dict[str, Any] = {"teacher": record.model.sha256 if record.model else record.inputs}
    label = f"Answers of {record.study}/{record.run}"
    if isinstance(teacher, Teacher):
        trunk, top = split_at_frozen(network, teacher.network, teacher.unfreeze)
        features = trunk_features(job, teacher, trunk, rows)
        key["features"] = features_key(job, teacher, rows)
        return teacher_targets(top, features, key=key, cache=job.cache, label=label, progress=job.progress)
    key |= {
        "views": teacher.augmentation.model_dump(exclude={"views"}),
        "data": job.data_key(rows),
        "precision": teacher.precision,
    }
    examples = job.pixels(rows, teacher.input_size, teacher.augmentation)
    spec = input_spec(teacher.network, teacher.input_size)
    return features_of(network, examples, spec, key=key, cache=job.cache, label=label, progress=job.progress)


def load_teacher(job: Job, settings: Distill) -> tuple[keras.Model, Training]:
    """Return the teacher with its stored weights, in its own precision, and the settings it was trained with.

    It is read from its run, so that a clone distils from the very teacher that ships.

    Raises:
        TrainingError: if the run was not trained, or knows other classes than the data set has.
        ArtifactError: if the run or its weights cannot be read.
    """
    record = _teacher_record(job, settings)
    teacher = settings_of(record.config)
    if not isinstance(teacher, Training):
        raise TrainingError(f"{record.study}/{record.run} is a compressed run: name the trained one that it came from.")
    if record.classes != job.index.classes:
        raise TrainingError(
            f"The teacher {record.study}/{record.run} knows other classes than {job.index.root}: "
            "train a teacher on this data set."
        )
    with precision(teacher.precision):
        network = network_of(teacher, len(record.classes))
    load_weights(job.store.folder(record.study, record.run) / "weights.npz", network)
    return network, teacher


def _teacher_record(job: Job, settings: Distill) -> RunRecord:
    study, _, run = settings.teacher.rpartition("/")
    return job.store.run(study or job.study.name, run)

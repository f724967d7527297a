"""What a teacher says to the very views that a student is shown."""

from dataclasses import replace
from typing import Any

import numpy as np

from kd_core.artifacts import RunRecord
from kd_core.data.augment import Augmentation
from kd_core.models.frozen import split_at_frozen
from kd_core.models.registry import input_spec
from kd_core.settings import Distill, FineTuning, Teacher
from kd_core.training.distiller import Recipe
from kd_core.training.job import Job
from kd_core.training.restored import is_quantized, require_same_classes, restored
from kd_core.training.streams import Examples
from kd_core.training.targets import deployed_targets, features_of, teacher_targets
from kd_core.training.teacher import features_key, trunk_features


def taught(job: Job, settings: Distill | FineTuning, examples: Examples) -> tuple[Examples, Recipe]:
    """Return the training examples with the teacher's answers, and how these weigh; without a teacher as they were.

    Raises:
        KdError: as ``targets_for``.
    """
    if settings.teacher is None:
        return examples, Recipe()
    targets = targets_for(job, settings.teacher, settings.augmentation)
    recipe = Recipe(settings.alpha, settings.temperature, settings.scale_by_t2)
    if isinstance(settings, Distill):
        recipe = replace(recipe, objective=settings.objective, beta=settings.beta)
    return replace(examples, targets=targets), recipe


def targets_for(job: Job, teacher: str, augmentation: Augmentation) -> list[np.ndarray]:
    """Return a teacher's logits for what a student is shown: for each view, float16 [n, classes].

    The teacher sees each view at its own input size. Computed once, and kept by what they depend on. A quantized
    teacher answers as it is deployed, which takes a fraction of the time.

    Args:
        job: the study on its data.
        teacher: a run of the study, or "study/run".
        augmentation: the views of the student.

    Raises:
        KdError: if the teacher cannot be restored (``kd_core.training.restored``) or loaded, or the disk is full.
    """
    if is_quantized(job.record(teacher)):
        return _deployed_targets(job, job.record(teacher), augmentation)
    found = restored(job, teacher)
    record, network = found.record, found.network
    trained = found.trained.model_copy(update={"augmentation": augmentation})
    rows = job.training_rows
    key: dict[str, Any] = {"teacher": record.model.sha256 if record.model else record.inputs}
    label = f"Answers of {record.study}/{record.run}"
    if isinstance(trained, Teacher) and record.stage == "teacher":
        trunk, top = split_at_frozen(network, trained.network, trained.unfreeze)
        features = trunk_features(job, trained, trunk, rows)
        key["features"] = features_key(job, trained, rows)
        return teacher_targets(top, features, key=key, cache=job.cache, label=label, progress=job.progress)
    key |= {
        "views": augmentation.drawn_by,
        "data": job.data_key(rows),
        "precision": trained.precision,
    }
    examples = job.pixels(rows, trained.input_size, augmentation)
    spec = input_spec(trained.network, trained.input_size)
    return features_of(network, examples, spec, key=key, cache=job.cache, label=label, progress=job.progress)


def _deployed_targets(job: Job, record: RunRecord, augmentation: Augmentation) -> list[np.ndarray]:
    require_same_classes(job, record)
    model, spec, rows = job.store.model_path(record.study, record.run), record.input, job.training_rows
    assert record.model is not None
    assert spec is not None
    return deployed_targets(
        model,
        spec,
        job.pixels(rows, spec.height, augmentation),
        key={"teacher": record.model.sha256, "views": augmentation.drawn_by, "data": job.data_key(rows)},
        cache=job.cache,
        label=f"Answers of {record.study}/{record.run}",
        progress=job.progress,
    )

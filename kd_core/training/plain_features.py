"""What a teacher's backbone makes of every picture as it is, before it has seen a single label of the data set."""

import numpy as np

from kd_core.backend import keras
from kd_core.data.augment import Augmentation
from kd_core.models.frozen import split_at_frozen
from kd_core.models.of_run import network_of
from kd_core.models.precision import precision
from kd_core.settings import Teacher
from kd_core.study import settings_of
from kd_core.training.job import Job
from kd_core.training.teacher import trunk_features


def teacher_named(job: Job) -> tuple[str, Teacher] | None:
    """Return name and settings of the first teacher of a study, "study/run" where it learns from another study's.

    None where the study has none.

    Raises:
        KdError: if the other study's run cannot be read.
    """
    for run, settings in job.study.runs.items():
        if isinstance(settings, Teacher):
            return run, settings
        name = getattr(settings, "teacher", None)
        if name is not None and "/" in name:
            found = settings_of(job.record(name).config)
            if isinstance(found, Teacher):
                return name, found
    return None


def plain_features(job: Job, settings: Teacher) -> np.ndarray:
    """Return the pooled features of all pictures of the index in its order: float16 [n, d], kept and resumable.

    The whole backbone is taken as it was pretrained, the stages that the teacher's training changes included: what it
    learnt from a label must not speak for that label. A backbone without pretrained weights is what the seed makes it.
    In float32, whatever the teacher trains in: many processors only emulate bfloat16, and take five times as long.

    Raises:
        KdError: if the backbone's weights cannot be had, or the disk is full.
    """
    bare = settings.model_copy(
        update={"head": "pooled", "start": None, "unfreeze": 0, "augmentation": Augmentation(), "precision": "float32"}
    )
    keras.utils.set_random_seed(bare.seed)
    with precision(bare.precision):
        network = network_of(bare, len(job.index.classes), pretrained=True)
        trunk, _ = split_at_frozen(network, bare.network)
    (features,) = trunk_features(job, bare, trunk, job.frame)
    return features

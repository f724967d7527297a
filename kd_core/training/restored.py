"""A finished run's network with its stored weights: what teaching and compressing go on from."""

from dataclasses import dataclass

from kd_core.artifacts import RunRecord
from kd_core.artifacts.run_files import WEIGHTS
from kd_core.backend import keras
from kd_core.errors import KdError
from kd_core.models.of_run import network_of
from kd_core.models.precision import Precision, precision
from kd_core.settings import Training
from kd_core.study import settings_of
from kd_core.training.job import Job
from kd_core.training.weights import load_weights


class RestoreError(KdError):
    """A run cannot be gone on from."""


@dataclass(frozen=True)
class Restored:
    """A run's record, the settings that its network was built from (a parent's for a compressed run), the network."""

    record: RunRecord
    trained: Training
    network: keras.Model


def restored(job: Job, run: str, *, arithmetic: Precision | None = None, batch_size: int | None = None) -> Restored:
    """Return the network of a finished run, as it is stored, so that a clone goes on from what ships.

    Args:
        job: the study on its data.
        run: the run, or "study/run".
        arithmetic: what the network is built for; None is what it was trained in.
        batch_size: None leaves the batch open; deployment wants 1.

    Raises:
        RestoreError: if the run is quantized, did not keep its weights, or knows other classes than the data set has.
        ArtifactError: if the run or its weights cannot be read.
        StudyError: if its settings are of another version of this program.
    """
    record = job.record(run)
    name = f"{record.study}/{record.run}"
    require_unquantized(record)
    weights = job.network_folder(record) / WEIGHTS
    if record.model is not None and record.model.file is None and not weights.is_file():
        raise RestoreError(
            f"{name} keeps its answers only, and its weights are no longer in {job.cache}: train it again with --force."
        )
    require_same_classes(job, record)
    trained = _trained(job, record)
    with job.strategy.scope(), precision(arithmetic or trained.precision):
        network = network_of(trained, len(record.classes), batch_size=batch_size)
        load_weights(weights, network)
    return Restored(record, trained, network)


def is_quantized(record: RunRecord) -> bool:
    """Return whether a run's arithmetic cannot be trained any more: only its deployed model is there."""
    return record.stage in ("quantize", "qat")


def unquantized(job: Job, run: str) -> str:
    """Return the run itself, or "study/run" of the one that a quantized run was made from: whose network can train.

    Raises:
        ArtifactError: if a record on the way cannot be read.
    """
    record = job.record(run)
    while is_quantized(record) and record.parent is not None:
        run = record.full(record.parent)
        record = job.record(run)
    return run


def require_same_classes(job: Job, record: RunRecord) -> None:
    """Raise a ``RestoreError`` if a run tells other classes apart than the data set has."""
    if record.classes != job.index.classes:
        raise RestoreError(
            f"{record.study}/{record.run} knows other classes than {job.index.root}: train it on this data set."
        )


def require_unseen(job: Job, record: RunRecord) -> None:
    """Raise a ``RestoreError`` if a run whose weights are inherited learned pictures that this study leaves out.

    Its figures without leaked pictures would be none: what the inherited weights have seen is no part of its index.
    """
    dropped = job.dropped
    if record.study != job.study.name and record.data is not None and record.data.dropped < dropped:
        raise RestoreError(
            f"{record.study}/{record.run} learned {dropped - record.data.dropped:,} pictures that have a copy in "
            f"validation or test and that {job.study.name} leaves out: go on from a run that left them out too, or set "
            "drop_leaks as its study does."
        )


def require_unquantized(record: RunRecord) -> None:
    """Raise a ``RestoreError`` if a run is quantized."""
    if is_quantized(record):
        raise RestoreError(
            f"{record.study}/{record.run} is quantized, and nothing can go on from it: name the run that it came from."
        )


def _trained(job: Job, record: RunRecord) -> Training:
    settings = settings_of(record.config)
    if isinstance(settings, Training):
        return settings
    if record.parent is None:
        raise RestoreError(f"{record.study}/{record.run} names no parent: restore its run.json, or make it anew.")
    return _trained(job, job.record(record.full(record.parent)))

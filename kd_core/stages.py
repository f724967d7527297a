"""From a study to its finished runs: which are up to date, in what order the others are made, and how."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

import pandas as pd
from rich.markup import escape

from kd_core.artifacts import ArtifactError, ArtifactStore, RunRecord
from kd_core.artifacts.schema import Selection
from kd_core.artifacts.store import INDEX_COLUMNS
from kd_core.atomic import write_atomic
from kd_core.backend import keras
from kd_core.compression.quantize import representative_inputs
from kd_core.compression.tune import Tuned, fine_tune
from kd_core.data.frame import DROPPED, TRAINED
from kd_core.errors import KdError
from kd_core.finish import Result, finish, stored_weights
from kd_core.models.of_run import network_of
from kd_core.models.registry import input_spec
from kd_core.settings import Cluster, Distill, Prune, Quantize, QuantizeAware, Scratch, Teacher
from kd_core.standing import Standing, standing
from kd_core.study import StudyError
from kd_core.training.fit import METRIC, Fitted
from kd_core.training.job import Job
from kd_core.training.restored import require_unseen, restored
from kd_core.training.student import train_student
from kd_core.training.teacher import train_teacher


def run_study(job: Job, runs: Sequence[str], *, force: bool = False, named: bool = False) -> list[str]:
    """Make the runs that are missing and return the names of those that failed.

    A finished run is kept: ``force`` replaces stale and damaged ones, and up-to-date ones too where they were asked
    for by name (``named``). A run that fails is told and stops only those that build on it.
    """
    write_index(job)
    failed = _made(job, runs, force, named)
    if force:
        # What was replaced no longer holds on to what it was trained on.
        write_index(job)
    return failed


def _made(job: Job, runs: Sequence[str], force: bool, named: bool) -> list[str]:
    failed: list[str] = []
    for run in runs:
        found = standing(job.study, job.store, run)
        replace = force and (named or found.condition in ("stale", "damaged"))
        if found.condition != "missing" and not replace:
            job.progress.say(_kept(found))
            if found.condition == "damaged":
                failed.append(run)
            continue
        broken = [name for name in job.study.needs(run) if name in failed]
        if broken:
            job.progress.say(f"[yellow]{run}[/]: left out, since {broken[0]} on which it builds could not be made.")
            failed.append(run)
            continue
        try:
            record = make_run(job, run, replace=found.condition != "missing")
            job.progress.say(f"[green]{run}[/]: done in {record.seconds:.0f} s")
        except KdError as error:
            job.progress.say(f"[red]{run}[/]: {escape(str(error))}")
            failed.append(run)
    return failed


def make_run(job: Job, run: str, *, replace: bool = False) -> RunRecord:
    """Make one run, from training to its folder in the artifacts.

    Raises:
        KdError: if it cannot be made; what it was made from stays as it was.
    """
    for parent in job.study.needs(run):
        condition = "complete" if "/" in parent else standing(job.study, job.store, parent).condition
        if condition in ("missing", "damaged"):
            raise StudyError(
                f"{run} builds on {parent}, which is not there yet: run `python -m kd_core run {job.study.name}`."
            )
        if condition == "stale" and parent in job.study.made_from(run):
            raise StudyError(
                f"{run} builds on {parent}, whose settings or sources have changed since it was made: --force replaces "
                f"{parent}, or put its table back."
            )
    settings = job.study.runs[run]
    started = datetime.now(UTC)
    if isinstance(settings, Quantize):
        result = _quantized(job, settings, started)
    elif isinstance(settings, Prune | Cluster | QuantizeAware):
        result = _tuned(fine_tune(job, run, settings), settings, started)
    elif isinstance(settings, Teacher):
        result = _trained(job, settings, train_teacher(job, run, settings), started)
    else:
        result = _trained(job, settings, train_student(job, run, settings), started)
    record = finish(job, run, result, replace=replace)
    shutil.rmtree(job.state_folder(run), ignore_errors=True)
    return record


def write_index(job: Job) -> None:
    """Write the study's ``data.parquet``, unless finished runs of other data already stand on one.

    The shipped runs were trained on a smaller copy of the photos: other data are said, and nothing is retrained. Of the
    same data the file is brought up to date: copies may be found today that were not found when the runs were made.
    What a finished run was trained on stays "trained" although today's rule leaves it out: its copies are not clean.
    """
    target = job.store.root / job.study.name / "data.parquet"
    records, _ = job.store.runs(job.study.name)
    other = [record for record in records if record.data and record.data.fingerprint != job.index.fingerprint]
    if other:
        job.progress.say(
            f"[yellow]{other[0].run}[/] and {len(other) - 1} more were made from other data than {job.index.root} "
            "holds; they are kept as they are."
        )
    if target.is_file() and other:
        return
    frame = job.frame[list(INDEX_COLUMNS)]
    if any(record.data and record.data.dropped < job.dropped for record in records):
        frame = _with_learned(frame, job.store, job.study.name)
    content = BytesIO()
    frame.to_parquet(content, index=False, compression="zstd")
    if not target.is_file() or target.read_bytes() != content.getvalue():
        write_atomic(target, content.getvalue())


def _with_learned(frame: pd.DataFrame, store: ArtifactStore, study: str) -> pd.DataFrame:
    try:
        stored = store.index(study)
    except ArtifactError:
        return frame
    earlier = frame["path"].isin(stored.loc[stored["used"] == TRAINED, "path"]) & (frame["used"] == DROPPED)
    return frame.assign(used=frame["used"].mask(earlier, TRAINED))


def _trained(
    job: Job, settings: Teacher | Scratch | Distill, trained: tuple[keras.Model, Fitted], started: datetime
) -> Result:
    network, fitted = trained
    # The converter refuses bfloat16, so that what is deployed is built anew in float32.
    deployed = network_of(settings, len(job.index.classes), batch_size=1)
    deployed.set_weights(network.get_weights())
    stored_weights(deployed, settings)
    return Result(
        network=deployed,
        trained=settings,
        scheme=settings.deploy,
        started=started,
        history=fitted.history,
        selection=Selection(metric=METRIC, epoch=fitted.epoch, value=fitted.value),
    )


def _tuned(tuned: Tuned, settings: Prune | Cluster | QuantizeAware, started: datetime) -> Result:
    return Result(
        network=tuned.network,
        trained=tuned.trained,
        scheme="int8" if isinstance(settings, QuantizeAware) else "float32",
        started=started,
        history=tuned.fitted.history,
        selection=Selection(metric=METRIC, epoch=tuned.fitted.epoch, value=tuned.fitted.value),
        deployed=tuned.deployed,
        wrapped_total=tuned.wrapped_total,
        notes=tuned.notes,
    )


def _quantized(job: Job, settings: Quantize, started: datetime) -> Result:
    parent = restored(job, settings.parent, arithmetic="float32", batch_size=1)
    require_unseen(job, parent.record)
    representative = None
    if settings.scheme == "int8":
        spec = input_spec(parent.trained.network, parent.trained.input_size)
        representative = representative_inputs(job, spec, settings.representative, settings.seed)
    return Result(parent.network, parent.trained, settings.scheme, started, representative=representative)


def _kept(found: Standing) -> str:
    if found.condition == "stale":
        return f"[yellow]{found.run}[/]: kept, though its settings or sources have changed since; --force replaces it."
    if found.condition == "damaged":
        return f"[red]{found.run}[/]: {escape(found.sentence)} --force makes it anew."
    return f"[green]{found.run}[/]: up to date"

"""From a trained network to a finished run: deploy, evaluate, write."""

import gzip
import hashlib
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from kd_core.artifacts import RunRecord
from kd_core.artifacts.run_files import WEIGHTS
from kd_core.artifacts.schema import DataUse, ModelFile, Selection
from kd_core.artifacts.store import HISTORY_COLUMNS
from kd_core.artifacts.write import run_folder, write_record
from kd_core.backend import keras
from kd_core.compression.export import Scheme, convert
from kd_core.environment import environment
from kd_core.evaluation.predict import predict, prediction_table
from kd_core.models.registry import input_spec
from kd_core.models.summary import head_kernel, layer_table, parameter_counts
from kd_core.settings import Cluster, Prune, Run, Training
from kd_core.standing import sources
from kd_core.training.job import Job
from kd_core.training.weights import save_weights

MODEL = "model.tflite"


@dataclass(frozen=True)
class Result:
    """What a stage made of a run.

    ``network``: float32, batch 1, with its final weights. ``trained``: the settings that the network was built from,
    a parent's for a compressed run. ``deployed``: what is converted, where that is not ``network`` itself: one with
    simulated quantization. ``representative``: prepared inputs that set int8 ranges. ``history``: None where nothing
    was trained. ``wrapped_total``: parameters with pruning wrappers. ``notes``: what a reader must know.
    """

    network: keras.Model
    trained: Training
    scheme: Scheme
    started: datetime
    history: pd.DataFrame | None = None
    selection: Selection | None = None
    deployed: keras.Model | None = None
    representative: list[np.ndarray] | None = None
    wrapped_total: int | None = None
    notes: tuple[str, ...] = ()


def finish(job: Job, run: str, result: Result, *, replace: bool) -> RunRecord:
    """Convert, evaluate and write a run; its folder appears whole, or not at all.

    Raises:
        KdError: if the network cannot be converted, a picture cannot be read, or the disk is full.
    """
    settings = job.study.runs[run]
    spec = input_spec(result.trained.network, result.trained.input_size)
    with run_folder(job.store.root, job.study.name, run, replace=replace) as folder:
        job.progress.say(f"  {run}: converting to {result.scheme}")
        model = folder / MODEL
        model.write_bytes(convert(result.deployed or result.network, result.scheme, result.representative))
        rows = job.evaluation_rows
        logits = predict(model, spec, job.index.files(rows), job.progress, f"{run}: evaluating")
        prediction_table(rows, logits, job.index.classes).to_parquet(folder / "predictions.parquet", index=False)
        layers = layer_table(result.network)
        layers.to_csv(folder / "layers.csv", index=False)
        history = result.history if result.history is not None else pd.DataFrame(columns=list(HISTORY_COLUMNS))
        history.to_csv(folder / "history.csv", index=False)
        deployed = _model_file(model, result.scheme)
        _save_network(folder, result.network, settings)
        if isinstance(settings, Training) and settings.keep == "answers":
            deployed = deployed.model_copy(update={"file": None})
        record = RunRecord(
            study=job.study.name,
            run=run,
            stage=settings.stage,
            network=result.trained.network,
            classes=job.index.classes,
            seed=settings.seed,
            config=settings.model_dump(mode="json"),
            inputs=job.study.inputs(run),
            sources=sources(job.study, job.store, run),
            parameters=parameter_counts(result.network).model_copy(update={"wrapped_total": result.wrapped_total}),
            macs=int(layers["macs"].sum()),
            model=deployed,
            input=spec,
            outputs=("logits", "features"),
            selection=result.selection,
            data=_data_use(job),
            environment=environment(),
            started=result.started.isoformat(timespec="seconds"),
            notes=result.notes,
            seconds=round((datetime.now(UTC) - result.started).total_seconds(), 1),
            **{key: getattr(settings, key, None) for key in ("parent", "teacher", "twin")},
        )
        if deployed.file is None:
            _set_aside(folder, job.network_folder(record))
        write_record(folder, record)
    return record


def stored_weights(network: keras.Model, settings: Training) -> None:
    """Round a network's weights in place to the precision in which its run keeps them.

    What is evaluated, distilled from and shipped is then one and the same network.
    """
    dtype = _stored_dtype(settings)
    network.set_weights([weight.astype(dtype).astype(np.float32) for weight in network.get_weights()])


def _save_network(folder: Path, network: keras.Model, settings: Run) -> None:
    """Write what training goes on from, and what class activation maps take: the linear layer over the last map."""
    if isinstance(settings, Training):
        save_weights(folder / WEIGHTS, network, _stored_dtype(settings))
    elif isinstance(settings, Prune | Cluster):
        save_weights(folder / WEIGHTS, network)
    if (head := head_kernel(network)) is not None:
        np.savez_compressed(folder / "head.npz", allow_pickle=False, **head)


def _set_aside(folder: Path, cached: Path) -> None:
    """Move model and weights out of a run's folder into the cache."""
    cached.mkdir(parents=True, exist_ok=True)
    for name in (MODEL, WEIGHTS, "head.npz"):
        if (folder / name).is_file():
            shutil.move(folder / name, cached / name)


def _stored_dtype(settings: Training) -> type:
    return np.float16 if settings.deploy == "float16" else np.float32


def _model_file(path: Path, scheme: Scheme) -> ModelFile:
    content = path.read_bytes()
    return ModelFile(
        file=path.name,
        precision=scheme,
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        size_gzip_bytes=len(gzip.compress(content, compresslevel=9, mtime=0)),
    )


def _data_use(job: Job) -> DataUse:
    evaluated = job.evaluation_rows["split"].value_counts()
    trained, all_training = len(job.training_rows), int((job.frame["split"] == "train").sum())
    splits = {"train": trained, "val": int(evaluated["val"]), "test": int(evaluated["test"])}
    return DataUse(fingerprint=job.index.fingerprint, splits=splits, dropped=all_training - trained)

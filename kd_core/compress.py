"""Goal-driven compression: the variants that a search asks for, made as runs of a study of their own."""

from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np
from rich.markup import escape

from kd_core.artifacts import RunRecord
from kd_core.compression.search import Goal, Trial, Variant, search
from kd_core.errors import KdError
from kd_core.evaluation.classifier import Classifier
from kd_core.evaluation.metrics import accuracy
from kd_core.evaluation.timing import call_times
from kd_core.finish import MODEL
from kd_core.settings import Distill, FineTuning, Fitting
from kd_core.stages import make_run, write_index
from kd_core.standing import standing
from kd_core.study import Study, parse_study, settings_of
from kd_core.training.job import Job
from kd_core.training.restored import require_unquantized

CLUSTERS = 16
# A trained network goes on with a quarter of the step it was trained with, and less under simulated rounding.
_GENTLER, _GENTLEST = 0.25, 0.05
# Turns of a timing: time that is a limit is measured more than once.
_TURNS, _TURNS_OF_A_LIMIT = 1, 3


@dataclass(frozen=True)
class Found:
    """What a search gave: the run it began from, and its trials in order."""

    origin: RunRecord
    trials: list[Trial]

    def run_of(self, trial: Trial) -> tuple[str, str]:
        """Return the study and the run that hold a trial's model."""
        if trial.variant.method == "unchanged":
            return self.origin.study, self.origin.run
        return _study_name(self.origin), trial.variant.name


def compress(job: Job, run: str, goal: Goal, *, epochs: int) -> Found:
    """Search the variants of a finished run for a goal; what was made before is not made again.

    Each variant is a run of the study "<study>-<run>", so that the dashboard shows it. Validation alone decides.

    Args:
        job: the study of ``run``, on its data.
        run: a trained, pruned or clustered run.
        goal: what is to be held.
        epochs: how long each fine-tuning lasts.

    Raises:
        KdError: if the run cannot be read or gone on from, or the disk is full.
    """
    origin = job.record(run)
    require_unquantized(origin)
    settings = settings_of(origin.config)
    assert isinstance(settings, Fitting)
    tables = _Tables(origin, settings, epochs)
    before = _accuracy(job, origin)

    def measure(variant: Variant) -> Trial:
        try:
            record = origin if variant.method == "unchanged" else _made(job, origin, tables.chain(variant))
        except KdError as error:
            job.progress.say(f"[red]{variant.name}[/]: {escape(str(error))}")
            return Trial(variant, 0.0, 1.0, 0, 0, 0.0, problem=str(error))
        assert record.model is not None
        reached = _accuracy(job, record)
        trial = Trial(
            variant,
            reached,
            before - reached,
            record.model.size_bytes,
            record.model.size_gzip_bytes,
            _p50_ms(job, record, _TURNS if goal.max_ms is None else _TURNS_OF_A_LIMIT),
        )
        job.progress.say(f"  {variant.name}: {'holds the goal' if goal.holds(trial) else 'does not hold the goal'}")
        return trial

    return Found(origin, search(goal, measure))


@dataclass(frozen=True)
class _Tables:
    """The tables of the runs that lead to a variant."""

    origin: RunRecord
    settings: Fitting
    epochs: int

    def chain(self, variant: Variant) -> dict[str, dict[str, Any]]:
        """Return the tables from the origin to the variant, by run name; the last is the variant."""
        run = f"{self.origin.study}/{self.origin.run}"
        pruned = f"pruned{variant.sparsity}"
        prune = {pruned: self._tuned(run, _GENTLER) | {"stage": "prune", "sparsity": variant.sparsity / 100}}
        if variant.method == "qat":
            return {"qat": self._aware(run, "nothing")}
        if variant.method == "pruned-int8":
            return prune | {variant.name: _quantized(pruned, "int8")}
        if variant.method == "pruned-qat":
            return prune | {variant.name: self._aware(pruned, "sparsity")}
        if variant.method == "pruned-clustered-int8":
            shared = self._tuned(pruned, _GENTLEST) | {"clusters": CLUSTERS, "preserve_sparsity": True}
            clustered = f"{pruned}-clustered"
            return (
                prune
                | {clustered: shared | {"stage": "cluster", "precision": "float32"}}
                | {variant.name: _quantized(clustered, "int8")}
            )
        return {variant.name: _quantized(run, variant.method)}

    def _aware(self, parent: str, preserve: str) -> dict[str, Any]:
        return self._tuned(parent, _GENTLEST) | {"stage": "qat", "preserve": preserve, "precision": "float32"}

    def _tuned(self, parent: str, gentler: float) -> dict[str, Any]:
        settings = self.settings
        # What has been fine-tuned before had its step made smaller then.
        gentler = 1.0 if isinstance(settings, FineTuning) else gentler
        shared = ("batch_size", "optimizer", "weight_decay", "l2", "clip_norm", "precision", "seed")
        table = {key: getattr(settings, key) for key in shared if getattr(settings, key) is not None} | {
            "parent": parent,
            "epochs": self.epochs,
            "learning_rate": settings.learning_rate * gentler,
            "schedule": "cosine",
            "augmentation": settings.augmentation.model_dump(),
        }
        if not isinstance(settings, Distill | FineTuning) or settings.teacher is None:
            return table
        teacher = self.origin.full(settings.teacher)
        recipe = {"alpha": settings.alpha, "temperature": settings.temperature, "scale_by_t2": settings.scale_by_t2}
        return table | {"teacher": teacher} | recipe


def _quantized(parent: str, scheme: str) -> dict[str, Any]:
    return {"stage": "quantize", "parent": parent, "scheme": scheme}


def _made(job: Job, origin: RunRecord, tables: dict[str, dict[str, Any]]) -> RunRecord:
    """Return the record of the last run of a chain, after making what is missing or was made otherwise."""
    study = _study(job.study, origin, tables)
    here = replace(job, study=study)
    write_index(here)
    for run in study.runs:
        condition = standing(study, job.store, run).condition
        if condition != "complete":
            make_run(here, run, replace=condition != "missing")
    return job.store.run(study.name, list(tables)[-1])


def _study(study: Study, origin: RunRecord, tables: dict[str, dict[str, Any]]) -> Study:
    parsed = parse_study({"runs": tables}, _study_name(origin), f"the search from {origin.run}")
    return parsed.model_copy(update={"data": study.data})


def _study_name(origin: RunRecord) -> str:
    return f"{origin.study}-{origin.run}"


def _accuracy(job: Job, record: RunRecord) -> float:
    answers = job.store.predictions(record.study, record.run).of("val")
    clean = np.isin(answers.path, job.validation_rows["path"].to_numpy(str))
    return accuracy(answers.where(clean))


def _p50_ms(job: Job, record: RunRecord, turns: int) -> float:
    assert record.input is not None
    cached = job.network_folder(record) / MODEL
    model = Classifier(cached if cached.is_file() else job.store.model_path(record.study, record.run), record.input, 1)
    times = call_times({record.run: model}, turns, job.progress)[record.run]
    return 1e3 * median(seconds for turn in times for seconds in turn)

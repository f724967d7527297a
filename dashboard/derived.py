"""Figures derived from the artifacts, cached by the files that they were derived from."""

from pathlib import Path

from dashboard import context, roles
from dashboard.memory import remembered
from dashboard.tables.figures import Figures, measured, stated
from dashboard.tables.intervals import accuracy_estimates
from kd_core.artifacts import ArtifactStore, Benchmark, Problem, RunRecord
from kd_core.environment import machine_name
from kd_core.errors import KdError
from kd_core.evaluation import pairing
from kd_core.evaluation.bootstrap import Estimate
from kd_core.evaluation.checks import Checked, Finding, StudyView, run_checks
from kd_core.evaluation.checks.answers import disagreement, rounded_away


def figures(record: RunRecord, split: str) -> tuple[Figures, list[Problem]]:
    """Return what a run scores and costs on one split: stated for a published run, measured for any other."""
    if record.stage == "published":
        return stated(record, split), []
    timed = benchmark(record.study)
    key = (
        *context.stamp(record.study, record.run, "run.json", "predictions.parquet"),
        *context.stamp(record.study, "", "data.parquet"),
        timed.machine if timed else None,
        timed.measured if timed else None,
    )
    return _figures(record, split, timed, key)


def study_figures(study: str, split: str) -> tuple[dict[str, Figures], list[Problem]]:
    """Return the figures of every run of a study by run name, and all problems met on the way."""
    records, problems = context.runs(study)
    found: dict[str, Figures] = {}
    for record in records:
        found[record.run], met = figures(record, split)
        problems = problems + met
    return found, problems


def benchmark(study: str) -> Benchmark | None:
    """Return the study's latest benchmark; latencies of different machines are never mixed."""
    return max(context.benchmarks(study)[0], key=lambda b: b.measured, default=None)


def teacher(study: str) -> RunRecord | None:
    """Return the teacher of a study, from another study where the runs name one there."""
    records, _ = context.runs(study)
    own = roles.teacher(records)
    elsewhere = roles.foreign_teacher(records)
    return own if own or not elsewhere else context.record(*elsewhere)[0]


def best_student(study: str) -> RunRecord | None:
    """Return the student that does best on validation (leak-free where that is known)."""
    records, _ = context.runs(study)
    on_validation, _ = study_figures(study, "val")
    scores = {run: f.honest_accuracy for run, f in on_validation.items()}
    return roles.best_student(records, {run: score for run, score in scores.items() if score is not None})


def accuracies(record: RunRecord, split: str) -> dict[str, Estimate]:
    """Return the accuracy of a run with its interval by part of the split; empty where its answers cannot be read.

    Why they cannot be read is told by ``figures``.
    """
    key = (
        *context.stamp(record.study, record.run, "run.json", "predictions.parquet"),
        *context.stamp(record.study, "", "data.parquet"),
    )
    return _accuracies(record, split, key)


def agreement(record: RunRecord, other: RunRecord, split: str) -> float | None:
    """Return the share of pictures of a split to which two runs give the same class, 0..1; None where it is not known.

    Why it is not known, and whose answers cannot be read, is told by ``figures`` of the two.
    """
    stamps = [context.stamp(r.study, r.run, "run.json", "predictions.parquet") for r in (record, other)]
    return _agreement(record, other, split, tuple(stamps))


def findings(record: RunRecord, parent: RunRecord | None, split: str) -> list[Finding]:
    """Return what the checks find in a run's answers on a split: KD007, which is asked of either split."""
    share = agreement(record, parent, split) if parent is not None else None
    n = figures(record, split)[0].n
    if share is None or n is None:
        return []
    found = disagreement(record, share, split=split, n=n)
    return [rounded_away.finding(found)] if found else []


def checked(study: str) -> Checked:
    """Return what all checks find in a study on this machine; the settings of its file are not known here."""
    records, _ = context.runs(study)
    named = [name for record in records for name in (record.parent, record.teacher, record.twin) if name]
    elsewhere = sorted({name.rpartition("/")[0] for name in named if "/" in name})
    key = tuple(context.study_stamp(one) for one in (study, *elsewhere))
    return _checked(str(context.store().root), study, machine_name(), key)


@remembered(max_entries=4096)
def _figures(
    _record: RunRecord, split: str, _benchmark: Benchmark | None, key: tuple[object, ...]
) -> tuple[Figures, list[Problem]]:
    answers, problems = context.predictions(_record.study, _record.run)
    index, index_problems = context.index(_record.study)
    timed = _benchmark.runs.get(_record.run) if _benchmark else None
    return measured(_record, split, answers, index, timed), problems + index_problems


@remembered(max_entries=1024)
def _accuracies(_record: RunRecord, split: str, key: tuple[object, ...]) -> dict[str, Estimate]:
    answers, _ = context.predictions(_record.study, _record.run)
    index, _ = context.index(_record.study)
    return accuracy_estimates(answers, split, index) if answers is not None else {}


@remembered(max_entries=64)
def _checked(root: str, study: str, machine: str, key: tuple[object, ...]) -> Checked:
    return run_checks(StudyView(ArtifactStore(Path(root)), study, machine))


@remembered(max_entries=1024)
def _agreement(_record: RunRecord, _other: RunRecord, split: str, key: tuple[object, ...]) -> float | None:
    one, _ = context.predictions(_record.study, _record.run)
    other, _ = context.predictions(_other.study, _other.run)
    if one is None or other is None:
        return None
    try:
        return pairing.agreement(one.of(split), other.of(split))
    except KdError:
        return None

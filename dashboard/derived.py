"""Figures derived from the artifacts, remembered and kept by the files that they were derived from."""

import math
from collections.abc import Sequence

from dashboard import context, roles
from dashboard.kept import kept
from dashboard.memory import remembered
from dashboard.stamps import Stamp
from dashboard.tables.figures import Figures, measured, stated, timed
from dashboard.tables.intervals import accuracy_estimates
from kd_core.artifacts import Benchmark, Problem, RunRecord
from kd_core.errors import KdError
from kd_core.evaluation import pairing, teachers
from kd_core.evaluation.bootstrap import Estimate
from kd_core.evaluation.checks import Finding
from kd_core.evaluation.checks.answers import disagreement, rounded_away


def figures(record: RunRecord, split: str) -> tuple[Figures, list[Problem]]:
    """Return what a run scores and costs on one split: stated for a published run, measured for any other."""
    if record.stage == "published":
        return stated(record, split), []
    found, problems = _figures(record, split, _sources(record))
    return _timed(record, found, benchmark(record.study)), problems


def study_figures(study: str, split: str) -> tuple[dict[str, Figures], list[Problem]]:
    """Return the figures of every run of a study by run name, and all problems met on the way."""
    records, problems = context.runs(study)
    # All at once: asking for hundreds of runs one by one takes longer than a page may.
    found, met = _study_figures(records, split, _sources_of(records))
    times = benchmark(study)
    own = {
        record.run: stated(record, split) if record.stage == "published" else _timed(record, found[record.run], times)
        for record in records
    }
    return own, problems + met


def benchmark(study: str) -> Benchmark | None:
    """Return the study's latest benchmark; latencies of different machines are never mixed."""
    return max(context.benchmarks(study)[0], key=lambda b: b.measured, default=None)


def teacher(study: str) -> RunRecord | None:
    """Return the teacher of a study, from another study where the runs name one there."""
    records, _ = context.runs(study)
    own = teachers.teacher(records)
    elsewhere = roles.foreign_teacher(records)
    return own if own or not elsewhere else context.record(*elsewhere)[0]


def best_student(study: str) -> RunRecord | None:
    """Return the student that does best on validation (leak-free where that is known)."""
    records, _ = context.runs(study)
    chosen = _best_student(study, _sources_of(records))
    return next((record for record in records if record.run == chosen), None)


def accuracies(record: RunRecord, split: str) -> dict[str, Estimate]:
    """Return the accuracy of a run with its interval by part of the split; empty where its answers cannot be read.

    Why they cannot be read is told by ``figures``.
    """
    return _accuracies(record, split, _sources(record))


def agreement(record: RunRecord, other: RunRecord, split: str) -> float | None:
    """Return the share of pictures of a split to which two runs give the same class, 0..1; None where it is not known.

    Why it is not known, and whose answers cannot be read, is told by ``figures`` of the two.
    """
    stamps = [context.stamp(r.study, r.run, "run.json", "predictions.parquet") for r in (record, other)]
    return _agreement(record, other, split, sum(stamps, ()))


def findings(record: RunRecord, parent: RunRecord | None, split: str) -> list[Finding]:
    """Return what the checks find in a run's answers on a split: KD007, which is asked of either split."""
    share = agreement(record, parent, split) if parent is not None else None
    n = figures(record, split)[0].n
    if share is None or n is None:
        return []
    found = disagreement(record, share, split=split, n=n)
    return [rounded_away.finding(found)] if found else []


def _timed(record: RunRecord, figures: Figures, times: Benchmark | None) -> Figures:
    return timed(figures, times.runs.get(record.run) if times else None)


# Shared: nobody changes them.
@remembered(max_entries=64, shared=True)
def _study_figures(_records: list[RunRecord], split: str, sources: Stamp) -> tuple[dict[str, Figures], list[Problem]]:
    found: dict[str, Figures] = {}
    problems: list[Problem] = []
    for record in _records:
        if record.stage != "published":
            found[record.run], met = _figures(record, split, _sources(record))
            problems += met
    return found, problems


@remembered(max_entries=64)
def _best_student(study: str, sources: Stamp) -> str | None:
    on_validation, _ = study_figures(study, "val")
    scores = {run: f.honest_accuracy for run, f in on_validation.items()}
    known = {run: score for run, score in scores.items() if score is not None}
    best = roles.best_student(context.runs(study)[0], known)
    return best.run if best else None


def _sources_of(records: Sequence[RunRecord]) -> Stamp:
    return tuple(stamp for record in records for stamp in _sources(record))


def _sources(record: RunRecord) -> Stamp:
    """Return the stamps of all files from which the figures of a run are derived, but for its times."""
    return (
        *context.stamp(record.study, record.run, "run.json", "predictions.parquet"),
        *context.stamp(record.study, "", "data.parquet"),
    )


@remembered(max_entries=4096)
def _figures(_record: RunRecord, split: str, sources: Stamp) -> tuple[Figures, list[Problem]]:
    problems: list[Problem] = []

    def derive() -> Figures:
        answers, met = context.predictions(_record.study, _record.run)
        index, index_met = context.index(_record.study)
        problems.extend([*met, *index_met])
        return measured(_record, split, answers, index, None)

    name = (_record.study, _record.run, split)
    return kept("figures", name, sources, Figures, derive, whole=lambda: not problems), problems


@remembered(max_entries=4096)
def _accuracies(_record: RunRecord, split: str, sources: Stamp) -> dict[str, Estimate]:
    problems: list[Problem] = []

    def derive() -> dict[str, Estimate]:
        answers, met = context.predictions(_record.study, _record.run)
        index, index_met = context.index(_record.study)
        problems.extend([*met, *index_met])
        return accuracy_estimates(answers, split, index) if answers is not None else {}

    name = (_record.study, _record.run, split)
    return kept("accuracies", name, sources, dict[str, Estimate], derive, whole=lambda: not problems)


@remembered(max_entries=4096)
def _agreement(_record: RunRecord, _other: RunRecord, split: str, sources: Stamp) -> float | None:
    def derive() -> float:
        one, _ = context.predictions(_record.study, _record.run)
        other, _ = context.predictions(_other.study, _other.run)
        if one is None or other is None:
            return math.nan
        try:
            return pairing.agreement(one.of(split), other.of(split))
        except KdError:
            return math.nan

    name = (_record.study, _record.run, _other.study, _other.run, split)
    found = kept("agreement", name, sources, float, derive, whole=lambda: True)
    return None if math.isnan(found) else found

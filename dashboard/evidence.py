"""What stands behind the conclusion on a student: the figures of both sides, how they differ, what is not proven."""

from dataclasses import dataclass

from dashboard import context, derived, lineage
from dashboard.components.differences import differences
from dashboard.components.verdict import Column, Side, cost, not_proven, saved
from dashboard.components.verdict_words import preferred
from dashboard.formats import fmt_count, fmt_percent
from dashboard.tables.conclusion import Evidence, trainings, unproven
from dashboard.verdicts import ByPart, verdict_on
from kd_core.artifacts import Problem, RunRecord
from kd_core.evaluation.recipes import comparisons


@dataclass(frozen=True)
class Conclusion:
    """What a student saves and costs against its teacher, what is not proven, and what distillation was worth to it.

    ``distillation`` is the verdict by part of the split, empty where there is no twin; ``problems`` is what could not
    be read.
    """

    saved: Column
    cost: Column
    unproven: Column
    distillation: ByPart
    problems: list[Problem]


def conclusion_on(student: RunRecord, teacher: RunRecord, split: str) -> Conclusion:
    """Return the conclusion on a student against its teacher, on one split."""
    stated = student.stage == "published"
    trained = lineage.origin(student)
    before, problems = _side(teacher, split)
    after, met = _side(student, split)
    found, unread = ({}, []) if stated else differences(student, teacher, split)
    against, twin_unread = _distillation(trained, split)
    evidence = Evidence(
        published=stated,
        compared=bool(found),
        twin=_twin_verdict(trained, against),
        trainings=trainings(trained, context.runs(trained.study)[0]),
        leaked=(after.figures.n or 0) - (after.figures.n_leak_free or after.figures.n or 0),
        timed=after.figures.latency_ms is not None,
    )
    return Conclusion(
        saved=saved(before, after),
        cost=cost(before, after, found),
        unproven=not_proven(unproven(evidence), _values(after, evidence)),
        distillation=against,
        problems=[*problems, *met, *unread, *twin_unread],
    )


def _side(record: RunRecord, split: str) -> tuple[Side, list[Problem]]:
    figures, problems = derived.figures(record, split)
    return Side(record, figures), problems


def _distillation(trained: RunRecord, split: str) -> tuple[ByPart, list[Problem]]:
    """Return the verdict on the recipe of a training, over all its seeds; empty where it has no twin."""
    for comparison in comparisons(context.runs(trained.study)[0]):
        if comparison.kind == "distillation" and any(pair.record.run == trained.run for pair in comparison.pairs):
            return verdict_on(comparison, split)
    return {}, []


def _twin_verdict(trained: RunRecord, against: ByPart) -> str:
    if trained.stage != "distill":
        return ""
    if trained.twin is None:
        return "none"
    judged = preferred(against)
    return judged.outcome if judged else "unread"


def _values(student: Side, evidence: Evidence) -> dict[str, str]:
    timed = derived.benchmark(student.record.study)
    return {
        "cpu": timed.cpu if timed else "",
        "leaked": fmt_count(evidence.leaked),
        "n": fmt_count(student.figures.n),
        "accuracy": fmt_percent(student.figures.accuracy),
        "study": student.record.study,
    }

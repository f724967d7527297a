"""The verdicts of a study, cached by the files that they were reached from."""

from typing import Any

from dashboard import context
from dashboard.memory import remembered
from kd_core.artifacts import Predictions, Problem, RunRecord
from kd_core.errors import KdError
from kd_core.evaluation.recipes import Comparison, Kind, Pair, comparisons
from kd_core.evaluation.verdict import Verdict, judge

ByPart = dict[str, Verdict]


def verdicts(study: str, split: str, kind: Kind) -> tuple[list[tuple[Comparison, ByPart]], list[Problem]]:
    """Return every comparison of a kind in a study with its verdicts by part; empty where answers cannot be read."""
    records, problems = context.runs(study)
    found = []
    for comparison in comparisons(records):
        if comparison.kind == kind:
            by_part, met = verdict_on(comparison, split)
            found.append((comparison, by_part))
            problems = problems + met
    return found, problems


def verdict_on(comparison: Comparison, split: str) -> tuple[ByPart, list[Problem]]:
    """Return the verdicts on one comparison by part of the split (``WHOLE``, ``CLEAN``)."""
    study = comparison.pairs[0].record.study
    places = [place for pair in comparison.pairs for place in ((pair.record.study, pair.record.run), pair.place)]
    stamps = [context.stamp(*place, "run.json", "predictions.parquet") for place in places]
    return _verdict_on(comparison, split, (*stamps, context.stamp(study, "", "data.parquet")))


def verdict_of_two(first: RunRecord, second: RunRecord, split: str) -> tuple[ByPart, list[Problem]]:
    """Return the verdicts on any two runs of a study, each as one training."""
    return verdict_on(Comparison("pair", first.run, second.run, (Pair(first, second.run),)), split)


@remembered(max_entries=512)
def _verdict_on(_comparison: Comparison, split: str, key: tuple[Any, ...]) -> tuple[ByPart, list[Problem]]:
    study = _comparison.pairs[0].record.study
    index, met_index = context.index(study)
    problems = [*met_index]

    def read(holder: str, run: str) -> Predictions | None:
        answers, met = context.predictions(holder, run)
        problems.extend(met)
        return answers

    try:
        return judge(_comparison, read, split, index), problems
    except KdError as error:
        return {}, [*problems, Problem(context.store().root / study / _comparison.pairs[0].record.run, str(error))]

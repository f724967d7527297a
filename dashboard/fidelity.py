"""How faithful runs are to a teacher, cached by the files that it was derived from."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from dashboard import context
from dashboard.memory import remembered
from dashboard.part import Part, answers
from kd_core.artifacts import Predictions, Problem, RunRecord
from kd_core.errors import KdError
from kd_core.evaluation.bootstrap import estimate
from kd_core.evaluation.fidelity import (
    Fidelity,
    FidelityChange,
    Imitation,
    fidelity,
    fidelity_by_class,
    fidelity_change,
    imitation,
)
from kd_core.evaluation.proportions import UNBOUNDED, Interval, wilson

T = TypeVar("T")


@dataclass(frozen=True)
class ByClass:
    """One run's fidelity on the pictures of each true class, and the intervals around agreement and mean divergence."""

    classes: tuple[str, ...]
    figures: tuple[Fidelity, ...]
    agreement: tuple[Interval, ...]
    kl: tuple[Interval, ...]


def whole(record: RunRecord, teacher: RunRecord, part: Part) -> tuple[Fidelity | None, list[Problem]]:
    """Return a run's fidelity to a teacher on all pictures of a part; None where answers cannot be read or compared."""
    return _whole([record, teacher], part, _key(record, teacher))


def by_class(record: RunRecord, teacher: RunRecord, part: Part) -> tuple[ByClass | None, list[Problem]]:
    """Return the same by true class."""
    return _by_class([record, teacher], part, _key(record, teacher))


def change(
    record: RunRecord, twin: RunRecord, teacher: RunRecord, part: Part
) -> tuple[FidelityChange | None, list[Problem]]:
    """Return how a run stands to its teacher beside a twin that never saw it."""
    return _change([record, twin, teacher], part, _key(record, twin, teacher))


def _key(*records: RunRecord) -> tuple[Any, ...]:
    files = [context.stamp(r.study, r.run, "run.json", "predictions.parquet") for r in records]
    return (*files, *(context.stamp(r.study, "", "data.parquet") for r in records))


@remembered(max_entries=1024)
def _whole(_records: list[RunRecord], part: Part, key: tuple[Any, ...]) -> tuple[Fidelity | None, list[Problem]]:
    return _from_answers(_records, part, lambda run, teacher: fidelity(imitation(run, teacher)))


@remembered(max_entries=256)
def _by_class(_records: list[RunRecord], part: Part, key: tuple[Any, ...]) -> tuple[ByClass | None, list[Problem]]:
    def found(run: Predictions, teacher: Predictions) -> ByClass:
        pictures = imitation(run, teacher, context.index(_records[0].study)[0])
        figures = fidelity_by_class(pictures, len(run.classes))
        kl = tuple(_kl_interval(pictures.where(pictures.label == i)) for i in range(len(run.classes)))
        return ByClass(run.classes, figures, tuple(wilson(own.agreed, own.n) for own in figures), kl)

    return _from_answers(_records, part, found)


@remembered(max_entries=256)
def _change(_records: list[RunRecord], part: Part, key: tuple[Any, ...]) -> tuple[FidelityChange | None, list[Problem]]:
    index, _ = context.index(_records[0].study)
    return _from_answers(_records, part, partial(fidelity_change, index=index))


def _kl_interval(pictures: Imitation) -> Interval:
    if not len(pictures.kl):
        return UNBOUNDED
    found = estimate(pictures.kl, pictures.group)
    return Interval(found.low, found.high)


def _from_answers(records: list[RunRecord], part: Part, compute: Callable[..., T]) -> tuple[T | None, list[Problem]]:
    """Return what is computed from the answers of runs, in their order; None where one cannot be read or compared."""
    read, problems = [], []
    for record in records:
        found, met = answers(record, part)
        read.append(found)
        problems += met
    if any(found is None for found in read):
        return None, problems
    try:
        return compute(*read), problems
    except KdError as error:
        place = context.store().root / records[0].study / records[0].run
        return None, [*problems, Problem(place, str(error))]

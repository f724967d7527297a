"""Whom a run descends from: what it was made of, whom it learned from, and its twin that never did; across studies."""

from collections.abc import Callable, Sequence

from dashboard import context
from kd_core.artifacts import RunRecord


def parent(record: RunRecord) -> RunRecord | None:
    """Return the run that a compressed run was made from; None where it has none or that cannot be read."""
    return _named(record, record.parent)


def origin(record: RunRecord) -> RunRecord:
    """Return the training that a run descends from by compression, as far back as it can be read."""
    return _line(record)[-1]


def teacher_name(record: RunRecord) -> str | None:
    """Return "study/run" of whom a run learned from, itself or what it was made of; None where nobody taught it."""
    taught = next((run for run in _line(record) if run.teacher), None)
    return None if taught is None or taught.teacher is None else taught.full(taught.teacher)


def teacher(record: RunRecord) -> RunRecord | None:
    """Return whom a run learned from; None where nobody taught it or its teacher cannot be read."""
    return _named(record, teacher_name(record))


def twin(record: RunRecord) -> RunRecord | None:
    """Return the same network trained without the teacher, beside the training that a run descends from."""
    begun = origin(record)
    return _named(begun, begun.twin)


def begun_with(record: RunRecord) -> list[RunRecord]:
    """Return the trainings that a training goes on from, the latest first, as far back as they can be read."""
    return _back(record, lambda run: _named(run, run.start))[1:]


def epochs_kept(line: Sequence[RunRecord]) -> int:
    """Return the epochs of trainings, each up to the one it kept, all together."""
    return sum(run.selection.epoch for run in line if run.selection is not None)


def _line(record: RunRecord) -> list[RunRecord]:
    """Return a run, what it was made of, what that was made of, and so on."""
    return _back(record, parent)


def _back(record: RunRecord, before: Callable[[RunRecord], RunRecord | None]) -> list[RunRecord]:
    line = [record]
    # A circle, which only a hand can write, ends where it closes.
    while (found := before(line[-1])) is not None and found not in line:
        line.append(found)
    return line


def _named(record: RunRecord, name: str | None) -> RunRecord | None:
    if not name:
        return None
    study, _, run = record.full(name).partition("/")
    return context.record(study, run)[0]

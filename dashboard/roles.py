"""Which run plays which part in a study: a teacher of another one, the students, the best student."""

from collections.abc import Mapping, Sequence

from kd_core.artifacts import RunRecord
from kd_core.evaluation.teachers import teacher

# The study of what the original project states: figures without trainings.
PUBLISHED = "published"
_STUDENT_ROOTS = ("scratch", "distill")


def foreign_teacher(records: Sequence[RunRecord]) -> tuple[str, str] | None:
    """Return (study, run) of a teacher that the runs name as "study/run"; None when there is none."""
    named = [r.teacher for r in records if r.teacher and "/" in r.teacher]
    if not named:
        return None
    study, _, run = max(named, key=named.count).partition("/")
    return study, run


def is_student(record: RunRecord, records: Sequence[RunRecord]) -> bool:
    """Return whether a run is a student or a compressed form of one, and not the teacher or made from it."""
    if record.stage == "published":
        top = teacher(records)
        return top is None or record.run != top.run
    known = {r.run: r for r in records}
    seen: set[str] = set()
    while record.parent and record.stage not in _STUDENT_ROOTS and record.run not in seen:
        seen.add(record.run)
        parent = known.get(record.parent.rpartition("/")[2])
        if parent is None:
            # A compressed run whose parent cannot be read: a student if it ever learned from somebody.
            return record.teacher is not None
        record = parent
    return record.stage in _STUDENT_ROOTS


def best_student(records: Sequence[RunRecord], validation: Mapping[str, float]) -> RunRecord | None:
    """Return the student with the highest validation accuracy; of equals the smaller file.

    Chosen by validation and never by test, so that the test figure shown beside it stays honest.

    Args:
        records: all runs of the study.
        validation: accuracy on validation by run name, 0..1; a run that is missing here is not considered.
    """
    students = [r for r in records if is_student(r, records) and validation.get(r.run, -1.0) >= 0]
    return max(students, key=lambda r: (validation[r.run], -_size(r)), default=None)


def _size(record: RunRecord) -> float:
    return record.model.size_bytes if record.model else float("inf")

"""How the runs of a study descend from one another."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from kd_core.artifacts import RunRecord

# Where a run stands that descends from no run that can be read: teacher, student, compressed student.
_COLUMN = {"teacher": 0, "scratch": 1, "distill": 1}
_COMPRESSED = 2


@dataclass(frozen=True)
class Member:
    """A run in its family.

    ``origin`` is the run that it was made from or went on from or, for a student, learned from (``learned``); None
    where it has none, or where that cannot be read and ``missing`` names it. ``column`` counts the generations from the
    teacher's, 0.
    """

    record: RunRecord
    origin: RunRecord | None
    learned: bool
    column: int
    missing: str | None = None


def identity(record: RunRecord) -> str:
    """Return "study/run": what tells the runs of a family apart, in which the teacher may be another study's."""
    return f"{record.study}/{record.run}"


def family(records: Sequence[RunRecord], elsewhere: RunRecord | None = None) -> list[Member]:
    """Return the runs of a study as a family: each followed by all that descends from it, else in the given order.

    Args:
        records: the runs of one study.
        elsewhere: the teacher, where it belongs to another study; it stands first.
    """
    runs = [elsewhere, *records] if elsewhere is not None and elsewhere not in records else list(records)
    known = {identity(run) for run in runs}
    children: dict[str, list[RunRecord]] = {}
    roots = []
    for run in runs:
        source = _source(run, known)
        if source in known:
            children.setdefault(source, []).append(run)
        else:
            roots.append(run)
    found: list[Member] = []
    seen: set[str] = set()

    def add(run: RunRecord, origin: RunRecord | None, column: int) -> None:
        seen.add(identity(run))
        found.append(_member(run, origin, column, _source(run, known)))
        # What it was made into stays beside it; who learned from it begins a branch of its own.
        for child in sorted(children.get(identity(run), []), key=lambda child: not (child.parent or child.start)):
            if identity(child) not in seen:
                add(child, run, column + 1)

    # Of runs that name one another in a circle none is a root; each of them begins anew.
    for run in [*sorted(roots, key=_first_column), *runs]:
        if identity(run) not in seen:
            add(run, None, _first_column(run))
    return found


def _member(run: RunRecord, origin: RunRecord | None, column: int, source: str) -> Member:
    missing = source.removeprefix(f"{run.study}/") if source and origin is None else None
    learned = origin is not None and run.parent is None and run.teacher is not None and source == run.full(run.teacher)
    return Member(run, origin, learned=learned, column=column, missing=missing)


def _first_column(run: RunRecord) -> int:
    return _COLUMN.get(run.stage, _COMPRESSED)


def _source(run: RunRecord, known: Container[str]) -> str:
    """Return "study/run" of what a run was made from; of a training, what it went on from, else whom it learned from.

    The first of these that is known, else the first; empty for none.
    """
    names = [run.parent] if run.parent else [run.start, run.teacher]
    named = [run.full(name) for name in names if name]
    return next((name for name in named if name in known), named[0] if named else "")

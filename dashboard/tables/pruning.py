"""Parameter counts as pruning changes them: what is left, what became zero, what only the training carried."""

from collections.abc import Sequence
from dataclasses import dataclass

from kd_core.artifacts import RunRecord


@dataclass(frozen=True)
class Counts:
    """Parameters of one run: ``kept`` (not zero), ``zeroed``, and ``wrappers``: masks, thresholds and steps."""

    record: RunRecord
    kept: int
    zeroed: int
    wrappers: int


def pruned_counts(records: Sequence[RunRecord]) -> list[Counts]:
    """Return the counts of all runs that pruning touched, and of what each was pruned from, in the given order."""
    parents = {record.parent for record in records if record.stage == "prune"}
    found = []
    for record in records:
        counted = record.parameters
        if counted and (counted.wrapped_total is not None or record.stage == "prune" or record.run in parents):
            kept = counted.total if counted.non_zero is None else counted.non_zero
            wrappers = (counted.wrapped_total or counted.total) - counted.total
            found.append(Counts(record, kept, counted.total - kept, wrappers))
    return found

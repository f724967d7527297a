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


def stated_with_wrappers(published: Sequence[RunRecord], own: Sequence[RunRecord]) -> list[Counts]:
    """Return the published runs whose stated count exceeds the same network's own count: it counts the wrappers.

    Args:
        published: the runs of the slides, with their claims.
        own: runs of our own; the first of the same network gives the count without wrappers.
    """
    bare = {r.network: r.parameters.total for r in reversed(own) if r.parameters}
    found = []
    for record in published:
        stated = record.claims.total_params if record.claims else None
        if stated is not None and stated > bare.get(record.network, stated):
            found.append(Counts(record, bare[record.network], 0, stated - bare[record.network]))
    return found


def pruned_counts(records: Sequence[RunRecord]) -> list[Counts]:
    """Return the counts of the pruned runs of a study and of what each was pruned from, in the study's order."""
    parents = {record.parent for record in records if record.stage == "prune"}
    found = []
    for record in records:
        if record.parameters and (record.stage == "prune" or record.run in parents):
            total = record.parameters.total
            kept = total if record.parameters.non_zero is None else record.parameters.non_zero
            found.append(Counts(record, kept, total - kept, (record.parameters.wrapped_total or total) - total))
    return found

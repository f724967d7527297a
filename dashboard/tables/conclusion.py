"""What a study does not prove, found from what it holds and lacks."""

from collections.abc import Sequence
from dataclasses import dataclass

from kd_core.artifacts import RunRecord

# The keys of a configuration that name a training rather than describe it.
_NAMES = frozenset({"seed", "seeds"})


@dataclass(frozen=True)
class Evidence:
    """What stands behind a comparison of a student with its teacher.

    ``twin`` is "none" where the student was distilled without one, "unread" where the answers of the two cannot be
    compared, "open" where the test cannot tell them apart, "better" or "worse" where it can, and "" where the student
    never had a teacher. ``trainings`` counts runs of the same recipe, which differ by their seed at most. ``leaked``
    counts evaluated pictures that have a copy in training.
    """

    published: bool
    compared: bool
    twin: str
    trainings: int
    leaked: int
    timed: bool


def unproven(evidence: Evidence) -> list[str]:
    """Return the codes of what does not follow from a study, the weightiest first."""
    if evidence.published:
        return ["stated_intervals", "stated_twin", "stated_leaks", "stated_time", "other_pictures"]
    found = []
    if not evidence.compared:
        found.append("accuracy")
    if evidence.twin in ("none", "unread"):
        found.append("distillation_untested")
    if evidence.twin == "open":
        found.append("distillation_open")
    if evidence.twin == "worse":
        found.append("distillation_worse")
    if evidence.trainings < 2:
        found.append("one_training")
    found.append("one_machine" if evidence.timed else "no_time")
    if evidence.leaked:
        found.append("leaked")
    return [*found, "other_pictures"]


def trainings(record: RunRecord, records: Sequence[RunRecord]) -> int:
    """Return how many runs were trained by the recipe of ``record``, itself included, whatever their seed."""
    return sum(_recipe(other) == _recipe(record) for other in records)


def _recipe(record: RunRecord) -> tuple[object, ...]:
    # A seeded run builds on the twin and teacher of the same seed, so their names differ with it.
    config = {k: v for k, v in record.config.items() if k not in _NAMES and k not in ("teacher", "twin", "parent")}
    return record.stage, record.network, sorted(config.items(), key=lambda item: item[0])

"""The original's claims beside what training by its recipe, and by ours, gives on our pictures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from dashboard.tables.figures import Figures, factor
from dashboard.tables.recipes import Recipe
from kd_core.artifacts import RunRecord
from kd_core.evaluation.bootstrap import Estimate
from kd_core.evaluation.parts import CLEAN, WHOLE
from kd_core.evaluation.teachers import teacher

Reached = Literal["passed", "met", "missed"]
# The setting that makes the fault, and its value.
OBJECTIVE, FAULT = "objective", "softened twice"


@dataclass(frozen=True)
class Measured:
    """A run with its figures on a split, and its accuracy with interval by part; of a claim there is none.

    ``masks`` counts its parameters with those of the pruning wrappers; ``faster`` says how many times faster than its
    teacher it answers. None is not known.
    """

    record: RunRecord
    figures: Figures
    accuracy: Mapping[str, Estimate]
    masks: int | None
    faster: float | None


@dataclass(frozen=True)
class Claim:
    """A model of the original with what its slides state, and the runs that answer to it, study by study."""

    stated: Measured
    answers: tuple[Measured, ...]

    @property
    def accuracy(self) -> float | None:
        """The accuracy that the slides state, 0..1."""
        return self.stated.figures.accuracy

    def of(self, study: str) -> "Claim":
        """Return the claim with no answers but those of a study."""
        return replace(self, answers=tuple(one for one in self.answers if one.record.study == study))


def answering(published: RunRecord, originals: Sequence[RunRecord], records: Sequence[RunRecord]) -> list[RunRecord]:
    """Return the runs of a study that answer to a model of the original.

    To its teacher it is the study's teacher; to a student whatever was distilled into the same network.

    Args:
        published: the model of the original.
        originals: all of them.
        records: the runs of the study.
    """
    if published == teacher(originals):
        return [record for record in records if record == teacher(records)]
    return [record for record in records if record.stage == "distill" and record.network == published.network]


def reached(claim: float, measured: Estimate) -> Reached:
    """Return whether a claimed accuracy lies below the interval of the measured one, within it, or above it."""
    if claim < measured.low:
        return "passed"
    return "met" if claim <= measured.high else "missed"


def with_masks(record: RunRecord, records: Sequence[RunRecord]) -> int | None:
    """Return how many parameters a run has with the wrappers of pruning, its own or those of what was pruned from it.

    Args:
        record: the run.
        records: the runs of its study.
    """
    made = [record, *(one for one in records if one.parent == record.run)]
    counts = [one.parameters.wrapped_total for one in made if one.parameters]
    return next((count for count in counts if count is not None), None)


def times_faster(top: Figures, own: Figures) -> float | None:
    """Return how many times faster a run is than its teacher: by the median of one picture, else by the test split."""
    by_picture = factor(top.latency_ms, own.latency_ms)
    return factor(top.test_seconds, own.test_seconds) if by_picture is None else by_picture


def faults(found: Sequence[Recipe]) -> list[tuple[Recipe, Recipe]]:
    """Return every recipe that has the softmax of a softmax with the one that is the same without, sound one first."""
    faulty = [recipe for recipe in found if recipe.settings.get(OBJECTIVE) == FAULT]
    return [
        (sound, fault)
        for fault in faulty
        for sound in found
        if sound not in faulty and _without_objective(sound) == _without_objective(fault)
    ]


def leaks(found: Sequence[Recipe], others: Sequence[Recipe]) -> list[tuple[Recipe, Recipe]]:
    """Return the recipes of two studies that differ in nothing but what was left out of the same data.

    The one that had more to learn from comes first.
    """
    return [
        (one, other) if _dropped(one) < _dropped(other) else (other, one)
        for one in found
        for other in others
        if one.settings == other.settings and _same_data(one, other) and _dropped(one) != _dropped(other)
    ]


def claims_frame(claims: Sequence[Claim], label_of: Callable[[RunRecord], str]) -> pd.DataFrame:
    """Return one row for what is stated of each model, and one for each run that answers to it.

    Accuracies and bounds as fractions, loss in nats, sizes in bytes; ``reached`` compares with the split as published.
    """
    return pd.DataFrame(
        [_row(claim, one, label_of) for claim in claims for one in (claim.stated, *claim.answers)],
    )


def _row(claim: Claim, one: Measured, label_of: Callable[[RunRecord], str]) -> dict[str, Any]:
    whole, clean = one.accuracy.get(WHOLE), one.accuracy.get(CLEAN)
    counts, figures = one.record.parameters, one.figures
    stated = one is claim.stated
    return {
        "claim": label_of(claim.stated.record),
        "study": one.record.study,
        "run": label_of(one.record),
        "accuracy": claim.accuracy if stated else whole.value if whole else None,
        "low": whole.low if whole else None,
        "high": whole.high if whole else None,
        "n": whole.n if whole else None,
        "reached": reached(claim.accuracy, whole) if whole and claim.accuracy is not None else None,
        "accuracy_leak_free": clean.value if clean else None,
        "low_leak_free": clean.low if clean else None,
        "high_leak_free": clean.high if clean else None,
        "n_leak_free": clean.n if clean else None,
        "loss": figures.loss,
        "size_bytes": figures.size_bytes,
        "parameters": counts.total if counts else None,
        "parameters_with_masks": one.masks,
        "times_faster": one.faster,
    }


def _without_objective(recipe: Recipe) -> dict[str, str]:
    return {name: value for name, value in recipe.settings.items() if name != OBJECTIVE}


def _dropped(recipe: Recipe) -> int:
    return recipe.first.data.dropped if recipe.first.data else 0


def _same_data(one: Recipe, other: Recipe) -> bool:
    data = one.first.data, other.first.data
    return data[0] is not None and data[1] is not None and data[0].fingerprint == data[1].fingerprint

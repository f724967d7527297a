"""The ablation as it stands: every recipe that is finished, against the base, on one part of a split."""

from dataclasses import dataclass

from dashboard import context, derived
from dashboard.components.verdict_words import preferred
from dashboard.tables.ablation import Band, Change, band_of, base_of, change, largest_first
from dashboard.tables.recipes import Recipe, compared, recipes
from dashboard.verdicts import verdict_on
from kd_core.artifacts import Problem
from kd_core.evaluation.parts import CLEAN, WHOLE

STUDY = "ablation"
# A teacher that stands among them is not an ingredient.
STUDENTS = ("scratch", "distill")


@dataclass(frozen=True)
class Ablation:
    """The base, how far its own trainings lie apart, and what each change of it is worth, the largest gain first.

    ``band`` is None for a single training. ``unread`` are recipes whose answers cannot be compared with the base's.
    """

    base: Recipe
    band: Band | None
    changes: list[Change]
    unread: list[Recipe]


def ablation(study: str, split: str) -> tuple[Ablation | None, list[Problem]]:
    """Return the ablation of a study on the leak-free part of a split; None where no training of it can be read."""
    records, problems = context.runs(study)
    found = recipes([record for record in records if record.stage in STUDENTS])
    base = base_of(found)
    if base is None:
        return None, problems
    band, changes, unread = _band(base, split), [], []
    for recipe in found:
        if recipe is base:
            continue
        by_part, met = verdict_on(compared(recipe, base), split)
        problems = problems + met
        verdict = preferred(by_part)
        if verdict is None:
            unread.append(recipe)
        else:
            changes.append(change(recipe, base, verdict, band))
    return Ablation(base, band, largest_first(changes), unread), problems


def _band(base: Recipe, split: str) -> Band | None:
    found = [derived.accuracies(record, split) for record in base.records]
    return band_of([by_part.get(CLEAN, by_part[WHOLE]).value for by_part in found if by_part])

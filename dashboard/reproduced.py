"""What the page of claims shows, read from the studies that are there: none, one or several of them."""

from collections.abc import Sequence

import pandas as pd

from dashboard import context, derived
from dashboard.roles import PUBLISHED
from dashboard.tables.configurations import configurations, differing
from dashboard.tables.deviations import own_settings, stated_settings
from dashboard.tables.recipes import compared, recipes
from dashboard.tables.reproduced import Claim, Measured, answering, faults, leaks, times_faster, with_masks
from dashboard.verdicts import ByPart, verdict_on
from kd_core.artifacts import Problem, RunRecord
from kd_core.evaluation.recipes import Comparison, comparisons

# The original's recipe on our pictures: with those that leaked into training, as the original had them, and without.
REPRODUCTIONS = ("paper", "paper-leakfree")
OWN = "showcase"


def missing() -> list[str]:
    """Return the reproductions of which no run is there."""
    return [study for study in REPRODUCTIONS if not context.runs(study)[0]]


def claims(split: str) -> tuple[list[Claim], list[Problem]]:
    """Return every model of the original, its teacher first, with the runs that answer to it, and what was not read."""
    originals, problems = context.runs(PUBLISHED)
    top, found = derived.teacher(PUBLISHED), []
    # The teacher first: its students come after it.
    for original in sorted(originals, key=lambda one: one != top):
        stated, _ = _measured(original, split, top)
        answers = []
        for study in (*REPRODUCTIONS, OWN):
            records, met = context.runs(study)
            problems = problems + met
            for record in answering(original, originals, records):
                own, met = _measured(record, split, derived.teacher(study))
                problems = problems + met
                answers.append(own)
        found.append(Claim(stated, tuple(answers)))
    return found, problems


def deviations(claim: Claim) -> tuple[pd.DataFrame, list[RunRecord]]:
    """Return the settings in which the runs that answer to a claim are not what the slides state.

    The table is ``configurations`` of the returned runs, in their order: the original, then one run a study.
    """
    first_of: dict[str, RunRecord] = {}
    for answer in claim.answers:
        first_of.setdefault(answer.record.study, answer.record)
    own = list(first_of.values())
    told = [stated_settings(claim.stated.record), *(own_settings(one, context.index(one.study)[0]) for one in own)]
    return differing(configurations(told)), [claim.stated.record, *own]


def of_the_fault(study: str, split: str) -> tuple[list[ByPart], list[Problem]]:
    """Return what the softmax of a softmax costs in a study, by part, and what distillation bought with it and without.

    Empty where the study has no pair of trainings that differ by the fault alone.
    """
    records, _ = context.runs(study)
    pairs = faults(recipes(records))
    if not pairs:
        return [], []
    named = {recipe.name for pair in pairs for recipe in pair}
    twins = [one for one in comparisons(records) if one.kind == "distillation" and one.recipe in named]
    return _judged([*(compared(sound, fault) for sound, fault in pairs), *twins], split)


def of_the_leaks(split: str) -> tuple[list[ByPart], list[Problem]]:
    """Return what the pictures that leaked into training are worth, by part: trained with them against without."""
    first, second = (recipes(context.runs(study)[0]) for study in REPRODUCTIONS)
    return _judged([compared(*pair) for pair in leaks(first, second)], split)


def _measured(record: RunRecord, split: str, top: RunRecord | None) -> tuple[Measured, list[Problem]]:
    figures, problems = derived.figures(record, split)
    estimates = {} if record.claims is not None else derived.accuracies(record, split)
    faster = None if top is None or top.run == record.run else times_faster(derived.figures(top, split)[0], figures)
    masks = with_masks(record, context.runs(record.study)[0])
    return Measured(record, figures, estimates, masks, faster), problems


def _judged(wanted: Sequence[Comparison], split: str) -> tuple[list[ByPart], list[Problem]]:
    found, problems = [], []
    for comparison in wanted:
        by_part, met = verdict_on(comparison, split)
        problems += met
        if by_part:
            found.append(by_part)
    return found, problems

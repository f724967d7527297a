"""What each ingredient bought: recipes that differ from a base by a change, and what that change is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from dashboard.tables.recipes import Difference, Recipe, differences
from kd_core.evaluation.verdict import Verdict

Finding = Literal["gained", "lost", "open", "band"]


@dataclass(frozen=True)
class Band:
    """How far trainings of the base alone lie apart: the lowest and the highest minus their mean, as fractions.

    ``each`` are their accuracies; of fewer than two nothing is known, and there is no band.
    """

    low: float
    high: float
    each: tuple[float, ...]

    @property
    def outside(self) -> float:
        """The chance that one more training of the base falls outside the band, 0..1.

        Of equally distributed trainings each is as likely as any other to be the lowest of all, or the highest.
        """
        return 2 / (len(self.each) + 1)


@dataclass(frozen=True)
class Change:
    """A recipe, in what it differs from the base, and the verdict on it against the base on one part of a split.

    ``finding`` is what follows. "open": by the core's rule nothing is proven; "band": it is, but only of this one
    training, which lies no further from the base's mean than the base's own trainings do. Both are noise.
    """

    recipe: Recipe
    differs: tuple[Difference, ...]
    verdict: Verdict
    finding: Finding


def base_of(found: Sequence[Recipe]) -> Recipe | None:
    """Return the recipe that the others are changes of; None where there is none.

    It is a distilled one: of these the one with the most trainings, then the one that the others differ
    from in the fewest settings: two changes of a base differ from one another in what both changed.
    """
    return min(
        (recipe for recipe in found if recipe.first.stage == "distill"),
        key=lambda recipe: (-len(recipe.records), sum(len(differences(other, recipe)) for other in found)),
        default=None,
    )


def band_of(accuracies: Sequence[float]) -> Band | None:
    """Return the band of the accuracies of several trainings of one recipe; None of fewer than two."""
    if len(accuracies) < 2:
        return None
    mean = sum(accuracies) / len(accuracies)
    return Band(min(accuracies) - mean, max(accuracies) - mean, tuple(accuracies))


def change(recipe: Recipe, base: Recipe, verdict: Verdict, band: Band | None) -> Change:
    """Return what a recipe's change of the base is worth."""
    return Change(recipe, tuple(differences(recipe, base)), verdict, _finding(recipe, verdict, band))


def largest_first(changes: Sequence[Change]) -> list[Change]:
    """Return the changes by what they brought, the largest gain first."""
    return sorted(changes, key=lambda one: -one.verdict.difference.over.value)


def ablation_frame(changes: Sequence[Change]) -> pd.DataFrame:
    """Return one row a change: what it is, what it scores, and its difference to the base, all as fractions.

    ``p_value`` has McNemar's of each pair of trainings: tests are not pooled.
    """
    return pd.DataFrame([_row(one) for one in changes])


def _finding(recipe: Recipe, verdict: Verdict, band: Band | None) -> Finding:
    if verdict.outcome == "open":
        return "open"
    # Over several trainings the interval has seen their chance already.
    if band is not None and len(recipe.records) == 1 and band.low <= verdict.difference.over.value <= band.high:
        return "band"
    return "gained" if verdict.outcome == "better" else "lost"


def _row(one: Change) -> dict[str, object]:
    verdict, over = one.verdict, one.verdict.difference.over
    return {
        "recipe": one.recipe.name,
        "base": verdict.comparison.against,
        "changes": "; ".join(f"{d.setting}: {d.base or '-'} -> {d.value or '-'}" for d in one.differs),
        "trainings": len(one.recipe.records),
        "pairs": len(verdict.difference.each),
        "split": verdict.split,
        "part": verdict.part,
        "n": over.n,
        "accuracy": verdict.accuracy.value,
        "accuracy_base": verdict.against.value,
        "difference": over.value,
        "low": over.low,
        "high": over.high,
        "p_value": " / ".join(f"{each.p_value:.6g}" for each in verdict.difference.each),
        "finding": one.finding,
    }

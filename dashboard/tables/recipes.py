"""Trainings by what they were made with: those that differ by their seed alone are one recipe."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.tables.configurations import SETTING, configurations
from kd_core.artifacts import RunRecord
from kd_core.evaluation.recipes import Comparison, Pair, recipe_of, seed_of

# What names a training, or another run, rather than describes how it was made.
_NAMES = frozenset({"seed", "seeds", "twin"})
# What names the run that a training builds on: of the same seed, where that has several.
_LINKS = frozenset({"teacher", "start"})


@dataclass(frozen=True)
class Recipe:
    """Runs of one study that were trained alike, lowest seed first, at least one.

    ``settings`` are those of ``configurations`` by name, without what only names a training.
    """

    name: str
    records: tuple[RunRecord, ...]
    settings: dict[str, str]

    @property
    def first(self) -> RunRecord:
        """The training of the lowest seed."""
        return self.records[0]


@dataclass(frozen=True)
class Difference:
    """A setting that two recipes do not share, as it is written in a study's file; None where one has none of it."""

    setting: str
    value: str | None
    base: str | None


def recipes(records: Sequence[RunRecord]) -> list[Recipe]:
    """Return the recipes of what was trained, whole or in part, in the order of the runs; compressed runs have none."""
    found: dict[tuple[tuple[str, str], ...], list[RunRecord]] = {}
    for record in records:
        if record.parent is None and record.claims is None:
            found.setdefault(tuple(sorted(settings(record).items())), []).append(record)
    return [_recipe(alike) for alike in found.values()]


def settings(record: RunRecord) -> dict[str, str]:
    """Return what a run was made with, as a study's file writes it, without what only names it."""
    frame = configurations([record.config])
    flat = dict(zip(frame[SETTING], frame[0], strict=True))
    return {name: recipe_of(value) if name in _LINKS else value for name, value in flat.items() if name not in _NAMES}


def differences(recipe: Recipe, base: Recipe) -> list[Difference]:
    """Return every setting in which a recipe is not what the other is, in the order of their settings."""
    names = dict.fromkeys([*base.settings, *recipe.settings])
    found = [Difference(name, recipe.settings.get(name), base.settings.get(name)) for name in names]
    return [one for one in found if one.value != one.base]


def compared(first: Recipe, second: Recipe) -> Comparison:
    """Return two recipes as a comparison of their trainings, of one study or of two.

    Seed with seed, where they share several; else every training of the one with every training of the other, so that
    no single training of either decides.
    """
    of_seed = {seed_of(record.run): record for record in second.records}
    shared = [record for record in first.records if seed_of(record.run) in of_seed]
    if len(shared) > 1:
        pairs = [(record, of_seed[seed_of(record.run)]) for record in shared]
    else:
        pairs = [(record, other) for record in first.records for other in second.records]
    elsewhere = first.first.study != second.first.study
    named = [Pair(one, f"{other.study}/{other.run}" if elsewhere else other.run) for one, other in pairs]
    against = f"{second.first.study}/{second.name}" if elsewhere else second.name
    return Comparison("pair", first.name, against, tuple(named))


def _recipe(alike: Sequence[RunRecord]) -> Recipe:
    ordered = tuple(sorted(alike, key=lambda record: seed_of(record.run) or 0))
    return Recipe(recipe_of(ordered[0].run), ordered, settings(ordered[0]))

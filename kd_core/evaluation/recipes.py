"""Which recipes of a study are to be compared: distilled with its twin, compressed with its parent, seed by seed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kd_core.artifacts import RunRecord

# "pair": any two runs, whatever they have to do with one another.
Kind = Literal["distillation", "compression", "pair"]

# As ``kd_core.study`` names the runs of a recipe with ``seeds``.
_SEEDED = re.compile(r"(?P<recipe>.+)-seed(?P<seed>-?\d+)")


@dataclass(frozen=True)
class Pair:
    """Two trainings to compare: ``record`` and the run ``against``, of the same study or named as "study/run"."""

    record: RunRecord
    against: str

    @property
    def place(self) -> tuple[str, str]:
        """Study and run of ``against``."""
        study, _, run = self.against.rpartition("/")
        return study or self.record.study, run


@dataclass(frozen=True)
class Comparison:
    """A recipe and the one that it is compared with, over all their seeds: ``pairs``, lowest seed first."""

    kind: Kind
    recipe: str
    against: str
    pairs: tuple[Pair, ...]

    @property
    def shared(self) -> bool:
        """Whether several trainings are all compared with one and the same run, whose own chance is then unseen."""
        return len(self.pairs) > 1 and len({pair.against for pair in self.pairs}) == 1


def comparisons(records: Sequence[RunRecord]) -> list[Comparison]:
    """Return what is to be compared in a study, in the order of its runs: every run with a twin, and with a parent.

    Args:
        records: all runs of a study that can be read.
    """
    found: dict[tuple[Kind, str, str], list[Pair]] = {}
    for record in records:
        links: tuple[tuple[Kind, str | None], ...] = (("distillation", record.twin), ("compression", record.parent))
        for kind, other in links:
            if other is not None:
                key = (kind, recipe_of(record.run), recipe_of(other))
                found.setdefault(key, []).append(Pair(record, other))
    return [
        Comparison(*key, tuple(sorted(pairs, key=lambda pair: seed_of(pair.record.run) or 0)))
        for key, pairs in found.items()
    ]


def untested(records: Sequence[RunRecord]) -> list[RunRecord]:
    """Return the distilled runs that have no twin: of these nobody can tell what the teacher was worth."""
    return [record for record in records if record.stage == "distill" and record.twin is None]


def recipe_of(run: str) -> str:
    """Return the name of a run without its seed: "student3-distilled" of "student3-distilled-seed2"."""
    found = _SEEDED.fullmatch(run)
    return found["recipe"] if found else run


def seed_of(run: str) -> int | None:
    """Return the seed that a run's name ends with; None for the run of a recipe without several."""
    found = _SEEDED.fullmatch(run)
    return int(found["seed"]) if found else None

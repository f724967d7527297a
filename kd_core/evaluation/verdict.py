"""Did it help, did it hurt, or is nothing proven: one rule for distillation and for every step of compression."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from kd_core.artifacts import Predictions
from kd_core.evaluation.bootstrap import Estimate, estimate
from kd_core.evaluation.groups import picture_groups
from kd_core.evaluation.pairing import aligned
from kd_core.evaluation.parts import parts
from kd_core.evaluation.recipes import Comparison
from kd_core.evaluation.statistics import PairedDifference, SeededDifference, seeded_difference

SIGNIFICANT = 0.05

Outcome = Literal["better", "worse", "open"]
Read = Callable[[str, str], Predictions | None]


@dataclass(frozen=True)
class Verdict:
    """What a comparison showed on one part of a split.

    ``comparison`` holds the pairs of trainings that could be read, in the order of ``difference.each``; ``missing``
    counts those that could not. ``accuracy`` and ``against`` are of the two recipes, over the same trainings.
    """

    comparison: Comparison
    split: str
    part: str
    difference: SeededDifference
    accuracy: Estimate
    against: Estimate
    missing: int

    @property
    def outcome(self) -> Outcome:
        """What follows for the recipe, by the rule of ``outcome``."""
        return outcome(self.difference.over.low, self.difference.over.high, self.difference.each)


def outcome(low: float, high: float, each: Sequence[PairedDifference]) -> Outcome:
    """Return what a difference proves: "better" or "worse" for the first of the two, or "open": nothing.

    It is proven when the interval over all trainings excludes 0 AND in every single pair of trainings the difference
    has the interval's sign and McNemar's exact p is below 0.05. Both are asked for, since they can fail separately:
    the test takes near-copies for independent pictures, and an interval over two or three trainings is coarse. The
    rule would rather miss a small gain than announce one that the next training takes back; "open" never means equal,
    the interval says how large a difference remains possible.

    With one training on either side the rule is about those two networks: it shows that one answers more pictures
    right than chance in the choice of pictures explains. It cannot show that the recipe is better, because another
    training of the same recipe may come out otherwise (Bouthillier et al., "Accounting for Variance in Machine
    Learning Benchmarks", 2021); who writes the verdict down has to say so.

    Args:
        low: lower bound of the interval of first minus second.
        high: its upper bound.
        each: the difference in every pair of trainings, at least one.
    """
    if any(one.p_value >= SIGNIFICANT for one in each):
        return "open"
    if low > 0 and all(one.difference > 0 for one in each):
        return "better"
    if high < 0 and all(one.difference < 0 for one in each):
        return "worse"
    return "open"


def judge(comparison: Comparison, read: Read, split: str, index: pd.DataFrame | None) -> dict[str, Verdict]:
    """Return the verdict on a comparison by part of the split (``WHOLE``, ``CLEAN``); empty where nothing can be read.

    All trainings are compared on the pictures that all of them answered.

    Args:
        comparison: the two recipes.
        read: gives the stored answers of (study, run), or None where they cannot be read.
        split: "val" or "test".
        index: the study's ``data.parquet``: which pictures leaked, and which are near-copies of one another; None
            leaves the leak-free part out.

    Raises:
        KdError: if the runs tell different classes apart, or have no picture in common.
    """
    kept, answers = [], []
    for pair in comparison.pairs:
        one, other = read(pair.record.study, pair.record.run), read(*pair.place)
        if one is not None and other is not None:
            kept.append(pair)
            answers += [one.of(split), other.of(split)]
    if not kept:
        return {}
    answers = aligned(answers)
    right = np.stack([one.logits.argmax(axis=1) == one.label for one in answers])
    groups = picture_groups(answers[0], index)
    readable = replace(comparison, pairs=tuple(kept))
    return {
        part: Verdict(
            comparison=readable,
            split=split,
            part=part,
            difference=seeded_difference(list(zip(right[0::2, mask], right[1::2, mask], strict=True)), groups[mask]),
            accuracy=estimate(right[0::2, mask], groups[mask]),
            against=estimate(right[1::2, mask], groups[mask]),
            missing=len(comparison.pairs) - len(kept),
        )
        for part, mask in parts(answers[0], index).items()
    }

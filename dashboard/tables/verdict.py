"""Verdicts as rows: every training of a comparison, and the mean over them where there are several."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kd_core.evaluation.recipes import seed_of
from kd_core.evaluation.verdict import Verdict, outcome


@dataclass(frozen=True)
class Row:
    """A difference of a verdict: of one pair of trainings, or the mean over ``seeds`` of them.

    ``run`` names the first training (of a mean, the lowest seed's); ``seed`` is None for a mean and where the name has
    none. Differences and bounds as fractions; ``p_value`` is None for a mean, since tests are not pooled.
    """

    verdict: Verdict
    run: str
    seed: int | None
    seeds: int
    difference: float
    low: float
    high: float
    p_value: float | None
    proven: bool


def rows(verdict: Verdict) -> list[Row]:
    """Return one row a pair of trainings, and after several of them their mean."""
    pairs, found = verdict.comparison.pairs, verdict.difference
    each = [
        Row(
            verdict=verdict,
            run=pair.record.run,
            seed=seed_of(pair.record.run),
            seeds=1,
            difference=one.difference,
            low=one.low,
            high=one.high,
            p_value=one.p_value,
            proven=outcome(one.low, one.high, [one]) != "open",
        )
        for pair, one in zip(pairs, found.each, strict=True)
    ]
    if len(each) == 1:
        return each
    over = found.over
    proven = verdict.outcome != "open"
    mean = Row(verdict, pairs[0].record.run, None, len(each), over.value, over.low, over.high, None, proven)
    return [*each, mean]


def verdict_frame(verdicts: Sequence[Verdict]) -> pd.DataFrame:
    """Return the numbers behind a forest plot: accuracies and differences as fractions, one line a ``Row``."""
    return pd.DataFrame([_line(row, position) for one in verdicts for position, row in enumerate(rows(one))])


def fourfold(verdict: Verdict) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return how many pictures two runs have right and wrong, McNemar's table: rows the first, columns the second."""
    (one,) = verdict.difference.each
    both = round(verdict.accuracy.value * one.n) - one.only_first
    return (both, one.only_first), (one.only_second, one.n - both - one.only_first - one.only_second)


def _line(row: Row, position: int) -> dict[str, object]:
    verdict, mean = row.verdict, row.seeds > 1
    one = None if mean else verdict.difference.each[position]
    accuracy, against = verdict.accuracy, verdict.against
    return {
        "run": verdict.comparison.recipe if mean else row.run,
        "against": verdict.comparison.against if mean else verdict.comparison.pairs[position].against,
        "split": verdict.split,
        "part": verdict.part,
        "n": verdict.difference.over.n,
        "groups": verdict.difference.over.groups,
        "seeds": row.seeds,
        "accuracy": accuracy.value if mean else accuracy.each[position],
        "accuracy_against": against.value if mean else against.each[position],
        "difference": row.difference,
        "low": row.low,
        "high": row.high,
        "standard_deviation": verdict.difference.over.deviation if mean else None,
        "p_value": row.p_value,
        "only_first": one.only_first if one else None,
        "only_second": one.only_second if one else None,
        "proven": row.proven,
    }

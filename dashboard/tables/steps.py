"""What each step of a family cost and bought: a run against the one it was made from, went on or learned from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard.tables.family import Member
from dashboard.tables.figures import Figures, factor
from kd_core.artifacts import RunRecord
from kd_core.evaluation.statistics import PairedDifference


@dataclass(frozen=True)
class Step:
    """What a run cost and bought against its ``origin``.

    ``difference`` is accuracy, run minus origin; ``agreement`` the share of same answers, 0..1; ``size``, ``gzip`` and
    ``latency`` say how many times smaller and faster it became. None is not known. ``noisy``: one of the two latencies
    came out too differently each time.
    """

    origin: RunRecord
    difference: PairedDifference | None
    agreement: float | None
    size: float | None
    gzip: float | None
    latency: float | None
    noisy: bool


@dataclass(frozen=True)
class Relative:
    """A member of the family with its figures, and the step to it; None where it has no origin to compare with.

    ``flagged``: a check found that it agrees with its parent too seldom.
    """

    member: Member
    figures: Figures
    step: Step | None
    flagged: bool = False

    def accuracy(self, part: str) -> float | None:
        """Return its accuracy on a part of the split, "whole" or "leak_free"."""
        return self.figures.accuracy if part == "whole" else self.figures.accuracy_leak_free

    def n(self, part: str) -> int | None:
        """Return how many pictures that is."""
        return self.figures.n if part == "whole" else self.figures.n_leak_free


def step(
    origin: RunRecord, before: Figures, after: Figures, difference: PairedDifference | None, agreement: float | None
) -> Step:
    """Return what came of a step, from the figures before and after it and from how the answers compare."""
    return Step(
        origin=origin,
        difference=difference,
        agreement=agreement,
        size=factor(before.size_bytes, after.size_bytes),
        gzip=factor(before.size_gzip_bytes, after.size_gzip_bytes),
        latency=factor(before.latency_ms, after.latency_ms),
        noisy=before.noisy or after.noisy,
    )


def steps_frame(relatives: Sequence[Relative], part: str, label_of: Callable[[RunRecord], str]) -> pd.DataFrame:
    """Return one row a run: what it scores and takes, and what the step to it cost and bought.

    Shares and differences as fractions, sizes in bytes, latency in ms, what was bought as factors.
    """
    return pd.DataFrame([_row(relative, part, label_of) for relative in relatives])


def _row(relative: Relative, part: str, label_of: Callable[[RunRecord], str]) -> dict[str, object]:
    member, figures, taken = relative.member, relative.figures, relative.step
    result = taken.difference if taken else None
    return {
        "run": label_of(member.record),
        "stage": member.record.stage,
        "origin": label_of(member.origin) if member.origin else member.missing,
        "accuracy": relative.accuracy(part),
        "n": relative.n(part),
        "size_bytes": figures.size_bytes,
        "size_gzip_bytes": figures.size_gzip_bytes,
        "latency_ms": figures.latency_ms,
        "noisy": figures.noisy,
        "difference": result.difference if result else None,
        "low": result.low if result else None,
        "high": result.high if result else None,
        "p_value": result.p_value if result else None,
        "agreement": taken.agreement if taken else None,
        "flagged": relative.flagged,
        "times_smaller": taken.size if taken else None,
        "times_smaller_gzip": taken.gzip if taken else None,
        "times_faster": taken.latency if taken else None,
    }

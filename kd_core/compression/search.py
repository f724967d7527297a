"""The search for a compressed model that holds a goal: which variants are tried, in what order, and which one wins."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

Method = Literal["unchanged", "float16", "dynamic", "int8", "qat", "pruned-int8", "pruned-qat", "pruned-clustered-int8"]

# They need no training and take seconds each: tried whatever the goal.
QUICK: tuple[Method, ...] = ("unchanged", "float16", "dynamic", "int8")
LEAST, MOST, STEP = 30, 95, 5  # sparsities that are tried, in percent


@dataclass(frozen=True)
class Goal:
    """What a model has to hold; None sets no limit.

    ``max_drop``: validation accuracy that it may lose against the run it comes from, 0..1. ``max_bytes``: its size
    after gzip -9, as it is downloaded. ``max_ms``: median milliseconds of a call, one thread.
    """

    max_drop: float | None = None
    max_bytes: int | None = None
    max_ms: float | None = None

    def holds(self, trial: "Trial") -> bool:
        """Return whether a trial keeps within every limit."""
        return not trial.problem and self.accurate(trial) and self.small(trial) and self.fast(trial)

    def accurate(self, trial: "Trial") -> bool:
        """Return whether a trial loses no more accuracy than it may."""
        return self.max_drop is None or trial.drop <= self.max_drop + 1e-9

    def small(self, trial: "Trial") -> bool:
        """Return whether a trial is no larger than it may be."""
        return self.max_bytes is None or trial.gzip_bytes <= self.max_bytes

    def fast(self, trial: "Trial") -> bool:
        """Return whether a trial takes no longer than it may."""
        return self.max_ms is None or trial.p50_ms <= self.max_ms


@dataclass(frozen=True)
class Variant:
    """One way to compress a run; ``sparsity`` in percent, 0 where nothing is pruned."""

    method: Method
    sparsity: int = 0

    @property
    def name(self) -> str:
        """Return the variant's name as a run: "int8", "pruned80-int8"."""
        return self.method.replace("pruned", f"pruned{self.sparsity}")


@dataclass(frozen=True)
class Trial:
    """What one variant gave: accuracy on validation and its loss against the origin, sizes, median of a call.

    ``problem`` says why a variant could not be made; it then holds no goal.
    """

    variant: Variant
    accuracy: float
    drop: float
    raw_bytes: int
    gzip_bytes: int
    p50_ms: float
    problem: str = ""


def search(goal: Goal, measure: Callable[[Variant], Trial]) -> list[Trial]:
    """Return the trials of a search, in order, each variant once.

    First what needs no training. Where that leaves something to win, sparsity is bisected under int8: accuracy and
    size fall with it, so that where accuracy is bounded the highest that still holds it is sought, and otherwise the
    lowest that is small enough. Then, where accuracy is bounded, clustering at that sparsity and quantization-aware
    training one step beyond; otherwise training at it, and clustering, which makes files smaller at a little
    accuracy, at the lowest sparsity that is small enough so.

    Args:
        goal: the limits.
        measure: makes and measures one variant.
    """
    known: dict[Variant, Trial] = {}

    def tried(method: Method, sparsity: int = 0) -> Trial:
        variant = Variant(method, sparsity)
        if variant not in known:
            known[variant] = measure(variant)
        return known[variant]

    quick = [tried(method) for method in QUICK]
    accuracy_bounded = goal.max_drop is not None
    if not accuracy_bounded and any(goal.holds(trial) for trial in quick):
        # The most accurate is sought, which pruning does not make.
        return quick
    if not goal.accurate(tried("int8")) or not (accuracy_bounded or goal.max_bytes):
        tried("qat")
    if not accuracy_bounded and goal.max_bytes is None:
        # Only time is bounded, and zeros take as long as other numbers.
        return list(known.values())

    def boundary(method: Method, high: int, below: Callable[[Trial], bool]) -> tuple[int, int]:
        """Return the last sparsity that is ``below``, and the first that is not; ``high`` is taken for one of these."""
        low = LEAST - STEP
        while high - low > STEP:
            middle = (low + high) // (2 * STEP) * STEP
            low, high = (middle, high) if below(tried(method, middle)) else (low, middle)
        return low, high

    if accuracy_bounded:
        holds, breaks = boundary("pruned-int8", MOST + STEP, goal.accurate)
        if holds >= LEAST:
            tried("pruned-clustered-int8", holds)
    else:
        _, breaks = boundary("pruned-int8", MOST + STEP, lambda trial: not goal.small(trial))
        boundary("pruned-clustered-int8", breaks, lambda trial: not goal.small(trial))
    if breaks <= MOST:
        tried("pruned-qat", breaks)
    return list(known.values())


def winner(goal: Goal, trials: Sequence[Trial]) -> Trial | None:
    """Return the trial that holds the goal and is best by what the goal leaves open; None where none holds it.

    The smallest download where accuracy is bounded (of equals the faster one), the most accurate otherwise (of equals
    the smaller one).
    """
    holding = [trial for trial in trials if goal.holds(trial)]
    if goal.max_drop is not None:
        return min(holding, key=lambda trial: (trial.gzip_bytes, trial.p50_ms), default=None)
    return max(holding, key=lambda trial: (trial.accuracy, -trial.gzip_bytes), default=None)

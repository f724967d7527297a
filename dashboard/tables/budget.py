"""Which run fits a budget, and which limits every other one breaks, and by how much."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.tables.figures import Figures

# In the order in which they are asked for and listed.
LIMITS = ("size", "latency", "lost", "parameters")
SIZES = {"raw": "size_bytes", "gzip": "size_gzip_bytes"}
# Shares such as 0.9 - 0.88 are off by less than this, and no count of pictures comes near it.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Candidate:
    """A run that may fit: its accuracy (0..1) and what it costs, by limit; None is not known.

    Costs: "size" in bytes, "latency" in ms, "lost" the accuracy that the teacher has more (negative where the run is
    the better one), "parameters" a count.
    """

    run: str
    accuracy: float | None
    costs: Mapping[str, float | None]


@dataclass(frozen=True)
class Judged:
    """A candidate, how far it is over each limit that it breaks, and which limits cannot be judged."""

    candidate: Candidate
    broken: Mapping[str, float]
    unknown: Sequence[str]

    @property
    def fits(self) -> bool:
        """Whether it is known to hold every limit."""
        return not self.broken and not self.unknown and self.candidate.accuracy is not None


def candidate(figures: Figures, teacher: Figures | None, size: str) -> Candidate:
    """Return a run as a candidate; accuracies are those of the leak-free part where it is known.

    Args:
        figures: the run's, on the split that the choice is made on.
        teacher: the same of its teacher; None leaves open what the run lost.
        size: a key of ``SIZES``.
    """
    own, best = figures.honest_accuracy, teacher.honest_accuracy if teacher else None
    return Candidate(
        figures.run,
        own,
        {
            "size": getattr(figures, SIZES[size]),
            "latency": figures.latency_ms,
            "lost": best - own if own is not None and best is not None else None,
            "parameters": figures.parameters,
        },
    )


def judge(candidates: Sequence[Candidate], limits: Mapping[str, float]) -> list[Judged]:
    """Return the candidates as the limits leave them: who fits, the most accurate first; then the others alike.

    Of equally accurate ones the smaller comes first. What cannot be judged because a figure is not known comes last.

    Args:
        candidates: the runs.
        limits: the largest value that is allowed, by limit, in the units of ``Candidate``; what is missing is free.
    """
    return sorted((_judged(one, limits) for one in candidates), key=_rank)


def winner(judged: Sequence[Judged]) -> Judged | None:
    """Return the most accurate that fits, of equals the smaller; None where nothing fits."""
    return next((one for one in sorted(judged, key=_rank) if one.fits), None)


def if_given_up(candidates: Sequence[Candidate], limits: Mapping[str, float]) -> dict[str, Judged]:
    """Return who would fit if one limit were given up, by that limit; limits that change nothing are left out."""
    found = {name: winner(judge(candidates, {k: v for k, v in limits.items() if k != name})) for name in limits}
    return {name: one for name, one in found.items() if one is not None}


def known_limits(candidates: Sequence[Candidate]) -> list[str]:
    """Return the limits that at least one candidate can be judged by."""
    return [name for name in LIMITS if any(one.costs[name] is not None for one in candidates)]


def _judged(one: Candidate, limits: Mapping[str, float]) -> Judged:
    broken: dict[str, float] = {}
    unknown: list[str] = []
    for name, most in limits.items():
        cost = one.costs[name]
        if cost is None:
            unknown.append(name)
        elif cost > most + _ROUNDING:
            broken[name] = cost - most
    return Judged(one, broken, unknown)


def _rank(one: Judged) -> tuple[bool, bool, float, float]:
    accuracy, size = one.candidate.accuracy, one.candidate.costs["size"]
    return (
        not one.fits,
        not one.broken,
        -accuracy if accuracy is not None else 1.0,
        size if size is not None else float("inf"),
    )

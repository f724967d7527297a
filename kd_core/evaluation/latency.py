"""The numbers of a latency measurement: percentiles of single calls, and whether the measurement can be trusted."""

from collections.abc import Sequence

import numpy as np

from kd_core.artifacts.schema import Latency

TOLERANCE = 0.10


def latency_of(seconds: Sequence[float]) -> Latency:
    """Return mean and percentiles in ms of single calls given in seconds."""
    ms = 1e3 * np.asarray(seconds, np.float64)
    p50, p90, p95, p99 = (float(value) for value in np.percentile(ms, [50, 90, 95, 99]))
    return Latency(p50=p50, p90=p90, p95=p95, p99=p99, mean=float(ms.mean()), count=len(ms))


def unsteady(p50s: Sequence[float]) -> bool:
    """Return whether medians of the same model lie apart by more than ``TOLERANCE`` of their own median.

    Args:
        p50s: of the rounds of one measurement, or of several measurements; any unit, above 0. One alone is steady.
    """
    return len(p50s) > 1 and max(p50s) - min(p50s) > TOLERANCE * float(np.median(p50s))


def noisy(latency: Latency, rounds: Sequence[Latency], earlier: float | None) -> bool:
    """Return whether a measurement was disturbed: by its own rounds, or by an earlier one of the same model.

    Args:
        latency: over all rounds.
        rounds: of each round.
        earlier: p50 in ms of an earlier measurement of the same model on the same machine, None where there is none.
    """
    return unsteady([one.p50 for one in rounds]) or (earlier is not None and unsteady([earlier, latency.p50]))

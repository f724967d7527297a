"""Percentiles of single calls, and when a measurement is noisy."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kd_core.evaluation.latency import TOLERANCE, latency_of, noisy, unsteady


def test_percentiles_are_of_single_calls_in_milliseconds():
    latency = latency_of([0.001] * 90 + [0.002] * 9 + [0.1])
    assert latency.p50 == pytest.approx(1)
    assert latency.p90 == pytest.approx(np.percentile([1] * 90 + [2] * 9 + [100], 90))
    assert latency.p95 == pytest.approx(2)
    assert latency.p99 == pytest.approx(np.percentile([1] * 90 + [2] * 9 + [100], 99))
    assert latency.mean == pytest.approx((90 + 18 + 100) / 100)
    assert latency.count == 100


@pytest.mark.parametrize(
    ("p50s", "expected"),
    [
        ([], False),
        ([3.0], False),
        ([2.0, 2.0, 2.0], False),
        ([0.95, 1.0, 1.04], False),
        # From 0.95 to 1.06 is 11 % of the median 1.
        ([0.95, 1.0, 1.06], True),
        # Of the median, 2, not of the smallest: 0.2 is just within.
        ([1.875, 2.0, 2.0625], False),
        ([1.0, 1.0, 1.0, 1.0, 1.2], True),
        ([1.2, 1.0], True),
    ],
)
def test_rounds_are_steady_within_ten_percent_of_their_median(p50s, expected):
    assert unsteady(p50s) is expected


@pytest.mark.parametrize(
    ("rounds", "earlier", "expected"),
    [
        ([1.0, 1.0], None, False),
        ([1.0, 1.3], None, True),
        ([1.0, 1.0], 1.09, False),
        ([1.0, 1.0], 0.92, False),
        ([1.0, 1.0], 1.12, True),
        ([1.0, 1.0], 0.88, True),
        # Agreeing with the measurement before does not make unsteady rounds steady.
        ([1.0, 1.3], 1.15, True),
    ],
)
def test_noisy_is_what_its_rounds_or_the_measurement_before_contradict(rounds, earlier, expected):
    seconds = [[ms / 1e3] * 100 for ms in rounds]
    latency = latency_of([value for one in seconds for value in one])
    assert noisy(latency, [latency_of(one) for one in seconds], earlier) is expected


TIMES = st.lists(st.floats(1e-4, 1e-1), min_size=1, max_size=8)


@given(rounds=st.lists(TIMES, min_size=1, max_size=5), earlier=st.none() | TIMES, factor=st.floats(1e-3, 1e3))
def test_a_machine_that_is_slower_throughout_changes_nothing(rounds, earlier, factor):
    def judged(scale: float) -> bool:
        by_round = [latency_of([value * scale for value in one]) for one in rounds]
        over_all = latency_of([value * scale for one in rounds for value in one])
        return noisy(over_all, by_round, latency_of([value * scale for value in earlier]).p50 if earlier else None)

    # Away from the edge, where the last digit decides.
    for p50s in (
        [latency_of(one).p50 for one in rounds],
        [latency_of([value for one in rounds for value in one]).p50, latency_of(earlier or [1.0]).p50],
    ):
        assume(abs((max(p50s) - min(p50s)) / np.median(p50s) - TOLERANCE) > 1e-9)
    assert judged(factor) is judged(1.0)

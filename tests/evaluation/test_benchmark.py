"""What is measured of a model, without asserting how fast this machine is."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kd_core.evaluation.benchmark import latency_of
from kd_core.paths import PROJECT

SHOWCASE = PROJECT / "artifacts" / "showcase"


def probe(model: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "kd_core.evaluation.probe", str(model), "1"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT).stdout)


def test_percentiles_are_of_single_calls_in_milliseconds():
    latency = latency_of([0.001] * 90 + [0.002] * 9 + [0.1])
    assert latency.p50 == pytest.approx(1)
    assert latency.p95 == pytest.approx(2)
    assert latency.p99 == pytest.approx(np.percentile([1] * 90 + [2] * 9 + [100], 99))
    assert latency.mean == pytest.approx((90 + 18 + 100) / 100)
    assert latency.count == 100


def test_the_peak_memory_is_the_models_own_whoever_asks():
    # A parent that holds much: its peak must not show in the child's.
    ballast = np.ones(60_000_000)
    small = probe(SHOWCASE / "student3-int8" / "model.tflite")
    large = probe(SHOWCASE / "teacher" / "model.tflite")
    assert small["peak_rss_mb"] < 200 < ballast.nbytes / 1e6
    # The teacher's weights are unpacked to float32, 13.7 MB; the student's take less than one.
    assert large["peak_rss_mb"] - small["peak_rss_mb"] > 10
    assert small["init_ms"] > 0
    assert small["first_call_ms"] > 0

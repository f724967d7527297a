"""One row a run, with all that a deployment asks for."""

import math

import pytest

from dashboard.tables.deployment import GROUPS, Deployed, deployment_frame
from dashboard.tables.family import Member
from dashboard.tables.figures import Figures
from kd_core.artifacts import RunRecord
from kd_core.artifacts.schema import BenchmarkRun, Latency, Parameters
from kd_core.evaluation.checks import Finding

BENCHMARK = BenchmarkRun(
    latency_ms=Latency(p50=0.7, p90=0.8, p95=0.9, p99=1.1, mean=0.75, count=500),
    noisy=True, init_ms=3.0, first_call_ms=1.5, images_per_s=1400, peak_rss_mb=42.5,
)  # fmt: skip
FIGURES = Figures(
    "s", "small8", "quantize", False, precision="int8", accuracy=0.74, n=2406, accuracy_leak_free=0.73,
    n_leak_free=2388, size_bytes=733_000, size_gzip_bytes=260_000, parameters=1000, macs=43_800_000,
)  # fmt: skip


def _deployed(**changes: object) -> Deployed:
    record = RunRecord(
        study="s", run="small8", stage="quantize", network="n", classes=("a",), parent="small",
        parameters=Parameters(total=1000, trainable=900, non_zero=200),
    )  # fmt: skip
    found = [Finding("KD007", "warning", "small8")]
    fields = {"figures": FIGURES, "benchmark": BENCHMARK, "agreement": 0.96, "findings": found} | changes
    return Deployed(member=Member(record, None, False, 2), **fields)  # type: ignore[arg-type]


def test_every_column_holds_what_was_measured() -> None:
    row = deployment_frame([_deployed()]).iloc[0]
    assert row.to_dict() == {
        "run": "small8", "parent": "small", "precision": "int8", "accuracy_leak_free": 0.73, "accuracy": 0.74,
        "agreement": 0.96, "check": "KD007", "size_bytes": 733_000, "size_gzip_bytes": 260_000, "parameters": 1000,
        "non_zero": 200, "sparsity": 0.8, "macs": 43_800_000, "p50_ms": 0.7, "p90_ms": 0.8, "p95_ms": 0.9,
        "p99_ms": 1.1, "noisy": True, "init_ms": 3.0, "first_call_ms": 1.5, "peak_rss_mb": 42.5,
    }  # fmt: skip


def test_what_was_not_measured_is_not_known() -> None:
    frame = deployment_frame([_deployed(), _deployed(benchmark=None, agreement=None, findings=())])
    assert frame["check"].tolist()[0] == "KD007"
    assert math.isnan(frame["p50_ms"][1])
    assert frame[["agreement", "check", "noisy", "peak_rss_mb"]].iloc[1].isna().all()


def test_each_column_stands_in_one_group() -> None:
    columns = [column for group in GROUPS.values() for column in group]
    assert sorted(columns) == sorted(set(columns))
    assert set(deployment_frame([]).columns) == {"run", "parent", *columns}


@pytest.mark.parametrize("counts", [None, Parameters(total=10, trainable=10)])
def test_sparsity_needs_a_count_of_zeros(counts: Parameters | None) -> None:
    one = _deployed()
    record = one.member.record.model_copy(update={"parameters": counts})
    frame = deployment_frame([Deployed(Member(record, None, False, 2), FIGURES, None, None, ())])
    assert frame[["non_zero", "sparsity"]].iloc[0].isna().all()

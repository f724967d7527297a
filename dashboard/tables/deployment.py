"""What it takes to deploy each run: its answers, what is downloaded, and what it needs to run, one row a run."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from dashboard.tables.family import Member
from dashboard.tables.figures import Figures
from kd_core.artifacts.schema import BenchmarkRun
from kd_core.evaluation.checks import Finding

# Columns of the frame by the table that they stand in: together they would be wider than any screen.
GROUPS = {
    "answers": ("precision", "accuracy_leak_free", "accuracy", "agreement", "check"),
    "file": ("size_bytes", "size_gzip_bytes", "parameters", "non_zero", "sparsity", "macs"),
    "machine": ("p50_ms", "p90_ms", "p95_ms", "p99_ms", "noisy", "init_ms", "first_call_ms", "peak_rss_mb"),
}


@dataclass(frozen=True)
class Deployed:
    """A run of the family with all that was measured on it; None is not known.

    ``agreement`` is with the run that it was made from, and is None for a trained one.
    """

    member: Member
    figures: Figures
    benchmark: BenchmarkRun | None
    agreement: float | None
    findings: Sequence[Finding]


def deployment_frame(deployed: Sequence[Deployed]) -> pd.DataFrame:
    """Return one row a run with the columns of all ``GROUPS`` behind "run" and "parent".

    Accuracies, agreement and sparsity as shares of 1, sizes in bytes, times in ms, memory in MB; "check" holds the
    codes of what was found, "noisy" whether the latencies came out too differently each time.
    """
    columns = ["run", "parent", *(column for group in GROUPS.values() for column in group)]
    return pd.DataFrame([_row(one) for one in deployed], columns=columns)


def _row(one: Deployed) -> dict[str, object]:
    record, figures, benchmark = one.member.record, one.figures, one.benchmark
    counted = record.parameters
    non_zero = counted.non_zero if counted else None
    row: dict[str, object] = {
        "run": record.run,
        "parent": record.parent,
        "precision": figures.precision,
        "accuracy_leak_free": figures.accuracy_leak_free,
        "accuracy": figures.accuracy,
        "agreement": one.agreement,
        "check": " ".join(finding.code for finding in one.findings) or None,
        "size_bytes": figures.size_bytes,
        "size_gzip_bytes": figures.size_gzip_bytes,
        "parameters": figures.parameters,
        "non_zero": non_zero,
        "sparsity": 1 - non_zero / counted.total if counted and non_zero is not None else None,
        "macs": figures.macs,
    }
    if benchmark is None:
        return row
    latency = benchmark.latency_ms
    return row | {
        "p50_ms": latency.p50,
        "p90_ms": latency.p90,
        "p95_ms": latency.p95,
        "p99_ms": latency.p99,
        "noisy": benchmark.noisy,
        "init_ms": benchmark.init_ms,
        "first_call_ms": benchmark.first_call_ms,
        "peak_rss_mb": benchmark.peak_rss_mb,
    }

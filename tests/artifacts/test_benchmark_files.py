"""Benchmark files: what is written is read back, and files of before rounds were kept are read too."""

import json

from kd_core.artifacts import ArtifactStore
from kd_core.artifacts.schema import Benchmark, BenchmarkRun, Latency

OLD = {
    "schema_version": 1,
    "machine": "some-cpu-2-cores",
    "cpu": "Some CPU",
    "threads": 1,
    "rounds": 5,
    "measured": "2026-01-07T08:00:00+00:00",
    "packages": {"ai-edge-litert": "2.3.0"},
    "runs": {
        "teacher": {
            "latency_ms": {"p50": 9.5, "p90": 11.2, "p95": 11.4, "p99": 11.9, "mean": 9.9, "count": 1008},
            "init_ms": 22.4,
            "first_call_ms": 11.3,
            "images_per_s": 100.5,
            "peak_rss_mb": 69.5,
            "test_seconds": 24.1,
            "test_seconds_with_decoding": 28.7,
        }
    },
}


def test_a_file_of_before_rounds_were_kept_is_read(tmp_path):
    folder = tmp_path / "showcase" / "benchmarks"
    folder.mkdir(parents=True)
    (folder / "some-cpu-2-cores.json").write_text(json.dumps(OLD))

    found, problems = ArtifactStore(tmp_path).benchmarks("showcase")

    assert problems == []
    figures = found[0].runs["teacher"]
    assert (figures.latency_ms.p50, figures.test_seconds) == (9.5, 24.1)
    assert (figures.rounds, figures.noisy, figures.model_sha256) == ((), False, None)


def test_rounds_noise_and_model_come_back_as_they_were_written(tmp_path):
    latency = Latency(p50=1.0, p90=1.1, p95=1.2, p99=1.3, mean=1.05, count=200)
    slower = latency.model_copy(update={"p50": 1.4, "count": 100})
    figures = BenchmarkRun(
        model_sha256="ab" * 32,
        latency_ms=latency,
        rounds=(latency.model_copy(update={"count": 100}), slower),
        noisy=True,
        init_ms=2.0,
        first_call_ms=1.5,
        images_per_s=950.0,
        peak_rss_mb=42.0,
    )
    written = Benchmark.model_validate(OLD | {"rounds": 2, "runs": {"student": figures}})

    path = ArtifactStore(tmp_path).write_benchmark("mine", written)

    assert path == tmp_path / "mine" / "benchmarks" / "some-cpu-2-cores.json"
    assert ArtifactStore(tmp_path).benchmarks("mine") == ([written], [])

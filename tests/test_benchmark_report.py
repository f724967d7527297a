"""The benchmark as a person reads it in the terminal."""

from io import StringIO

from rich.console import Console

from kd_core.artifacts.schema import Benchmark, BenchmarkRun, Latency
from kd_core.report import benchmark_table


def measured(p50: float, rounds: tuple[float, ...], *, noisy: bool) -> BenchmarkRun:
    latency = Latency(p50=p50, p90=p50, p95=p50, p99=p50, mean=p50, count=200)
    return BenchmarkRun(
        latency_ms=latency,
        rounds=tuple(latency.model_copy(update={"p50": value}) for value in rounds),
        noisy=noisy,
        init_ms=2.0,
        first_call_ms=1.5,
        images_per_s=1000 / p50,
        peak_rss_mb=42.0,
    )


def shown(**runs: BenchmarkRun) -> str:
    benchmark = Benchmark(
        machine="m", cpu="Some CPU", threads=2, rounds=2, measured="2026-01-07T08:00:00+00:00", packages={}, runs=runs
    )
    console = Console(width=200, file=StringIO())
    console.print(benchmark_table(benchmark))
    return console.file.getvalue()


def test_a_quiet_measurement_has_no_star():
    text = shown(a=measured(1.0, (1.0, 1.04), noisy=False), old=measured(3.0, (), noisy=False))
    assert "Some CPU, 2 thread(s), batch 1, 2 interleaved rounds" in text
    assert "1.00 / 1.00 / 1.00" in text
    assert "*" not in text


def test_noisy_runs_are_marked_and_it_says_why_and_what_to_do():
    text = shown(
        quiet=measured(1.0, (1.0, 1.04), noisy=False),
        shaky=measured(2.0, (1.8, 2.2), noisy=True),
        moved=measured(3.0, (3.0, 3.0), noisy=True),
    )
    assert ("shaky *" in text, "moved *" in text, "quiet *" in text) == (True, True, False)
    assert "differs by more than 10% between rounds (shaky): measure again on an idle machine." in text
    assert "differs by more than 10% from the measurement before (moved): measure again on an idle machine." in text

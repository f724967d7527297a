"""The benchmark of deployed models: LiteRT, batch 1, warmed up, all models interleaved in rounds.

After MLPerf Inference's single stream (Reddi et al. 2020): a least number of calls and a least time, percentiles over
single calls. Models take turns, in an order that rotates, so that a slow moment of the machine meets all of them.
"""

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from kd_core.artifacts import ArtifactError, ArtifactStore, Benchmark, RunRecord
from kd_core.artifacts.schema import BenchmarkRun, Latency
from kd_core.data.load import find_picture, load_pixels
from kd_core.environment import cpu_name, machine_name, package_versions
from kd_core.evaluation.classifier import Classifier
from kd_core.progress import Reporter

WARM_UPS = 10
CALLS = 100
SECONDS = 2.0


@dataclass(frozen=True)
class _Model:
    record: RunRecord
    path: Path
    classifier: Classifier


def benchmark_study(
    store: ArtifactStore, study: str, photos: Path, *, threads: int, rounds: int, progress: Reporter
) -> Benchmark:
    """Measure every run of a study that ships a model.

    Args:
        store: the artifacts.
        study: name of the study.
        photos: the data folder; where the test pictures are not there, the times over the test split are left out.
        threads: threads of each model.
        rounds: turns that each model has; each lasts until both ``CALLS`` calls and ``SECONDS`` s have passed.
        progress: where to show the progress.

    Raises:
        ArtifactError: if the study has no run with a model.
    """
    models = _models(store, study, threads)
    starts = {model.record.run: _probe(model.path, threads) for model in models}
    times = _interleaved(models, rounds, progress)
    files = _test_files(store, study, models, photos)
    runs = {}
    for model in models:
        run = model.record.run
        latency = latency_of(times[run])
        alone, decoding = _over_test(model, files, progress) if files else (None, None)
        runs[run] = BenchmarkRun(
            latency_ms=latency,
            images_per_s=1e3 / latency.mean,
            test_seconds=alone,
            test_seconds_with_decoding=decoding,
            **starts[run],
        )
    return Benchmark(
        machine=machine_name(),
        cpu=cpu_name(),
        threads=threads,
        rounds=rounds,
        measured=datetime.now(UTC).isoformat(timespec="seconds"),
        packages=package_versions(),
        runs=runs,
    )


def latency_of(seconds: Sequence[float]) -> Latency:
    """Return mean and percentiles in ms of single calls given in seconds."""
    ms = 1e3 * np.asarray(seconds, np.float64)
    p50, p90, p95, p99 = (float(value) for value in np.percentile(ms, [50, 90, 95, 99]))
    return Latency(p50=p50, p90=p90, p95=p95, p99=p99, mean=float(ms.mean()), count=len(ms))


def _models(store: ArtifactStore, study: str, threads: int) -> list[_Model]:
    models = []
    for record in store.runs(study)[0]:
        if record.model is not None and record.model.file is not None and record.input is not None:
            path = store.model_path(study, record.run)
            models.append(_Model(record, path, Classifier(path, record.input, threads)))
    if not models:
        raise ArtifactError(f"The study {study} has no run with a model to measure: train it with `make train`.")
    return models


def _probe(path: Path, threads: int) -> dict[str, float]:
    command = [sys.executable, "-m", "kd_core.evaluation.probe", str(path), str(threads)]
    result = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    return {name: float(value) for name, value in json.loads(result.stdout).items()}


def _interleaved(models: list[_Model], rounds: int, progress: Reporter) -> dict[str, list[float]]:
    pixels = np.random.default_rng(0)
    tensors = {}
    for model in models:
        spec = model.classifier.spec
        picture = pixels.integers(0, 256, (spec.height, spec.width, 3), dtype=np.uint8)
        tensors[model.record.run] = model.classifier.prepare(picture)
    times: dict[str, list[float]] = {model.record.run: [] for model in models}
    with progress.task("Measuring latency", rounds * len(models)) as advance:
        for turn in range(rounds):
            first = turn % len(models)
            for model in models[first:] + models[:first]:
                run = model.record.run
                times[run] += _calls(model.classifier, tensors[run])
                advance(1, run)
    return times


def _calls(classifier: Classifier, tensor: np.ndarray) -> list[float]:
    for _ in range(WARM_UPS):
        classifier.run(tensor)
    taken: list[float] = []
    end = time.perf_counter() + SECONDS
    while len(taken) < CALLS or time.perf_counter() < end:
        began = time.perf_counter()
        classifier.run(tensor)
        taken.append(time.perf_counter() - began)
    return taken


def _test_files(store: ArtifactStore, study: str, models: list[_Model], photos: Path) -> list[Path]:
    predictions = store.predictions(study, models[0].record.run).of("test")
    files = [find_picture(photos, path) for path in predictions.path]
    found = [file for file in files if file is not None]
    return found if len(found) == len(files) else []


def _over_test(model: _Model, files: list[Path], progress: Reporter) -> tuple[float, float]:
    """Return the seconds that a model takes for all test pictures: alone, and with reading and decoding them."""
    spec = model.classifier.spec
    alone = 0.0
    began = time.perf_counter()
    with progress.task(f"Test split through {model.record.run}", len(files)) as advance:
        for file in files:
            tensor = model.classifier.prepare(load_pixels(file, spec.height, spec.width))
            called = time.perf_counter()
            model.classifier.run(tensor)
            alone += time.perf_counter() - called
            advance()
    return alone, time.perf_counter() - began

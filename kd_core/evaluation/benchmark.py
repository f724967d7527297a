"""The benchmark of a study's deployed models on this machine: start, memory, latency, and the time over the test split.

LiteRT, batch 1, all models in one session, interleaved.
"""

import hashlib
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from kd_core.artifacts import ArtifactError, ArtifactStore, Benchmark
from kd_core.artifacts.schema import BenchmarkRun
from kd_core.data.load import find_picture
from kd_core.environment import cpu_name, machine_name, package_versions
from kd_core.evaluation.classifier import Classifier
from kd_core.evaluation.latency import latency_of, noisy
from kd_core.evaluation.timing import call_times, times_over
from kd_core.progress import Reporter

STARTS = 5


def benchmark_study(
    store: ArtifactStore,
    study: str,
    photos: Path,
    *,
    threads: int,
    rounds: int,
    progress: Reporter,
    earlier: Benchmark | None = None,
) -> Benchmark:
    """Measure every run of a study that ships a model; one that cannot be read is told and left out.

    Args:
        store: the artifacts.
        study: name of the study.
        photos: the data folder; where the test pictures are not there, the times over the test split are left out.
        threads: threads of each model.
        rounds: turns that each model has, see ``call_times``.
        progress: where to show the progress.
        earlier: what was measured on this machine before; a model whose p50 has moved since is marked noisy.

    Raises:
        ArtifactError: if the study has no run with a model.
    """
    models = _models(store, study, threads, progress)
    paths = {run: store.model_path(study, run) for run in models}
    files = _test_files(store, study, photos, progress)
    starts = _starts(paths, threads, progress)
    times = call_times(models, rounds, progress)
    over_test = times_over(models, files, rounds, progress) if files else {}
    before = _p50s(earlier, threads)
    runs = {}
    for run, path in paths.items():
        by_round = tuple(latency_of(seconds) for seconds in times[run])
        latency = latency_of([second for seconds in times[run] for second in seconds])
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        alone, with_decoding = over_test.get(run, (None, None))
        runs[run] = BenchmarkRun(
            model_sha256=sha256,
            latency_ms=latency,
            rounds=by_round,
            noisy=noisy(latency, by_round, before.get(sha256)),
            images_per_s=1e3 / latency.mean,
            test_seconds=alone,
            test_seconds_with_decoding=with_decoding,
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


def _models(store: ArtifactStore, study: str, threads: int, progress: Reporter) -> dict[str, Classifier]:
    records, problems = store.runs(study)
    sentences = [problem.sentence for problem in problems]
    models = {}
    for record in records:
        if record.model is None or record.model.file is None or record.input is None:
            continue
        try:
            models[record.run] = Classifier(store.model_path(study, record.run), record.input, threads)
        except ArtifactError as error:
            sentences.append(str(error))
    for sentence in sentences:
        progress.say(f"[yellow]Not measured[/]: {sentence}")
    if not models:
        raise ArtifactError(f"The study {study} has no run with a model to measure: train it with `make train`.")
    return models


def _test_files(store: ArtifactStore, study: str, photos: Path, progress: Reporter) -> list[Path]:
    try:
        index = store.index(study)
    except ArtifactError as error:
        progress.say(f"The time over the test split is left out: {error}")
        return []
    paths = index.loc[index["split"] == "test", "path"]
    found = [file for path in paths if (file := find_picture(photos, path)) is not None]
    if len(found) < len(paths):
        progress.say(
            f"The time over the test split is left out: {len(paths) - len(found):,} of its {len(paths):,} pictures "
            f"are not in {photos}."
        )
        return []
    return found


def _starts(paths: dict[str, Path], threads: int, progress: Reporter) -> dict[str, dict[str, float]]:
    """Return ``init_ms``, ``first_call_ms`` and ``peak_rss_mb`` of every model: the medians of ``STARTS`` processes."""
    seen: dict[str, list[dict[str, float]]] = {run: [] for run in paths}
    with progress.task("Starting in processes of their own", STARTS * len(paths)) as advance:
        for _ in range(STARTS):
            for run, path in paths.items():
                seen[run].append(_probe(path, threads))
                advance(1, run)
    return {run: {name: median(one[name] for one in figures) for name in figures[0]} for run, figures in seen.items()}


def _probe(path: Path, threads: int) -> dict[str, float]:
    command = [sys.executable, "-m", "kd_core.evaluation.probe", str(path.resolve()), str(threads)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    if result.returncode != 0:
        reason = (result.stderr.strip().splitlines() or [f"exit code {result.returncode}"])[-1]
        raise ArtifactError(f"{path} cannot be started in a process of its own ({reason}): train the run again.")
    return {name: float(value) for name, value in json.loads(result.stdout).items()}


def _p50s(earlier: Benchmark | None, threads: int) -> dict[str, float]:
    """Return p50 in ms by the model's sha256, of a measurement whose figures must come out again, else nothing."""
    # A model is as fast as before only with the same threads and the same LiteRT.
    package = "ai-edge-litert"
    if (
        earlier is None
        or earlier.threads != threads
        or earlier.packages.get(package) != package_versions().get(package)
    ):
        return {}
    return {one.model_sha256: one.latency_ms.p50 for one in earlier.runs.values() if one.model_sha256 is not None}

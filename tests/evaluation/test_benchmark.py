"""What is measured of a study's models, without asserting how fast this machine is."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kd_core.artifacts import ArtifactError, ArtifactStore, InputSpec, RunRecord
from kd_core.artifacts.schema import ModelFile
from kd_core.artifacts.store import INDEX_COLUMNS
from kd_core.data.synthetic import draw
from kd_core.evaluation import benchmark, timing
from kd_core.evaluation.benchmark import benchmark_study
from kd_core.evaluation.classifier import Classifier
from kd_core.evaluation.latency import unsteady
from kd_core.paths import PROJECT
from kd_core.progress import Silent

SHOWCASE = PROJECT / "artifacts" / "showcase"
SPEC = InputSpec(height=8, width=8, scale=(1 / 127.5,) * 3, offset=(-1.0,) * 3)
RUNS = ("small", "large", "huge")


class Recorder(Silent):
    """Keeps the lines that were said."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, text: str) -> None:
        self.lines.append(text)


class Counting(Classifier):
    """A model that knows which tensors it was given, and in which order all of them were asked."""

    asked: list["Counting"]

    def __init__(self, path: Path, asked: list["Counting"]) -> None:
        super().__init__(path, SPEC)
        self.asked = asked

    def run(self, tensor: np.ndarray):
        self.asked.append(self)
        return super().run(tensor)


@pytest.fixture(scope="module")
def contents() -> dict[str, bytes]:
    """Return a tiny .tflite for each run."""
    from kd_core.backend import keras
    from kd_core.compression.export import convert

    models = {}
    for filters, run in enumerate(RUNS, start=2):
        image = keras.Input((8, 8, 3), batch_size=1)
        x = keras.layers.Conv2D(filters, 3, name="features")(image)
        models[run] = convert(
            keras.Model(image, keras.layers.Dense(2, name="logits")(keras.layers.Flatten()(x))), "float32"
        )
    return models


@pytest.fixture
def store(tmp_path, contents, monkeypatch) -> ArtifactStore:
    """A study of three runs and 30 test pictures, measured in no more time than its calls take."""
    monkeypatch.setattr(timing, "SECONDS", 0.0)
    monkeypatch.setattr(benchmark, "STARTS", 1)
    for run, content in contents.items():
        folder = tmp_path / "artifacts" / "tiny" / run
        folder.mkdir(parents=True)
        (folder / "model.tflite").write_bytes(content)
        model = ModelFile(file="model.tflite", precision="float32", sha256="", size_bytes=0, size_gzip_bytes=0)
        record = RunRecord(
            study="tiny", run=run, stage="scratch", network="none", classes=("a", "b"), model=model, input=SPEC
        )
        (folder / "run.json").write_text(record.model_dump_json())
    photos = tmp_path / "photos"
    draw(photos, per_split={"train": 1, "val": 1, "test": 2}, size=16, seed=0)
    paths = [
        f"test/{file.relative_to(photos / 'test').as_posix()}" for file in sorted((photos / "test").rglob("*.png"))
    ]
    index = pd.DataFrame({"split": "test", "path": paths}).reindex(columns=list(INDEX_COLUMNS))
    index.to_parquet(tmp_path / "artifacts" / "tiny" / "data.parquet")
    return ArtifactStore(tmp_path / "artifacts")


def measure(store: ArtifactStore, **options):
    photos = options.pop("photos", store.root.parent / "photos")
    settings = {"threads": 1, "rounds": 2, "progress": Silent()} | options
    return benchmark_study(store, "tiny", photos, **settings)


def probe(model: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "kd_core.evaluation.probe", str(model), "1"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT).stdout)


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


def test_a_measurement_knows_its_models_and_its_rounds(store, contents, monkeypatch):
    # A folder that is named relative to where the program was started.
    monkeypatch.chdir(store.root.parent)
    found = measure(ArtifactStore(Path("artifacts")), photos=Path("photos"), rounds=3, threads=2)

    assert (found.rounds, found.threads, list(found.runs)) == (3, 2, sorted(RUNS))
    for run, figures in found.runs.items():
        assert figures.model_sha256 == hashlib.sha256(contents[run]).hexdigest()
        assert [one.count for one in figures.rounds] == [100, 100, 100]
        assert figures.latency_ms.count == 300
        assert figures.latency_ms.mean == pytest.approx(np.mean([one.mean for one in figures.rounds]))
        assert (
            min(one.p50 for one in figures.rounds) <= figures.latency_ms.p50 <= max(one.p50 for one in figures.rounds)
        )
        assert figures.images_per_s == pytest.approx(1000 / figures.latency_ms.mean)
        assert figures.noisy == unsteady([one.p50 for one in figures.rounds])
        assert 0 < figures.test_seconds < figures.test_seconds_with_decoding


def test_a_measurement_that_the_one_before_contradicts_is_noisy(store):
    first = measure(store, photos=Path("nowhere"))
    runs = {
        run: figures.model_copy(update={"latency_ms": figures.latency_ms.model_copy(update={"p50": 1e6})})
        for run, figures in first.runs.items()
    }
    # Another model of the same name is another model.
    runs["huge"] = runs["huge"].model_copy(update={"model_sha256": "0" * 64})
    before = first.model_copy(update={"runs": runs})

    again = measure(store, photos=Path("nowhere"), earlier=before).runs
    assert (again["small"].noisy, again["large"].noisy) == (True, True)
    assert again["huge"].noisy == unsteady([one.p50 for one in again["huge"].rounds])

    other = {"threads": before.model_copy(update={"threads": 4}), "LiteRT": before.model_copy(update={"packages": {}})}
    for earlier in other.values():
        for figures in measure(store, photos=Path("nowhere"), earlier=earlier).runs.values():
            assert figures.noisy == unsteady([one.p50 for one in figures.rounds])


def test_what_cannot_be_measured_is_told_and_the_rest_is_measured(store):
    (store.folder("tiny", "small") / "model.tflite").write_bytes(b"TFL3")
    (store.folder("tiny", "huge") / "run.json").write_text("{")
    next((store.root.parent / "photos" / "test").rglob("*.png")).unlink()
    progress = Recorder()

    found = measure(store, progress=progress)

    assert list(found.runs) == ["large"]
    assert (found.runs["large"].test_seconds, found.runs["large"].test_seconds_with_decoding) == (None, None)
    said = "\n".join(progress.lines)
    assert "huge/run.json cannot be read" in said
    assert "small/model.tflite cannot be loaded as a model" in said
    assert "time over the test split is left out: 1 of its 30 pictures are not in" in said

    (store.folder("tiny", "large") / "model.tflite").unlink()
    with pytest.raises(ArtifactError, match="no run with a model"):
        measure(store)


def test_models_take_turns_and_the_order_rotates(store):
    asked: list[Counting] = []
    models = {run: Counting(store.model_path("tiny", run), asked) for run in RUNS}

    times = timing.call_times(models, 4, Silent())

    # Ten calls to warm up and a hundred that count in every turn; the fourth round begins as the first did.
    turns = [asked[start] for start in range(0, len(asked), 110)]
    assert asked == [model for model in turns for _ in range(110)]
    small, large, huge = models.values()
    assert turns == [small, large, huge, large, huge, small, huge, small, large, small, large, huge]
    assert {run: [len(one) for one in rounds] for run, rounds in times.items()} == dict.fromkeys(RUNS, [100] * 4)


def test_a_turn_lasts_for_its_time_even_where_the_calls_are_done_sooner(store, monkeypatch):
    monkeypatch.setattr(timing, "SECONDS", 0.2)
    (taken,) = timing.call_times({"small": Classifier(store.model_path("tiny", "small"), SPEC)}, 1, Silent())["small"]
    # A call takes some microseconds: 0.2 s hold more than a hundred of them, and only calls are counted.
    assert len(taken) > 100
    assert sum(taken) <= 0.2 + max(taken)


def test_every_picture_goes_once_through_every_model(store):
    asked: list[Counting] = []
    models = {run: Counting(store.model_path("tiny", run), asked) for run in RUNS}
    files = sorted((store.root.parent / "photos" / "test").rglob("*.png"))

    seconds = timing.times_over(models, files, 4, Silent())

    assert len(files) == 30
    assert {run: asked.count(model) for run, model in models.items()} == dict.fromkeys(RUNS, 30)
    assert all(0 < alone < with_decoding for alone, with_decoding in seconds.values())


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted by Linux")
def test_the_threads_that_are_asked_for_are_the_models_own(store):
    path = store.model_path("tiny", "small")

    def started(threads: int) -> int:
        before = set(Path("/proc/self/task").iterdir())
        model = Classifier(path, SPEC, threads)
        model.run(model.prepare(np.zeros((8, 8, 3), np.uint8)))
        return len(set(Path("/proc/self/task").iterdir()) - before)

    # The caller's thread works too.
    assert (started(1), started(4)) == (0, 3)

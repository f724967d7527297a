"""What tests of both packages share."""

from pathlib import Path

import pytest

from kd_core.artifacts import ArtifactStore
from kd_core.data.source import open_data
from kd_core.progress import Silent
from kd_core.stages import run_study
from kd_core.study import Study, parse_study
from kd_core.training.job import Job

TINY = {
    "data": {"source": "generated", "train_per_class": 8, "test_per_class": 2, "size": 32, "seed": 1},
    "defaults": {"epochs": 2, "batch_size": 16, "input_size": 32, "augmentation": {"views": 2, "flip": True}},
    "runs": {
        "teacher": {"stage": "teacher", "network": "efficientnet-lite0", "deploy": "float16"},
        "scratch": {"stage": "scratch", "network": "student3"},
        "distilled": {
            "stage": "distill",
            "network": "student3",
            "teacher": "teacher",
            "twin": "scratch",
            "alpha": 0.5,
            "temperature": 2.0,
            "scale_by_t2": False,
        },
        "int8": {"stage": "quantize", "parent": "distilled", "scheme": "int8", "representative": 30},
    },
}


def tiny_study(**runs: dict) -> Study:
    """A whole study of seconds; keyword arguments change the tables of its runs."""
    tables = {name: table | runs.get(name, {}) for name, table in TINY["runs"].items()}
    return parse_study(TINY | {"runs": tables}, "tiny", "tiny.toml")


class Listening(Silent):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        self.said.append(text)


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory) -> Path:
    """One cache for all tests that train: generated pictures and frozen features are made once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def tiny_made(tmp_path_factory, shared_cache) -> Job:
    """The tiny study, made once: for tests that only read it, or that copy its artifacts."""
    root = tmp_path_factory.mktemp("tiny")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KD_CACHE_DIR", str(shared_cache))
        study = tiny_study()
        job = Job(study, open_data(study.data, Silent()), ArtifactStore(root), shared_cache, Silent())
        assert run_study(job, list(study.runs)) == []
    return job


@pytest.fixture
def make_job(tmp_path, shared_cache, monkeypatch):
    """Return a function that gives a job on the tiny study, with artifacts of its own."""

    def make(study: Study | None = None, root: Path | None = None, cache: Path | None = None, progress=None) -> Job:
        monkeypatch.setenv("KD_CACHE_DIR", str(shared_cache))
        study = study or tiny_study()
        progress = progress or Silent()
        index = open_data(study.data, progress)
        return Job(study, index, ArtifactStore(root or tmp_path / "artifacts"), cache or shared_cache, progress)

    return make

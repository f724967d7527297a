"""What tests of both packages share, how they are dealt to workers, and what is said at the very end."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from kd_core.artifacts import ArtifactStore
from kd_core.data.source import open_data
from kd_core.progress import Silent
from kd_core.study import Study, parse_study

# TensorFlow is loaded where something is trained: the tests of most files do without it.
if TYPE_CHECKING:
    from kd_core.training.job import Job

NO_BROWSER = "no browser starts here"
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


# How long an example takes says how busy the machine is, which no test is about.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put first what takes longest: `make test` deals the files to its workers in this order, each whole to one."""
    tiny = {item.path for item in items if _uses(item, "tiny_made")}
    items.sort(key=lambda item: (item.get_closest_marker("browser") is None, item.path not in tiny))


def _uses(item: pytest.Item, fixture: str) -> bool:
    return fixture in getattr(item, "fixturenames", ())


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Say at the very end that the browser tests were left out, whichever worker has left them out."""
    yield
    reasons = (report.longrepr[2] for report in terminalreporter.stats.get("skipped", ()))
    reason = next((text for text in reasons if NO_BROWSER in text), None)
    if reason is not None:
        terminalreporter.section("The browser tests were left out", red=True, bold=True)
        terminalreporter.line(f"The browser tests were left out: {reason.removeprefix('Skipped: ')}", red=True)


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


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a test derives is never found by the user's dashboard, and nothing that lies there by a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KD_CACHE_DIR", str(tmp_path_factory.mktemp("user-cache")))
        yield


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory) -> Path:
    """One cache for all tests that train: generated pictures and frozen features are made once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def tiny_made(tmp_path_factory, shared_cache) -> "Job":
    """The tiny study, made once: for tests that only read it, or that copy its artifacts."""
    from kd_core.stages import run_study
    from kd_core.training.job import Job

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
    from kd_core.training.job import Job

    def make(study: Study | None = None, root: Path | None = None, cache: Path | None = None, progress=None) -> Job:
        monkeypatch.setenv("KD_CACHE_DIR", str(shared_cache))
        study = study or tiny_study()
        progress = progress or Silent()
        index = open_data(study.data, progress)
        return Job(study, index, ArtifactStore(root or tmp_path / "artifacts"), cache or shared_cache, progress)

    return make

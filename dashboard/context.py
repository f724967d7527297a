"""What the pages read: the artifacts, cached by file, with a problem in place of whatever is damaged.

Every reader returns ``(value, problems)``. A cached value is keyed by path, modification time and size of the file
it came from, so that a run that is trained again shows up with the next click and nothing is trusted blindly.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from dashboard.memory import remembered
from dashboard.stamps import Stamp, files_below, folders_in, once_a_look, stamp_of
from kd_core.artifacts import (
    ArtifactError,
    ArtifactStore,
    Benchmark,
    Contradiction,
    Predictions,
    Problem,
    Robustness,
    RunRecord,
    Suspects,
    artifacts_dir,
)
from kd_core.artifacts.run_files import WEIGHTS
from kd_core.evaluation.stored_kernels import StoredKernel, stored_kernels

T = TypeVar("T")


def store() -> ArtifactStore:
    """Return the store over ``KD_ARTIFACTS_DIR``, else over ``artifacts`` in the project."""
    return ArtifactStore(artifacts_dir())


def studies() -> list[str]:
    """Return the names of all studies that are there."""
    return store().studies()


def runs(study: str) -> tuple[list[RunRecord], list[Problem]]:
    """Return the runs of a study that can be read, oldest first, and a problem for each that cannot."""
    root = store().root

    def look() -> tuple[list[RunRecord], list[Problem]]:
        return _runs(str(root), study, stamp_of(*(f"{folder}/run.json" for folder in folders_in(root / study))))

    found, problems = once_a_look(f"runs of {root / study}", look)
    return list(found), list(problems)


def record(study: str, run: str) -> tuple[RunRecord | None, list[Problem]]:
    """Return the record of one run, of this study or another."""
    return _met(study, run, "run.json", lambda root, stamp: _run(root, study, run, stamp))


def history(study: str, run: str) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Return the training history of a run, one row an epoch."""
    return _met(study, run, "history.csv", lambda root, stamp: _history(root, study, run, stamp))


def layers(study: str, run: str) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Return the layers of a run's network, one row a layer."""
    return _met(study, run, "layers.csv", lambda root, stamp: _layers(root, study, run, stamp))


def head(study: str, run: str) -> tuple[dict[str, np.ndarray] | None, list[Problem]]:
    """Return the linear layer over the last map of a run's network; None with a problem also where there is none."""
    return _met(study, run, "head.npz", lambda root, stamp: _head(root, study, run, stamp))


def kernels(study: str, run: str) -> tuple[dict[str, np.ndarray] | None, list[Problem]]:
    """Return the kernels that training goes on from, by layer; None with a problem also where a run ships none."""
    return _met(study, run, WEIGHTS, lambda root, stamp: _kernels(root, study, run, stamp))


def deployed_kernels(study: str, run: str) -> tuple[dict[str, StoredKernel] | None, list[Problem]]:
    """Return the kernels inside a run's deployed model, by layer; None with a problem also where a run ships none."""
    return _met(study, run, "model.tflite", lambda root, stamp: _deployed_kernels(root, study, run, stamp))


def predictions(study: str, run: str) -> tuple[Predictions | None, list[Problem]]:
    """Return the stored logits of a run for every evaluated picture."""
    return _met(study, run, "predictions.parquet", lambda root, stamp: _predictions(root, study, run, stamp))


def stated_confusion(study: str, run: str) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Return the confusion matrix that the slides state for a published run, rows true; None when they state none."""
    if not (store().root / study / run / "confusion.csv").is_file():
        return None, []
    return _met(study, run, "confusion.csv", lambda root, stamp: _confusion(root, study, run, stamp))


def index(study: str) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Return the index of the study's data set; None without a problem for a study that has none.

    The frame is shared between all visitors: never change it in place.
    """
    path = store().root / study / "data.parquet"
    if not path.is_file():
        return None, []
    return _attempt(path, lambda: _index(str(store().root), study, stamp_of(path)))


def benchmarks(study: str) -> tuple[list[Benchmark], list[Problem]]:
    """Return the benchmarks of all machines that can be read."""
    root = store().root
    return _benchmarks(str(root), study, stamp_of(*sorted((root / study / "benchmarks").glob("*.json"))))


def robustness(study: str) -> tuple[Robustness | None, list[Problem]]:
    """Return how the runs of a study bear corrupted pictures; None without a problem where it was not measured."""
    path = store().robustness_path(study)
    return _attempt(path, lambda: _robustness(str(store().root), study, stamp_of(path)))


def suspects(study: str) -> tuple[Suspects | None, list[Problem]]:
    """Return the doubtful labels of a study's data set; None without a problem where nobody has looked for them."""
    path = store().suspects_path(study)
    return _attempt(path, lambda: _suspects(str(store().root), study, stamp_of(path)))


def contradictions(study: str) -> tuple[list[Contradiction], list[Problem]]:
    """Return where the published slides contradict themselves; empty for a study of our own."""
    path = store().root / study / "contradictions.json"
    found, problems = _attempt(path, lambda: _contradictions(str(store().root), study, stamp_of(path)))
    return found or [], problems


def stamp(study: str, run: str, *names: str) -> Stamp:
    """Return path, modification time and size of files of a run: the key of whatever is derived from them."""
    root = store().root
    return stamp_of(*((root / study / run / name) if run else (root / study / name) for name in names))


def study_stamp(study: str) -> Stamp:
    """Return the stamp of every file of a study: the key of whatever is derived from the study as a whole."""
    return stamp_of(*files_below(store().root / study))


def _met(study: str, run: str, name: str, read: Callable[[str, Stamp], T]) -> tuple[T | None, list[Problem]]:
    root = store().root
    path = root / study / run / name
    return _attempt(path, lambda: read(str(root), stamp_of(path, path.parent / "run.json")))


def _attempt(path: Path, read: Callable[[], T]) -> tuple[T | None, list[Problem]]:
    try:
        return read(), []
    except ArtifactError as error:
        return None, [Problem(path, str(error))]


def _at(root: str) -> ArtifactStore:
    return ArtifactStore(Path(root))


# Shared: a page asks for hundreds of records several times, and nobody can change one.
@remembered(max_entries=64, shared=True)
def _runs(root: str, study: str, stamp: Stamp) -> tuple[list[RunRecord], list[Problem]]:
    return _at(root).runs(study)


@remembered(max_entries=1024)
def _run(root: str, study: str, run: str, stamp: Stamp) -> RunRecord:
    return _at(root).run(study, run)


@remembered(max_entries=1024)
def _history(root: str, study: str, run: str, stamp: Stamp) -> pd.DataFrame:
    return _at(root).history(study, run)


@remembered(max_entries=256)
def _layers(root: str, study: str, run: str, stamp: Stamp) -> pd.DataFrame:
    return _at(root).layers(study, run)


# Half a megabyte each. Shared, since nobody changes it.
@remembered(max_entries=32, shared=True)
def _head(root: str, study: str, run: str, stamp: Stamp) -> dict[str, np.ndarray]:
    return _at(root).head(study, run)


# Megabytes each. Shared, since nobody changes them.
@remembered(max_entries=8, shared=True)
def _kernels(root: str, study: str, run: str, stamp: Stamp) -> dict[str, np.ndarray]:
    return _at(root).kernels(study, run)


@remembered(max_entries=8, shared=True)
def _deployed_kernels(root: str, study: str, run: str, stamp: Stamp) -> dict[str, StoredKernel]:
    return stored_kernels(_at(root).model_path(study, run))


@remembered(max_entries=128)
def _predictions(root: str, study: str, run: str, stamp: Stamp) -> Predictions:
    return _at(root).predictions(study, run)


@remembered(max_entries=64)
def _confusion(root: str, study: str, run: str, stamp: Stamp) -> pd.DataFrame:
    return _at(root).confusion(study, run)


# One copy for all visitors, not one for each reading: tens of thousands of rows take 0.1 s to copy. Nobody changes it.
@remembered(max_entries=8, shared=True)
def _index(root: str, study: str, stamp: Stamp) -> pd.DataFrame:
    return _at(root).index(study)


@remembered(max_entries=64)
def _benchmarks(root: str, study: str, stamp: Stamp) -> tuple[list[Benchmark], list[Problem]]:
    return _at(root).benchmarks(study)


@remembered(max_entries=64)
def _robustness(root: str, study: str, stamp: Stamp) -> Robustness | None:
    return _at(root).robustness(study)


@remembered(max_entries=16)
def _suspects(root: str, study: str, stamp: Stamp) -> Suspects | None:
    return _at(root).suspects(study)


@remembered(max_entries=64)
def _contradictions(root: str, study: str, stamp: Stamp) -> list[Contradiction]:
    return _at(root).contradictions(study)

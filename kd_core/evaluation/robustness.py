"""The robustness of a study's deployed models: all of them on the same corrupted test pictures."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from rich.markup import escape

from kd_core.artifacts import (
    ArtifactError,
    ArtifactStore,
    Curve,
    Predictions,
    RelativeArea,
    Robustness,
    RobustnessRun,
    Severities,
)
from kd_core.data.index import DataIndex
from kd_core.data.load import PictureError, decode, find_picture
from kd_core.environment import package_versions
from kd_core.evaluation.corrupted_answers import CELLS, Cell, Photo, answers
from kd_core.evaluation.corruptions import CORRUPTIONS, WORST
from kd_core.evaluation.degradation import compare_areas
from kd_core.evaluation.deployed import deployed_models
from kd_core.evaluation.metrics import leak_free, log_loss
from kd_core.progress import Reporter

T = TypeVar("T")


def measure_robustness(
    store: ArtifactStore,
    study: str,
    photos: Path,
    cache: Path,
    *,
    only: Sequence[str] = (),
    per_class: int | None = None,
    seed: int = 0,
    progress: Reporter,
) -> Robustness:
    """Return how every run of a study that ships a model answers the corrupted test pictures.

    The pictures are those of the test split without a copy in training. A run whose model is missing or is not the
    recorded one, and a picture that cannot be read, are told and left out.

    Args:
        store: the artifacts.
        study: name of the study.
        photos: the data folder.
        cache: the cache folder, see ``answers``: what was measured before is not measured again.
        only: names of runs; empty means all. The reference is always measured.
        per_class: take only so many pictures of each class, drawn by ``seed``; more of them include the fewer.
        seed: of the corruptions and of the drawn pictures.
        progress: where to show the progress.

    Raises:
        ArtifactError: if no run with a model is left, or there is no index or no picture.
    """
    reference, models, classes = deployed_models(store, study, only, progress)
    index = store.index(study)
    listed = _test_rows(study, index, classes, per_class, seed)
    found = _photos(listed, photos, progress)
    rows, files = listed.loc[list(found)], list(found.values())
    labels = _labels(rows, classes)
    correct: dict[str, dict[Cell, np.ndarray]] = {name: {} for name in models}
    loss: dict[str, dict[Cell, float]] = {name: {} for name in models}
    for cell, logits in answers(models, files, seed, cache, progress):
        for name, of_run in logits.items():
            correct[name][cell] = of_run.argmax(axis=1) == labels
            loss[name][cell] = log_loss(_predictions(rows, classes, of_run))
    tables = {name: _table(of_cells) for name, of_cells in correct.items()}
    groups = rows["group"].to_numpy()
    other = tables.get(reference) if reference else None
    runs = {
        name: RobustnessRun(
            model_sha256=models[name].sha256,
            curves=_curves(correct[name], loss[name]),
            relative=_relative(tables[name], other, groups) if name != reference else None,
        )
        for name in models
    }
    return Robustness(
        study=study,
        reference=reference if other is not None else None,
        n=len(files),
        per_class=per_class,
        unreadable=len(listed) - len(files),
        foreign=int(sum(photo.sha256 != own for photo, own in zip(files, rows["sha256"], strict=True))),
        fingerprint=DataIndex(photos, index, pd.DataFrame()).fingerprint,
        pictures=_fingerprint(rows["path"], files),
        seed=seed,
        measured=datetime.now(UTC).isoformat(timespec="seconds"),
        packages=package_versions(),
        corruptions={name: Severities(parameter=one.parameter, values=one.values) for name, one in CORRUPTIONS.items()},
        runs=runs,
    )


def _test_rows(
    study: str, index: pd.DataFrame, classes: tuple[str, ...], per_class: int | None, seed: int
) -> pd.DataFrame:
    """Return the rows of the index that are measured, with their path as row name, in the order of the index."""
    rows = index[index["split"] == "test"].set_index("path", drop=False)
    unknown = set(rows["label"]) - set(classes)
    if unknown:
        raise ArtifactError(f"The index of {study} has the class {min(unknown)}, its models do not: train them again.")
    rows = rows[leak_free(_predictions(rows, classes, np.zeros((len(rows), len(classes)), np.float32)), index)]
    if per_class is None:
        return rows
    drawn = rows.sample(frac=1, random_state=seed).groupby("label").head(per_class)
    return rows[rows.index.isin(drawn.index)]


def _photos(rows: pd.DataFrame, photos: Path, progress: Reporter) -> dict[str, Photo]:
    """Return the pictures that can be read, by path; tells of those that cannot."""
    found, unreadable = {}, []
    with progress.task("Reading pictures", len(rows)) as advance:
        for path in rows["path"]:
            file = find_picture(photos, path)
            try:
                content = file.read_bytes() if file else b""
                decode(content)
                found[path] = Photo(file or photos, hashlib.sha256(content).hexdigest())
            except (PictureError, OSError):
                unreadable.append(path)
            advance()
    if unreadable:
        progress.say(
            f"[yellow]Left out[/]: {len(unreadable):,} of {len(rows):,} pictures are missing in {escape(str(photos))} "
            f"or damaged, the first of them {escape(unreadable[0])}."
        )
    if not found:
        raise ArtifactError(
            f"No test picture can be read in {photos}: fetch them with `make data`, or set KD_DATA_DIR."
        )
    return found


def _labels(rows: pd.DataFrame, classes: tuple[str, ...]) -> np.ndarray:
    return rows["label"].map({name: i for i, name in enumerate(classes)}).to_numpy(np.int64)


def _predictions(rows: pd.DataFrame, classes: tuple[str, ...], logits: np.ndarray) -> Predictions:
    split, path = (rows[name].to_numpy(object) for name in ("split", "path"))
    return Predictions(classes, split, path, _labels(rows, classes), logits)


def _fingerprint(paths: pd.Series, photos: Sequence[Photo]) -> str:
    lines = (f"{path} {photo.sha256}\n" for path, photo in zip(paths, photos, strict=True))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _of(cells: Mapping[Cell, T], corruption: str) -> list[T]:
    """Return what belongs to the severities of a corruption, the clean pictures first."""
    return [cells[CELLS[0]], *(cells[corruption, severity] for severity in range(1, WORST + 1))]


def _table(cells: Mapping[Cell, np.ndarray]) -> np.ndarray:
    """Return which pictures are right: bool [n, corruptions, severities]."""
    return np.stack([np.stack(_of(cells, name), axis=1) for name in CORRUPTIONS], axis=1)


def _curves(correct: Mapping[Cell, np.ndarray], loss: Mapping[Cell, float]) -> dict[str, Curve]:
    counts = {cell: int(of_cell.sum()) for cell, of_cell in correct.items()}
    return {name: Curve(correct=tuple(_of(counts, name)), loss=tuple(_of(loss, name))) for name in CORRUPTIONS}


def _relative(own: np.ndarray, reference: np.ndarray | None, groups: np.ndarray) -> RelativeArea | None:
    if reference is None:
        return None
    ratio = compare_areas(own, reference, groups)
    return RelativeArea(**asdict(ratio)) if np.isfinite(ratio.value) else None

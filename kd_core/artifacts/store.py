"""Reading the artifacts: whole runs or a sentence that says what is wrong, never a traceback."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from pydantic import TypeAdapter, ValidationError

from kd_core.artifacts.robustness import Robustness
from kd_core.artifacts.schema import SCHEMA_VERSION, Benchmark, Contradiction, RunRecord
from kd_core.artifacts.suspects import Suspects, raw_suspects, save_suspects
from kd_core.atomic import write_atomic
from kd_core.errors import KdError

LOGIT = "logit_"
HISTORY_COLUMNS = (
    "epoch",
    "phase",
    "loss",
    "student_loss",
    "distillation_loss",
    "accuracy",
    "val_loss",
    "val_accuracy",
    "learning_rate",
    "sparsity",
    "seconds",
)
LAYER_COLUMNS = ("name", "type", "output_shape", "parameters", "non_zero", "macs", "sparsity")
INDEX_COLUMNS = ("split", "path", "label", "sha256", "width", "height", "group", "leaked", "used")

T = TypeVar("T")


class ArtifactError(KdError):
    """An artifact is missing, truncated, of another schema, or not an artifact at all."""


@dataclass(frozen=True)
class Problem:
    """Something under ``artifacts`` that could not be read, and why."""

    path: Path
    sentence: str


@dataclass(frozen=True)
class Predictions:
    """The stored answers of one run.

    ``split`` and ``path``: str, shape [n]. ``label``: int64 class indices, shape [n]. ``logits``: float32,
    shape [n, classes], in the order of ``classes``.
    """

    classes: tuple[str, ...]
    split: np.ndarray
    path: np.ndarray
    label: np.ndarray
    logits: np.ndarray

    def of(self, split: str) -> "Predictions":
        """Return the part that belongs to one split ("val" or "test")."""
        return self.where(self.split == split)

    def where(self, mask: np.ndarray) -> "Predictions":
        """Return the rows that ``mask`` (bool, shape [n]) selects."""
        return Predictions(self.classes, self.split[mask], self.path[mask], self.label[mask], self.logits[mask])

    def __len__(self) -> int:
        return len(self.label)


@dataclass(frozen=True)
class ArtifactStore:
    """Everything under one ``artifacts`` folder. Reads on every call: who wants a cache keeps it outside."""

    root: Path

    def studies(self) -> list[str]:
        """Return the names of the folders that hold at least one run or an index, sorted."""
        if not self.root.is_dir():
            return []
        return sorted(p.name for p in self.root.iterdir() if p.is_dir() and not p.name.startswith(".") and _is_study(p))

    def runs(self, study: str) -> tuple[list[RunRecord], list[Problem]]:
        """Return the runs of a study that can be read, oldest first, and a problem for each that cannot."""
        records, problems = [], []
        for folder in self._run_folders(study):
            try:
                records.append(self.run(study, folder.name))
            except ArtifactError as error:
                problems.append(Problem(folder, str(error)))
        return sorted(records, key=lambda r: (r.started or "", r.run)), problems

    def run(self, study: str, run: str) -> RunRecord:
        """Return the record of one run.

        Raises:
            ArtifactError: if ``run.json`` is missing, truncated, of another schema or of another run.
        """
        path = self.folder(study, run) / "run.json"
        raw = _read(path, lambda p: json.loads(p.read_text(encoding="utf-8")))
        if not isinstance(raw, dict) or "schema_version" not in raw:
            raise ArtifactError(f"{path} is not a run record: remove the folder, or train the run again.")
        if raw["schema_version"] != SCHEMA_VERSION:
            raise ArtifactError(
                f"{path} has schema version {raw['schema_version']}, this program reads {SCHEMA_VERSION}: "
                "train the run again, or use the version that wrote it."
            )
        record = _validated(path, lambda: RunRecord.model_validate(raw))
        if (record.study, record.run) != (study, run):
            raise ArtifactError(
                f"{path} says it is {record.study}/{record.run}, but lies in the folder of {study}/{run}: move it back."
            )
        return record

    def history(self, study: str, run: str) -> pd.DataFrame:
        """Return one row an epoch with ``HISTORY_COLUMNS``; NaN where a stage has no such figure."""
        return self._csv(study, run, "history.csv", HISTORY_COLUMNS)

    def layers(self, study: str, run: str) -> pd.DataFrame:
        """Return one row a layer with ``LAYER_COLUMNS``."""
        return self._csv(study, run, "layers.csv", LAYER_COLUMNS)

    def confusion(self, study: str, run: str) -> pd.DataFrame:
        """Return the stated confusion matrix of a published run: int64, rows true, columns predicted classes."""
        path = self.folder(study, run) / "confusion.csv"
        return _read(path, lambda p: pd.read_csv(p, index_col=0).astype("int64"))

    def predictions(self, study: str, run: str) -> Predictions:
        """Return the stored logits of every evaluated picture."""
        path = self.folder(study, run) / "predictions.parquet"
        classes = self.run(study, run).classes
        frame = _read(path, pd.read_parquet)
        wanted = [LOGIT + name for name in classes]
        missing = {"split", "path", "label", *wanted} - set(frame.columns)
        unknown = set(frame.get("label", pd.Series(dtype=str)).astype(str)) - set(classes)
        if missing or unknown:
            what = (
                f"lacks the column {sorted(missing)[0]}" if missing else f"has the unknown label {sorted(unknown)[0]}"
            )
            raise ArtifactError(f"{path} {what}: evaluate the run again.")
        position = {name: i for i, name in enumerate(classes)}
        return Predictions(
            classes=classes,
            split=frame["split"].astype(str).to_numpy(object),
            path=frame["path"].astype(str).to_numpy(object),
            label=frame["label"].astype(str).map(position).to_numpy(np.int64),
            logits=frame[wanted].to_numpy(np.float32),
        )

    def index(self, study: str) -> pd.DataFrame:
        """Return the index of the study's data set with ``INDEX_COLUMNS``, one row a picture."""
        path = self.root / study / "data.parquet"
        return _with_columns(path, _read(path, pd.read_parquet), INDEX_COLUMNS)

    def benchmarks(self, study: str) -> tuple[list[Benchmark], list[Problem]]:
        """Return the benchmark of every machine that can be read, and a problem for each that cannot."""
        found, problems = [], []
        for path in sorted((self.root / study / "benchmarks").glob("*.json")):
            try:
                raw = _read(path, lambda p: json.loads(p.read_text(encoding="utf-8")))
                found.append(_validated(path, partial(Benchmark.model_validate, raw)))
            except ArtifactError as error:
                problems.append(Problem(path, str(error)))
        return found, problems

    def write_benchmark(self, study: str, benchmark: Benchmark) -> Path:
        """Write a machine's benchmark beside the study's runs and return its path.

        Raises:
            WriteError: if the disk is full or the folder may not be written.
        """
        path = self.root / study / "benchmarks" / f"{benchmark.machine}.json"
        text = json.dumps(benchmark.model_dump(mode="json"), indent=2) + "\n"
        write_atomic(path, text.encode())
        return path

    def robustness(self, study: str) -> Robustness | None:
        """Return how the study's runs bear corrupted pictures; None where it was not measured.

        Raises:
            ArtifactError: if the file is truncated or of another schema.
        """
        path = self.robustness_path(study)
        if not path.is_file():
            return None
        raw = _read(path, lambda p: json.loads(p.read_text(encoding="utf-8")))
        return _validated(path, lambda: Robustness.model_validate(raw))

    def write_robustness(self, robustness: Robustness) -> Path:
        """Write it beside the study's runs and return its path.

        Raises:
            WriteError: if the disk is full or the folder may not be written.
        """
        path = self.robustness_path(robustness.study)
        text = json.dumps(robustness.model_dump(mode="json"), indent=2, allow_nan=False) + "\n"
        write_atomic(path, text.encode())
        return path

    def robustness_path(self, study: str) -> Path:
        """Return where a study's robustness is kept, whether it was measured or not."""
        return self.root / study / "robustness.json"

    def suspects(self, study: str) -> Suspects | None:
        """Return the doubtful labels of the study's data set; None where nobody has looked for them.

        Raises:
            ArtifactError: if the file is truncated, of another schema or of another study.
        """
        path = self.suspects_path(study)
        if not path.is_file():
            return None
        raw = _read(path, raw_suspects)
        found = _validated(path, lambda: Suspects.model_validate(raw))
        if found.study != study:
            raise ArtifactError(f"{path} belongs to the study {found.study}: move it back, or make it again.")
        return found

    def write_suspects(self, suspects: Suspects) -> Path:
        """Write them beside the study's runs and return the path.

        Raises:
            WriteError: if the disk is full or the folder may not be written.
        """
        path = self.suspects_path(suspects.study)
        write_atomic(path, partial(save_suspects, suspects))
        return path

    def suspects_path(self, study: str) -> Path:
        """Return where a study's doubtful labels are kept, whether there are any or not."""
        return self.root / study / "suspects.parquet"

    def contradictions(self, study: str) -> list[Contradiction]:
        """Return where the published slides disagree with themselves; empty for a study of our own."""
        path = self.root / study / "contradictions.json"
        if not path.is_file():
            return []
        raw = _read(path, lambda p: json.loads(p.read_text(encoding="utf-8")))
        return _validated(path, lambda: TypeAdapter(list[Contradiction]).validate_python(raw))

    def head(self, study: str, run: str) -> dict[str, np.ndarray]:
        """Return the linear layer over the ``features`` map, as ``kd_core.models.summary.head_kernel`` describes it.

        ``kernel`` float32 [h, w, c, classes] or [1, 1, c, classes], ``bias`` float32 [classes]; ``covered`` [2] in
        files that are new enough.

        Raises:
            ArtifactError: also when the network is not linear over a spatial map and so has no such file.
        """
        path = self.folder(study, run) / "head.npz"

        def load(file: Path) -> dict[str, np.ndarray]:
            with np.load(file, allow_pickle=False) as arrays:
                found = {name: arrays[name] for name in arrays.files}
            if found["kernel"].ndim != 4 or found["bias"].shape != found["kernel"].shape[3:]:
                raise ValueError("kernel and bias do not belong together")
            return found

        return _read(path, load)

    def model_path(self, study: str, run: str) -> Path:
        """Return the path of the deployed ``.tflite``.

        Raises:
            ArtifactError: if the run ships without a model or the file is missing.
        """
        record = self.run(study, run)
        if record.model is None or record.model.file is None:
            raise ArtifactError(
                f"The run {study}/{run} ships without a model: train it with `make train STUDY={study}`."
            )
        path = self.folder(study, run) / record.model.file
        if not path.is_file():
            raise ArtifactError(f"{path} is missing: restore it, or train the run again.")
        return path

    def folder(self, study: str, run: str) -> Path:
        """Return the folder of a run, whether it exists or not.

        Raises:
            ArtifactError: if a name is empty, hidden, or tries to leave the artifacts.
        """
        for name in (study, run):
            if not name or name.startswith(".") or "/" in name or "\\" in name:
                raise ArtifactError(f'"{name}" is not the name of a study or run: choose one from the list.')
        return self.root / study / run

    def _run_folders(self, study: str) -> list[Path]:
        folder = self.root / study
        if not folder.is_dir():
            return []
        return sorted(
            p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".") and p.name != "benchmarks"
        )

    def _csv(self, study: str, run: str, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
        path = self.folder(study, run) / name
        return _with_columns(path, _read(path, pd.read_csv), columns)


def _is_study(folder: Path) -> bool:
    return (folder / "data.parquet").is_file() or any(folder.glob("[!.]*/run.json"))


def _with_columns(path: Path, frame: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise ArtifactError(f"{path} lacks the column {missing[0]}: make it again.")
    return frame


def _read(path: Path, reader: Callable[[Path], T]) -> T:
    if not path.is_file():
        raise ArtifactError(f"{path} is missing: restore it, or train the run again.")
    try:
        return reader(path)
    # A damaged file can raise anything that a parser raises; the reader's part is to say which file it was.
    except Exception as error:
        raise ArtifactError(f"{path} cannot be read ({type(error).__name__}): restore it, or make it again.") from error


def _validated(path: Path, build: Callable[[], T]) -> T:
    try:
        return build()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ArtifactError(f"{path}: {where}: {first['msg']}. Restore the file, or make it again.") from error

"""What a run's folder holds, and how it is read."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from kd_core.artifacts.files import ArtifactError, Problem, read_file, read_json, validated, with_columns
from kd_core.artifacts.predictions import Predictions, read_predictions
from kd_core.artifacts.schema import SCHEMA_VERSION, RunRecord

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
WEIGHTS = "weights.npz"
# Each array is named by its place in the network and its variable: "0012 block1_b_conv/kernel:0".
_KERNEL = re.compile(r"\d+ (?:.*/)?([^/]+)/(?:depthwise_)?kernel:0")


@dataclass(frozen=True)
class RunFiles:
    """The runs under one ``artifacts`` folder."""

    root: Path

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
        raw = read_json(path)
        if not isinstance(raw, dict) or "schema_version" not in raw:
            raise ArtifactError(f"{path} is not a run record: remove the folder, or train the run again.")
        if raw["schema_version"] != SCHEMA_VERSION:
            raise ArtifactError(
                f"{path} has schema version {raw['schema_version']}, this program reads {SCHEMA_VERSION}: "
                "train the run again, or use the version that wrote it."
            )
        record = validated(path, lambda: RunRecord.model_validate(raw))
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
        return read_file(path, lambda p: pd.read_csv(p, index_col=0).astype("int64"))

    def predictions(self, study: str, run: str) -> Predictions:
        """Return the stored logits of every evaluated picture."""
        return read_predictions(self.folder(study, run) / "predictions.parquet", self.run(study, run).classes)

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

        return read_file(path, load)

    def kernels(self, study: str, run: str) -> dict[str, np.ndarray]:
        """Return the kernels that training goes on from, float32, by the name of their layer, in the network's order.

        They are as the network was trained: [h, w, in, out] of a convolution, [in, out] of a dense layer, with no
        batch normalisation folded in.

        Raises:
            ArtifactError: also when the run ships without its weights.
        """

        def load(file: Path) -> dict[str, np.ndarray]:
            with np.load(file, allow_pickle=False) as stored:
                names = {name: _KERNEL.fullmatch(name) for name in sorted(stored.files)}
                return {found[1]: stored[name].astype(np.float32) for name, found in names.items() if found}

        return read_file(self.folder(study, run) / WEIGHTS, load)

    def model_path(self, study: str, run: str) -> Path:
        """Return the path of the deployed ``.tflite``.

        Raises:
            ArtifactError: if the run ships without a model or the file is missing.
        """
        record = self.run(study, run)
        if record.model is None or record.model.file is None:
            raise ArtifactError(
                f"The run {study}/{run} ships without a model: "
                f"`make train STUDY={study} ONLY={run} FORCE=1` trains it again."
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
        return with_columns(path, read_file(path, pd.read_csv), columns)

"""What every stage of a run works with: its settings, its pictures and where things are kept."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from kd_core.artifacts import ArtifactStore, RunRecord
from kd_core.backend import tf
from kd_core.data.augment import Augmentation
from kd_core.data.frame import DROPPED, TRAINED, learned
from kd_core.data.index import DataIndex, with_use
from kd_core.data.pixels import Pictures, packed
from kd_core.progress import Reporter
from kd_core.standing import sources
from kd_core.study import Study
from kd_core.training.streams import Examples, mixed_with, pixel_fetch


@dataclass(frozen=True)
class Job:
    """One study on one data set on this machine."""

    study: Study
    index: DataIndex
    store: ArtifactStore
    cache: Path
    progress: Reporter
    strategy: tf.distribute.Strategy = field(default_factory=tf.distribute.get_strategy)
    _packed: dict[str, Pictures] = field(default_factory=dict, repr=False, compare=False)

    @property
    def frame(self) -> pd.DataFrame:
        """The index with ``used`` as this study has it."""
        return with_use(self.index.frame, self.study.data.drop_leaks)

    @property
    def training_rows(self) -> pd.DataFrame:
        """The pictures that are trained on."""
        frame = self.frame
        return frame[frame["used"] == TRAINED]

    @property
    def dropped(self) -> int:
        """How many training pictures are left out, since their copy stands in validation or test."""
        return int((self.frame["used"] == DROPPED).sum())

    @property
    def validation_rows(self) -> pd.DataFrame:
        """The validation pictures that have no copy among those trained on: what epochs are selected by."""
        frame = self.frame
        return frame[(frame["split"] == "val") & ~learned(frame)]

    @property
    def evaluation_rows(self) -> pd.DataFrame:
        """All pictures of validation and test, as published."""
        frame = self.frame
        return frame[frame["split"] != "train"]

    def record(self, run: str) -> RunRecord:
        """Return the record of a finished run: one of this study, or another study's named "study/run".

        Raises:
            ArtifactError: if it is not there or cannot be read.
        """
        study, _, name = run.rpartition("/")
        return self.store.run(study or self.study.name, name)

    def state_folder(self, run: str) -> Path:
        """Return where a run in progress is kept; other settings, other data or other sources have another place."""
        name = f"{self.study.inputs(run)}-{self.index.fingerprint[:12]}"
        made_from = sorted(sources(self.study, self.store, run).items())
        if made_from:
            name += f"-{hashlib.sha256(repr(made_from).encode()).hexdigest()[:12]}"
        return self.cache / "runs" / self.study.name / run / name

    def network_folder(self, record: RunRecord) -> Path:
        """Return where a finished run's model and weights are: in its folder; in the cache, if it keeps answers only.

        What is in the cache is named by its content, and may be gone.
        """
        if record.model is None or record.model.file is not None:
            return self.store.folder(record.study, record.run)
        return self.cache / "networks" / record.study / record.run / record.model.sha256[:20]

    def pixels(self, rows: pd.DataFrame, size: int, augmentation: Augmentation | None = None) -> Examples:
        """Return pictures of the index as ``Examples``, in the views of ``augmentation`` or as they are."""
        pictures, numbers = self._pictures(rows), rows.index.to_numpy(np.int64)
        classes = self.index.classes
        labels = rows["label"].map({name: number for number, name in enumerate(classes)}).to_numpy(np.int64)
        return Examples(
            fetch=pixel_fetch(pictures, numbers, (size, size), augmentation),
            shape=(size, size, 3),
            dtype=np.uint8,
            labels=labels,
            views=augmentation.views if augmentation else 1,
            classes=len(classes),
            mixed=mixed_with(numbers, augmentation),
        )

    def data_key(self, rows: pd.DataFrame) -> str:
        """Return what the pictures of some rows are named by in the cache: their contents, in their order."""
        content = "".join(f"{number} {sha}\n" for number, sha in zip(rows.index, rows["sha256"], strict=True))
        return hashlib.sha256(content.encode()).hexdigest()[:20]

    def _pictures(self, rows: pd.DataFrame) -> Pictures:
        key = self.data_key(rows)
        if key not in self._packed:
            sizes = rows[["width", "height"]].to_numpy(np.int64)
            files = self.index.files(rows)
            self._packed[key] = packed(files, sizes, list(rows["sha256"]), self.cache, self.progress)
        return self._packed[key]

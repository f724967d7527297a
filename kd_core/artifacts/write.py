"""Writing a run: into a hidden folder beside its place, and moved there whole."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kd_core.artifacts.schema import RunRecord
from kd_core.artifacts.store import ArtifactStore
from kd_core.atomic import atomic_folder

RECORD = "run.json"


@contextmanager
def run_folder(root: Path, study: str, run: str, *, replace: bool = False) -> Iterator[Path]:
    """Give the hidden folder in which a run is written; it becomes ``root/study/run`` when the block succeeds.

    The block ends with ``write_record``. Where it fails, nothing is left behind and an older run stays as it was.

    Args:
        root: the artifacts folder.
        study: name of the study.
        run: name of the run.
        replace: whether a run that is there already is replaced.

    Raises:
        ArtifactError: if a name is empty, hidden, or tries to leave the artifacts.
        WriteError: if the run is there and ``replace`` is False (checked before the block runs), the disk is full,
            or the folder may not be written.
        FileNotFoundError: if the block wrote no record.
    """
    with atomic_folder(ArtifactStore(root).folder(study, run), replace=replace) as folder:
        yield folder
        if not (folder / RECORD).is_file():
            raise FileNotFoundError(f"The run {study}/{run} was written without its {RECORD}.")


def write_record(folder: Path, record: RunRecord) -> None:
    """Write ``run.json``, the last file of a run.

    Raises:
        ValueError: if a figure is NaN or infinite, which JSON cannot hold and a reader would refuse.
    """
    text = json.dumps(record.model_dump(mode="json"), indent=2, ensure_ascii=False, allow_nan=False)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")

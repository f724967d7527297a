"""Runs of a test's own beside those of the artifacts: copies with another place in the family, and chosen answers."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.dashboard.artifacts_fixture import CLASSES


def edit_record(folder: Path, **fields: Any) -> Path:
    """Change fields of a run's record."""
    file = folder / "run.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | fields), encoding="utf-8")
    return folder


def copy_run(source: Path, target: Path, **fields: Any) -> Path:
    """Copy a run into another folder ``<study>/<run>``, of a study with the same index, and change its record."""
    shutil.copytree(source, target)
    if not (target.parent / "data.parquet").is_file():
        shutil.copy(source.parent / "data.parquet", target.parent)
    return edit_record(target, study=target.parent.name, run=target.name, **fields)


def answer(folder: Path, true: str, predicted: str, *, most: int | None = None) -> None:
    """Let a run answer ``predicted``, with a logit of 9 over zeros, to its first ``most`` test pictures of ``true``."""
    file = folder / "predictions.parquet"
    frame = pd.read_parquet(file)
    rows = frame.index[(frame["split"] == "test") & (frame["label"] == true)][:most]
    frame.loc[rows, [f"logit_{name}" for name in CLASSES]] = np.float32(0)
    frame.loc[rows, f"logit_{predicted}"] = np.float32(9)
    frame.to_parquet(file)


def leave_out_copies(study: Path) -> None:
    """Let a study's runs have been trained without the pictures that have a copy elsewhere, so that none leaked."""
    frame = pd.read_parquet(study / "data.parquet")
    elsewhere = frame.loc[frame["used"] != "trained", "group"]
    frame.loc[(frame["used"] == "trained") & frame["group"].isin(elsewhere), "used"] = "left out"
    frame.to_parquet(study / "data.parquet")

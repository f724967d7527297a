"""A study of many runs, made up from a seed: what the benchmark opens in the dashboard, TensorBoard and MLflow.

Each run has what the dashboard reads: run.json, history.csv, layers.csv and predictions.parquet with the logits of all
2,000 validation and 2,406 test pictures of the shipped index. Of every three students one learned from scratch, one
from the teacher with the first as its twin, and one is the second as int8.
"""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from kd_core.artifacts import ArtifactStore, RunRecord
from kd_core.artifacts.store import HISTORY_COLUMNS, LOGIT

STUDY = "many"
EPOCHS = 24
_MODEL = {"scratch": "student3-scratch", "distill": "student3-distilled", "quantize": "student3-int8"}


@dataclass(frozen=True)
class Made:
    """One run of the study: its name, its stage, how well it answers, and what it was made from."""

    run: str
    stage: str
    skill: float
    parent: str | None = None
    twin: str | None = None


def plan(count: int, seed: int) -> list[Made]:
    """Return the runs of a study, the teacher first."""
    random = np.random.default_rng(seed)
    made = [Made("teacher", "teacher", 5.6)]
    for number in range((count + 1) // 3):
        skill = float(random.uniform(3.0, 4.2))
        scratch, distilled = f"student3-scratch-v{number}", f"student3-distilled-v{number}"
        made += [
            Made(scratch, "scratch", skill),
            Made(distilled, "distill", skill + 0.4, twin=scratch),
            Made(f"student3-int8-v{number}", "quantize", skill + 0.38, parent=distilled),
        ]
    return made[:count]


def write_many(root: Path, shipped: Path, *, count: int, seed: int = 0) -> Path:
    """Write the study ``many`` below ``root``, with the index and the stated figures of the shipped artifacts.

    Args:
        root: an artifacts folder to fill; it is returned.
        shipped: the project's artifacts, whose study ``showcase`` the records are made after.
        count: runs, the teacher included.
        seed: of everything random.
    """
    study, store = root / STUDY, ArtifactStore(shipped)
    study.mkdir(parents=True)
    shutil.copytree(shipped / "published", root / "published")
    shutil.copy(shipped / "showcase" / "data.parquet", study / "data.parquet")
    records = {stage: store.run("showcase", run) for stage, run in (("teacher", "teacher"), *_MODEL.items())}
    index = store.index("showcase")
    held_out = index[index["split"] != "train"].reset_index(drop=True)
    classes = records["teacher"].classes
    label = held_out["label"].map({name: i for i, name in enumerate(classes)}).to_numpy()
    hard = np.random.default_rng(seed).normal(0, 1.5, (len(label), len(classes)))
    for position, (made, history) in enumerate(zip(plan(count, seed), histories(count, seed), strict=True)):
        folder, sample = study / made.run, records[made.stage]
        folder.mkdir()
        random = np.random.default_rng((seed, position))
        logits = hard + random.normal(0, 0.7, hard.shape)
        logits[np.arange(len(label)), label] += made.skill
        columns = {LOGIT + name: logits[:, i].astype(np.float32) for i, name in enumerate(classes)}
        frame = held_out[["split", "path", "label"]].assign(**columns)
        frame.to_parquet(folder / "predictions.parquet")
        shutil.copy(shipped / "showcase" / sample.run / "layers.csv", folder / "layers.csv")
        history.to_csv(folder / "history.csv", index=False)
        record = _record(sample, made, position, random)
        (folder / "run.json").write_text(json.dumps(record.model_dump(mode="json"), indent=2), encoding="utf-8")
    return root


def histories(count: int, seed: int = 0) -> Iterator[pd.DataFrame]:
    """Yield the training history of every run, in the order of ``plan``: one row an epoch."""
    for position, made in enumerate(plan(count, seed)):
        random = np.random.default_rng((seed, position, 1))
        epoch = np.arange(1, EPOCHS + 1)
        learned = 1 - np.exp(-epoch / (3 + random.uniform(0, 3)))
        frame = pd.DataFrame(index=range(EPOCHS), columns=list(HISTORY_COLUMNS), dtype=float)
        frame["epoch"], frame["phase"] = epoch, "main"
        frame["loss"] = 2.7 * (1 - learned) + 0.3 + random.normal(0, 0.01, EPOCHS)
        frame["accuracy"] = 0.07 + (0.1 + made.skill / 6) * learned + random.normal(0, 0.005, EPOCHS)
        frame["val_loss"], frame["val_accuracy"] = frame["loss"] * 1.2, frame["accuracy"] - 0.05
        frame["learning_rate"] = 1e-3 * 0.5 * (1 + np.cos(np.pi * (epoch - 1) / EPOCHS))
        frame["seconds"] = 50 + random.normal(0, 1, EPOCHS)
        yield frame


def _record(sample: RunRecord, made: Made, position: int, random: np.random.Generator) -> RunRecord:
    """Return the record of a shipped run under another name, a little larger or smaller and without its model."""
    factor = float(random.uniform(0.5, 2.0)) if made.stage != "teacher" else 1.0
    model = sample.model
    return sample.model_copy(
        update={
            "study": STUDY,
            "run": made.run,
            "parent": made.parent,
            "teacher": "teacher" if made.stage == "distill" else None,
            "twin": made.twin,
            "started": f"2026-01-01T{position // 60:02d}:{position % 60:02d}:00+00:00",
            "model": model.model_copy(
                update={
                    "file": None,
                    "size_bytes": int(model.size_bytes * factor),
                    "size_gzip_bytes": int(model.size_gzip_bytes * factor),
                }
            )
            if model
            else None,
        }
    )

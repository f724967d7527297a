"""The studies that reproduce the original, and an ablation: records and answers made for a test, no training."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kd_core.artifacts.store import LOGIT
from tests.dashboard.artifacts_fixture import CLASSES, STUDY
from tests.dashboard.kin import copy_run

PAPER, LEAKFREE, ABLATION = "paper", "paper-leakfree", "ablation"
DROPPED = "dropped: its copy stands in validation or test"
OF_THE_ORIGINAL = {"network": "student3", "epochs": 24, "learning_rate": 0.001, "batch_size": 32}
TAUGHT = {"stage": "distill", "teacher": "teacher", "twin": "student3-scratch", "alpha": 0.1, "temperature": 10.0}
BASE = {
    "stage": "distill",
    "network": "student3",
    "teacher": "showcase/teacher-int8",
    "alpha": 0.1,
    "temperature": 4.0,
    "objective": "kl",
    "ema": 0.0,
    "augmentation": {"views": 8, "flip": True, "mixing": None},
}
# Run to what it changes, and how far the true class stands above that of the base, in logits.
CHANGES: dict[str, tuple[dict[str, Any], float]] = {
    "much-better": ({"ema": 0.998}, 1.6),
    "much-worse": ({"temperature": 1.0}, -1.6),
    "the-same": ({"augmentation": {"views": 8, "flip": True, "mixing": {"kind": "mixup"}}}, 0.0),
}


def write_paper(root: Path, study: str = PAPER, *, boost: float = 0.0) -> Path:
    """Write a study with the runs of the original's recipe below ``root``, which has the showcase; return its folder.

    Args:
        root: the artifacts folder.
        study: ``PAPER``, or ``LEAKFREE``, whose index leaves the leaked pictures out.
        boost: what every run adds to the logit of the true class.
    """
    folder = root / study
    _study(root, folder, drop=study == LEAKFREE)
    dropped = 22 if study == LEAKFREE else 0
    _run(root, folder, "teacher", "teacher", {"stage": "teacher", "epochs": 15}, boost=0.6 + boost, dropped=dropped)
    scratch = OF_THE_ORIGINAL | {"stage": "scratch"}
    _run(root, folder, "student3-scratch", "student3_scratch", scratch, boost=boost, dropped=dropped)
    sound = OF_THE_ORIGINAL | TAUGHT | {"objective": "kl"}
    _run(root, folder, "student3-distilled", "student3_distilled", sound, boost=0.3 + boost, dropped=dropped)
    faulty = sound | {"objective": "softened twice"}
    _run(root, folder, "student3-softened-twice", "student3_distilled", faulty, boost=boost - 0.9, dropped=dropped)
    return folder


def write_ablation(
    root: Path, *, seeds: int = 3, changes: Mapping[str, tuple[dict[str, Any], float]] = CHANGES
) -> Path:
    """Write the ablation below ``root``, which has the showcase, and return its folder.

    Args:
        root: the artifacts folder.
        seeds: trainings of the base, "plain-name-of-no-meaning", and of the twin "alone".
        changes: one training each, as ``CHANGES`` has them.
    """
    folder = root / ABLATION
    _study(root, folder, drop=True)
    for seed in range(1, seeds + 1):
        config = {"stage": "scratch", "network": "student3", "ema": 0.0, "augmentation": BASE["augmentation"]}
        _run(root, folder, f"alone-seed{seed}", "student3_scratch", config, boost=-1.0, dropped=22, seed=seed)
        _run(root, folder, f"base-seed{seed}", "student3_distilled", BASE, boost=0.0, dropped=22, seed=seed)
    for number, (run, (changed, boost)) in enumerate(changes.items()):
        _run(
            root, folder, run, "student3_distilled", BASE | changed, boost=boost, dropped=22, seed=1, chance=7 + number
        )
    return folder


def _study(root: Path, folder: Path, *, drop: bool) -> None:
    folder.mkdir()
    index = pd.read_parquet(root / STUDY / "data.parquet")
    if drop:
        copies = index["group"].isin(index.loc[index["leaked"], "group"]) & (index["split"] == "train")
        index.loc[copies, "used"] = DROPPED
    index.to_parquet(folder / "data.parquet")


def _run(
    root: Path,
    study: Path,
    run: str,
    source: str,
    config: dict[str, Any],
    *,
    boost: float,
    dropped: int,
    seed: int = 0,
    chance: int = 0,
) -> None:
    stage, teacher, twin = config["stage"], config.get("teacher"), config.get("twin")
    folder = copy_run(
        root / STUDY / source,
        study / run,
        stage=stage,
        teacher=teacher,
        twin=twin,
        seed=seed,
        config=config | {"seed": seed},
        data={"fingerprint": "f" * 64, "splits": {"train": 300, "val": 120, "test": 150}, "dropped": dropped},
    )
    file = folder / "predictions.parquet"
    frame = pd.read_parquet(file)
    names = [LOGIT + name for name in CLASSES]
    noise = np.random.default_rng((seed, chance, *run.encode())).normal(0, 0.4, (len(frame), len(names)))
    true = frame["label"].to_numpy()[:, np.newaxis] == np.array(CLASSES)
    frame[names] = (frame[names].to_numpy() + noise + boost * true).astype(np.float32)
    frame.to_parquet(file)
    (folder / "model.tflite").unlink(missing_ok=True)


def remove_runs(study: Path, *runs: str) -> None:
    """Take runs out of a study, as if they were not trained yet."""
    for run in runs:
        shutil.rmtree(study / run)

"""A whole artifacts tree with plausible figures, written without TensorFlow, and pictures that go with it."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from kd_core.artifacts import InputSpec, RunRecord
from kd_core.artifacts.schema import DataUse, Environment, ModelFile, Parameters, Selection
from kd_core.artifacts.store import LOGIT
from kd_core.published.build import build_published
from tests.dashboard.planned_runs import (
    CLASSES,
    COUNTS,
    EPOCHS,
    PLAN,
    Plan,
    benchmark_of_all,
    history_of,
    layers_of,
    logits_of,
)

STUDY = "showcase"
SPEC = InputSpec(height=64, width=64, scale=(1 / 255,) * 3, offset=(0.0,) * 3)


def write_artifacts(root: Path, *, seed: int = 0, model: bytes | None = None) -> Path:
    """Write the studies ``showcase`` and ``published`` below ``root`` and return it.

    Args:
        root: the artifacts folder to fill.
        seed: of everything random.
        model: content of a ``.tflite`` for input 64 x 64 that every run ships; None: the runs ship without one.
    """
    index = make_index(seed)
    study = root / STUDY
    study.mkdir(parents=True)
    index.to_parquet(study / "data.parquet")
    for position, plan in enumerate(PLAN):
        _write_run(study / plan.run, plan, position, index, seed=seed, model=model)
    _write_benchmark(study)
    build_published(root)
    return root


def make_index(seed: int = 0) -> pd.DataFrame:
    """Return an index with ``COUNTS`` pictures a class and split; every seventh test picture leaked from training."""
    random = np.random.default_rng(seed)
    titles = {"train": "Train", "val": "Val", "test": "Test"}
    rows = [
        (split, f"{split}/{name}/{name}-{titles[split]} ({i}).jpeg", name)
        for split, count in COUNTS.items()
        for name in CLASSES
        for i in range(count)
    ]
    frame = pd.DataFrame(rows, columns=["split", "path", "label"])
    n = len(frame)
    frame["sha256"] = [f"{random.integers(2**60):064x}" for _ in range(n)]
    frame["width"] = random.choice([256, 256, 256, 320, 512], n)
    frame["height"] = random.choice([256, 256, 256, 240, 384], n)
    frame["group"] = np.arange(n)
    frame["leaked"] = False
    frame["used"] = np.where(frame["split"] == "train", "trained", "held out")
    test = frame.index[frame["split"] == "test"][::7]
    copies = frame.index[frame["split"] == "train"][: len(test)]
    frame.loc[test, "group"] = frame.loc[copies, "group"].to_numpy()
    frame.loc[test, "leaked"] = True
    return frame


def write_pictures(root: Path, index: pd.DataFrame, splits: Sequence[str] = ("test",)) -> Path:
    """Draw a picture for every row of the index in the Kaggle layout below ``root`` and return it.

    Every class has a hue of its own, every picture a shade, so that a test can tell which picture it sees.
    """
    folders = {"train": "Training Data", "val": "Validation Data", "test": "Testing Data"}
    for split, path, label in index.loc[index["split"].isin(splits), ["split", "path", "label"]].itertuples(
        index=False
    ):
        file = root / folders[split] / label / path.rpartition("/")[2]
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (96, 80), picture_colour(path, label)).save(file, quality=95)
    return root


def picture_colour(path: str, label: str) -> tuple[int, int, int]:
    """Return the colour that ``write_pictures`` gives to a picture."""
    number = int(path.rpartition("(")[2].partition(")")[0])
    return (15 * CLASSES.index(label) + 10, 20 * (number % 12) + 10, 255 - 15 * CLASSES.index(label))


def damage(root: Path) -> Path:
    """Break every kind of file of the study below ``root`` in its own way; return ``root``."""
    study = root / STUDY
    (study / "teacher" / "predictions.parquet").write_bytes(b"PAR1 and nothing else")
    (study / "student3_scratch" / "run.json").write_text('{"schema_version": 1, "study": "show')
    (study / "student3_distilled" / "history.csv").write_text("epoch,loss\n1,")
    (study / "student3_distilled" / "layers.csv").write_text("")
    (study / "student3_pruned" / "run.json").write_text('{"schema_version": 99}')
    (study / "student3_int8" / "predictions.parquet").unlink()
    (study / "data.parquet").write_bytes(b"")
    (study / "benchmarks" / "machine.json").write_text("{}")
    (study / "foreign").mkdir()
    (study / "foreign" / "notes.txt").write_text("not a run")
    (root / "published" / "contradictions.json").write_text("[")
    (root / "published" / "teacher" / "confusion.csv").write_text("a,b\n1,x\n")
    return root


def _write_run(folder: Path, plan: Plan, position: int, index: pd.DataFrame, *, seed: int, model: bytes | None) -> None:
    folder.mkdir()
    _write_predictions(folder, plan, index, seed)
    history_of(plan, seed + position).to_csv(folder / "history.csv", index=False)
    layers_of(plan).to_csv(folder / "layers.csv", index=False)
    if model is not None:
        (folder / "model.tflite").write_bytes(model)
    learned = plan.stage != "teacher"
    record = RunRecord(
        study=STUDY,
        run=plan.run,
        stage=plan.stage,
        network="student3" if learned else "efficientnet_lite0",
        classes=CLASSES,
        parent=plan.parent,
        teacher="teacher" if plan.stage in ("distill", "qat") else None,
        twin=plan.twin,
        seed=1,
        config={"network": "student3", "epochs": EPOCHS, "alpha": 0.1, "temperature": 4.0} if learned else {},
        inputs=f"{position:064x}",
        parameters=Parameters(
            total=plan.parameters,
            trainable=plan.parameters - 4224,
            non_zero=int(plan.parameters * (1 - plan.sparsity)),
            wrapped_total=1_340_150 if plan.stage == "prune" else None,
        ),
        macs=plan.parameters * 90,
        model=ModelFile(
            file="model.tflite" if model is not None else None,
            precision=plan.precision,
            sha256="0" * 64,
            size_bytes=plan.size,
            size_gzip_bytes=int(plan.size * 0.92 * (1 - 0.8 * plan.sparsity)),
        ),
        input=SPEC,
        outputs=("logits", "features"),
        selection=Selection(metric="accuracy_leak_free", epoch=9, value=0.7 + plan.skill / 30),
        data=DataUse(fingerprint="f" * 64, splits={k: v * len(CLASSES) for k, v in COUNTS.items()}, dropped=22),
        environment=Environment(packages={"tensorflow": "2.21.0"}, cpu="AMD EPYC", threads=2, platform="Linux"),
        started=f"2026-01-0{position + 1}T08:00:00+00:00",
        seconds=540.0 + 100 * position,
        notes=plan.notes,
    )
    _write_record(folder, record)


def _write_record(folder: Path, record: RunRecord) -> None:
    (folder / "run.json").write_text(json.dumps(record.model_dump(mode="json"), indent=2), encoding="utf-8")


def _write_predictions(folder: Path, plan: Plan, index: pd.DataFrame, seed: int) -> None:
    held_out = index[index["split"] != "train"]
    label = held_out["label"].map({name: i for i, name in enumerate(CLASSES)}).to_numpy()
    logits = logits_of(plan, label, seed)
    frame = held_out[["split", "path", "label"]].reset_index(drop=True)
    columns = {LOGIT + name: logits[:, i].astype(np.float32) for i, name in enumerate(CLASSES)}
    pd.concat([frame, pd.DataFrame(columns)], axis=1).to_parquet(folder / "predictions.parquet")


def _write_benchmark(study: Path) -> None:
    benchmark = benchmark_of_all()
    (study / "benchmarks").mkdir()
    (study / "benchmarks" / "machine.json").write_text(json.dumps(benchmark.model_dump(mode="json")))

"""A whole artifacts tree with plausible figures, written without TensorFlow, and pictures that go with it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from kd_core.artifacts import Benchmark, InputSpec, RunRecord
from kd_core.artifacts.schema import (
    BenchmarkRun,
    DataUse,
    Environment,
    Latency,
    ModelFile,
    Parameters,
    Precision,
    Selection,
    Stage,
)
from kd_core.artifacts.store import HISTORY_COLUMNS, LOGIT
from kd_core.published.build import build_published

CLASSES = (
    "Beetle", "Butterfly", "Cat", "Cow", "Dog", "Elephant", "Gorilla", "Hippo", "Lizard", "Monkey", "Mouse", "Panda",
    "Spider", "Tiger", "Zebra",
)  # fmt: skip
STUDY = "showcase"
COUNTS = {"train": 20, "val": 8, "test": 10}
EPOCHS = 12
SPEC = InputSpec(height=64, width=64, scale=(1 / 255,) * 3, offset=(0.0,) * 3)


@dataclass(frozen=True)
class _Plan:
    run: str
    stage: Stage
    skill: float
    """How far the true class stands above the noise, in logits; a compressed run takes over its parent's."""
    parameters: int
    size: int
    latency: float
    precision: Precision = "float32"
    parent: str | None = None
    twin: str | None = None
    sparsity: float = 0.0
    noise: float = 0.7
    """How far its logits lie from those of its parent, or of the picture where it has none: standard deviation."""
    notes: tuple[str, ...] = ()
    noisy: bool = False


PLAN = (
    _Plan("teacher", "teacher", 5.6, 3_432_155, 6_950_000, 21.4, "float16"),
    _Plan("student3_scratch", "scratch", 3.7, 675_343, 2_720_000, 2.1),
    _Plan("student3_distilled", "distill", 4.2, 675_343, 2_720_000, 2.1, twin="student3_scratch"),
    _Plan(
        "student3_pruned",
        "prune",
        0.0,
        675_343,
        2_720_000,
        2.1,
        parent="student3_distilled",
        sparsity=0.5,
        noise=0.4,
        notes=("The sparsity of conv1 is 0.494, not 0.5.",),
    ),
    _Plan("student3_int8", "quantize", 0.0, 675_343, 727_000, 0.72, "int8", parent="student3_distilled", noise=0.05),
    _Plan(
        "student3_pruned_int8",
        "quantize",
        0.0,
        675_343,
        727_000,
        0.73,
        "int8",
        parent="student3_pruned",
        sparsity=0.5,
        noise=0.05,
        noisy=True,
    ),
    # Trained on, it answers otherwise more often than rounding alone would.
    _Plan("student3_qat", "qat", 0.0, 675_343, 731_000, 0.74, "int8", parent="student3_distilled", noise=0.5),
)


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


def _write_run(
    folder: Path, plan: _Plan, position: int, index: pd.DataFrame, *, seed: int, model: bytes | None
) -> None:
    folder.mkdir()
    _write_predictions(folder, plan, index, seed)
    _history(plan, seed + position).to_csv(folder / "history.csv", index=False)
    _layers(plan).to_csv(folder / "layers.csv", index=False)
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
        seconds=640.0 + 100 * position,
        notes=plan.notes,
    )
    _write_record(folder, record)


def _write_record(folder: Path, record: RunRecord) -> None:
    (folder / "run.json").write_text(json.dumps(record.model_dump(mode="json"), indent=2), encoding="utf-8")


def _write_predictions(folder: Path, plan: _Plan, index: pd.DataFrame, seed: int) -> None:
    held_out = index[index["split"] != "train"]
    label = held_out["label"].map({name: i for i, name in enumerate(CLASSES)}).to_numpy()
    logits = _logits(plan, label, seed)
    frame = held_out[["split", "path", "label"]].reset_index(drop=True)
    columns = {LOGIT + name: logits[:, i].astype(np.float32) for i, name in enumerate(CLASSES)}
    pd.concat([frame, pd.DataFrame(columns)], axis=1).to_parquet(folder / "predictions.parquet")


def _logits(plan: _Plan, label: np.ndarray, seed: int) -> np.ndarray:
    """Return what a run answers, float64 [n, classes]: a compressed one much what its parent does."""
    own = np.random.default_rng((seed, *plan.run.encode())).normal(0, plan.noise, (len(label), len(CLASSES)))
    if plan.parent is not None:
        return _logits(next(p for p in PLAN if p.run == plan.parent), label, seed) + own
    # The same noise for every run, as the same picture is hard for all of them; each adds a little of its own.
    logits = np.random.default_rng(seed).normal(0, 1.5, own.shape) + own
    logits[np.arange(len(label)), label] += plan.skill
    return logits


def _history(plan: _Plan, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    epoch = np.arange(1, EPOCHS + 1)
    learned = 1 - np.exp(-epoch / 4)
    accuracy = 0.2 + 0.7 * learned + random.normal(0, 0.005, EPOCHS)
    loss = 2.6 * (1 - learned) + 0.2 + random.normal(0, 0.01, EPOCHS)
    distilled = plan.stage == "distill"
    frame = pd.DataFrame({"epoch": epoch, "phase": np.where(epoch <= 10, "main", "resumed"), "loss": loss})
    frame["student_loss"] = loss * 1.2 if distilled else np.nan
    frame["distillation_loss"] = loss * 0.9 if distilled else np.nan
    frame["accuracy"] = accuracy
    frame["val_loss"] = loss * 1.15
    frame["val_accuracy"] = accuracy - 0.06
    frame["learning_rate"] = 1e-3 * 0.5 * (1 + np.cos(np.pi * (epoch - 1) / EPOCHS))
    frame["sparsity"] = np.linspace(0, plan.sparsity, EPOCHS) if plan.stage == "prune" else np.nan
    frame["seconds"] = 52 + random.normal(0, 1, EPOCHS)
    return frame[list(HISTORY_COLUMNS)]


def _layers(plan: _Plan) -> pd.DataFrame:
    parts = [
        ("input", "InputLayer", "(64, 64, 3)", 0.0, 0.0),
        ("conv1", "Conv2D", "(32, 32, 64)", 0.05, 0.35),
        ("bn1", "BatchNormalization", "(32, 32, 64)", 0.01, 0.0),
        ("block1", "Conv2D", "(16, 16, 128)", 0.6, 0.5),
        ("pool", "AveragePooling2D", "(4, 4, 512)", 0.0, 0.0),
        ("logits", "Dense", "(15,)", 0.34, 0.15),
    ]
    sparsity = plan.sparsity
    rows = [
        (name, kind, shape, int(plan.parameters * share), int(plan.parameters * share * (1 - sparsity)),
         int(plan.parameters * 90 * work), sparsity)
        for name, kind, shape, share, work in parts
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["name", "type", "output_shape", "parameters", "non_zero", "macs", "sparsity"])


def _write_benchmark(study: Path) -> None:
    pictures = COUNTS["test"] * len(CLASSES)
    runs = {
        plan.run: BenchmarkRun(
            latency_ms=Latency(
                p50=plan.latency, p90=plan.latency * 1.1, p95=plan.latency * 1.2, p99=plan.latency * 1.5,
                mean=plan.latency * 1.02, count=400,
            ),
            noisy=plan.noisy,
            init_ms=plan.latency * 3,
            first_call_ms=plan.latency * 2,
            images_per_s=1000 / plan.latency,
            peak_rss_mb=60 + plan.size / 1e6,
            test_seconds=pictures * plan.latency / 1000,
            test_seconds_with_decoding=pictures * (plan.latency + 0.6) / 1000,
        )
        for plan in PLAN
    }  # fmt: skip
    benchmark = Benchmark(
        machine="machine",
        cpu="AMD EPYC",
        threads=2,
        rounds=20,
        measured="2026-01-07T08:00:00+00:00",
        packages={"ai-edge-litert": "2.3.0"},
        runs=runs,
    )
    (study / "benchmarks").mkdir()
    (study / "benchmarks" / "machine.json").write_text(json.dumps(benchmark.model_dump(mode="json")))

"""A small study on disk in which nothing is wrong, so that each test can break one thing in it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from kd_core.artifacts import ArtifactStore, Benchmark, RunRecord
from kd_core.artifacts.schema import BenchmarkRun, DataUse, Latency, ModelFile, Parameters, Selection
from kd_core.artifacts.store import HISTORY_COLUMNS, LAYER_COLUMNS, LOGIT
from kd_core.data.frame import fingerprint
from kd_core.evaluation.checks import StudyView, run_checks

CLASSES = ("cat", "cow", "dog")
STUDY = "small"
PER_CLASS = {"train": 5, "val": 10, "test": 40}
RECIPE = {"alpha": 0.1, "temperature": 4.0, "scale_by_t2": True}
SETTINGS = {"network": "student3", "epochs": 3, "deploy": "float32"}
MACHINE = "here"


def small_index() -> pd.DataFrame:
    """Return an index without any copy: 5 training, 10 validation and 40 test pictures a class."""
    rows = [
        (split, f"{split}/{name}/{i}.png", name) for split, n in PER_CLASS.items() for name in CLASSES for i in range(n)
    ]
    frame = pd.DataFrame(rows, columns=["split", "path", "label"])
    frame["sha256"] = [f"{i:064x}" for i in range(len(frame))]
    frame["width"] = frame["height"] = 8
    frame["group"] = np.arange(len(frame))
    frame["leaked"] = False
    frame["used"] = np.where(frame["split"] == "train", "trained", "held out")
    return frame


@dataclass(frozen=True)
class Small:
    """The study ``small`` below a root, and means to break it."""

    root: Path

    @property
    def folder(self) -> Path:
        return self.root / STUDY

    def view(self, **known: Any) -> StudyView:
        return StudyView(ArtifactStore(self.root), STUDY, **{"machine": MACHINE, **known})

    def codes(self, **known: Any) -> list[tuple[str, str, str | None]]:
        """Return (code, severity, run) of everything that is found."""
        return [(found.code, found.severity, found.run) for found in run_checks(self.view(**known)).findings]

    def values(self, code: str, **known: Any) -> dict[str, Any]:
        """Return the values of the one finding of a code."""
        (found,) = [found for found in run_checks(self.view(**known)).findings if found.code == code]
        return dict(found.values)

    def values_of(self, code: str, run: str) -> dict[str, Any]:
        """Return the values of the finding of a code on a run."""
        (found,) = [f for f in run_checks(self.view()).findings if (f.code, f.run) == (code, run)]
        return dict(found.values)

    def change(self, run: str, **fields: Any) -> None:
        """Change fields of a record; those of a nested part are named ``part__field``, those of a config too."""
        path = self.folder / run / "run.json"
        record = json.loads(path.read_text())
        for key, value in fields.items():
            part, _, name = key.partition("__")
            if name:
                record[part][name] = value
            else:
                record[part] = value
        path.write_text(json.dumps(record))

    def history(self, run: str, **columns: Any) -> None:
        """Change whole columns of a run's history."""
        path = self.folder / run / "history.csv"
        pd.read_csv(path).assign(**columns).to_csv(path, index=False)

    def index(self, change: Any) -> None:
        """Change the index by a function of its frame; every run is then one of the changed data."""
        path = self.folder / "data.parquet"
        frame = pd.read_parquet(path)
        change(frame)
        frame.to_parquet(path)
        for record in self.folder.glob("*/run.json"):
            self.change(record.parent.name, data__fingerprint=fingerprint(frame))

    def logits(self, run: str, change: Any) -> None:
        """Replace a run's answers by a function of its logits (float32, [150, 3]) and labels (int, [150])."""
        path = self.folder / run / "predictions.parquet"
        frame = pd.read_parquet(path)
        columns = [LOGIT + name for name in CLASSES]
        label = frame["label"].map({name: i for i, name in enumerate(CLASSES)}).to_numpy()
        frame[columns] = np.asarray(change(frame[columns].to_numpy(), label), np.float32)
        frame.to_parquet(path)

    def wrong(self, run: str, positions: Any, by: int = 1) -> None:
        """Make a run wrong on these of its 120 test pictures, and right on all others."""
        self.logits(run, lambda _, label: answering(label, np.asarray(positions) + 30, by))

    def benchmark(self, machine: str = MACHINE, day: int = 1, **runs: Any) -> None:
        """Write a machine's benchmark: by run its p50 in ms, or (p50, sha256), or (p50, sha256, noisy)."""
        timed = {}
        for name, figures in runs.items():
            given = figures if isinstance(figures, tuple) else (figures,)
            p50, sha256, noisy = given + (None, False)[len(given) - 1 :]
            latency = Latency(p50=p50, p90=p50, p95=p50, p99=p50, mean=p50, count=10)
            timed[name] = BenchmarkRun(
                model_sha256=sha256, latency_ms=latency, noisy=noisy, init_ms=1, first_call_ms=1, images_per_s=1,
                peak_rss_mb=1,
            )  # fmt: skip
        measured = f"2026-01-{day:02}T00:00:00+00:00"
        written = Benchmark(
            machine=machine, cpu="cpu", threads=1, rounds=1, measured=measured, packages={}, runs=timed
        )  # fmt: skip
        (self.folder / "benchmarks").mkdir(exist_ok=True)
        (self.folder / "benchmarks" / f"{machine}.json").write_text(json.dumps(written.model_dump(mode="json")))


def answering(label: np.ndarray, wrong: np.ndarray, by: int = 1) -> np.ndarray:
    """Return logits that are 4 for the answered class and 0 for the others: the true one but for ``wrong``."""
    answered = label.copy()
    answered[wrong] = (answered[wrong] + by) % len(CLASSES)
    return 4.0 * np.eye(len(CLASSES))[answered]


def small_study(root: Path) -> Small:
    """Write a teacher, a distilled student and its twin, and the student pruned and in int8; nothing is wrong."""
    index = small_index()
    study = Small(root)
    study.folder.mkdir(parents=True)
    index.to_parquet(study.folder / "data.parquet")
    _write(study, index, "teacher", "teacher", hour=0, wrong=range(6), config=SETTINGS)
    _write(study, index, "scratch", "scratch", hour=1, wrong=range(26), config=SETTINGS)
    taught = {"teacher": "teacher", "twin": "scratch", "config": SETTINGS | RECIPE}
    _write(study, index, "student", "distill", hour=2, wrong=range(20), **taught)
    tuned = {"parent": "student", "teacher": "teacher", "config": {"epochs": 3, **RECIPE}}
    _write(study, index, "pruned", "prune", hour=3, wrong=range(2, 24), sparsity=0.5, **tuned)
    rounded = {"parent": "student", "config": {"scheme": "int8"}}
    _write(study, index, "int8", "quantize", hour=4, wrong=range(21), **rounded)
    study.benchmark(teacher=8.0, scratch=2.0, student=2.0, pruned=2.0, int8=1.0)
    return study


def _write(
    study: Small,
    index: pd.DataFrame,
    run: str,
    stage: Any,
    *,
    hour: int,
    wrong: Any,
    sparsity: float = 0.0,
    **fields: Any,
) -> None:
    folder = study.folder / run
    folder.mkdir()
    held_out = index[index["split"] != "train"].reset_index(drop=True)
    label = held_out["label"].map({name: i for i, name in enumerate(CLASSES)}).to_numpy()
    logits = answering(label, np.array(wrong) + 30)
    columns = {LOGIT + name: logits[:, i].astype(np.float32) for i, name in enumerate(CLASSES)}
    held_out[["split", "path", "label"]].assign(**columns).to_parquet(folder / "predictions.parquet")
    trained = stage != "quantize"
    history = pd.DataFrame({"epoch": [1, 2, 3] if trained else []}, columns=list(HISTORY_COLUMNS))
    if trained:
        history = history.assign(phase="1-3", loss=[2.0, 1.5, 1.0], accuracy=[0.5, 0.6, 0.7], val_loss=[2.0, 1.5, 1.2])
        history = history.assign(val_accuracy=[0.5, 0.7, 0.6], learning_rate=1e-3, seconds=1.0)
        history["distillation_loss"] = [0.6, 0.4, 0.3] if fields.get("teacher") else np.nan
        history["sparsity"] = [sparsity] * 3 if stage == "prune" else np.nan
    history.to_csv(folder / "history.csv", index=False)
    layers = [("conv", "Conv2D", "(8, 8, 4)", 1000, int(1000 * (1 - sparsity)), 5000, sparsity)]
    pd.DataFrame(layers, columns=list(LAYER_COLUMNS)).to_csv(folder / "layers.csv", index=False)
    size = 1000 if stage == "quantize" else 4000
    record = RunRecord(
        study=STUDY,
        run=run,
        stage=stage,
        network="student3",
        classes=CLASSES,
        seed=0,
        inputs=f"inputs of {run}",
        parameters=Parameters(
            total=1000,
            trainable=990,
            non_zero=int(1000 * (1 - sparsity)),
            wrapped_total=2000 if stage == "prune" else None,
        ),
        model=ModelFile(
            precision="int8" if stage == "quantize" else "float32",
            sha256=run,
            size_bytes=size,
            size_gzip_bytes=int(size * (1 - sparsity)),
        ),
        selection=Selection(metric="val_accuracy", epoch=2, value=0.7) if trained else None,
        data=DataUse(fingerprint=fingerprint(index), splits={"train": 15, "val": 30, "test": 120}),
        started=f"2026-01-01T{hour:02}:00:00+00:00",
        seconds=3000.0,
        **fields,
    )
    (folder / "run.json").write_text(json.dumps(record.model_dump(mode="json")))

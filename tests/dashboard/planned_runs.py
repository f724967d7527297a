"""What the runs of the dashboard's test artifacts are: how well each answers, how large and how fast it is."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kd_core.artifacts import Benchmark
from kd_core.artifacts.schema import BenchmarkRun, Latency, Precision, Stage
from kd_core.artifacts.store import HISTORY_COLUMNS

CLASSES = (
    "Beetle", "Butterfly", "Cat", "Cow", "Dog", "Elephant", "Gorilla", "Hippo", "Lizard", "Monkey", "Mouse", "Panda",
    "Spider", "Tiger", "Zebra",
)  # fmt: skip
COUNTS = {"train": 20, "val": 8, "test": 10}
EPOCHS = 12


@dataclass(frozen=True)
class Plan:
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
    Plan("teacher", "teacher", 5.6, 3_432_155, 6_950_000, 21.4, "float16"),
    Plan("student3_scratch", "scratch", 3.7, 675_343, 2_720_000, 2.1),
    Plan("student3_distilled", "distill", 4.2, 675_343, 2_720_000, 2.1, twin="student3_scratch"),
    Plan(
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
    Plan("student3_int8", "quantize", 0.0, 675_343, 727_000, 0.72, "int8", parent="student3_distilled", noise=0.05),
    Plan(
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
    Plan("student3_qat", "qat", 0.0, 675_343, 731_000, 0.74, "int8", parent="student3_distilled", noise=0.5),
)


def logits_of(plan: Plan, label: np.ndarray, seed: int) -> np.ndarray:
    """Return what a run answers, float64 [n, classes]: a compressed one much what its parent does."""
    own = np.random.default_rng((seed, *plan.run.encode())).normal(0, plan.noise, (len(label), len(CLASSES)))
    if plan.parent is not None:
        return logits_of(next(p for p in PLAN if p.run == plan.parent), label, seed) + own
    # The same noise for every run, as the same picture is hard for all of them; each adds a little of its own.
    logits = np.random.default_rng(seed).normal(0, 1.5, own.shape) + own
    logits[np.arange(len(label)), label] += plan.skill
    return logits


def history_of(plan: Plan, seed: int) -> pd.DataFrame:
    """Return the rows of a run's ``history.csv``."""
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


def layers_of(plan: Plan) -> pd.DataFrame:
    """Return the rows of a run's ``layers.csv``."""
    parts = [
        ("input", "InputLayer", "(64, 64, 3)", 0.0, 0.0),
        ("conv1", "Conv2D", "(32, 32, 64)", 0.05, 0.35),
        ("bn1", "BatchNormalization", "(32, 32, 64)", 0.01, 0.0),
        ("block1", "Conv2D", "(16, 16, 128)", 0.6, 0.5),
        ("pool", "AveragePooling2D", "(4, 4, 512)", 0.0, 0.0),
        ("logits", "Dense", "(15,)", 0.34, 0.15),
    ]
    sparsity = plan.sparsity
    counts = [int(plan.parameters * share) for _, _, _, share, _ in parts]
    # What rounding left over, so that the layers add up to the run.
    counts[-1] += plan.parameters - sum(counts)
    rows = [
        (name, kind, shape, count, int(count * (1 - sparsity)), int(plan.parameters * 90 * work), sparsity)
        for (name, kind, shape, _, work), count in zip(parts, counts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["name", "type", "output_shape", "parameters", "non_zero", "macs", "sparsity"])


def benchmark_of_all() -> Benchmark:
    """Return the benchmark of all runs on one machine."""
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
    return Benchmark(
        machine="machine",
        cpu="AMD EPYC",
        threads=2,
        rounds=20,
        measured="2026-01-07T08:00:00+00:00",
        packages={"ai-edge-litert": "2.3.0"},
        runs=runs,
    )

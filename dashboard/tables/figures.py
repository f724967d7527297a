"""What one run scores and what it costs, as one row of a comparison."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import pandas as pd

from kd_core.artifacts import Predictions, RunRecord
from kd_core.artifacts.schema import BenchmarkRun
from kd_core.evaluation.metrics import accuracy, leak_free, log_loss

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Figures:
    """One run's figures on one split; None is not known.

    Accuracies in 0..1, each with the count of its pictures; loss in nats; sizes in bytes; ``latency_ms`` the median
    of one picture, ``noisy`` where it came out too differently each time; ``test_seconds`` the model alone over the
    test split. With ``published`` they are what the slides state, measured elsewhere and by other means.
    """

    study: str
    run: str
    stage: str
    published: bool
    precision: str | None = None
    accuracy: float | None = None
    n: int | None = None
    accuracy_leak_free: float | None = None
    n_leak_free: int | None = None
    loss: float | None = None
    size_bytes: float | None = None
    size_gzip_bytes: float | None = None
    parameters: int | None = None
    macs: int | None = None
    latency_ms: float | None = None
    images_per_s: float | None = None
    test_seconds: float | None = None
    noisy: bool = False

    @property
    def honest_accuracy(self) -> float | None:
        """The accuracy by which a choice is made: without what leaked from training, where that is known."""
        return self.accuracy if self.accuracy_leak_free is None else self.accuracy_leak_free

    @property
    def nothing_leaked(self) -> bool:
        """Whether it is known that no picture has a copy in training, so that both accuracies are of the same ones."""
        return self.n is not None and self.n == self.n_leak_free


def measured(
    record: RunRecord,
    split: str,
    predictions: Predictions | None,
    index: pd.DataFrame | None,
    benchmark: BenchmarkRun | None,
) -> Figures:
    """Return the figures of a run of our own.

    Args:
        record: the run.
        split: "val" or "test".
        predictions: its stored answers, None when they cannot be read.
        index: its study's data index, by which pictures that leaked from training are known; None when there is none.
        benchmark: what one machine measured of it, None when it did not.
    """
    answers = predictions.of(split) if predictions is not None else None
    clean = answers.where(leak_free(answers, index)) if answers is not None and index is not None else None
    model = record.model
    figures = Figures(
        study=record.study,
        run=record.run,
        stage=record.stage,
        published=False,
        precision=model.precision if model else None,
        accuracy=accuracy(answers) if answers else None,
        n=len(answers) if answers else None,
        accuracy_leak_free=accuracy(clean) if clean else None,
        n_leak_free=len(clean) if clean else None,
        loss=log_loss(answers) if answers else None,
        size_bytes=model.size_bytes if model else None,
        size_gzip_bytes=model.size_gzip_bytes if model else None,
        parameters=record.parameters.total if record.parameters else None,
        macs=record.macs,
    )
    return timed(figures, benchmark)


def stated(record: RunRecord, split: str) -> Figures:
    """Return the figures that the slides state for a published run; they name no count of pictures."""
    claims = record.claims
    figures = Figures(study=record.study, run=record.run, stage=record.stage, published=True)
    if claims is None:
        return figures
    test = split == "test"
    return Figures(
        study=record.study,
        run=record.run,
        stage=record.stage,
        published=True,
        accuracy=claims.test_accuracy if test else claims.validation_accuracy,
        loss=claims.test_loss if test else claims.validation_loss,
        size_bytes=claims.size_mb * MEGABYTE if claims.size_mb is not None else None,
        parameters=claims.total_params,
        test_seconds=claims.test_runtime_s,
    )


def timed(figures: Figures, benchmark: BenchmarkRun | None) -> Figures:
    """Return the figures with the times of one machine in place of those they had; None knows none."""
    return replace(
        figures,
        latency_ms=benchmark.latency_ms.p50 if benchmark else None,
        images_per_s=benchmark.images_per_s if benchmark else None,
        test_seconds=benchmark.test_seconds if benchmark else None,
        noisy=benchmark.noisy if benchmark else False,
    )


def figures_frame(rows: Sequence[Figures]) -> pd.DataFrame:
    """Return one row a run with the fields of ``Figures`` as columns."""
    return pd.DataFrame([asdict(row) for row in rows], columns=list(Figures.__dataclass_fields__))


def factor(teacher: float | None, student: float | None) -> float | None:
    """Return how many times smaller (or faster) the student is; None when either figure is unknown or zero."""
    if not teacher or not student:
        return None
    return teacher / student

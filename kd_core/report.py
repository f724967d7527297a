"""What the command line shows of studies and data, as rich tables."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table

from kd_core.artifacts import ArtifactError, ArtifactStore, Benchmark, Predictions, RunRecord
from kd_core.data.index import DataIndex
from kd_core.data.layout import SPLITS
from kd_core.errors import KdError
from kd_core.evaluation.checks import low_agreement
from kd_core.evaluation.latency import TOLERANCE, unsteady
from kd_core.evaluation.metrics import accuracy, leak_free, log_loss
from kd_core.evaluation.pairing import agreement
from kd_core.standing import Standing, standing
from kd_core.study import Study

COLOURS = {"complete": "green", "stale": "yellow", "damaged": "red", "missing": "dim"}


def status_table(study: Study, store: ArtifactStore, cache: Path) -> tuple[RenderableType, list[str]]:
    """Return how every run of a study stands, with its validation figures, and a sentence for each damaged run."""
    table = plain_table(f"Study {study.name}", "Run", "Stage", "State", "Epoch", "Val accuracy", "Model", "MB")
    problems = []
    for run, settings in study.runs.items():
        found = standing(study, store, run)
        table.add_row(run, settings.stage, _state(found, study, cache), *_summary(found.record))
        if found.sentence:
            problems.append(found.sentence)
    return table, problems


def evaluation_table(
    study: str, store: ArtifactStore, recheck: Callable[[RunRecord], str]
) -> tuple[RenderableType, list[str]]:
    """Return accuracy and loss of every run of a study on the splits as published and without leaked pictures.

    A compressed run's share of answers that agree with its parent's is yellow where a check finds it low. With the
    table comes a sentence for each run that cannot be read.

    Args:
        study: name of the study.
        store: the artifacts.
        recheck: says of a run whether its model still answers as stored on this machine.
    """
    table = plain_table(
        f"Study {study}", "Run", "Split", "n", "Accuracy", "Loss (nats)", "Agrees with parent", "This machine"
    )
    records, unreadable = store.runs(study)
    problems = [problem.sentence for problem in unreadable]
    for record in records:
        try:
            predictions, index = store.predictions(study, record.run), store.index(study)
        except ArtifactError as error:
            problems.append(str(error))
            continue
        try:
            note = recheck(record)
        except KdError as error:
            problems.append(str(error))
            note = "not rechecked"
        for split in ("val", "test"):
            part = predictions.of(split)
            _add_split(table, record.run, split, part, _agreement(store, record, part, split), note)
            _add_split(table, "", f"{split}, leak-free", part.where(leak_free(part, index)))
            note = ""
    return table, problems


def benchmark_table(benchmark: Benchmark) -> RenderableType:
    """Return latency, start and memory of every run on a machine, and the speed of training where it was measured.

    A run whose latency cannot be trusted has a star, and below is why and what to do.
    """
    title = f"{benchmark.cpu}, {benchmark.threads} thread(s), batch 1, {benchmark.rounds} interleaved rounds"
    table = plain_table(title, "Run", "p50 / p90 / p99 ms", "init + first ms", "peak MB", "test s (decoded)")
    for run, figures in benchmark.runs.items():
        latency = figures.latency_ms
        test = "-"
        if figures.test_seconds is not None and figures.test_seconds_with_decoding is not None:
            test = f"{figures.test_seconds:.2f} ({figures.test_seconds_with_decoding:.2f})"
        table.add_row(
            f"[yellow]{run} *[/]" if figures.noisy else run,
            f"{latency.p50:.2f} / {latency.p90:.2f} / {latency.p99:.2f}",
            f"{figures.init_ms:.1f} + {figures.first_call_ms:.1f}",
            f"{figures.peak_rss_mb:.1f}",
            test,
        )
    below = _noise(benchmark)
    if (speed := benchmark.training) is None:
        return Group(table, *below)
    return Group(
        table,
        *below,
        f"Training {speed.run} ({speed.precision}): plain {speed.plain:.0f} images/s, distilled with cached targets "
        f"{speed.cached:.0f} ({speed.cached_to_plain:.2f} of plain), with {speed.teacher_run} in every step "
        f"{speed.live:.0f} (cached is {speed.cached_to_live:.1f} times as fast).",
        f"The input pipeline costs {speed.pipeline_share:.1%} of a step. {speed.views} views of targets, computed at "
        f"{speed.teacher:.0f} images/s, have paid for themselves from epoch {speed.pays_from_epoch} on.",
    )


def data_table(index: DataIndex) -> RenderableType:
    """Return how many pictures each class has in each split, and how many evaluation pictures are copies."""
    counts = pd.crosstab(index.frame["label"], index.frame["split"])[list(SPLITS)]
    table = plain_table(str(index.root), "Class", *SPLITS)
    for label, row in counts.iterrows():
        table.add_row(str(label), *(f"{int(n):,}" for n in row))
    table.add_row("[bold]all[/]", *(f"[bold]{int(n):,}[/]" for n in counts.sum()))
    leaked = index.frame[index.frame["leaked"]]["split"].value_counts()
    copies = " and ".join(f"{int(leaked.get(split, 0))} of {split}" for split in ("val", "test"))
    return Group(table, f"Pictures with a copy or near-copy in training: {copies}.", f"Data {index.fingerprint}")


def left_out_table(index: DataIndex) -> RenderableType:
    """Return which files were left out of the index, and why."""
    total = f"{len(index.frame):,} pictures of {len(index.classes)} classes in {index.root}; "
    if index.report.empty:
        return total + "no file was left out."
    table = plain_table(f"{len(index.report)} files were left out", "File", "Reason")
    for path, reason in zip(index.report["path"], index.report["reason"], strict=True):
        table.add_row(path, reason)
    return Group(total, table)


def plain_table(title: str, *columns: str) -> Table:
    """Return an empty table whose first column is a name, and whose others are figures."""
    # Narrow: a terminal has 80 columns, and the name of a run may take half of them.
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, show_edge=False, padding=0)
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=number == 0)
    return table


def _noise(benchmark: Benchmark) -> list[str]:
    noisy = {run: figures for run, figures in benchmark.runs.items() if figures.noisy}
    within = [run for run, figures in noisy.items() if unsteady([one.p50 for one in figures.rounds])]
    since = [run for run in noisy if run not in within]
    return [
        f"[yellow]* Noisy[/]: p50 differs by more than {TOLERANCE:.0%} {between} ({', '.join(runs)}): "
        "measure again on an idle machine."
        for between, runs in (("between rounds", within), ("from the measurement before", since))
        if runs
    ]


def _state(found: Standing, study: Study, cache: Path) -> str:
    text = f"[{COLOURS[found.condition]}]{found.condition}[/]"
    settings = study.runs[found.run]
    epochs = getattr(settings, "epochs", None)
    if found.condition != "missing" or epochs is None:
        return text
    for history in (cache / "runs" / study.name / found.run).glob(f"{study.inputs(found.run)}-*/history.csv"):
        return f"[cyan]in progress, epoch {len(pd.read_csv(history))} of {epochs}[/]"
    return text


def _summary(record: RunRecord | None) -> tuple[str, str, str, str]:
    if record is None:
        return "", "", "", ""
    chosen = record.selection
    epoch, value = (str(chosen.epoch), f"{chosen.value:.4f}") if chosen else ("", "")
    model = record.model
    kind, size = (model.precision, f"{model.size_bytes / 1e6:.2f}") if model else ("", "")
    return epoch, value, kind, size


def _agreement(store: ArtifactStore, record: RunRecord, part: Predictions, split: str) -> str:
    if record.parent is None:
        return ""
    try:
        share = agreement(part, store.predictions(record.study, record.parent).of(split))
    except KdError:
        # A parent that cannot be read has a sentence of its own.
        return "-"
    return f"[yellow]{share:.1%}[/]" if low_agreement(record, share) else f"{share:.1%}"


def _add_split(table: Table, run: str, split: str, part: Predictions, *notes: str) -> None:
    figures = ("-", "-") if not len(part) else (f"{accuracy(part):.4f}", f"{log_loss(part):.4f}")
    table.add_row(run, split, f"{len(part):,}", *figures, *notes)

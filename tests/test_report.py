"""What the command line shows of runs, read from its table."""

import shutil
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kd_core.artifacts import ArtifactError, ArtifactStore, RunRecord
from kd_core.evaluation.pairing import agreement
from kd_core.paths import PROJECT
from kd_core.report import evaluation_table, status_table
from kd_core.study import load_study
from tests.dashboard.artifacts_fixture import write_artifacts


def cells(store: ArtifactStore, column: str) -> dict[tuple[str, str], str]:
    """Return a column of the table by run and split."""
    table, _ = evaluation_table("showcase", store, lambda record: "")
    assert isinstance(table, Table)
    by_title = {str(c.header): list(map(str, c.cells)) for c in table.columns}
    return dict(zip(zip(by_title["Run"], by_title["Split"], strict=True), by_title[column], strict=True))


def test_a_compressed_run_stands_with_its_agreement_and_a_low_one_in_yellow(tmp_path: Path) -> None:
    store = ArtifactStore(write_artifacts(tmp_path / "artifacts"))
    trained_on, rounded = (store.folder("showcase", run) for run in ("student3_qat", "student3_int8"))
    shutil.copy(trained_on / "predictions.parquet", rounded)
    shown = cells(store, "Agrees with parent")
    # Only what was rounded after training is held to its parent's answers; training on moves them.
    for run, low in (("student3_int8", True), ("student3_qat", False), ("student3_pruned", False)):
        one, parent = (store.predictions("showcase", name).of("test") for name in (run, "student3_distilled"))
        expected = f"{agreement(one, parent):.1%}"
        assert shown[run, "test"] == (f"[yellow]{expected}[/]" if low else expected)
    assert shown["student3_distilled", "test"] == ""
    assert shown["", "test, leak-free"] == ""


def test_a_parent_that_cannot_be_read_leaves_a_dash(tmp_path: Path) -> None:
    store = ArtifactStore(write_artifacts(tmp_path / "artifacts"))
    (store.root / "showcase" / "student3_pruned" / "run.json").write_text("{")
    assert cells(store, "Agrees with parent")["student3_pruned_int8", "test"] == "-"


def test_a_model_that_cannot_be_asked_again_takes_no_figure_away(tmp_path: Path) -> None:
    store = ArtifactStore(write_artifacts(tmp_path / "artifacts"))

    def recheck(record: RunRecord) -> str:
        if record.run == "teacher":
            raise ArtifactError("teacher: model.tflite is missing.")
        return "as stored"

    table, problems = evaluation_table("showcase", store, recheck)
    assert isinstance(table, Table)
    notes = [str(cell) for cell in list(table.columns)[-1].cells if cell]
    assert problems == ["teacher: model.tflite is missing."]
    assert sorted(set(notes)) == ["as stored", "not rechecked"] and notes.count("not rechecked") == 1


def test_the_status_of_the_showcase_fits_a_terminal_of_80_columns(tmp_path: Path) -> None:
    study, store = load_study("showcase"), ArtifactStore(PROJECT / "artifacts")
    printed = StringIO()
    Console(width=80, file=printed).print(status_table(study, store, tmp_path)[0])
    lines = [line.split() for line in printed.getvalue().splitlines()]
    record = store.run("showcase", "student3-pruned80-clustered-qat")
    assert record.model is not None and record.selection is not None
    epoch, reached = str(record.selection.epoch), f"{record.selection.value:.4f}"
    assert [record.run, "qat", "complete", epoch, reached, "int8", f"{record.model.size_bytes / 1e6:.2f}"] in lines
    assert [line[0] for line in lines if "complete" in line] == list(study.runs)

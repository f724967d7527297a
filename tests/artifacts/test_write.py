import math
from pathlib import Path

import pytest

from kd_core.artifacts import ArtifactError, ArtifactStore, RunRecord, WriteError, run_folder, write_record
from kd_core.artifacts.schema import Selection


def _record(run: str = "student", seed: int = 1) -> RunRecord:
    return RunRecord(
        study="demo", run=run, stage="distill", network="student3", classes=("Gämse", "Zebra"), seed=seed,
        selection=Selection(metric="accuracy", epoch=3, value=0.1 + 0.2), config={"lr": 1e-3, "mixup": None},
    )  # fmt: skip


def test_a_run_that_is_written_is_read_back_equal(tmp_path: Path) -> None:
    with run_folder(tmp_path, "demo", "student") as folder:
        write_record(folder, _record())
        assert ArtifactStore(tmp_path).studies() == []
    store = ArtifactStore(tmp_path)
    assert store.studies() == ["demo"]
    assert store.run("demo", "student") == _record()
    assert "Gämse" in (tmp_path / "demo" / "student" / "run.json").read_text(encoding="utf-8")


def test_a_crash_leaves_neither_a_run_nor_a_problem(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), run_folder(tmp_path, "demo", "student") as folder:
        write_record(folder, _record())
        1 / 0  # noqa: B018
    assert ArtifactStore(tmp_path).runs("demo") == ([], [])
    assert list((tmp_path / "demo").iterdir()) == []


def test_a_run_without_its_record_is_not_put_in_place(tmp_path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError, match=r"demo/student was written without its run\.json"),
        run_folder(tmp_path, "demo", "student") as folder,
    ):
        (folder / "history.csv").write_text("")
    assert list((tmp_path / "demo").iterdir()) == []


def test_a_run_is_replaced_only_when_told_to(tmp_path: Path) -> None:
    with run_folder(tmp_path, "demo", "student") as folder:
        write_record(folder, _record(seed=1))
    with pytest.raises(WriteError, match="is there already"), run_folder(tmp_path, "demo", "student") as folder:
        write_record(folder, _record(seed=2))
    assert ArtifactStore(tmp_path).run("demo", "student").seed == 1
    with run_folder(tmp_path, "demo", "student", replace=True) as folder:
        write_record(folder, _record(seed=2))
    assert ArtifactStore(tmp_path).run("demo", "student").seed == 2


def test_a_name_cannot_leave_the_artifacts(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="is not the name"), run_folder(tmp_path / "a", "demo", "../../b"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_figure_that_json_cannot_hold_is_refused(tmp_path: Path) -> None:
    broken = _record().model_copy(update={"seconds": math.nan})
    with pytest.raises(ValueError, match="not JSON compliant"), run_folder(tmp_path, "demo", "student") as folder:
        write_record(folder, broken)
    assert list((tmp_path / "demo").iterdir()) == []

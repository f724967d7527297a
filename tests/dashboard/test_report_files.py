"""The report in a folder: whole or not at all, and nothing of anybody else's is touched; and the command for it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.report.files import write_report
from kd_core.artifacts import WriteError
from tests.dashboard.conftest import PROJECT
from tests.dashboard.report_reading import figures, read_page

LIMIT = 8_000_000


def run(*arguments: str, folder: Path, artifacts: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"KD_ARTIFACTS_DIR": str(artifacts), "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-m", "dashboard.report", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=280
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.mark.usefixtures("artifacts")
def test_an_earlier_report_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "showcase"
    first = write_report("showcase", "de", folder)
    assert first[0] == folder / "report-showcase.html"
    assert sorted(first) == sorted(folder.iterdir())
    write_report("showcase", "en", folder)
    assert b'<html lang="en">' in first[0].read_bytes()
    (folder / "thesis.csv").write_text("years of work")
    before = contents(folder)
    with pytest.raises(WriteError, match=r"holds something else than a report \(thesis.csv\): name another folder"):
        write_report("showcase", "de", folder)
    assert contents(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["showcase"], "no hidden folder stays behind"


@pytest.mark.usefixtures("artifacts")
def test_a_folder_without_a_report_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "runs.csv").write_text("my runs")
    with pytest.raises(WriteError, match=r"holds something else than a report \(runs.csv\)"):
        write_report("showcase", "en", folder)
    assert contents(folder) == {"runs.csv": b"my runs"}
    with pytest.raises(WriteError, match="file is there already"):
        write_report("showcase", "en", _file(tmp_path / "file"))


def test_what_fails_half_way_leaves_the_earlier_report(
    artifacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "report"
    write_report("showcase", "en", folder)
    before = contents(folder)
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.name == "scores.csv":
            raise OSError(28, "No space left on device")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(WriteError, match="The disk is full"):
        write_report("showcase", "de", folder)
    assert contents(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["artifacts", "report"]


def test_the_shipped_study_is_reported_silently_and_small_enough(tmp_path: Path) -> None:
    done = run("showcase", folder=tmp_path, artifacts=PROJECT / "artifacts")
    assert (done.returncode, done.stderr) == (0, "")
    page = tmp_path / "reports" / "showcase" / "report-showcase.html"
    assert "Written to reports/showcase/report-showcase.html, with 21 CSV files" in done.stdout
    assert sum(file.stat().st_size for file in page.parent.iterdir()) < LIMIT
    read = read_page(page.read_text(encoding="utf-8"))
    assert len(figures(read)) == 15
    assert "09a160f78888ec9067c5bb289565419bd6fd8b16a4982485a0ac9323bf626331" in read.text
    assert str(PROJECT) not in read.text


def test_a_mistake_is_one_sentence_and_code_1(artifacts: Path, tmp_path: Path) -> None:
    done = run("nothing", folder=tmp_path, artifacts=artifacts)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith('There is no study "nothing" in ')
    assert not (tmp_path / "reports").exists()


def _file(path: Path) -> Path:
    path.write_text("a file")
    return path

from pathlib import Path

import pytest

from dashboard import checks
from kd_core.artifacts import ArtifactStore
from kd_core.environment import machine_name
from kd_core.evaluation.checks import StudyView, run_checks


def test_findings_come_back_from_disk_as_they_were_found(
    artifacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KD_CACHE_DIR", str(tmp_path / "cache"))
    expected = run_checks(StudyView(ArtifactStore(artifacts), "showcase", machine_name()))
    assert expected.findings
    assert checks.checked("showcase") == expected
    (file,) = (tmp_path / "cache" / "dashboard" / "checks").glob("*.json")
    # Asked for at another time, so that nothing is remembered: what comes now comes from the disk.
    (artifacts / "showcase" / "teacher" / "run.json").touch()
    monkeypatch.setattr(checks, "run_checks", lambda _: pytest.fail("derived anew"))
    again = checks.checked("showcase")
    assert again == expected
    kinds = [[type(value) for value in one.values.values()] for one in again.findings]
    assert kinds == [[type(value) for value in one.values.values()] for one in expected.findings]
    assert file.stat().st_size > 0

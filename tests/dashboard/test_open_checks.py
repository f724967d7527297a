"""The open checks on the overview: counts, the first findings, the others behind a line, calm where there is none."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.text import catalogue
from kd_core.artifacts import ArtifactStore
from kd_core.environment import machine_name
from kd_core.evaluation.checks import CHECKS, Checked, StudyView, run_checks
from tests.dashboard.reading import words
from tests.evaluation.checks.studies import Small, small_study

OpenPage = Callable[..., AppTest]


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """A study in which nothing is wrong, measured on this machine, as all that the dashboard reads."""
    monkeypatch.setenv("KD_ARTIFACTS_DIR", str(tmp_path / "artifacts"))
    monkeypatch.setenv("KD_DATA_DIR", str(tmp_path / "no-photos"))
    study = small_study(tmp_path / "artifacts")
    study.benchmark(machine_name(), day=2, teacher=8.0, scratch=2.0, student=2.0, pruned=2.0, int8=1.0)
    return study


def found(artifacts: Path, study: str = "showcase") -> Checked:
    return run_checks(StudyView(ArtifactStore(artifacts), study, machine_name()))


def badges(app: AppTest) -> list[str]:
    """Return the codes of all lines, in their order on the page."""
    return [code for line in app.markdown for code in re.findall(r"^:(?:red|orange)-badge\[.* (KD\d+)]", line.value)]


def test_all_findings_stand_on_the_page_with_their_counts(artifacts: Path, open_page: OpenPage) -> None:
    record = artifacts / "showcase" / "student3_pruned" / "run.json"
    record.write_text(record.read_text().replace('"precision": "float32"', '"precision": "float16"'))
    expected = found(artifacts)
    app = open_page("overview")
    assert sorted(badges(app)) == sorted(finding.code for finding in expected.findings)
    errors, warnings = expected.count("error"), expected.count("warning")
    assert errors == 1
    assert f"**Errors: 1** · **Warnings: {warnings}**, from {len(CHECKS)} checks." in words(app)
    # The error first, and no code twice among those that stand open.
    assert badges(app)[0] == "KD029"
    assert len(set(badges(app)[:3])) == 3


def test_where_nothing_fires_it_says_how_many_were_run(small: Small, open_page: OpenPage) -> None:
    app = open_page("overview", study="small")
    assert f"No check fires; {len(CHECKS)} were run on this study." in words(app)
    assert badges(app) == []
    # A run that is changed shows up with the next look.
    small.change("student", twin=None)
    again = open_page("overview", study="small", lang="de")
    assert badges(again) == ["KD001"]
    assert "**Student · destilliert** ist destilliert, und kein ohne Lehrer trainierter Zwilling" in words(again)


def test_commands_and_paths_stand_as_they_are_typed(small: Small, open_page: OpenPage) -> None:
    small.change("student", started="2026-01-01T02:30:00+00:00")
    app = open_page("overview", study="small")
    assert "`python -m kd_core run small --only pruned --force`" in words(app)


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.usefixtures("artifacts")
def test_the_published_figures(lang: str, open_page: OpenPage) -> None:
    app = open_page("overview", study="published", lang=lang)
    assert sorted(badges(app)) == sorted(["KD001"] * 3 + ["KD005"] + ["KD012"] * 3 + ["KD021"] * 3)
    assert catalogue(lang)["checks.title"] in [s.value for s in app.header]


@pytest.mark.parametrize("lang", ["en", "de"])
def test_damaged_files_leave_the_other_checks(damaged_artifacts: Path, lang: str, open_page: OpenPage) -> None:
    app = open_page("overview", study="showcase", lang=lang)
    assert not app.error and not app.exception
    assert sorted(badges(app)) == sorted(finding.code for finding in found(damaged_artifacts).findings)


@pytest.mark.usefixtures("no_artifacts")
def test_without_artifacts_there_is_nothing_to_check(open_page: OpenPage) -> None:
    app = open_page("overview")
    assert catalogue("en")["checks.title"] not in [s.value for s in app.header]
    assert badges(app) == []


def test_without_a_teacher_and_a_student_the_rest_is_still_checked(small: Small, open_page: OpenPage) -> None:
    for run in ("teacher", "scratch", "student"):
        shutil.rmtree(small.folder / run)
    app = open_page("overview", study="small")
    assert badges(app) == ["KD030"] * 3

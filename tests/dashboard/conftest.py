"""Artifacts for the dashboard's tests, and the app on top of them."""

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.report.files import report_files
from tests.dashboard.artifacts_fixture import damage, write_artifacts

PROJECT = Path(__file__).resolve().parents[2]
OpenPage = Callable[..., AppTest]
ReportIn = Callable[[str], dict[str, bytes]]


@pytest.fixture(scope="session")
def _written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_artifacts(tmp_path_factory.mktemp("written") / "artifacts")


@pytest.fixture(scope="session")
def report_on_all(_written: Path) -> ReportIn:
    """A function ``report_on_all(lang)`` that gives the files of the report on full artifacts, made once a language."""

    @cache
    def made(lang: str) -> dict[str, bytes]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KD_ARTIFACTS_DIR", str(_written))
            return report_files("showcase", lang)

    return made


@pytest.fixture
def artifacts(_written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A full artifacts folder of this test's own, which the dashboard reads."""
    folder = tmp_path / "artifacts"
    shutil.copytree(_written, folder)
    monkeypatch.setenv("KD_ARTIFACTS_DIR", str(folder))
    monkeypatch.setenv("KD_DATA_DIR", str(tmp_path / "no-photos"))
    return folder


@pytest.fixture
def no_artifacts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An artifacts folder that does not exist."""
    monkeypatch.setenv("KD_ARTIFACTS_DIR", str(tmp_path / "nothing"))
    monkeypatch.setenv("KD_DATA_DIR", str(tmp_path / "no-photos"))
    return tmp_path / "nothing"


@pytest.fixture
def damaged_artifacts(artifacts: Path) -> Path:
    """Artifacts in which every kind of file is broken in its own way."""
    return damage(artifacts)


@pytest.fixture
def open_page() -> OpenPage:
    """A function ``open_page(name, **query)`` that opens a page of the whole app with a query in its address."""

    def opened(name: str, **query: str) -> AppTest:
        app = AppTest.from_file(str(PROJECT / "dashboard" / "streamlit_app.py"), default_timeout=60)
        # The app always opens with the overview; without artifacts that takes no time, and this is about another page.
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KD_ARTIFACTS_DIR", str(PROJECT / "no-artifacts"))
            app.run()
        app.switch_page(f"app_pages/{name}.py")
        for key, value in query.items():
            app.query_params[key] = value
        return app.run()

    return opened
